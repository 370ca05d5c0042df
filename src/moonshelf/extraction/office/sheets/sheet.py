"""A sheet of any spreadsheet format as it fills up, and the page it becomes."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

import msgspec
from msgspec.structs import replace

from moonshelf.errors import CorruptDocument, ExtractionError
from moonshelf.extraction import outline
from moonshelf.extraction.coverage import tally
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Cell, Document, Kind, Page
from moonshelf.extraction.inclusion import Include
from moonshelf.extraction.office.ole.streams import faults
from moonshelf.extraction.office.sheets.formulas import wording
from moonshelf.extraction.tools import Limits

BROKEN = "its records contradict each other"
"""What is said of an old workbook in which they do."""

_MOST_CELLS = 400_000  # of one file: 20 times what a model can take in, and still 100 MB of memory
_MOST_BLANKS = 2_000_000  # cells of one file that are there and hold nothing
_MOST_CHARACTERS = 20_000_000  # of one file: few long strings may be referred to from very many cells
_MOST_MERGES = 50_000
_MOST_COLUMNS = 16_384
_COLUMN, _ROW_SPAN = attrgetter("column"), attrgetter("row_span")
_ONE = 1, 1  # row and column that a cell covers which is merged with none
_MARGIN_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-F+-]{6,8}|[0-9]{1,3}|[LCRBIUESXYPNDTZFGA&])')
_LINK = re.compile(r"(?:https?|mailto|ftp):[^\s()<>]+", re.IGNORECASE)
_FEW = 10  # ranges that are named
_LONGEST_CELL = 32_767  # characters that Excel lets into one


@dataclass(slots=True)  # whose numbers change faster than those of other structs
class Budget:
    """What may still be read of one file, whichever sheet it is in."""

    cells: int
    characters: int = _MOST_CHARACTERS
    blanks: int = _MOST_BLANKS

    @classmethod
    def of(cls, limits: Limits) -> "Budget":
        """Start with what *limits* allow."""
        return cls(min(limits.cells, _MOST_CELLS))


class Sheet(msgspec.Struct):
    """What is on one sheet; rows and columns count from 0."""

    name: str
    budget: Budget
    hidden: bool = False
    rows: dict[int, dict[int, str]] = msgspec.field(default_factory=dict)  # texts by row and column
    merges: dict[tuple[int, int], tuple[int, int]] = msgspec.field(default_factory=dict)  # first place -> rows, columns
    hidden_rows: set[int] = msgspec.field(default_factory=set)
    hidden_columns: bytearray = msgspec.field(default_factory=bytearray)  # a 1 for each, up to the last of them
    notes: list[Block] = msgspec.field(default_factory=list)  # comments, text boxes, charts, headers
    rows_stated: int = 0  # what the sheet says of itself, which may be wrong
    outlined: list[str] = msgspec.field(default_factory=list)  # ranges of tables that are not shown whole
    prompts: set[str] = msgspec.field(default_factory=set)  # that are among the notes
    cut_at: int | None = None  # the row at which reading stopped

    def add_prompt(self, title: str, text: str) -> None:
        """Note what is shown where something is to be typed in, unless it is shown elsewhere too."""
        said = ": ".join(filter(None, (title.strip("\0 "), text.strip("\0 "))))
        if said and said not in self.prompts:
            self.prompts.add(said)
            self.notes.append(Block(Kind.NOTE, f"Input message: {said}"))

    def add_margin(self, place: str, text: str) -> None:
        """Note a header or footer, unless that of other pages says the same."""
        self.notes.extend(one for one in margin(place, text) if one not in self.notes)

    def put(self, row: int, column: int, text: str) -> bool:
        """Keep a cell's text, and say whether there is room for more."""
        left = self.budget
        if not text or text.isspace():
            left.blanks -= 1
            if left.blanks >= 0:
                return True
        else:
            kept = text[:_LONGEST_CELL]
            left.cells -= 1
            left.characters -= len(kept)
            if left.cells >= 0 and left.characters >= 0:
                if row in self.rows:
                    self.rows[row][column] = kept
                else:
                    self.rows[row] = {column: kept}
                return True
        self.cut_at = row
        return False

    def fill(self, row: int, cells: dict[int, str], blanks: int = 0) -> bool:
        """Keep the *cells* of a row that hold something, by column, and say whether there is room for more."""
        left, size = self.budget, sum(map(len, cells.values()))
        left.blanks -= blanks
        if left.blanks < 0 or len(cells) > left.cells or size > left.characters or size > _LONGEST_CELL:
            return self.put(row, 0, "") and all(self.put(row, *cell) for cell in cells.items())  # up to where it ends
        left.cells -= len(cells)
        left.characters -= size
        if row in self.rows:
            self.rows[row] |= cells
        elif cells:
            self.rows[row] = cells
        return True

    def link(self, row: int, column: int, address: str) -> None:
        """Let a cell that is there lead to an *address* outside."""
        if text := self.rows.get(row, {}).get(column):
            self.rows[row][column] = linked(text, address)

    def calculate(self, row: int, column: int, formula: str) -> None:
        """Put the *formula* of a cell beside its value, while there is room."""
        self.budget.characters -= len(formula)
        if self.budget.characters >= 0:
            cells = self.rows.setdefault(row, {})
            cells[column] = wording.shown(cells.get(column, ""), formula)
        elif self.cut_at is None:
            self.cut_at = row

    def merge(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Make one cell of a rectangle."""
        if len(self.merges) < _MOST_MERGES and first_row <= last_row and first_column <= last_column:
            self.merges[first_row, first_column] = (last_row - first_row + 1, last_column - first_column + 1)

    def seen(self) -> dict[int, dict[int, str]]:
        """Return the rows that a person sees, and the cells of them that are seen."""
        if not self.hidden_rows and not self.hidden_columns:
            return self.rows
        shown = {row: self._seen(cells) for row, cells in self.rows.items() if row not in self.hidden_rows}
        return {row: cells for row, cells in shown.items() if cells}

    def _seen(self, cells: dict[int, str]) -> dict[int, str]:
        hidden, end = self.hidden_columns, len(self.hidden_columns)
        return {column: text for column, text in cells.items() if column >= end or not hidden[column]} if end else cells

    def hide_columns(self, first: int, last: int) -> None:
        """Keep columns from *first* to *last* out."""
        first, last = max(first, 0), min(last, _MOST_COLUMNS - 1)
        if first <= last:
            self.hidden_columns.extend(bytes(max(last + 1 - len(self.hidden_columns), 0)))
            self.hidden_columns[first : last + 1] = b"\1" * (last + 1 - first)

    def withhold(self, withheld: Withheld) -> None:
        """Keep out what stands in hidden rows and columns, or all of a hidden sheet; or say that it is hidden."""
        if not (self.hidden or self.hidden_rows or self.hidden_columns):
            return  # most sheets hide nothing
        if withheld.lets_through:
            self.hidden_rows.clear()
            self.hidden_columns.clear()
            self.name = f"{self.name} (hidden)" if self.hidden else self.name
            self.hidden = False
        seen = {} if self.hidden else self.seen()
        reason = f"hidden sheet {self.name[:80]!r}" if self.hidden else "hidden row or column"
        if seen is not self.rows:
            for row, cells in self.rows.items():
                shown = seen.get(row, ())
                for text in (text for column, text in cells.items() if column not in shown):
                    withheld.takes(text, reason)
        if self.hidden:
            withheld.take_blocks(self.notes, reason)

    def blocks(self) -> Iterator[Block]:
        """Yield its name, its tables from the top down, and what else is on it."""
        yield Block(Kind.SHEET, self.name)
        for band in self._bands():
            yield from _tables(band) if not outline.is_too_large(band) else self._outline(band)
        yield from self.notes

    def _outline(self, band: list[Cell]) -> Iterator[Block]:
        """Yield what stands for a table that would fill a context by itself."""
        columns = list(map(_COLUMN, band))
        first, last = cell_name(band[0].row, min(columns)), cell_name(band[-1].row, max(columns))
        self.outlined.append(f"{first}:{last}")
        yield from outline.outline(band, f"{first}:{last}")

    def _bands(self) -> Iterator[list[Cell]]:
        """Part the cells at empty rows that are seen: what stands below one is another table."""
        band: list[Cell] = []
        end = 0  # the first row that no cell of the band reaches
        for row, texts in sorted(self.seen().items()):
            if row > end and band and any(between not in self.hidden_rows for between in range(end, row)):
                yield band
                band, end = [], 0
            if self.merges:
                cells = [Cell(row, at, texts[at], *self.merges.get((row, at), _ONE)) for at in sorted(texts)]
                end = max(end, row + max(map(_ROW_SPAN, cells)))
                band += cells
            else:
                band += [Cell(row, at, texts[at]) for at in sorted(texts)]
                end = row + 1
        if band:
            yield band


def _tables(band: list[Cell]) -> Iterator[Block]:
    """Yield titles above a table as paragraphs, and the table."""
    first = min([cell.column for cell in band])
    while band[0].column == first and (len(band) == 1 or band[1].row > band[0].row) and not _is_list(band):
        yield Block(Kind.PARAGRAPH, band[0].text)
        band = band[1:]
        if not band:
            return
    yield Block(Kind.TABLE, cells=tuple(band))


def _is_list(band: list[Cell]) -> bool:
    return len(band) > 1 and len(set(map(_COLUMN, band))) == 1


def linked(text: str, address: str) -> str:
    """Write *text* as a link, where it doesn't say the *address* itself."""
    said = address.removeprefix("mailto:").removesuffix("/") == text.removesuffix("/")
    return f"[{text}]({address})" if not said and _LINK.fullmatch(address) else text


def cell_name(row: int, column: int) -> str:
    """Name a place as A1 does."""
    return f"{outline.letters(column)}{row + 1}"


def margin(place: str, text: str) -> Iterator[Block]:
    """Read a header or footer without the codes that set it."""
    plain = _MARGIN_CODE.sub(lambda code: "&" if code[0] == "&&" else " ", text)
    if words := " ".join(plain.split()):
        yield Block(Kind.NOTE, f"Page {place}: {words}")


def each_alone(planned: Iterable[tuple[Sheet, Callable[[], None]]]) -> Iterator[Sheet]:
    """Yield sheets, each before it is read: where a record of one is broken, others may be whole.

    Raises ``CorruptDocument`` after the last.
    """
    broken: CorruptDocument | None = None
    for sheet, read in planned:
        yield sheet
        try:
            with faults(BROKEN):
                read()
        except CorruptDocument as error:
            broken = error
    if broken:
        raise broken


def readable(sheets: Iterator[Sheet], warnings: list[str]) -> list[Sheet]:
    """Return what can be read of *sheets*, with a warning where that is not all. Raises where it is nothing."""
    found: list[Sheet] = []
    try:
        for sheet in sheets:
            found.append(sheet)  # noqa: PERF402 - one by one: those before an error stay
    except ExtractionError as error:
        if not any(sheet.rows for sheet in found):
            raise
        warnings.append(f"Not all of the workbook was read: {error}.")
    return found


def document(
    sheets: Iterable[Sheet], metadata: dict[str, str], warnings: Iterable[str] = (), *, include: Include
) -> Document:
    """Make a document of a page a visible sheet; what a hidden one holds is withheld on the page after it."""
    pages: list[Page] = []
    said = list(warnings)
    withheld = Withheld(include)
    for sheet in sheets:
        if sheet.cut_at is not None:
            of = f" of {sheet.rows_stated}" if sheet.rows_stated > sheet.cut_at else " only"
            said.append(f"The sheet {sheet.name[:80]!r} is too large: it was read up to row {sheet.cut_at}{of}.")
        sheet.withhold(withheld)
        if not sheet.hidden:
            pages.append(withheld.page(len(pages) + 1, sheet.blocks()))
            withheld = Withheld(include)
            if sheet.outlined:
                pages[-1], outlined = _accounted(pages[-1], sheet)
                said.append(outlined)
    if withheld.words:
        pages[-1:] = [withheld.added_to(pages[-1])] if pages else [withheld.page(1, ())]
    return Document(tuple(pages), metadata, tuple(said))


def _accounted(page: Page, sheet: Sheet) -> tuple[Page, str]:
    """Count the words of cells that a sample stands for, and say in a sentence where that is."""
    held = sum(tally.words(text) for cells in sheet.seen().values() for text in cells.values())
    coverage = replace(page.coverage, words_seen=held + page.coverage.words_hidden)
    ranges = ", ".join(sheet.outlined[:_FEW])
    said = f"The sheet {sheet.name[:80]!r} is too large to be shown whole: columns and sample rows stand for {ranges}."
    return replace(page, coverage=coverage), said
