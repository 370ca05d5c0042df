"""Properties of Word 97-2003 documents ([MS-DOC] 2.6): what stretches of their text say of themselves, and styles."""

import re
import struct
from functools import cache

import msgspec

_DEEPEST_STYLE = 50
_OPERANDS = (1, 1, 2, 4, 2, 2, 0, 3)
_STYLE = struct.Struct("<HHH")  # its length, kind, and what it is based on
_HEADINGS = range(1, 10)
_TITLE = 62
_OUTLINE, _LIST, _LEVEL, _IN_TABLE, _DEPTH, _ENDS_ROW, _INNER_CELL, _INNER_ROW, _CELLS = _TELLING = (
    0x2640, 0x460B, 0x260A, 0x2416, 0x6649, 0x2417, 0x244B, 0x244C, 0xD608,
)  # fmt: skip


@cache
def marks(codes: tuple[int, ...]) -> re.Pattern[bytes]:
    """Match where any of *codes* may stand: sooner told of a page of properties than these are taken apart."""
    return re.compile(b"|".join(re.escape(code.to_bytes(2, "little")) for code in codes), re.DOTALL)


_TELLING_MARKS = marks(_TELLING)


class Paragraph(msgspec.Struct, frozen=True):
    """What a paragraph's properties say that matters to a reader."""

    heading: int = 0
    number: int = 0  # of its list; 0 is none
    level: int = 0
    in_table: bool = False
    ends_row: bool = False
    ends_inner: str = ""  # "cell" or "row" of a table inside a cell
    edges: tuple[int, ...] = ()  # where a row's cells begin and end, in twips
    merged: tuple[bool, ...] = ()  # cells that go on from the row above


class Paragraphs:
    """The paragraphs of one document by their properties: most are like another."""

    def __init__(self, styles: bytes) -> None:
        """Take the table of *styles*."""
        self._styles = _Styles(styles)
        self._known: dict[bytes, Paragraph] = {}

    def of(self, properties: bytes) -> Paragraph:
        """Return what *properties* say: the number of a style, and what the paragraph says itself."""
        if properties not in self._known:
            self._known[properties] = self._described(properties)
        return self._known[properties]

    def _described(self, properties: bytes) -> Paragraph:
        heading = self._styles.depth(int.from_bytes(properties[:2], "little"))
        if not _TELLING_MARKS.search(properties, 2):
            return Paragraph(heading)  # most say only how far they stand from others
        values = operands(properties[2:])

        def number(code: int) -> int:
            return int.from_bytes(values.get(code, b""), "little")

        if outline := values.get(_OUTLINE):
            heading = outline[0] + 1 if outline[0] < len(_HEADINGS) else 0
        edges, merged = _row(values.get(_CELLS, b""))
        inner = "row" if number(_INNER_ROW) else "cell" if number(_INNER_CELL) else ""
        in_table = bool(number(_IN_TABLE) or number(_DEPTH))
        listed = number(_LIST) & 0x7FF
        return Paragraph(heading, listed, number(_LEVEL), in_table, bool(number(_ENDS_ROW)), inner, edges, merged)


class _Styles:
    """The sheet of styles; where there is none, the built-in headings."""

    def __init__(self, content: bytes) -> None:
        self._content, self._there = content, len(content) >= 4  # noqa: PLR2004 - its two counts
        header, self._count = struct.unpack_from("<HH", content) if self._there else (0, 0)
        self._starts = [2 + header]  # of the first styles, as many as were asked for

    def depth(self, place: int) -> int:
        """Return the depth of heading that a style is, through the styles it is based on."""
        if not self._there:
            return place if place in _HEADINGS else 0
        for _ in range(_DEEPEST_STYLE):
            style = self._style(place)
            if style is None:
                return 0
            kind, place = style
            if kind in _HEADINGS or kind == _TITLE:
                return 1 if kind == _TITLE else kind
        return 0

    def _style(self, place: int) -> tuple[int, int] | None:
        """Return the kind of a style, which for the built-in ones tells what it is, and the style it is based on."""
        content, starts = self._content, self._starts
        while len(starts) <= place < self._count and (at := starts[-1]) + _STYLE.size <= len(content):
            length = content[at] | content[at + 1] << 8
            starts.append(at + 2 + length + length % 2)
        if place >= min(len(starts), self._count) or starts[place] + _STYLE.size > len(content):
            return None  # cut short: the text can be read without it
        length, kind, based = _STYLE.unpack_from(content, starts[place])
        return (kind & 0xFFF, based >> 4) if length >= 4 else None  # noqa: PLR2004 - the two words read here


def operands(properties: bytes) -> dict[int, bytes]:
    """Return the operands of properties by their codes ([MS-DOC] 2.2.5.1); the last of a code counts."""
    told, at, end = {}, 0, len(properties)
    while at + 2 < end:
        code = properties[at] | properties[at + 1] << 8
        at += 2
        size = _OPERANDS[code >> 13]
        if code == _CELLS:  # alone counts its operand in two bytes
            size = 1 + int.from_bytes(properties[at : at + 2], "little")
        elif not size:
            size = 1 + properties[at]
        told[code] = properties[at : at + size]
        at += size
    return told


def _row(operand: bytes) -> tuple[tuple[int, ...], tuple[bool, ...]]:
    """Read a row's cells from sprmTDefTable: their edges, and which go on from above."""
    if len(operand) < 3:  # noqa: PLR2004 - its length and its count
        return (), ()
    count = operand[2]
    if len(operand) < 3 + 2 * (count + 1):
        return (), ()
    edges = struct.unpack_from(f"<{count + 1}h", operand, 3)
    cells = range(3 + 2 * (count + 1), min(3 + 2 * (count + 1) + 20 * count, len(operand) - 1), 20)
    flags = [int.from_bytes(operand[at : at + 2], "little") for at in cells]
    return edges, tuple(bool(one & 0x20) and not one & 0x40 for one in flags)
