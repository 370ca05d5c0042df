"""OpenDocument spreadsheets: cells as they are shown, repeated ones only as often as the budget allows."""

import re
from collections.abc import Callable, Container, Iterator
from functools import cache
from typing import TYPE_CHECKING

from moonshelf.extraction.coverage.withheld import MERGED, Withheld
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.office.elements import text_of
from moonshelf.extraction.office.opendocument.blocks import Flow
from moonshelf.extraction.office.opendocument.objects import Inside
from moonshelf.extraction.office.opendocument.styles import DC, DRAW, LOEXT, OFFICE, STYLE, TABLE, TEXT, Styles
from moonshelf.extraction.office.openxml import whole
from moonshelf.extraction.office.sheets.formulas import wording
from moonshelf.extraction.office.sheets.sheet import Budget, Sheet, cell_name
from moonshelf.extraction.office.word.blocks import lines
from moonshelf.extraction.tools import Tools

if TYPE_CHECKING:
    from lxml.etree import _Element

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_STYLED = f"{TABLE}style-name"
_CELL, _FORMULA, _KIND = f"{TABLE}table-cell", f"{TABLE}formula", f"{OFFICE}value-type"
_VALUES = _, _DATE, _TIME, _TRUTH, _ = tuple(
    f"{OFFICE}{name}" for name in ("value", "date-value", "time-value", "boolean-value", "string-value")
)
_DURATION = re.compile(r"PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,]\d+)?S)?")
_UNSEEN = ("collapse", "filter")
_UNKNOWN = "???"  # what LibreOffice writes for the name of a sheet, in a header that several have
_GROUPS = frozenset(
    f"{TABLE}{name}"
    for name in (
        "table-rows",
        "table-header-rows",
        "table-row-group",
        "table-columns",
        "table-header-columns",
        "table-column-group",
    )
)


def sheets(
    root: "_Element", styles_root: "_Element | None", styles: Styles, tools: Tools, withheld: Withheld, inside: Inside
) -> Iterator[Sheet]:
    """Yield the sheets of a workbook; headers, footers and what it asks for stand on the first."""
    budget = Budget.of(tools.limits)
    calculated = cache(lambda: _calculated(root))
    tables = root.findall(f"{TABLE}table")
    used = {styles.master(table.get(_STYLED)) for table in tables} if styles_root is not None else set()
    margins = list(_margins(styles_root, used, Flow(styles, tools.limits, withheld)))
    messages = [one for one in root.iter(f"{TABLE}help-message") if one.get(f"{TABLE}display") == "true"]
    for table in tables:
        hidden = not styles.displayed("table", table.get(_STYLED))
        sheet = Sheet(table.get(f"{TABLE}name", ""), budget, hidden)
        flow = Flow(styles, tools.limits, withheld, inside, is_sheet=True)
        _Reader(sheet, flow, withheld, calculated, formulas=tools.include.formulas).read(table)
        sheet.notes.extend(margins)
        for message in messages:
            sheet.add_prompt(message.get(f"{TABLE}title", ""), lines(flow.within(message)))
        margins, messages = [], []
        inside.end(withheld=hidden and not tools.include.hidden)
        yield sheet


