"""Excel 2 to 4: sheets that are a file each, without a container; workbooks of Excel 4 hold several.

The records are those of "OpenOffice.org's Documentation of the Microsoft Excel File Format", chapters 4 to 6.
"""

import struct
from collections.abc import Callable, Mapping
from typing import ClassVar

from moonshelf.errors import EncryptedDocument
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.office.ole.properties import codec
from moonshelf.extraction.office.sheets.biff import Record, logical, packed_number, records
from moonshelf.extraction.office.sheets.numbers.formats import shown
from moonshelf.extraction.office.sheets.sheet import Budget, Sheet, margin

_BEGINNINGS = {0x0009: 2, 0x0209: 3, 0x0409: 4}  # the version by the record that begins a sheet
_SHEETS = frozenset((0x0010, 0x0040))  # what begins: cells, or macros, which are cells too
_SHORT = 2  # the version whose lengths of texts take one byte, and whose cells hold their own formats


def begins(stream: bytes) -> bool:
    """Tell whether *stream* is of one of these versions."""
    return int.from_bytes(stream[:2], "little") in _BEGINNINGS


def sheets(stream: bytes, budget: Budget) -> tuple[list[Sheet], int]:
    """Return the sheets in their order, and how many formulas gave only their values.

    Raises ``EncryptedDocument``, and ``struct.error`` where records are cut short.
    """
    reader = _Reader(_BEGINNINGS[int.from_bytes(stream[:2], "little")], budget)
    for record in records(stream, 0, reader.KINDS):
        reader.take(record)
    return reader.sheets, reader.formulas


