"""Records of Word 97-2003 documents ([MS-DOC]): the text in its pieces, and the properties of stretches of it."""

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from itertools import pairwise, repeat
from operator import itemgetter
from typing import Final

import msgspec

from moonshelf.errors import CorruptDocument, EncryptedDocument
from moonshelf.extraction.charset import utf_16
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.notation.symbol_fonts import character
from moonshelf.extraction.office.raised import shifted

WITHHELD = "\uffff"  # no character: stands where text is hidden, so that positions stay what they are
DELETED = "\ufffe"  # where a tracked change took text away
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_PAGE = 512
_LONGEST = 30_000_000  # characters
_DEEPEST_STYLE = 50
_OPERANDS = (1, 1, 2, 4, 2, 2, 0, 3)
_HIDDEN, _REMOVED, _SYMBOL, _RAISED = _OVERLAID = 0x083C, 0x0800, 0x6A09, 0x2A48
_PLACES = {b"\x01": "sup", b"\x02": "sub"}
_ON = (b"\x01", b"\x81")  # the latter is the opposite of what the style says, which rarely hides anything
_DATA = 0x6A03
_STYLE = struct.Struct("<HHH")  # its length, kind, and what it is based on
_HEADINGS = range(1, 10)
_TITLE = 62
_OUTLINE, _LIST, _LEVEL, _IN_TABLE, _DEPTH, _ENDS_ROW, _INNER_CELL, _INNER_ROW, _CELLS = _TELLING = (
    0x2640, 0x460B, 0x260A, 0x2416, 0x6649, 0x2417, 0x244B, 0x244C, 0xD608,
)  # fmt: skip


@cache
def _any(codes: tuple[int, ...]) -> re.Pattern[bytes]:
    """Match where any of *codes* may stand: sooner told of a page of properties than these are taken apart."""
    return re.compile(b"|".join(re.escape(code.to_bytes(2, "little")) for code in codes), re.DOTALL)


_TELLING_BYTES = _any(_TELLING)
_Run = tuple[int, int, int, bytes]
"""Where a stretch of like properties starts and ends in bytes of the stream, and the place of these in their page."""


class Table:
    """Places of tables in FibRgFcLcb97 ([MS-DOC] 2.5.6); plain numbers, as types of records are."""

    STYLES: Final = 1
    FOOTNOTE_MARKS: Final = 2
    FOOTNOTES: Final = 3
    COMMENT_MARKS: Final = 4
    COMMENTS: Final = 5
    MARGINS: Final = 11
    CHARACTER_PAGES: Final = 12
    PARAGRAPH_PAGES: Final = 13
    PIECES: Final = 33
    AUTHORS: Final = 36
    ANCHORS: Final = 40
    ENDNOTE_MARKS: Final = 46
    ENDNOTES: Final = 47
    DRAWINGS: Final = 50
    LISTS: Final = 73
    LIST_OVERRIDES: Final = 74


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


class _Piece(msgspec.Struct, frozen=True):
    start: int
    end: int
    offset: int
    width: int  # bytes a character


