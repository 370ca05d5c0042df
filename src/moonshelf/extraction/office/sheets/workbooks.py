"""Excel workbooks (xlsx, with and without macros), streamed, so that a sheet of a million rows stays small."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import BinaryIO

from moonshelf.errors import CorruptDocument
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office.embedded import with_package
from moonshelf.extraction.office.openxml import Package, Relation, whole
from moonshelf.extraction.office.pictures import Pictures
from moonshelf.extraction.office.sheets import overlays
from moonshelf.extraction.office.sheets.cells import place, rows, strings
from moonshelf.extraction.office.sheets.formulas import wording
from moonshelf.extraction.office.sheets.listings import Listing
from moonshelf.extraction.office.sheets.numbers.styles import Styles
from moonshelf.extraction.office.sheets.rich_strings import unescaped
from moonshelf.extraction.office.sheets.sheet import Budget, Sheet, document, linked, readable
from moonshelf.extraction.office.sheets.small_parts import SmallPart
from moonshelf.extraction.office.sheets.values import Values
from moonshelf.extraction.office.tags import attributes, grammar, resolved
from moonshelf.extraction.tools import Tools

_MOST_STRINGS = 1_000_000  # of one file: more than twice the cells that are read of one
_AROUND = r"<x:(hyperlink|dimension|col|mergeCell|dataValidation|(?:odd|even|first)(?:Header|Footer))(?=[\s/>])([^<]*)"
_PROPERTIES = r"<x:workbookPr(?=[\s/>])([^<]*)"
_SHEET = r"<x:sheet(?=[\s/>])([^<]*)"
_CODE = r"<x:numFmt(?=[\s/>])([^<]*)"
_STYLE = r"<x:xf(?=[\s/>])(?:[^<>]*?\snumFmtId\s*=\s*[\"'](\d{0,9}))?"
_CALLED = re.compile(r'HYPERLINK\("((?:[^"]|"")*)"(?:\s*,\s*"((?:[^"]|"")*)")?\s*\)', re.IGNORECASE)
_OFF = ("0", "false", "off", "none")
_NOTHING = ("0", "0.0")  # as wide as hidden columns are


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a workbook as it is shown: values in their formats, hidden sheets, rows and columns withheld."""
    package = Package(source, tools.limits)
    return _Workbook(package, tools).document()


