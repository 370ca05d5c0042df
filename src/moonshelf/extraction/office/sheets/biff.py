"""Records of Excel 5 to 2003 workbooks ([MS-XLS] 2.1.4) and the strings in them."""

import struct
from collections.abc import Container, Iterator
from enum import IntEnum

import msgspec

from moonshelf.extraction.charset import utf_16

_CONTINUE = 0x003C
PROMPTS = 0x40000
"""The flag of a validation whose input message is shown ([MS-XLS] 2.4.98 Dv); xlsb has the same."""
_HEAD = struct.Struct("<HH")
_DOUBLE, _UPPER_HALF = struct.Struct("<d"), struct.Struct("<4xi")
_BEGINNING = struct.Struct("<HB")  # of a string: its length, and what there is of it
_WIDE, _EXTENDED, _RICH = 0x01, 0x04, 0x08
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
"""What a cell shows for each code of error ([MS-XLS] 2.5.10 BErr); xlsb has the same."""


def logical(value: int, *, error: bool) -> str:
    """Return what a cell shows for a truth, or for an error's code."""
    if error:
        return ERRORS.get(value, "#ERROR")
    return "TRUE" if value else "FALSE"


class Global(IntEnum):
    """Records that say something of a whole workbook ([MS-XLS] 2.3)."""

    EOF = 0x000A
    EXTERN_SHEET = 0x0017
    LBL = 0x0018
    DATE_1904 = 0x0022
    EXTERN_NAME = 0x0023
    FILE_PASS = 0x002F
    CODE_PAGE = 0x0042
    BOUND_SHEET = 0x0085
    XF = 0x00E0
    DRAWING_GROUP = 0x00EB
    SST = 0x00FC
    SUP_BOOK = 0x01AE
    FORMAT = 0x041E


class Record(msgspec.Struct):
    """One record with those that continue it."""

    kind: int
    content: bytes
    more: list[bytes] = msgspec.field(default_factory=list)


def records(stream: bytes, at: int, kinds: Container[int]) -> Iterator[Record]:
    """Yield the records of these *kinds* from *at* on: most others say how things look."""
    held: Record | None = None
    last, head = len(stream) - _HEAD.size, _HEAD.unpack_from
    while at <= last:
        kind, length = head(stream, at)
        at += 4 + length
        if kind in kinds:
            if held:
                yield held
            held = Record(kind, stream[at - length : at])
        elif kind != _CONTINUE:
            if held:
                yield held
            held = None
        elif held:
            held.more.append(stream[at - length : at])
    if held:
        yield held


class Strings:
    """Reads strings from a record; where one goes on in the next record, that says anew how wide it is."""

    def __init__(self, record: Record, at: int = 0) -> None:
        self._parts = [record.content, *record.more]
        self._part, self._at = 0, at

    def skip(self, count: int) -> None:
        """Leave *count* bytes out."""
        self._take(count)

    def number(self, size: int) -> int:
        """Read a number of *size* bytes."""
        return int.from_bytes(self._take(size), "little")

    def long(self) -> str:
        """Read a string that may carry formats and readings ([MS-XLS] 2.5.293 XLUnicodeRichExtendedString)."""
        length, flags = _BEGINNING.unpack(self._take(_BEGINNING.size).ljust(_BEGINNING.size, b"\0"))
        runs = self.number(2) if flags & _RICH else 0
        extra = self.number(4) if flags & _EXTENDED else 0
        text = self.characters(length, wide=bool(flags & _WIDE))
        if runs or extra:
            self.skip(4 * runs + extra)
        return text

    def characters(self, count: int, *, wide: bool) -> str:
        """Read *count* characters."""
        part, start, end = self._parts[self._part], self._at, self._at + (2 * count if wide else count)
        if end <= len(part):  # few strings go on in the record after theirs
            self._at = end
            return utf_16(part[start:end]) if wide else part[start:end].decode("latin-1")
        parts = []
        while count > 0:
            size = 2 if wide else 1
            taken = self._parts[self._part][self._at : self._at + count * size]
            if not taken:
                if self._part + 1 >= len(self._parts):
                    break
                self._part, self._at = self._part + 1, 1
                wide = bool(self._parts[self._part][:1] > b"\0")
                continue
            taken = taken[: len(taken) // size * size or 1]
            parts.append(taken.decode("utf-16-le" if wide else "latin-1", "replace"))
            self._at += len(taken)
            count -= max(len(taken) // size, 1)
        return "".join(parts)

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self._part + 1 >= len(self._parts) and self._at >= len(self._parts[self._part])

    def _take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            piece = self._parts[self._part][self._at : self._at + count - len(taken)]
            self._at += len(piece)
            taken += piece
            if len(taken) < count:
                if self._part + 1 >= len(self._parts):
                    break
                self._part, self._at = self._part + 1, 0
        return taken


def packed_number(value: int) -> float:
    """Unpack an RK number ([MS-XLS] 2.5.217), taken as a signed one; xlsb has it too."""
    if value & 2:
        number = float(value >> 2)
    else:
        (number,) = _DOUBLE.unpack(_UPPER_HALF.pack(value & ~3))
    return number / 100 if value & 1 else number