class Records:
    """One document's streams, opened. Broken ones raise whatever ``streams.faults`` turns into an error."""

    def __init__(self, main: bytes, tables: tuple[bytes, bytes], withheld: Withheld) -> None:
        """Take the main stream, and the two of which the main one names the one that holds its tables."""
        (flags,) = struct.unpack_from("<H", main, 0x0A)
        if flags & _ENCRYPTED:
            raise EncryptedDocument
        self._main, self._table = main, tables[bool(flags & _SECOND_TABLE)]
        text, footnotes, margins, macros, comments, endnotes, boxes, more_boxes = struct.unpack_from("<8i", main, 0x4C)
        self.lengths = [
            max(one, 0) for one in (text, footnotes, margins, macros, comments, endnotes, boxes, more_boxes)
        ]
        self._pieces = list(self._read_pieces())
        self._piece_starts = [piece.start for piece in self._pieces]
        self._paragraphs = sorted(self._runs(Table.PARAGRAPH_PAGES, 13), key=itemgetter(0))
        self._paragraph_starts = [run[0] for run in self._paragraphs]
        self._described: dict[bytes, Paragraph] = {}
        self._styles = _Styles(self.table(Table.STYLES))
        self._withheld = withheld
        self.text = "".join(self._read_text())

    def story(self, place: int) -> tuple[int, int]:
        """Return where the story *place* (0 is the body, 1 the footnotes, ...) starts and ends in the text."""
        start = sum(self.lengths[:place])
        return start, start + self.lengths[place]

    def table(self, place: int, *, to_end: bool = False) -> bytes:
        """Return the bytes of a table; *to_end* with what follows it."""
        start, length = struct.unpack_from("<II", self._main, 0x9A + 8 * place)
        return self._table[start : None if to_end else start + length] if length else b""

    def positions(self, place: int, data: int = 0) -> list[int]:
        """Return the positions that a table lists, which has *data* bytes for each but the last."""
        content = self.table(place)
        count = max(len(content) - 4, 0) // (4 + data) + 1 if content else 0
        return list(struct.unpack_from(f"<{count}i", content)) if len(content) >= 4 * count else []

    def paragraph(self, position: int) -> Paragraph:
        """Return the properties of the paragraph whose mark stands at *position*."""
        offset = self._offset(position)
        place = bisect_right(self._paragraph_starts, offset) - 1
        if place < 0 or offset >= self._paragraphs[place][1]:
            return Paragraph()
        _, _, at, page = self._paragraphs[place]
        properties = _paragraph_properties(page, at)
        if properties not in self._described:  # most paragraphs are like another
            self._described[properties] = self._describe(properties)
        return self._described[properties]

    def data(self, position: int) -> int:
        """Return where the data stands, in the stream of that name, of the character at *position*; -1 if nowhere."""
        offset = self._offset(position)
        place = bisect_right(self._placed, (offset, 1 << 32)) - 1
        return self._placed[place][1] if place >= 0 and self._placed[place][0] == offset else -1

    @cached_property
    def _placed(self) -> list[tuple[int, int]]:
        """The characters that have data of their own, each a run by itself, and where that is."""
        return sorted((start, int.from_bytes(told[_DATA], "little")) for start, _, told in self._telling((_DATA,)))

    def _offset(self, position: int) -> int:
        place = bisect_right(self._piece_starts, position) - 1
        if place < 0:
            return -1
        piece = self._pieces[place]
        return piece.offset + (position - piece.start) * piece.width

    def _read_pieces(self) -> Iterator[_Piece]:
        for start, end, packed in pieces(self.table(Table.PIECES)):
            narrow = bool(packed & 0x40000000)
            offset = packed & 0x3FFFFFFF
            yield _Piece(start, end, offset // 2 if narrow else offset, 1 if narrow else 2)

    def _read_text(self) -> Iterator[str]:
        runs = list(self._telling(_OVERLAID))
        starts = [run[0] for run in runs]
        for piece in self._pieces:
            stop = piece.offset + (piece.end - piece.start) * piece.width
            text = self._decoded(piece.offset, stop, piece)
            at = 0
            for start, end, told in runs[max(bisect_right(starts, piece.offset) - 1, 0) : bisect_right(starts, stop)]:
                first = max(start - piece.offset, 0) // piece.width
                last = min(max(end - piece.offset, 0) // piece.width, len(text))
                if at <= first < last:
                    yield text[at:first]
                    yield self._overlaid(text[first:last], told)
                    at = last
            yield text[at:]

    def _telling(self, codes: tuple[int, ...]) -> Iterator[tuple[int, int, dict[int, bytes]]]:
        """Yield where each run of characters starts and ends that has properties of *codes*, and what all of it say."""
        possible = _any(codes)
        for start, end, at, page in self._runs(Table.CHARACTER_PAGES, 1, possible):
            properties = page[2 * at + 1 : 2 * at + 1 + page[2 * at]] if at else b""
            if possible.search(properties):  # in few, and sooner told than they are taken apart
                told = _sprms(properties)
                if any(code in told for code in codes):
                    yield start, end, told

    def _overlaid(self, text: str, values: Mapping[int, bytes]) -> str:
        """Return what stands for *text* that is hidden, taken away, or drawn in a font of symbols."""
        if values.get(_REMOVED) in _ON:
            return DELETED * len(text)
        if values.get(_HIDDEN) in _ON and self._withheld.takes(text, "hidden text"):
            return "".join(one if one < " " else WITHHELD for one in text)
        if symbol := values.get(_SYMBOL):
            code = int.from_bytes(symbol[2:4], "little")
            return text.replace("(", character(code, "Symbol") or "(")
        return shifted(text, _PLACES.get(values.get(_RAISED, b"")))

    def _decoded(self, start: int, stop: int, piece: _Piece) -> str:
        content = self._main[start:stop]
        text = content.decode("cp1252", "replace") if piece.width == 1 else utf_16(content)
        # Surrogate pairs become one character and a cut stream fewer: positions count 16-bit units.
        short = piece.end - piece.start - len(text)
        if piece.width > 1 and short and len(content) == stop - start:
            text = "".join(map(chr, struct.unpack(f"<{len(content) // 2}H", content)))
            short = 0
        return text + WITHHELD * short

    def _runs(self, pages: int, entry: int, of: re.Pattern[bytes] | None = None) -> Iterator[_Run]:
        """Yield all runs; or those of the pages alone in which something *of* a kind may stand."""
        content = self.table(pages)
        count = max(len(content) - 4, 0) // 8
        for (number,) in struct.iter_unpack("<I", content[4 * (count + 1) : 4 * (2 * count + 1)]):
            at = (number & 0x3FFFFF) * _PAGE
            page = self._main[at : at + _PAGE]
            if len(page) < _PAGE or 4 * (page[-1] + 1) >= _PAGE or (of and not of.search(page)):
                continue
            bounds = struct.unpack_from(f"<{page[-1] + 1}I", page)
            places = page[4 * len(bounds) :: entry][: page[-1]].ljust(page[-1], b"\0")
            yield from zip(bounds, bounds[1:], places, repeat(page), strict=False)

    def _describe(self, properties: bytes) -> Paragraph:
        heading = self._styles.depth(int.from_bytes(properties[:2], "little"))
        if not _TELLING_BYTES.search(properties, 2):
            return Paragraph(heading)  # as most, which say how far they stand from others
        values = _sprms(properties[2:])

        def number(code: int) -> int:
            return int.from_bytes(values.get(code, b""), "little")

        if outline := values.get(_OUTLINE):
            heading = outline[0] + 1 if outline[0] < len(_HEADINGS) else 0
        edges, merged = _row(values.get(_CELLS, b""))
        inner = "row" if number(_INNER_ROW) else "cell" if number(_INNER_CELL) else ""
        in_table = bool(number(_IN_TABLE) or number(_DEPTH))
        listed = number(_LIST) & 0x7FF
        return Paragraph(heading, listed, number(_LEVEL), in_table, bool(number(_ENDS_ROW)), inner, edges, merged)


def pieces(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the pieces that a text was saved in: where each starts and ends in it, and where it stands in the stream.

    Raises ``CorruptDocument`` where they are out of order or longer together than any text ([MS-DOC] 2.9.38, Clx).
    """
    at = total = 0
    while content[at] == 1:  # how pieces are set, which changes no word
        at += 3 + int.from_bytes(content[at + 1 : at + 3], "little")
    (length,) = struct.unpack_from("<I", content, at + 1)
    listed = content[at + 5 : at + 5 + length]
    count = (len(listed) - 4) // 12
    bounds = struct.unpack_from(f"<{count + 1}I", listed)
    for place, (start, end) in enumerate(pairwise(bounds)):
        (packed,) = struct.unpack_from("<I", listed, 4 * (count + 1) + 8 * place + 2)
        total += end - start
        if not start < end or total > _LONGEST:
            raise CorruptDocument("its pieces of text overlap")
        yield start, end, packed


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


def _sprms(properties: bytes) -> dict[int, bytes]:
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


def _paragraph_properties(page: bytes, place: int) -> bytes:
    at = 2 * place
    size = page[at] if at else 0
    return page[at + 1 : at + 2 * size] if size else page[at + 2 : at + 2 + 2 * page[at + 1]] if at else b""
