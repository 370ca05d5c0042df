"""Excel workbooks of binary parts (xlsb, [MS-XLSB])."""

import struct
from codecs import utf_16_le_decode  # asked for by its name it is looked up each time, which takes six times as long
from collections.abc import Container, Iterator
from functools import partial
from typing import BinaryIO
from urllib.parse import unquote

from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office.embedded import with_package
from moonshelf.extraction.office.ole.streams import faults
from moonshelf.extraction.office.openxml import Package
from moonshelf.extraction.office.pictures import Pictures
from moonshelf.extraction.office.sheets import overlays
from moonshelf.extraction.office.sheets.biff import PROMPTS, logical, packed_number
from moonshelf.extraction.office.sheets.calculated import FormulaCells
from moonshelf.extraction.office.sheets.formulas import wording
from moonshelf.extraction.office.sheets.formulas.books import Book, Source
from moonshelf.extraction.office.sheets.formulas.constants import BIFF_12, Form
from moonshelf.extraction.office.sheets.numbers.styles import Styles
from moonshelf.extraction.office.sheets.sheet import BROKEN, Budget, Sheet, cell_name, document, each_alone, readable
from moonshelf.extraction.tools import Tools

# Of a cell: its column, and its style, whose upper bytes are beyond what Excel counts to; a text's number; a value.
_COLUMN, _SHARED_TEXT = struct.Struct("<H"), struct.Struct("<H6xI")
_PACKED, _REAL = struct.Struct("<H2xH2xi"), struct.Struct("<H2xH2xd")
_FORMATS_BEGIN, _FORMATS_END = 617, 618  # BrtBeginCellXFs, BrtEndCellXFs
_FIRST_CELL, _FIRST_FORMULA, _LAST_CELL = 2, 8, 11  # BrtCellRk, BrtFmlaString, BrtFmlaError
_ROW, _LINK = 0, 494  # BrtRowHdr, BrtHLink
_ARRAY, _SHARED = 426, 427  # BrtArrFmla, BrtShrFmla
_STRINGS = frozenset((19,))  # BrtSSTItem
_GLOBAL = frozenset((153, 156, 357, 358, 667, 355, 362, 39))  # named where they are told apart, below
_STYLE = frozenset((44, 47, _FORMATS_BEGIN, _FORMATS_END))
_TABS = frozenset((359,))  # BrtSupTabs
_SHEET = frozenset((_ROW, *range(_FIRST_CELL, _LAST_CELL + 1), 60, 64, 148, 176, _ARRAY, _SHARED, 479, _LINK))
_COMMENT = frozenset((632, 635, 637))


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a workbook as it is shown: values in their formats, hidden sheets, rows and columns withheld."""
    package = Package(source, tools.limits)
    with faults(BROKEN):
        return _Workbook(package, tools).document()


class _Workbook:
    """One reading of one workbook."""

    def __init__(self, package: Package, tools: Tools) -> None:
        self._package, self._tools, self._include = package, tools, tools.include
        self._pictures = Pictures(package.bytes, tools, glance=package.glance)
        self._budget = Budget.of(tools.limits)
        self._main = package.main()
        self._styles = Styles()
        self._strings: list[str] = []
        self._warnings: list[str] = []
        self._book = Book()
        self._unwritten = 0  # formulas

    def document(self) -> Document:
        """Read sheet after sheet while the budget lasts."""
        sheets = readable(self._read_sheets(), self._warnings)
        warnings = [*self._warnings, *wording.unwritten(self._unwritten)]
        found = document(sheets, self._package.metadata(), warnings, include=self._include)
        return with_package(self._pictures.noted(found), self._package, self._tools)

    def _read_sheets(self) -> Iterator[Sheet]:
        """Yield each sheet before it is read, so that what was read of it is kept in any case."""
        self._read_styles()
        shared = self._package.related(self._main, "sharedStrings")
        self._strings = [_rich(content) for _, content in self._records(shared, _STRINGS)]
        yield from each_alone([(sheet, partial(self._read, sheet, part)) for sheet, part in self._sheets()])

    def _records(self, parts: list[str], kinds: Container[int]) -> Iterator[tuple[int, bytes]]:
        return _records(b"".join([self._package.bytes(part) or b"" for part in parts]), kinds)

    def _sheets(self) -> Iterator[tuple[Sheet, str]]:
        relations = self._package.relations(self._main)
        for kind, content in self._records([self._main], _GLOBAL):
            if kind == 153:  # noqa: PLR2004 - BrtWbProp
                self._styles.from_1904 = bool(content[:1] and content[0] & 1)
            elif kind == 156:  # noqa: PLR2004 - BrtBundleSh
                first = 12 if _string(content, 12)[0] in relations else 8  # betas of Excel 2007 wrote 4 bytes more
                identity, at = _string(content, first)
                relation, (name, _) = relations.get(identity), _string(content, at)
                self._book.sheets.append(name)
                if relation is not None and relation.target in self._package:
                    hidden = bool(int.from_bytes(content[first - 8 : first - 4], "little"))
                    yield Sheet(name, self._budget, hidden), relation.target
                else:
                    self._warnings.append(f"The sheet {name[:80]!r} is missing from the file.")
            elif self._include.formulas:
                self._refer(kind, content)

    def _refer(self, kind: int, content: bytes) -> None:
        """Keep what formulas call by number."""
        book = self._book
        match kind:
            case 357 | 358:  # BrtSupSelf, BrtSupSame
                book.sources.append(None)
            case 667:  # BrtSupAddin
                book.sources.append(Source())
            case 355:  # BrtSupBookSrc
                book.sources.append(self._other(_string(content, 0)[0]))
            case 362:  # BrtExternSheet
                book.references.extend(struct.iter_unpack("<Iii", content[4 : 4 + (len(content) - 4) // 12 * 12]))
            case 39:  # BrtName
                book.names.append(_string(content, 9)[0])

    def _other(self, identity: str) -> Source:
        """Return the workbook that a relation of this one leads to."""
        relation = self._package.relations(self._main).get(identity)
        if relation is None:
            return Source()
        links = [one.target for one in self._package.relations(relation.target).values() if one.external]
        source = Source(unquote(links[0].replace("\\", "/").rpartition("/")[2]) if links else "")
        for _, content in self._records([relation.target], _TABS):
            at = 4
            while at < len(content):
                name, at = _string(content, at)
                source.sheets.append(name)
        return source

    def _read_styles(self) -> None:
        inside = False
        for kind, content in self._records(self._package.related(self._main, "styles"), _STYLE):
            if kind == 44:  # noqa: PLR2004 - BrtFmt
                self._styles.codes[int.from_bytes(content[:2], "little")] = _string(content, 2)[0]
            elif kind == _FORMATS_BEGIN:
                inside = True
            elif kind == _FORMATS_END:
                return  # what follows is of no cell
            elif kind == 47 and inside:  # noqa: PLR2004 - BrtXF
                self._styles.numbers.append(int.from_bytes(content[2:4], "little"))

    def _read(self, sheet: Sheet, part: str) -> None:
        calculated = FormulaCells(Form(BIFF_12)) if self._include.formulas else None
        try:
            self._read_rows(sheet, part, calculated)
            if calculated:
                self._unwritten += calculated.write(self._book, sheet)
            self._annotate(sheet, part)
        finally:
            self._pictures.end(withheld=sheet.hidden and not self._include.hidden)

    def _read_rows(self, sheet: Sheet, part: str, calculated: FormulaCells | None) -> None:
        row, cells = 0, dict[int, str]()
        try:
            for kind, content in self._records([part], _SHEET):
                if _FIRST_CELL <= kind <= _LAST_CELL:
                    column, text = self._cell(kind, content)
                    if text and not text.isspace() and column not in cells:
                        cells[column] = text
                    elif sheet.fill(row, cells) and sheet.put(row, column, text):
                        cells = {}
                    else:
                        break
                elif not sheet.fill(row, cells):  # of which what follows may speak
                    break
                elif kind == _ROW:
                    row, cells = _row(sheet, content), {}
                else:
                    cells = {}
                    self._arrange(sheet, part, kind, content)
                if calculated:
                    _calculate(calculated, row, kind, content)
        finally:
            sheet.fill(row, cells)  # of a row in which a record is broken too

    def _cell(self, kind: int, content: bytes) -> tuple[int, str]:
        """Return its column and what it shows."""
        match kind:
            case 7:  # BrtCellIsst
                column, place = _SHARED_TEXT.unpack_from(content)
                return column, self._strings[place] if place < len(self._strings) else ""
            case 2:  # BrtCellRk
                column, style, packed = _PACKED.unpack_from(content)
                return column, self._styles[style](packed_number(packed))
            case 5 | 9:  # BrtCellReal, BrtFmlaNum
                column, style, value = _REAL.unpack_from(content)
                return column, self._styles[style](value)
            case _:
                (column,) = _COLUMN.unpack_from(content)
                return column, _said(kind, content)

    def _arrange(self, sheet: Sheet, part: str, kind: int, content: bytes) -> None:
        if kind == 148:  # noqa: PLR2004 - BrtWsDim
            sheet.rows_stated = int.from_bytes(content[4:8], "little") + 1
        elif kind == 176:  # noqa: PLR2004 - BrtMergeCell
            first_row, last_row, first, last = struct.unpack_from("<4I", content)
            sheet.merge(first_row, first, last_row, last)
        elif kind == 64:  # noqa: PLR2004 - BrtDVal
            _prompt(sheet, content)
        elif kind == 60 and content[16] & 1:  # noqa: PLR2004 - BrtColInfo, hidden
            sheet.hide_columns(*struct.unpack_from("<II", content))
        elif kind == 479:  # noqa: PLR2004 - BrtBeginHeaderFooter
            at = 2
            for place in ("header", "footer") * 3:  # of odd pages, of even ones, of the first
                text, at = _string(content, at)
                if text:
                    sheet.add_margin(place, text)
        elif kind == _LINK:
            self._link(sheet, part, content)

    def _link(self, sheet: Sheet, part: str, content: bytes) -> None:
        row, column = struct.unpack_from("<I4xI", content)
        if relation := self._package.relations(part).get(_string(content, 16)[0]):
            sheet.link(row, column, relation.target)

    def _annotate(self, sheet: Sheet, part: str) -> None:
        if not self._package.relations(part):
            return  # nothing lies over most sheets
        sheet.notes.extend(overlays.blocks(self._package, part, self._pictures))
        for comments in self._package.related(part, "comments"):
            if comments.endswith(".bin"):
                self._comment(sheet, comments)

    def _comment(self, sheet: Sheet, part: str) -> None:
        authors: list[str] = []
        author, place = "", ""
        for kind, content in self._records([part], _COMMENT):
            if kind == 632:  # noqa: PLR2004 - BrtCommentAuthor
                authors.append(_string(content, 0)[0])
            elif kind == 635:  # noqa: PLR2004 - BrtBeginComment
                number, row, column = struct.unpack_from("<II4xI", content)
                author, place = authors[number] if number < len(authors) else "", cell_name(row, column)
            elif kind == 637:  # noqa: PLR2004 - BrtCommentText
                sheet.notes.extend(overlays.comment(place, author, _rich(content)))


def _said(kind: int, content: bytes) -> str:
    """Return what a cell holds that is no number."""
    match kind:
        case 6 | 8:  # BrtCellSt, BrtFmlaString
            return _string(content, 8)[0]
        case 3 | 11:  # BrtCellError, BrtFmlaError
            return logical(content[8], error=True)
        case _:  # BrtCellBool, BrtFmlaBool
            return logical(content[8], error=False)


def _row(sheet: Sheet, content: bytes) -> int:
    """Return the number of the row that begins."""
    row = int.from_bytes(content[:4], "little")
    if len(content) > 11 and content[11] & 0x10:  # noqa: PLR2004 - fDyZero, if it is not cut off
        sheet.hidden_rows.add(row)
    return row


def _prompt(sheet: Sheet, content: bytes) -> None:
    """Read what cells show that something is to be typed into."""
    flags, ranges = struct.unpack_from("<II", content)
    at, said = 8 + 16 * ranges, list[str]()
    while flags & PROMPTS and len(said) < 4:  # noqa: PLR2004 - an error's title and text, then those of the prompt
        text, at = _string(content, at)
        said.append(text)
    sheet.add_prompt(*said[2:] or ("", ""))


def _calculate(calculated: FormulaCells, row: int, kind: int, content: bytes) -> None:
    """Hold the formula of a cell, or one that cells share, if this is a record of either."""
    if _FIRST_FORMULA <= kind <= _LAST_CELL:
        sizes = {8: 4 + 2 * int.from_bytes(content[8:12], "little"), 9: 8}  # of values: a text, a number
        (column,) = _COLUMN.unpack_from(content)
        calculated.add(row, column, *_tokens(content, 8 + sizes.get(kind, 1) + 2))
    elif kind in (_ARRAY, _SHARED):
        first, left = struct.unpack_from("<I4xI", content)
        is_array = kind == _ARRAY
        calculated.share((first, left), *_tokens(content, 17 if is_array else 16), array=is_array)


def _tokens(content: bytes, at: int) -> tuple[bytes, bytes]:
    """Return the tokens whose size stands *at* a place, and what follows them, which has a size of its own."""
    end = at + 4 + int.from_bytes(content[at : at + 4], "little")
    return content[at + 4 : end], content[end + 4 :]


def _records(content: bytes, kinds: Container[int]) -> Iterator[tuple[int, bytes]]:
    """Yield type and content of each record of these *kinds*; type and length are numbers of seven bits a byte."""
    at = 0
    try:
        while True:
            kind, length = content[at], content[at + 1]
            at += 2
            if kind & 0x80:
                kind, length = kind & 0x7F | (length & 0x7F) << 7, content[at]
                at += 1
            if length & 0x80:
                length, at = _length(content, at - 1)
            end = at + length
            if kind in kinds:
                yield kind, content[at:end]
            at = end
    except IndexError:  # the end
        return


def _length(content: bytes, at: int) -> tuple[int, int]:
    """Read a length of up to four bytes and say where it ends."""
    length = 0
    for shift, byte in enumerate(content[at : at + 4]):
        length |= (byte & 0x7F) << 7 * shift
        at += 1
        if not byte & 0x80:
            break
    return length, at


def _string(content: bytes, at: int) -> tuple[str, int]:
    """Read an XLWideString and say where it ends; no string at all reads as an empty one."""
    length = int.from_bytes(content[at : at + 4], "little")
    if length == 0xFFFFFFFF:  # noqa: PLR2004 - XLNullableWideString without one
        return "", at + 4
    end = at + 4 + 2 * length
    return utf_16_le_decode(content[at + 4 : end], "replace", True)[0], end  # noqa: FBT003 - takes no keywords


def _rich(content: bytes) -> str:
    end = 5 + 2 * int.from_bytes(content[1:5], "little")
    return utf_16_le_decode(content[5:end], "replace", True)[0]  # noqa: FBT003 - takes no keywords


EXCEL_PACKED = Flowing(
    name="Excel binary workbook",
    media_types={".xlsb": "application/vnd.ms-excel.sheet.binary.macroenabled.12"},
    extract=extract,
)
