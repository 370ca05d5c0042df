"""Excel workbooks of Excel 5 to 2003 (xls), and the way to those of older versions."""

import struct
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import BinaryIO, ClassVar

from moonshelf.errors import CorruptDocument
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.inclusion import Include
from moonshelf.extraction.office.charts import kind
from moonshelf.extraction.office.embedded import stored, with_embedded
from moonshelf.extraction.office.ole.properties import codec
from moonshelf.extraction.office.ole.streams import Streams, faults
from moonshelf.extraction.office.sheets import encryption, hyperlinks, oldest
from moonshelf.extraction.office.sheets.biff import PROMPTS, Global, Record, Strings, logical, packed_number, records
from moonshelf.extraction.office.sheets.calculated import FormulaCells
from moonshelf.extraction.office.sheets.drawn_objects import DrawnObjects
from moonshelf.extraction.office.sheets.formulas import links, wording
from moonshelf.extraction.office.sheets.formulas.books import Book
from moonshelf.extraction.office.sheets.formulas.constants import BIFF_5, BIFF_8, Form
from moonshelf.extraction.office.sheets.numbers.styles import Styles
from moonshelf.extraction.office.sheets.overlays import comment
from moonshelf.extraction.office.sheets.sheet import BROKEN, Budget, Sheet, cell_name, document, each_alone, readable
from moonshelf.extraction.tools import Tools

