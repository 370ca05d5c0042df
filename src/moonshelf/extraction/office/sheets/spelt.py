"""Workbooks in the XML of Excel 2002 and 2003, which reporting programs still write, often under the name of .xls."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office.elements import find, text_of
from moonshelf.extraction.office.openxml import tree, whole
from moonshelf.extraction.office.sheets.numbers import formats
from moonshelf.extraction.office.sheets.sheet import Budget, Sheet, cell_name, document, margin
from moonshelf.extraction.tools import Tools

if TYPE_CHECKING:
    from lxml.etree import _Element

_SPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
_EXCEL, _OFFICE = "{urn:schemas-microsoft-com:office:excel}", "{urn:schemas-microsoft-com:office:office}"
_STATED = {"title": f"{_OFFICE}Title", "author": f"{_OFFICE}Author", "subject": f"{_OFFICE}Subject"}
_CODES = {  # what names of formats stand for; a date's is its own
    "": "General", "General Number": "General", "Fixed": "0.00", "Standard": "#,##0.00", "Percent": "0.00%",
    "Scientific": "0.00E+00", "Currency": "$#,##0.00", "Euro Currency": "[$€-2] #,##0.00", "Short Date": "yyyy-mm-dd",
    "General Date": "yyyy-mm-dd hh:mm", "Long Date": "yyyy-mm-dd", "Medium Date": "yyyy-mm-dd",
    "Short Time": "hh:mm", "Medium Time": "hh:mm", "Long Time": "hh:mm:ss",
}  # fmt: skip
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  cells know no zones
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_DAMAGED = "Its XML is damaged; text may be missing."


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a workbook; hidden sheets, rows and columns are withheld."""
    root, faulty = tree(source)
    codes = {one.get(f"{_SPACE}ID", ""): _code(one) for one in root.iter(f"{_SPACE}Style")}
    budget = Budget.of(tools.limits)
    sheets = (
        _Reader(Sheet(one.get(f"{_SPACE}Name", ""), budget), codes, formulas=tools.include.formulas).read(one)
        for one in root.iterchildren(f"{_SPACE}Worksheet")
    )
    about = find(root, f"{_OFFICE}DocumentProperties")
    stated = {key: text_of(about, tag).strip() for key, tag in _STATED.items()} if about is not None else {}
    metadata = {key: text for key, text in stated.items() if text}
    return document(sheets, metadata, (_DAMAGED,) if faulty else (), include=tools.include)


def _code(style: "_Element") -> str:
    stated = find(style, f"{_SPACE}NumberFormat")
    name = "" if stated is None else stated.get(f"{_SPACE}Format", "")
    return _CODES.get(name, name)


class _Reader:
    """One reading of one sheet."""

    def __init__(self, sheet: Sheet, codes: dict[str, str], *, formulas: bool) -> None:
        self._sheet, self._codes, self._formulas = sheet, codes, formulas

    def read(self, worksheet: "_Element") -> Sheet:
        """Read the cells of *worksheet*, and what is said of all of it."""
        table = find(worksheet, f"{_SPACE}Table")
        if table is not None:
            self._columns(table)
            self._rows(table)
        visible = next(worksheet.iter(f"{_EXCEL}Visible"), None)
        self._sheet.hidden = visible is not None and (visible.text or "").strip() != "SheetVisible"
        for place in ("Header", "Footer"):
            for one in worksheet.iter(f"{_EXCEL}{place}"):
                self._sheet.notes.extend(margin(place.lower(), one.get(f"{_EXCEL}Data", "")))
        return self._sheet

    def _columns(self, table: "_Element") -> None:
        column = -1
        for one in table.iterchildren(f"{_SPACE}Column"):
            column = _place(one, column + 1, _LAST_COLUMN)
            last = column + whole(one.get(f"{_SPACE}Span"))
            if one.get(f"{_SPACE}Hidden") == "1":
                self._sheet.hide_columns(column, last)
            column = last

    def _rows(self, table: "_Element") -> None:
        number = -1
        for row in table.iterchildren(f"{_SPACE}Row"):
            number = _place(row, number + 1, _LAST_ROW)
            if row.get(f"{_SPACE}Hidden") == "1":
                self._sheet.hidden_rows.add(number)
            if not all(self._sheet.put(number, column, text) for column, text in self._cells(row, number)):
                return
            number += whole(row.get(f"{_SPACE}Span"))

    def _cells(self, row: "_Element", number: int) -> Iterator[tuple[int, str]]:
        column = -1
        for cell in row.iterchildren(f"{_SPACE}Cell"):
            column = _place(cell, column + 1, _LAST_COLUMN)
            across, down = (max(whole(cell.get(f"{_SPACE}Merge{way}")), 0) for way in ("Across", "Down"))
            if across or down:
                self._sheet.merge(number, column, min(number + down, _LAST_ROW), min(column + across, _LAST_COLUMN))
            data = find(cell, f"{_SPACE}Data")
            yield column, "" if data is None else self._shown(data, cell.get(f"{_SPACE}StyleID", ""))
            if self._formulas and (formula := cell.get(f"{_SPACE}Formula")):
                self._sheet.calculate(number, column, formula)
            for comment in cell.iterchildren(f"{_SPACE}Comment"):
                self._comment(comment, cell_name(number, column))
            column += across

    def _shown(self, data: "_Element", style: str) -> str:
        """Return what the cell shows: numbers and dates as its style has them."""
        text = "".join(map(str, data.itertext()))
        kind, code = data.get(f"{_SPACE}Type", ""), self._codes.get(style, "General")
        if kind == "Boolean":
            return "TRUE" if text == "1" else "FALSE"
        try:
            if kind == "DateTime":
                since = datetime.fromisoformat(text) - _EPOCH
                whole_days = since.seconds == 0
                code = code if code != "General" else _CODES["Short Date" if whole_days else "General Date"]
                return formats.shown(since.total_seconds() / 86_400, code)
            return formats.shown(float(text), code) if kind == "Number" else text
        except (ValueError, OverflowError):
            return text

    def _comment(self, comment: "_Element", place: str) -> None:
        text = " ".join("".join(map(str, comment.itertext())).split())
        author = comment.get(f"{_SPACE}Author", "")
        if text:
            said = f"{author}: {text}" if author and not text.startswith(author) else text
            self._sheet.notes.append(Block(Kind.NOTE, f"Comment on {place}: {said}"))


def _place(element: "_Element", following: int, last: int) -> int:
    """Return the row or column at which *element* stands: the stated one, else the *following*."""
    return min(max(whole(element.get(f"{_SPACE}Index"), following + 1) - 1, 0), last - 1)


EXCEL_SPELT = Flowing(
    name="Excel in XML", media_types={".xls.xml": "application/vnd.ms-excel.2003+xml"}, extract=extract
)
