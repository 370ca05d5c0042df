"""Maps to text: what the fonts of a PDF say their codes stand for, put right where readers would go wrong by it.

Readers of text layers believe what a font says of its text, so what it says is put right in an update at the end of
the file, as ISO 32000-1, 7.5.6, has it.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from sys import maxunicode

from moonshelf.extraction.pages.text_layer import alphabets, ligatures, named_codes, unlocked

_LARGEST = 64 * 2**20  # bytes of a file; one with more is taken as it is
_MOST_UNPACKED = 16 * 2**20  # bytes of all object streams; fonts' dictionaries come to a thousandth of that
_LONGEST_MAP = 2**20  # bytes
_PIECE = 2**16
_ACROSS = 20_000  # bytes of a dictionary at most
_LAST = 0xFFFF  # code of two bytes
_ONE_BYTE = 0xFF

_OBJECT_STREAM = re.compile(rb"/ObjStm\b[^\0]{0,400}?stream\r?\n")
_NUMBERED, _STREAM = re.compile(rb"(?<!\d)(\d{1,7})\s+0\s+\Z"), re.compile(rb"stream\r?\n")
_LONGEST_NUMBER = 24  # bytes that may stand before ``obj``
_HEADER = re.compile(rb"[\d\s]+")
_STARTS = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_ROOT, _SIZE = re.compile(rb"/Root\s+\d+\s+\d+\s+R"), re.compile(rb"/Size\s+(\d+)")
_SECTION = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[([^\]]*)\])")
_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")


def mended(data: bytes) -> bytes:
    """Return the PDF *data* with maps to text put right; most need nothing."""
    if len(data) > _LARGEST:
        return data
    if b"/Encrypt" not in data:
        return _mended(data)
    if not (_named((data,)) or _OBJECT_STREAM.search(data)):  # names are not encrypted but where streams hold them
        return data
    plain = unlocked.copied(data, _LARGEST)
    right = plain and _mended(plain)
    return data if not right or right is plain else right


def _mended(data: bytes) -> bytes:
    packed = list(_unpacked(data))
    if not _named((data, *packed)):
        return data
    begun, changed = dict(_begun(data)), {}
    objects = _objects(data, begun, packed)
    for number, mend in (*ligatures.mends(objects), *alphabets.mends(objects)):
        told = _told(data, begun[number], objects[number]) if number in begun else {}
        right = mend(told)
        if right != told:
            changed[number] = _stream(_map(right))
    for free, (number, cmap) in enumerate(named_codes.maps(objects), max(objects, default=0) + 1):
        changed[free] = _stream(cmap)
        changed[number] = objects[number].rstrip()[: -len(b">>")] + b"/ToUnicode %d 0 R>>" % free
    return _updated(data, changed) if changed else data


def _named(texts: Sequence[bytes]) -> bool:
    """Say whether fonts in *texts* of a file may need another map."""
    return any(kind.named(texts) for kind in (ligatures, alphabets, named_codes))


def _unpacked(data: bytes) -> Iterator[bytes]:
    """Yield what the object streams hold."""
    left = _MOST_UNPACKED
    for found in _OBJECT_STREAM.finditer(data):
        unpacked = _inflated(data, found.end(), left)
        left -= len(unpacked)
        yield unpacked
        if left <= 0:
            return


def _inflated(data: bytes, start: int, most: int) -> bytes:
    """Inflate what starts at *start*, piece by piece: what follows the stream would be copied whole."""
    unpacker, unpacked = zlib.decompressobj(), bytearray()
    try:
        while start < len(data) and len(unpacked) < most and not unpacker.eof:
            unpacked += unpacker.decompress(data[start : start + _PIECE], most - len(unpacked))
            start += _PIECE
    except zlib.error:
        return b""
    return bytes(unpacked)


def _objects(data: bytes, begun: Mapping[int, int], packed: Iterable[bytes]) -> dict[int, bytes]:
    """Return the objects of a file by their number, without most of what streams hold; the latest counts."""
    found = {}
    for number, start in begun.items():
        stop = data.find(b"endobj", start, start + _ACROSS)
        found[number] = data[start : stop if stop >= 0 else start + _ACROSS]
    for text in packed:
        header = _HEADER.match(text)
        numbers = [int(one) for one in header[0].split()] if header else []
        if header and len(numbers) % 2 == 0:
            places = [*(header.end() + place - numbers[1] for place in numbers[1::2]), len(text)]
            for number, start, end in zip(numbers[::2], places, places[1:], strict=False):
                found[number] = text[start:end]
    return found


def _begun(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the number of each object, and where it begins behind that."""
    at = data.find(b"obj")
    while at >= 0:
        if number := _NUMBERED.search(data[max(0, at - _LONGEST_NUMBER) : at]):
            yield int(number[1]), at + len(b"obj")
        at = data.find(b"obj", at + 1)


