"""Excel workbooks (xlsx, with and without macros), streamed, so that a sheet of a million rows stays small."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from moonshelf.extraction.document import Document
from moonshelf.extraction.facts import Tools
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office.definitions import plain, section
from moonshelf.extraction.office.elements import find
from moonshelf.extraction.office.embedded import with_package
from moonshelf.extraction.office.openxml import Package, R, Relation, S, flag, whole
from moonshelf.extraction.office.pictures import Pictures
from moonshelf.extraction.office.sheets import formulas, overlays
from moonshelf.extraction.office.sheets.cells import Written, attributes, place, rows, strings
from moonshelf.extraction.office.sheets.listings import Listing, resolved
from moonshelf.extraction.office.sheets.number_formats import built_in, shown
from moonshelf.extraction.office.sheets.sheet import Budget, Sheet, document, linked, margin, readable

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_STRINGS = 1_000_000  # of one file: more than twice the cells that are read of one
_LINKED = f"{S}hyperlink"
_AROUND = (_LINKED, *(f"{S}{name}" for name in ("dimension", "col", "mergeCell", "oddHeader", "oddFooter")))
_CALLED = re.compile(r'HYPERLINK\("((?:[^"]|"")*)"(?:\s*,\s*"((?:[^"]|"")*)")?\s*\)', re.IGNORECASE)
_NOTHING = ("0", "0.0")  # as wide as hidden columns are


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a workbook as it is shown: values in their formats, hidden sheets, rows and columns withheld."""
    package = Package(source, tools.limits)
    return _Workbook(package, tools).document()


class _Workbook:
    """One reading of one workbook."""

    def __init__(self, package: Package, tools: Tools) -> None:
        self._package, self._tools, self._include = package, tools, tools.include
        self._pictures = Pictures(package.bytes, tools)
        self._budget = Budget.of(tools.limits)
        self._shared: dict[str, tuple[str, int, int]] = {}  # formulas of the sheet by number, and where they stand
        self._main = package.main()
        self._root = package.require(self._main)
        properties = find(self._root, f"{S}workbookPr")
        self._from_1904 = (
            properties is not None and bool(flag(properties, "date1904")) and "date1904" in properties.attrib
        )
        self._formats = self._cell_formats()
        self._strings: list[str] = []
        self._warnings: list[str] = []

    def document(self) -> Document:
        """Read sheet after sheet while the budget lasts."""
        sheets = readable(self._read_sheets(), self._warnings)
        found = document(sheets, self._package.metadata(), self._warnings, include=self._include)
        return with_package(self._pictures.noted(found), self._package, self._tools)

    def _read_sheets(self) -> Iterator[Sheet]:
        """Yield each sheet before it is read, so that what was read of it is kept in any case."""
        self._strings = list(islice(self._shared_strings(), _MOST_STRINGS))
        if len(self._strings) == _MOST_STRINGS:
            self._warnings.append(f"Texts after the first {_MOST_STRINGS} different ones were left out.")
        for sheet, part in self._sheets():
            yield sheet
            self._read(sheet, part)
            if sheet.hidden and not self._include.hidden:
                self._pictures.forget()

    def _sheets(self) -> Iterator[tuple[Sheet, str]]:
        relations = self._package.relations(self._main)
        for element in self._root.iter(f"{S}sheet"):
            relation = relations.get(element.get(f"{R}id", ""))
            if relation is not None and relation.target in self._package:
                hidden = element.get("state", "visible") != "visible"
                yield Sheet(element.get("name", ""), self._budget, hidden), relation.target
            else:
                self._warnings.append(f"The sheet {element.get('name', '')[:80]!r} is missing from the file.")

    def _cell_formats(self) -> list[str]:
        """Return the number format code of each cell style."""
        for part in self._package.related(self._main, "styles"):
            if content := plain(self._package, part):  # mostly of fonts and borders, for which nobody asks
                codes, styles = section(content, S, "numFmts"), section(content, S, "cellXfs")
                own = {} if codes is None else {whole(one.get("numFmtId")): one.get("formatCode", "") for one in codes}
                numbers = [] if styles is None else [whole(one.get("numFmtId")) for one in styles.iter(f"{S}xf")]
                return [own.get(number) or built_in(number) for number in numbers]
        return []

    def _shared_strings(self) -> Iterator[str]:
        for part in self._package.related(self._main, "sharedStrings"):
            listing = Listing(self._package, part, "si")
            yield from strings(listing)
            listing.around()

    def _read(self, sheet: Sheet, part: str) -> None:
        listing = Listing(self._package, part, "row")
        self._shared.clear()
        self._fill(sheet, listing)
        relations = self._package.relations(part)
        root = listing.around()
        for element in root.iter(*_AROUND) if root is not None else ():
            if element.tag != _LINKED:
                _arrange(sheet, element)
            elif at := place(element.get("ref", "").partition(":")[0]):
                sheet.link(*at, _address(element, relations))
        sheet.notes.extend(overlays.blocks(self._package, part, self._pictures))

    def _fill(self, sheet: Sheet, listing: Listing) -> None:
        for row in rows(listing):
            if row.hidden:
                sheet.hidden_rows.add(row.number)
            for cell in row.cells:
                if not sheet.put(cell.row, cell.column, self._shown(cell)):
                    return

    def _shown(self, cell: Written) -> str:
        """Return what a cell shows; with its formula, where that is asked for."""
        text = self._text(cell)
        if "HYPERLINK(" in cell.formula:
            text = _called(text, resolved(cell.formula))
        return formulas.shown(text, self._formula(cell)) if self._include.formulas else text

    def _formula(self, cell: Written) -> str:
        stated, formula = attributes(cell.shares), resolved(cell.formula)
        if stated.get("t") != "shared":
            return formula
        number = stated.get("si", "")
        if formula:
            self._shared[number] = (formula, cell.row, cell.column)
        text, at_row, at_column = self._shared.get(number, ("", 0, 0))
        return formulas.moved(text, cell.row - at_row, cell.column - at_column)

    def _text(self, cell: Written) -> str:
        kind, value = cell.stated.kind, cell.value
        if not value:  # never calculated: what wrote it left that to Excel
            return f"={resolved(cell.formula)}" if cell.formula else ""
        if kind == "n":
            return self._number(value, cell.stated.style)
        if kind == "s":
            number = whole(value, -1)
            return self._strings[number] if 0 <= number < len(self._strings) else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        return overlays.unescaped(value)

    def _number(self, value: str, style: int) -> str:
        code = self._formats[style] if 0 <= style < len(self._formats) else "General"
        try:
            number = float(value)
        except ValueError:
            return value
        return shown(number, code, from_1904=self._from_1904)