class _Workbook:
    """One reading of one workbook."""

    def __init__(self, package: Package, tools: Tools) -> None:
        self._package, self._tools, self._include = package, tools, tools.include
        self._pictures = Pictures(package.bytes, tools, glance=package.glance)
        self._budget = Budget.of(tools.limits)
        self._shared: dict[str, tuple[str, int, int]] = {}  # formulas of the sheet by number, and where they stand
        self._main = package.main()
        self._listed = SmallPart.of(package, self._main)
        if not self._listed.text:
            raise CorruptDocument(f"its part {self._main[:80]!r} is unreadable")
        properties = attributes(next(iter(self._listed.found(_PROPERTIES)), ""))
        styles = self._styles()
        styles.from_1904 = properties.get("date1904", "0") not in _OFF
        self._values = Values(styles)
        self._warnings: list[str] = []

    def document(self) -> Document:
        """Read sheet after sheet while the budget lasts."""
        sheets = readable(self._read_sheets(), self._warnings)
        found = document(sheets, self._package.metadata(), self._warnings, include=self._include)
        return with_package(self._pictures.noted(found), self._package, self._tools)

    def _read_sheets(self) -> Iterator[Sheet]:
        """Yield each sheet before it is read, so that what was read of it is kept in any case."""
        self._values.strings = list(islice(self._shared_strings(), _MOST_STRINGS))
        if len(self._values.strings) == _MOST_STRINGS:
            self._warnings.append(f"Texts after the first {_MOST_STRINGS} different ones were left out.")
        for sheet, part in self._sheets():
            yield sheet
            self._read(sheet, part)
            self._pictures.end(withheld=sheet.hidden and not self._include.hidden)

    def _sheets(self) -> Iterator[tuple[Sheet, str]]:
        relations = self._package.relations(self._main)
        for stated in map(attributes, self._listed.found(_SHEET)):
            relation, name = relations.get(_identity(stated)), stated.get("name", "")
            if relation is not None and relation.target in self._package:
                hidden = stated.get("state", "visible") != "visible"
                yield Sheet(name, self._budget, hidden), relation.target
            else:
                self._warnings.append(f"The sheet {name[:80]!r} is missing from the file.")

    def _styles(self) -> Styles:
        found = Styles()
        for part in self._package.related(self._main, "styles"):
            styles = SmallPart.of(self._package, part)  # mostly of fonts and borders, for which nobody asks
            if styles.text:
                codes = map(attributes, styles.found(_CODE, within="numFmts"))
                found.codes = {whole(one.get("numFmtId")): one.get("formatCode", "") for one in codes}
                found.numbers = [int(one or 0) for one in styles.found(_STYLE, within="cellXfs")]
                break
        return found

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
        for name, source in grammar(_AROUND, listing.prefix).findall(listing.around()):
            if name == "col" and "hidden" not in source and '"0' not in source and "'0" not in source:
                continue  # most columns are seen
            stated = attributes(source)
            if name != "hyperlink":
                _arrange(sheet, name, stated, source)
            elif at := place(stated.get("ref", "").partition(":")[0]):
                sheet.link(*at, _address(stated, relations))
        if relations:
            sheet.notes.extend(overlays.blocks(self._package, part, self._pictures))

    def _fill(self, sheet: Sheet, listing: Listing) -> None:
        for row in rows(listing, self._values, self._calculated, sheet.hidden_rows):
            if not sheet.fill(*row):
                break  # there is no room for more

    def _calculated(self, text: str, formula: str, shares: str, row: int, column: int) -> str:
        """Return what a cell shows that is calculated; with its formula, where that is asked for."""
        if "HYPERLINK(" in formula:
            text = _called(text, formula)
        if not self._include.formulas:
            return text
        stated = attributes(shares)
        if stated.get("t") == "shared":
            formula = self._moved(stated.get("si", ""), formula, row, column)
        return wording.shown(text, formula)

    def _moved(self, number: str, formula: str, row: int, column: int) -> str:
        """Return what a shared formula is in one of the cells that share it; the first states it."""
        if formula:
            self._shared[number] = (formula, row, column)
        text, at_row, at_column = self._shared.get(number, ("", 0, 0))
        return wording.moved(text, row - at_row, column - at_column)


def _arrange(sheet: Sheet, name: str, stated: Mapping[str, str], source: str) -> None:
    match name:
        case "col" if stated.get("hidden", "0") not in _OFF or stated.get("width") in _NOTHING:
            sheet.hide_columns(whole(stated.get("min"), 1) - 1, whole(stated.get("max"), 1) - 1)
        case "mergeCell":
            first, _, last = stated.get("ref", "").partition(":")
            if (begin := place(first)) and (end := place(last)):
                sheet.merge(*begin, *end)
        case "dataValidation" if stated.get("showInputMessage", "0") not in _OFF:
            sheet.add_prompt(*(unescaped(stated.get(one, "")) for one in ("promptTitle", "prompt")))
        case "dimension" if end := place(stated.get("ref", "").rpartition(":")[2]):
            sheet.rows_stated = end[0] + 1
        case _ if name.endswith(("Header", "Footer")):
            sheet.add_margin(name[-6:].lower(), resolved(source.partition(">")[2]))


def _address(link: Mapping[str, str], relations: Mapping[str, Relation]) -> str:
    relation, within = relations.get(_identity(link)), link.get("location")
    return "" if relation is None else f"{relation.target}#{within}" if within else relation.target


def _identity(stated: Mapping[str, str]) -> str:
    """Return which relation is meant: the prefix of the attribute's name may be declared anywhere."""
    return next((value for name, value in stated.items() if name.endswith(":id")), "")


def _called(text: str, formula: str) -> str:
    """Write what a formula makes a link of, calculated or not, as one."""
    found = _CALLED.fullmatch(formula)
    if found is None:
        return text
    address, label = found[1].replace('""', '"'), (found[2] or found[1]).replace('""', '"')
    return linked(label if text == f"={formula}" else text, address)


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