def _told(data: bytes, start: int, dictionary: bytes) -> dict[int, str]:
    """Return what the map to text that begins at *start*, with this *dictionary*, says of each code."""
    stream = _STREAM.search(data, start, start + _ACROSS)
    if stream is None:
        return {}
    packed = b"/FlateDecode" in dictionary
    text = _inflated(data, stream.end(), _LONGEST_MAP) if packed else data[stream.end() : stream.end() + _LONGEST_MAP]
    sections = [(_pairs if kind == b"char" else _ranges)(section) for kind, section in _SECTION.findall(text)]
    return {code: told for section in sections for code, told in section if code <= _LAST}


def _pairs(section: bytes) -> Iterator[tuple[int, str]]:
    yield from ((int(code, 16), _text(told)) for code, told in _PAIR.findall(section))


def _ranges(section: bytes) -> Iterator[tuple[int, str]]:
    for first, last, told, each in _RANGE.findall(section):
        codes = range(int(first, 16), min(int(last, 16), _LAST) + 1)
        if told:
            start = _text(told)
            after = codes if start else range(0)
            yield from ((code, start[:-1] + chr(min(ord(start[-1]) + code - codes[0], maxunicode))) for code in after)
        else:
            yield from zip(codes, map(_text, _HEX.findall(each)), strict=False)


def _text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode().zfill(4)[: len(digits) // 4 * 4 or 4]).decode("utf-16-be", "replace")


def _map(told: Mapping[int, str]) -> bytes:
    """Write a map to text as a stream, with codes of two bytes if one needs them."""
    digits = 2 if max(told) <= _ONE_BYTE else 4
    lines = [
        f"<{code:0{digits}x}> <{text.encode('utf-16-be', 'replace').hex()}>" for code, text in sorted(told.items())
    ]
    sections = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    body = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in sections)
    space = f"<{'0' * digits}> <{'f' * digits}>"
    return f"begincmap\n1 begincodespacerange\n{space}\nendcodespacerange\n{body}\nendcmap\n".encode()


def _stream(content: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content)


def _updated(data: bytes, objects: Mapping[int, bytes]) -> bytes:
    """Return *data* with *objects* in place of those with their numbers, or behind all."""
    last = list(_STARTS.finditer(data))[-1:]
    begins = int(last[0][1]) if last else len(data)
    root, size = _ROOT.search(data, begins), _SIZE.search(data, begins)
    if root is None or size is None:
        return data  # a file so damaged is read by whoever finds its objects without a table
    out, places = bytearray(data + b"\n"), {}
    for number, one in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    start, count = len(out), max(int(size[1]), max(objects) + 1)
    entries = b"%b /Prev %d" % (root[0], begins)
    by_table = data.startswith(b"xref", begins)
    out += _table(places, entries, count) if by_table else _stream_of(places, start, entries, count)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _table(places: Mapping[int, int], entries: bytes, count: int) -> bytes:
    lines = b"".join(b"%d 1\n%010d 00000 n \n" % one for one in sorted(places.items()))
    return b"xref\n%btrailer\n<<%b /Size %d>>\n" % (lines, entries, count)


def _stream_of(places: Mapping[int, int], start: int, entries: bytes, number: int) -> bytes:
    """Return a cross-reference stream, as object *number*, which a file has that has such streams."""
    placed = {**places, number: start}
    rows = b"".join(b"\1" + place.to_bytes(4) + b"\0" for _, place in sorted(placed.items()))
    index = b" ".join(b"%d 1" % one for one in sorted(placed))
    about = b"<</Type/XRef/W[1 4 1]/Index[%b]/Length %d %b /Size %d>>" % (index, len(rows), entries, number + 1)
    return b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (number, about, rows)