def _arrange(sheet: Sheet, element: "_Element") -> None:
    match element.tag.removeprefix(S):
        case "col" if _hidden(element) or element.get("width") in _NOTHING:
            sheet.hide_columns(whole(element.get("min"), 1) - 1, whole(element.get("max"), 1) - 1)
        case "mergeCell":
            first, _, last = element.get("ref", "").partition(":")
            if (begin := place(first)) and (end := place(last)):
                sheet.merge(*begin, *end)
        case "dimension" if stated := place(element.get("ref", "").rpartition(":")[2]):
            sheet.rows_stated = stated[0] + 1
        case "oddHeader" | "oddFooter":
            sheet.notes.extend(margin(element.tag[-6:].lower(), element.text or ""))


def _address(link: "_Element", relations: Mapping[str, Relation]) -> str:
    relation, within = relations.get(link.get(f"{R}id", "")), link.get("location")
    return "" if relation is None else f"{relation.target}#{within}" if within else relation.target


def _called(text: str, formula: str) -> str:
    """Write what a formula makes a link of, calculated or not, as one."""
    found = _CALLED.fullmatch(formula)
    if found is None:
        return text
    address, label = found[1].replace('""', '"'), (found[2] or found[1]).replace('""', '"')
    return linked(label if text == f"={formula}" else text, address)


def _hidden(element: "_Element") -> bool:
    return "hidden" in element.attrib and bool(flag(element, "hidden"))


EXCEL = Flowing(
    name="Excel",
    media_types={
        ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".xltx": "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
        ".xlsm": "application/vnd.ms-excel.sheet.macroenabled.12",
        ".xltm": "application/vnd.ms-excel.template.macroenabled.12",
    },
    extract=extract,
)