class _Reader:
    """One reading of one sheet."""

    def __init__(
        self, sheet: Sheet, flow: Flow, withheld: Withheld, calculated: Callable[[], bool], *, formulas: bool
    ) -> None:
        """Give formulas behind their values, or in the place of what was not *calculated*."""
        self._sheet, self._flow, self._withheld = sheet, flow, withheld
        self._calculated, self._formulas = calculated, formulas
        self._row = self._column = 0

    def read(self, table: "_Element") -> None:
        """Read rows and columns, in groups or not."""
        for element in table:
            if self._sheet.cut_at is not None:
                break
            if element.tag == f"{TABLE}table-row":
                self._read_row(element)
            elif element.tag == f"{TABLE}table-column":
                self._read_column(element)
            elif element.tag in _GROUPS:
                self.read(element)
            elif element.tag == f"{TABLE}shapes":
                self._sheet.notes.extend(block for shape in element for block in self._flow.drawn(shape))
        self._sheet.notes.extend(self._flow.notes())

    def _read_column(self, element: "_Element") -> None:
        times = _times(element, "columns", _LAST_COLUMN - self._column)
        if element.get(f"{TABLE}visibility") in _UNSEEN:
            self._sheet.hide_columns(self._column, self._column + times - 1)
        self._column += times

    def _read_row(self, element: "_Element") -> None:
        times = _times(element, "rows", _LAST_ROW - self._row)
        cells = list(self._cells(element))
        for row in range(self._row, self._row + times if cells else self._row):
            if element.get(f"{TABLE}visibility") in _UNSEEN:
                self._sheet.hidden_rows.add(row)
            for column, count, text, rows, columns in cells:
                self._sheet.merge(row, column, row + rows - 1, column + columns - 1)
                for place in range(column, column + count):
                    if not self._sheet.put(row, place, text):
                        return
        self._row += times

    def _cells(self, row: "_Element") -> Iterator[tuple[int, int, str, int, int]]:
        """Yield column, repeats, text, rows and columns of each cell that holds something."""
        column = 0
        for cell in row:
            times = _times(cell, "columns", _LAST_COLUMN - column)
            if cell.tag == _CELL:
                if text := self._text(cell):
                    down, across = (_times(cell, of, _LAST_ROW, "spanned") for of in ("rows", "columns"))
                    yield column, times, text, down, across
                for note in cell.findall(f"{OFFICE}annotation"):
                    self._comment(note, column)
                for shape in cell:
                    if shape.tag.startswith(DRAW):
                        self._sheet.notes.extend(self._flow.drawn(shape))
            elif len(cell) and (text := self._text(cell)) and not self._withheld.takes(text, MERGED):
                yield column, times, text, 1, 1
            column += times

    def _text(self, cell: "_Element") -> str:
        paragraphs = cell.findall(f"{TEXT}p")
        text = lines(self._flow.within(paragraphs)) if paragraphs else _stated(cell)
        formula = wording.of_opendocument(cell.get(_FORMULA, ""))
        if not formula:
            return text
        uncalculated = not text and cell.get(_KIND) is None and not self._calculated()
        return wording.shown(text, formula) if self._formulas or uncalculated else text

    def _comment(self, note: "_Element", column: int) -> None:
        author, text = text_of(note, f"{DC}creator"), lines(self._flow.within(note))
        if text:
            said = f"{author}: {text}" if author else text
            self._sheet.notes.append(Block(Kind.NOTE, f"Comment on {cell_name(self._row, column)}: {said}"))


def _stated(cell: "_Element") -> str:
    """Return the value of a cell that says nothing of how it is shown, as programs that are no office write them."""
    names = _VALUES if cell.get(_KIND) else _VALUES[:1]
    name = next((one for one in names if cell.get(one)), _VALUES[0])
    value = cell.get(name, "")
    if name == _DATE:
        return value.removesuffix("T00:00:00").replace("T", " ")
    if name == _TIME and (found := _DURATION.fullmatch(value)):
        hours, minutes, seconds = (int(one or 0) for one in found.groups())
        return f"{hours}:{minutes:02}:{seconds:02}"
    return value.upper() if name == _TRUTH else value


def _calculated(root: "_Element") -> bool:
    """Tell whether whoever wrote the workbook calculated it; what has no value then is an empty text."""
    return any(cell.get(_FORMULA) and cell.get(_KIND) for cell in root.iter(_CELL))


def _times(element: "_Element", of: str, most: int, what: str = "repeated") -> int:
    return min(max(whole(element.get(f"{TABLE}number-{of}-{what}"), 1), 1), max(most, 1))


def _margins(styles_root: "_Element | None", used: Container[str], flow: Flow) -> Iterator[Block]:
    """Read headers and footers of the pages that are *used*, whose left, middle and right stand in regions."""
    seen: set[str] = set()
    masters = [] if styles_root is None else list(styles_root.iter(f"{STYLE}master-page"))
    shown = [one for one in masters if one.get(f"{STYLE}name") in used] or masters
    for place in ("header", "footer"):
        names = [f"{space}{place}{pages}" for pages in ("", "-first", "-left") for space in (STYLE, LOEXT)]
        for element in (margin for master in shown for margin in master.iter(*names)):
            words = lines(flow.within(element)).split()
            text = " ".join([word for word in words if word != _UNKNOWN])
            if text and text not in seen:
                seen.add(text)
                yield from flow.margin(element, text)
