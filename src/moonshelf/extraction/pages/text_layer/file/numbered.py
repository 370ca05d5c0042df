"""The objects of a PDF's file by their number, found without its tables of where they are.

Dictionaries are what is looked for: what streams hold is kept in part, but for the streams that hold objects.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping

ACROSS = 20_000
"""Bytes of a dictionary at most."""
_MOST_UNPACKED = 16 * 2**20  # bytes of all object streams; fonts' dictionaries come to a thousandth of that
_PIECE = 2**16

PACKED = re.compile(rb"/ObjStm\b[^\0]{0,400}?stream\r?\n")
"""Where a stream of objects begins."""
_NUMBERED = re.compile(rb"(?<!\d)(\d{1,7})\s+0\s+\Z")
_LONGEST_NUMBER = 24  # bytes that may stand before ``obj``
_HEADER = re.compile(rb"[\d\s]+")


def unpacked(data: bytes) -> Iterator[bytes]:
    """Yield what the object streams hold."""
    left = _MOST_UNPACKED
    for stream in PACKED.finditer(data):
        objects = inflated(data, stream.end(), left)
        left -= len(objects)
        yield objects
        if left <= 0:
            return


def inflated(data: bytes, start: int, most: int) -> bytes:
    """Inflate what starts at *start*, piece by piece: what follows the stream would be copied whole."""
    unpacker, unpacked = zlib.decompressobj(), bytearray()
    try:
        while start < len(data) and len(unpacked) < most and not unpacker.eof:
            unpacked += unpacker.decompress(data[start : start + _PIECE], most - len(unpacked))
            start += _PIECE
    except zlib.error:
        return b""
    return bytes(unpacked)


def begun(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the number of each object, and where it begins behind that."""
    at = data.find(b"obj")
    while at >= 0:
        if number := _NUMBERED.search(data[max(0, at - _LONGEST_NUMBER) : at]):
            yield int(number[1]), at + len(b"obj")
        at = data.find(b"obj", at + 1)


def found(data: bytes, starts: Mapping[int, int], packed: Iterable[bytes]) -> dict[int, bytes]:
    """Return the objects of a file by their number, without most of what streams hold; the latest counts.

    *starts* are what ``begun`` yields, *packed* what ``unpacked`` does.
    """
    objects = {}
    left = len(data)  # what no ``endobj`` ends holds what follows as well: a few such there may be
    for number, start in starts.items():
        stop = data.find(b"endobj", start, start + ACROSS)
        objects[number] = data[start : stop if stop >= 0 else start + ACROSS]
        left -= len(objects[number])
        if left < 0:
            break
    for text in packed:
        header = _HEADER.match(text)
        numbers = [int(one) for one in header[0].split()] if header else []
        if header and len(numbers) % 2 == 0:
            places = [*(header.end() + place - numbers[1] for place in numbers[1::2]), len(text)]
            for number, start, end in zip(numbers[::2], places, places[1:], strict=False):
                objects[number] = text[start:end]
    return objects
