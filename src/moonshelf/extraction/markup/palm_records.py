"""Records of Palm databases, in which MOBI books come, and the three ways their text is packed."""

import struct
from collections.abc import Callable, Sequence
from typing import BinaryIO

from moonshelf.errors import CorruptDocument, LimitReached

_HEADER = 78
_MOST_RECORDS = 20_000  # of 4 KB each
_LONGEST = 1 << 20  # bytes of one record or phrase, 4 KB in real books: phrases of phrases double and double
_DEEPEST = 32  # phrases that are made of phrases

Unpack = Callable[[bytes], bytes]


def records(source: BinaryIO) -> list[bytes]:
    """Return all records. Raises ``CorruptDocument`` where the directory makes no sense."""
    source.seek(0)
    data = source.read()
    if len(data) < _HEADER:
        raise CorruptDocument("its header is cut short")
    (count,) = struct.unpack_from(">H", data, 76)
    if count > _MOST_RECORDS:
        raise LimitReached(f"it has more than {_MOST_RECORDS} records")
    if not count or len(data) < _HEADER + 8 * count:
        raise CorruptDocument("its directory is cut short")
    offsets = [struct.unpack_from(">I", data, _HEADER + 8 * number)[0] for number in range(count)]
    if offsets != sorted(offsets):  # or a few bytes could name the whole file as a record a thousand times
        raise CorruptDocument("its records overlap")
    return [data[begin:end] for begin, end in zip(offsets, [*offsets[1:], len(data)], strict=True)]


def unpack_palm(packed: bytes) -> bytes:
    """Unpack PalmDoc's LZ77. Raises ``CorruptDocument``."""
    plain = bytearray()
    at = 0
    while at < len(packed):
        code = packed[at]
        at += 1
        if 1 <= code <= 8:  # noqa: PLR2004  that many bytes as they are
            plain += packed[at : at + code]
            at += code
        elif code < 0x80:  # noqa: PLR2004  itself
            plain.append(code)
        elif code >= 0xC0:  # noqa: PLR2004  a space and a character
            plain += bytes((0x20, code ^ 0x80))
        else:
            pair = int.from_bytes(packed[at - 1 : at + 1].ljust(2, b"\0"), "big")
            at += 1
            distance, length = (pair >> 3) & 0x7FF, (pair & 7) + 3
            if not 0 < distance <= len(plain):
                raise CorruptDocument("its text cannot be unpacked")
            for _ in range(length):  # one by one: what is copied may reach into itself
                plain.append(plain[-distance])
    return bytes(plain)


class Huffman:
    """The Huffman code with a dictionary of phrases that Kindle books are packed with (HUFF and CDIC records)."""

    def __init__(self, code_table: bytes, dictionaries: Sequence[bytes]) -> None:
        """Take the tables apart. Raises ``CorruptDocument``."""
        try:
            self._read_codes(code_table)
            self._phrases: list[tuple[bytes, bool]] = []
            for one in dictionaries:
                self._phrases += _phrases(one, len(self._phrases))
        except struct.error as error:
            raise CorruptDocument("its code tables are cut short") from error
        self._plain: dict[int, bytes] = {}

    def unpack(self, packed: bytes, depth: int = 0) -> bytes:
        """Unpack one record. Raises ``CorruptDocument``."""
        if depth > _DEEPEST:
            raise CorruptDocument("its phrases are made of each other")
        bits, at, left = int.from_bytes(packed + bytes(8), "big"), 0, len(packed) * 8
        size = left + 64
        plain = bytearray()
        while at < left and len(plain) <= _LONGEST:
            window = (bits >> (size - at - 32)) & 0xFFFFFFFF
            length, place = self._place(window)
            at += length
            if at > left:
                break  # the rest pads the last byte
            plain += self._phrase(place, depth)
        if len(plain) > _LONGEST:
            raise CorruptDocument("one of its records unpacks to more than a book's text")
        return bytes(plain)

    def _place(self, window: int) -> tuple[int, int]:
        """Return the length of the code at the top of 32 bits, and the place of its phrase."""
        length, is_final, highest = self._first[window >> 24]
        if not is_final:
            while length < 32 and window < self._lowest[length]:  # noqa: PLR2004  bits
                length += 1
            highest = self._highest[length]
        if not length:
            raise CorruptDocument("its text cannot be unpacked")
        return length, (highest - window) >> (32 - length)

    def _phrase(self, place: int, depth: int) -> bytes:
        if not 0 <= place < len(self._phrases):
            raise CorruptDocument("its text cannot be unpacked")
        if place not in self._plain:
            phrase, is_plain = self._phrases[place]
            self._plain[place] = phrase if is_plain else self.unpack(phrase, depth + 1)
        return self._plain[place]

    def _read_codes(self, table: bytes) -> None:
        first_at, ranges_at = struct.unpack_from(">II", table, 8)
        self._first = []
        for entry in struct.unpack_from(">256I", table, first_at):
            length = entry & 0x1F
            self._first.append((length, bool(entry & 0x80), (((entry >> 8) + 1) << (32 - length)) - 1))
        ranges = struct.unpack_from(">64I", table, ranges_at)
        self._lowest = [0, *(ranges[2 * at] << (31 - at) for at in range(32))]
        self._highest = [0, *(((ranges[2 * at + 1] + 1) << (31 - at)) - 1 for at in range(32))]


def _phrases(record: bytes, known: int) -> list[tuple[bytes, bool]]:
    """Phrases of one dictionary, and whether each is plain; *known* of their total were in those before."""
    total, bits = struct.unpack_from(">II", record, 8)
    phrases = []
    for number in range(min(1 << min(bits, 16), total - known)):
        (at,) = struct.unpack_from(">H", record, 16 + 2 * number)
        (size,) = struct.unpack_from(">H", record, 16 + at)
        begin = 18 + at
        phrases.append((record[begin : begin + (size & 0x7FFF)], bool(size & 0x8000)))
    return phrases