class _Reader:
    """One reading of one file."""

    def __init__(self, version: int, budget: Budget) -> None:
        self.sheets: list[Sheet] = []
        self.formulas = 0
        self._long, self._budget = version > _SHORT, budget
        self._codec, self._from_1904 = "cp1252", False
        self._codes: list[str] = []  # formats, by their numbers
        self._styles: list[int] = []  # numbers of formats
        self._names: list[str] = []
        self._pending: tuple[int, int] | None = None  # the cell whose formula's text comes next

    def take(self, record: Record) -> None:
        """Read one record; what stands before the first sheet is of all."""
        if record.kind in _BEGINNINGS:
            self._begin(record)
        elif (read := self._READERS.get(record.kind)) and (sheet := self._sheet()).cut_at is None:
            read(self, record.content, sheet)

    def _begin(self, record: Record) -> None:
        if int.from_bytes(record.content[2:4], "little") in _SHEETS:
            name = self._names.pop(0) if self._names else f"Sheet{len(self.sheets) + 1}"
            self.sheets.append(Sheet(name, self._budget))

    def _sheet(self) -> Sheet:
        return self.sheets[-1] if self.sheets else Sheet("", self._budget)

    def _place(self, content: bytes) -> tuple[int, int, str]:
        """Return the row and the column of a cell, and its format."""
        row, column, style, number = struct.unpack_from("<HHBB", content)
        if not self._long:
            number &= 0x3F  # it stands in the cell itself
        else:
            style |= number << 8
            number = self._styles[style] if style < len(self._styles) else 0
        return row, column, self._codes[number] if number < len(self._codes) else "General"

    def _text(self, content: bytes, at: int) -> str:
        size = 2 if self._long else 1
        length = int.from_bytes(content[at : at + size], "little")
        return content[at + size : at + size + length].decode(self._codec, "replace")

    def _show(self, content: bytes, sheet: Sheet, value: float) -> None:
        row, column, code = self._place(content)
        sheet.put(row, column, shown(value, code, from_1904=self._from_1904))

    def _number(self, content: bytes, sheet: Sheet) -> None:
        self._show(content, sheet, *struct.unpack_from("<d", content, self._value))

    def _integer(self, content: bytes, sheet: Sheet) -> None:
        self._show(content, sheet, *map(float, struct.unpack_from("<H", content, self._value)))

    def _packed(self, content: bytes, sheet: Sheet) -> None:
        self._show(content, sheet, *map(packed_number, struct.unpack_from("<i", content, self._value)))

    def _label(self, content: bytes, sheet: Sheet) -> None:
        row, column, _ = self._place(content)
        sheet.put(row, column, self._text(content, self._value))

    def _truth(self, content: bytes, sheet: Sheet) -> None:
        row, column, _ = self._place(content)
        value, error = struct.unpack_from("<BB", content, self._value)
        sheet.put(row, column, logical(value, error=bool(error)))

    def _formula(self, content: bytes, sheet: Sheet) -> None:
        row, column, _ = self._place(content)
        self.formulas += 1
        result = content[self._value : self._value + 8]
        self._pending = None
        if result[6:] != b"\xff\xff":
            self._number(content, sheet)
        elif result[0] == 0:
            self._pending = row, column
        elif result[0] in (1, 2):
            sheet.put(row, column, logical(result[2], error=result[0] == 2))  # noqa: PLR2004 - 1 truth, 2 error

    def _formula_text(self, content: bytes, sheet: Sheet) -> None:
        if self._pending:
            sheet.put(*self._pending, self._text(content, 0))
        self._pending = None

    @property
    def _value(self) -> int:
        """Where the value of a cell stands in its record."""
        return 6 if self._long else 7

    def _refuse(self, _: bytes, __: Sheet) -> None:
        raise EncryptedDocument

    def _code_page(self, content: bytes, _: Sheet) -> None:
        self._codec = codec(int.from_bytes(content[:2], "little"))

    def _date_1904(self, content: bytes, _: Sheet) -> None:
        self._from_1904 = content[:1] == b"\1"

    def _format(self, content: bytes, _: Sheet) -> None:
        self._codes.append(content[1 : 1 + content[0]].decode(self._codec, "replace"))

    def _format_4(self, content: bytes, _: Sheet) -> None:
        self._codes.append(content[3 : 3 + content[2]].decode(self._codec, "replace"))

    def _style(self, content: bytes, _: Sheet) -> None:
        self._styles.append(content[1])

    def _name(self, content: bytes, _: Sheet) -> None:
        self._names.append(content[5 : 5 + content[4]].decode(self._codec, "replace"))

    def _row(self, content: bytes, sheet: Sheet) -> None:
        row, flags = struct.unpack_from("<H10xH", content)
        if flags & 0x20:
            sheet.hidden_rows.add(row)

    def _columns(self, content: bytes, sheet: Sheet) -> None:
        first, last, flags = struct.unpack_from("<HH4xH", content)
        if flags & 1:
            sheet.hide_columns(first, last)

    def _comment(self, content: bytes, sheet: Sheet) -> None:
        if text := content[6:].decode(self._codec, "replace").strip():
            sheet.notes.append(Block(Kind.NOTE, f"Comment: {text}"))

    def _header(self, content: bytes, sheet: Sheet) -> None:
        sheet.notes.extend(margin("header", content[1:].decode(self._codec, "replace")))

    def _footer(self, content: bytes, sheet: Sheet) -> None:
        sheet.notes.extend(margin("footer", content[1:].decode(self._codec, "replace")))

    _READERS: ClassVar[Mapping[int, Callable[["_Reader", bytes, Sheet], None]]] = {
        0x0002: _integer,
        **dict.fromkeys((0x0003, 0x0203), _number),
        **dict.fromkeys((0x0004, 0x0204), _label),
        **dict.fromkeys((0x0005, 0x0205), _truth),
        **dict.fromkeys((0x0006, 0x0206, 0x0406), _formula),
        **dict.fromkeys((0x0007, 0x0207), _formula_text),
        0x027E: _packed,
        0x0014: _header,
        0x0015: _footer,
        0x001C: _comment,
        0x001E: _format,
        0x041E: _format_4,
        0x0022: _date_1904,
        0x002F: _refuse,
        0x0042: _code_page,
        0x007D: _columns,
        0x008F: _name,
        0x0208: _row,
        **dict.fromkeys((0x0243, 0x0443), _style),
    }
    KINDS: ClassVar[frozenset[int]] = frozenset((*_BEGINNINGS, *_READERS))