_BIFF_8 = 0x0600
_GLOBAL = frozenset(map(int, Global))
_BEGIN, _END = 0x0809, 0x000A
_CHART_TEXT = 0x100D
_DRAWN = {  # kinds of charts by the records that say how they look
    0x1017: "bar", 0x1018: "line", 0x1019: "pie", 0x101A: "area", 0x101B: "scatter", 0x103E: "radar", 0x103F: "surface",
    0x1040: "radar",
}  # fmt: skip
_ARRAY = 0x0221
_PROMPT = 2  # which of a validation's strings it is; the first is its title
_MOST_SHEETS = 10_000


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a workbook as it is shown: values in their formats, hidden sheets, rows and columns withheld."""
    if bare := _bare(source):
        return _oldest(bare, tools)
    streams = Streams.of(source, tools.limits)
    stream = streams.require("Workbook", "Book", "WORKBOOK", "BOOK")
    if oldest.begins(stream):
        return _oldest(stream, tools)
    with faults(BROKEN):
        objects = DrawnObjects(streams.read, tools)
        workbook = _Workbook(stream, Budget.of(tools.limits), tools.include, objects)
    warnings: list[str] = []
    sheets = readable(workbook.sheets(), warnings)
    warnings += wording.unwritten(workbook.unwritten)
    found = document(sheets, streams.metadata(), warnings, include=tools.include)
    return with_embedded(objects.pictures.noted(found), stored(streams), tools)


def _bare(source: BinaryIO) -> bytes:
    """Return the content of a file that is no container; nothing of one that is."""
    source.seek(0)
    return source.read() if oldest.begins(source.read(2)) and not source.seek(0) else b""


def _oldest(stream: bytes, tools: Tools) -> Document:
    with faults(BROKEN):
        sheets, values = oldest.sheets(stream, Budget.of(tools.limits))
    unwritten = wording.unwritten(values if tools.include.formulas else 0)
    return document(sheets, {}, unwritten, include=tools.include)


class _Workbook:
    """What all sheets share: strings, formats, how dates count."""

    def __init__(self, stream: bytes, budget: Budget, include: Include, objects: DrawnObjects) -> None:
        self.objects = objects
        self._stream, self._budget, self._include = stream, budget, include
        self.strings: list[str] = []
        self.book = Book()
        self.unwritten = 0  # formulas
        self.codec = "cp1252"
        self.styles = Styles()
        self._found: list[tuple[int, int, str]] = []  # where, state, name
        if len(stream) < 8 or struct.unpack_from("<H", stream)[0] != _BEGIN:  # noqa: PLR2004 - a record and its first words
            raise CorruptDocument("it does not begin as a workbook does")
        self.wide = struct.unpack_from("<H", stream, 4)[0] >= _BIFF_8
        self._read_globals()

    def sheets(self) -> Iterator[Sheet]:
        """Yield the sheets in their order, each before it is read. Raises ``CorruptDocument`` after the last."""
        return each_alone(self._planned())

    def _planned(self) -> Iterator[tuple[Sheet, Callable[[], None]]]:
        for at, state, name in self._found:
            sheet = Sheet(name, self._budget, hidden=bool(state & 3))
            yield sheet, partial(self._read, sheet, at)

    def _read(self, sheet: Sheet, at: int) -> None:
        calculated = FormulaCells(self._form()) if self._include.formulas else None
        _Reader(self, sheet, calculated).read(self._stream, at)
        self.objects.pictures.end(withheld=sheet.hidden and not self._include.hidden)
        if calculated:
            self.unwritten += calculated.write(self.book, sheet)

    def _form(self) -> Form:
        return Form(BIFF_8) if self.wide else Form(BIFF_5, self.codec)

    def string(self, record: Record, at: int, *, size: int = 2) -> str:
        """Read a string whose length takes *size* bytes."""
        length = int.from_bytes(record.content[at : at + size], "little")
        if not self.wide:
            return record.content[at + size : at + size + length].decode(self.codec, "replace")
        flags = record.content[at + size : at + size + 1]
        return Strings(record, at + size + 1).characters(length, wide=flags == b"\1")

    def _read_globals(self) -> None:
        for record in records(self._stream, 0, _GLOBAL):
            if record.kind == _END:
                return
            if record.kind == Global.FILE_PASS:
                self._stream = encryption.opened(self._stream, record.content)
                self._read_globals()
                return
            if read := self._GLOBALS.get(record.kind):
                read(self, record)
            else:
                links.refer(self.book, record, self)

    def _code_page(self, record: Record) -> None:
        self.codec = codec(int.from_bytes(record.content[:2], "little"))

    def _drawing_group(self, record: Record) -> None:
        self.objects.keep(record)

    def _date_1904(self, record: Record) -> None:
        self.styles.from_1904 = record.content[:1] == b"\1"

    def _bound_sheet(self, record: Record) -> None:
        if len(self._found) < _MOST_SHEETS:
            at, state = struct.unpack_from("<IB", record.content)
            self._found.append((at, state, self.string(record, 6, size=1)))
            self.book.sheets.append(self._found[-1][2])

    def _format(self, record: Record) -> None:
        number = int.from_bytes(record.content[:2], "little")
        self.styles.codes[number] = self.string(record, 2, size=2 if self.wide else 1)

    def _style(self, record: Record) -> None:
        self.styles.numbers.append(int.from_bytes(record.content[2:4], "little"))

    def _shared_strings(self, record: Record) -> None:
        self.strings = list(_shared(record))

    _GLOBALS: ClassVar[Mapping[int, Callable[["_Workbook", Record], None]]] = {
        Global.CODE_PAGE: _code_page,
        Global.DATE_1904: _date_1904,
        Global.BOUND_SHEET: _bound_sheet,
        Global.FORMAT: _format,
        Global.XF: _style,
        Global.SST: _shared_strings,
        Global.DRAWING_GROUP: _drawing_group,
    }


class _Reader:
    """One reading of one sheet."""

    def __init__(self, workbook: _Workbook, sheet: Sheet, calculated: FormulaCells | None) -> None:
        self._workbook, self._sheet, self._calculated = workbook, sheet, calculated
        self._put, self._styles = sheet.put, workbook.styles
        self._pending: tuple[int, int] | None = None  # the cell whose formula's text comes next
        self._object = -1
        self._boxes: dict[int, str] = {}
        self._links: list[tuple[int, int, str]] = []
        self._comments: list[tuple[int, int, int, str]] = []  # row, column, box, author
        self._drawn: list[str] = []  # in the chart that is being read

    def read(self, stream: bytes, at: int) -> None:
        """Read from *at* to the sheet's end, past the charts inside it."""
        depth = 0
        for record in records(stream, at, self._KINDS):
            if record.kind == _BEGIN:
                depth += 1
            elif record.kind == _END:
                depth -= 1
                self._sheet.notes.extend(kind(self._drawn))
                self._drawn.clear()
                if depth <= 0:
                    break
            elif record.kind in _DRAWN:
                self._drawn.append(_DRAWN[record.kind])
            elif record.kind == _CHART_TEXT:
                self._say(self._workbook.string(record, 2, size=1))
            elif depth == 1 and (read := self._READERS.get(record.kind)):
                read(self, record)
            if self._sheet.cut_at is not None:
                break
        self._annotate()

    def _shared_string(self, record: Record) -> None:
        row, column, place = struct.unpack_from("<HH2xI", record.content)
        strings = self._workbook.strings
        self._put(row, column, strings[place] if place < len(strings) else "")

    def _label(self, record: Record) -> None:
        row, column = struct.unpack_from("<HH", record.content)
        self._put(row, column, self._workbook.string(record, 6))

    def _number(self, record: Record) -> None:
        row, column, style, value = struct.unpack_from("<HHHd", record.content)
        self._put(row, column, self._styles[style](value))

    def _packed(self, record: Record) -> None:
        row, column, style, value = struct.unpack_from("<HHHi", record.content)
        self._put(row, column, self._styles[style](packed_number(value)))

    def _packed_row(self, record: Record) -> None:
        row, column = struct.unpack_from("<HH", record.content)
        end = 4 + (len(record.content) - 6) // 6 * 6
        for place, (style, value) in enumerate(struct.iter_unpack("<Hi", record.content[4:end])):
            self._put(row, column + place, self._styles[style](packed_number(value)))

    def _formula(self, record: Record) -> None:
        row, column, style, value = struct.unpack_from("<HHH8s", record.content)
        self._pending = None
        if self._calculated:
            self._calculated.add(row, column, *links.tokens(record, 20))
        if value[6:] != b"\xff\xff":
            self._put(row, column, self._styles[style](*struct.unpack("<d", value)))
        elif value[0] == 0:
            self._pending = (row, column)
        elif value[0] in (1, 2):
            self._put(row, column, logical(value[2], error=value[0] == 2))  # noqa: PLR2004 - 1 truth, 2 error

    def _shared_formula(self, record: Record) -> None:
        if self._calculated:
            row, column = struct.unpack_from("<H2xB", record.content)
            array = record.kind == _ARRAY
            self._calculated.share((row, column), *links.tokens(record, 12 if array else 8), array=array)

    def _formula_text(self, record: Record) -> None:
        if self._pending:
            self._put(*self._pending, self._workbook.string(record, 0))
        self._pending = None

    def _truth(self, record: Record) -> None:
        row, column, value, error = struct.unpack_from("<HH2xBB", record.content)
        self._put(row, column, logical(value, error=bool(error)))

    def _dimensions(self, record: Record) -> None:
        form = "<4xI" if self._workbook.wide else "<2xH"
        (self._sheet.rows_stated,) = struct.unpack_from(form, record.content)

    def _row(self, record: Record) -> None:
        row, flags = struct.unpack_from("<H10xH", record.content)
        if flags & 0x20:
            self._sheet.hidden_rows.add(row)

    def _columns(self, record: Record) -> None:
        first, last, flags = struct.unpack_from("<HH4xH", record.content)
        if flags & 1:
            self._sheet.hide_columns(first, last)

    def _merged(self, record: Record) -> None:
        count = min(int.from_bytes(record.content[:2], "little"), (len(record.content) - 2) // 8)
        for first_row, last_row, first, last in struct.iter_unpack("<4H", record.content[2 : 2 + 8 * count]):
            self._sheet.merge(first_row, first, last_row, last)

    def _drawing(self, record: Record) -> None:
        self._workbook.objects.begin(record)

    def _object_begins(self, record: Record) -> None:
        self._object = int.from_bytes(record.content[6:8], "little")
        self._sheet.notes += [one for one in self._workbook.objects.shown(record.content) if one.text or one.cells]

    def _box(self, record: Record) -> None:
        length = int.from_bytes(record.content[10:12], "little")
        if record.more:
            text = Strings(Record(record.kind, record.more[0], record.more[1:]), 1)
            self._boxes[self._object] = text.characters(length, wide=record.more[0][:1] == b"\1").strip()

    def _comment(self, record: Record) -> None:
        row, column, box = struct.unpack_from("<HH2xH", record.content)
        if self._workbook.wide:
            self._comments.append((row, column, box, self._workbook.string(record, 8)))
        else:
            text = record.content[6:].decode(self._workbook.codec, "replace").strip()
            self._say(f"Comment: {text}", Kind.NOTE)

    def _link(self, record: Record) -> None:
        row, column = struct.unpack_from("<H2xH", record.content)
        self._links.append((row, column, hyperlinks.address(record.content[24:])))

    def _margin(self, record: Record) -> None:
        if record.content:
            text = self._workbook.string(record, 0, size=2 if self._workbook.wide else 1)
            self._sheet.add_margin("header" if record.kind == 0x14 else "footer", text)  # noqa: PLR2004 - HEADER

    def _more_margins(self, record: Record) -> None:
        """Read headers and footers of even pages and of the first ([MS-XLS] 2.4.137)."""
        at = 38
        for place, length in zip(("header", "footer") * 2, struct.unpack_from("<4H", record.content, 30), strict=True):
            if length:
                text = self._workbook.string(record, at)
                self._sheet.add_margin(place, text)
                at += 3 + length * (1 + (record.content[at + 2] & 1))

    def _prompt(self, record: Record) -> None:
        """Read what a cell shows that something is to be typed into ([MS-XLS] 2.4.98 Dv)."""
        (flags,) = struct.unpack_from("<I", record.content)
        at, said = 4, list[str]()
        while flags & PROMPTS and len(said) <= _PROMPT:
            said.append(self._workbook.string(record, at))
            length, wide = struct.unpack_from("<HB", record.content, at)
            at += 3 + length * (1 + (wide & 1))
        if said:
            self._sheet.add_prompt(said[0], said[_PROMPT])

    def _annotate(self) -> None:
        for link in self._links:
            self._sheet.link(*link)
        for row, column, box, author in self._comments:
            self._sheet.notes.extend(comment(cell_name(row, column), author, self._boxes.pop(box, "")))
        for text in self._boxes.values():
            self._say(text)

    def _say(self, text: str, kind: Kind = Kind.PARAGRAPH) -> None:
        if text.strip():
            self._sheet.notes.append(Block(kind, text))

    _READERS: ClassVar[Mapping[int, Callable[["_Reader", Record], None]]] = {
        0x00FD: _shared_string,  # LabelSst
        0x0204: _label,  # Label
        0x00D6: _label,  # RString
        0x0203: _number,  # Number
        0x027E: _packed,  # RK
        0x00BD: _packed_row,  # MulRk
        0x0006: _formula,  # Formula
        0x04BC: _shared_formula,  # ShrFmla
        _ARRAY: _shared_formula,  # Array
        0x0207: _formula_text,  # String
        0x0205: _truth,  # BoolErr
        0x0200: _dimensions,  # Dimensions
        0x0208: _row,  # Row
        0x007D: _columns,  # ColInfo
        0x00E5: _merged,  # MergeCells
        0x005D: _object_begins,  # Obj
        0x01B6: _box,  # TxO
        0x001C: _comment,  # Note
        0x01B8: _link,  # HLink
        0x0014: _margin,  # Header
        0x0015: _margin,  # Footer
        0x01BE: _prompt,  # Dv
        0x089C: _more_margins,  # HeaderFooter
        0x00EC: _drawing,  # MsoDrawing
    }
    _KINDS: ClassVar[frozenset[int]] = frozenset((_BEGIN, _END, _CHART_TEXT, *_DRAWN, *_READERS))


def _shared(record: Record) -> Iterator[str]:
    strings = Strings(record, 4)
    count = strings.number(4)
    while count and not strings.ended:
        yield strings.long()
        count -= 1


EXCEL_BINARY = Flowing(name="Excel 97-2003", media_types={".xls": "application/vnd.ms-excel"}, extract=extract)
