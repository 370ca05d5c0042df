"""Records of Word 97-2003 documents ([MS-DOC]): the text in its pieces, and where properties of its stretches are."""

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise, repeat
from operator import itemgetter
from typing import Final

import msgspec

from moonshelf.errors import CorruptDocument, EncryptedDocument
from moonshelf.extraction.charset import utf_16
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.notation import symbol_fonts
from moonshelf.extraction.office.raised import shifted
from moonshelf.extraction.office.word import fonts
from moonshelf.extraction.office.word.properties import Paragraph, Paragraphs, marks, operands

WITHHELD = "\uffff"  # no character: stands where text is hidden, so that positions stay what they are
DELETED = "\ufffe"  # where a tracked change took text away
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_PAGE = 512
_LONGEST = 30_000_000  # characters
_END = 1 << 32  # beyond any place in a stream
_HIDDEN, _REMOVED, _SYMBOL, _RAISED = _OVERLAID = 0x083C, 0x0800, 0x6A09, 0x2A48
_PLACES = {b"\x01": "sup", b"\x02": "sub"}
_ON = (b"\x01", b"\x81")  # the latter is the opposite of what the style says, which rarely hides anything
_DATA = 0x6A03
_FONTS = 0x4A4F, 0x4A51  # of ASCII, and of what is not
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
    FONTS: Final = 15
    PIECES: Final = 33
    AUTHORS: Final = 36
    ANCHORS: Final = 40
    MARGIN_ANCHORS: Final = 41
    ENDNOTE_MARKS: Final = 46
    ENDNOTES: Final = 47
    DRAWINGS: Final = 50
    MARGIN_BOXES: Final = 58
    LISTS: Final = 73
    LIST_OVERRIDES: Final = 74


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
        self._properties = Paragraphs(self.table(Table.STYLES))
        self._withheld = withheld
        self.text = self._with_signs("".join(self._read_text()))

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
        return self._properties.of(_paragraph_properties(page, at))

    def data(self, position: int) -> int:
        """Return where the data stands, in the stream of that name, of the character at *position*; -1 if nowhere."""
        offset = self._offset(position)
        place = bisect_right(self._placed, (offset, _END)) - 1
        return self._placed[place][2] if place >= 0 and offset < self._placed[place][1] else -1

    @cached_property
    def _placed(self) -> list[tuple[int, int, int]]:
        """The runs of characters that have data of their own, mostly of one, and where that is."""
        telling = self._telling((_DATA,))
        return sorted((start, end, int.from_bytes(told[_DATA], "little")) for start, end, told in telling)

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
        possible = marks(codes)
        for start, end, at, page in self._runs(Table.CHARACTER_PAGES, 1, possible):
            properties = page[2 * at + 1 : 2 * at + 1 + page[2 * at]] if at else b""
            if possible.search(properties):  # in few, and sooner told than they are taken apart
                told = operands(properties)
                if any(code in told for code in codes):
                    yield start, end, told

    def _overlaid(self, text: str, values: Mapping[int, bytes]) -> str:
        """Return what stands for *text* that is hidden, taken away, or drawn in a font of symbols."""
        if values.get(_REMOVED) in _ON:
            return DELETED * len(text)
        if values.get(_HIDDEN) in _ON and self._withheld.takes(text, "hidden text"):
            return "".join(one if one < " " else WITHHELD for one in text)
        if symbol := values.get(_SYMBOL):
            font, code = (int.from_bytes(symbol[at : at + 2], "little") for at in (0, 2))
            return text.replace("(", symbol_fonts.character(code, self._font(font) or "Symbol") or "(")
        return shifted(text, _PLACES.get(values.get(_RAISED, b"")))

    def _with_signs(self, text: str) -> str:
        """Return *text* with what its fonts show in place of private characters, as many as it has."""
        if text.isascii() or not symbol_fonts.private(text):
            return text  # most has no such characters
        runs = sorted(
            (start, end, int.from_bytes(next(told[code] for code in reversed(_FONTS) if code in told), "little"))
            for start, end, told in self._telling(_FONTS)
        )

        def sign(one: re.Match[str]) -> str:
            offset = self._offset(one.start())
            place = bisect_right(runs, (offset, _END)) - 1
            inside = place >= 0 and runs[place][0] <= offset < runs[place][1]
            return symbol_fonts.shown(one[0], self._font(runs[place][2])) if inside else one[0]

        return symbol_fonts.PRIVATE.sub(sign, text)

    def _font(self, number: int) -> str:
        names = self._fonts
        return names[number] if number < len(names) else ""

    @cached_property
    def _fonts(self) -> list[str]:
        return fonts.names(self.table(Table.FONTS))

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


def _paragraph_properties(page: bytes, place: int) -> bytes:
    at = 2 * place
    size = page[at] if at else 0
    return page[at + 1 : at + 2 * size] if size else page[at + 2 : at + 2 + 2 * page[at + 1]] if at else b""
