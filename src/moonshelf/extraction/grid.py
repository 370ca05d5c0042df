"""A table's cells as rows to write out: only rows and columns that hold a cell, however far apart they are."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter

from moonshelf.extraction.document import Cell

_PLACES_A_CELL = 50  # drawn for one cell that is there; a diagonal of 100,000 cells would be 10 billion places
_FEW = 10_000  # places that any table may have
_COLUMN = attrgetter("column")


class Grid:
    """Rows of a table, without the empty ones between: a sheet may name a cell in row 1,048,576 and nothing above.

    A table with next to nothing in it is not padded: its rows hold their cells only, and columns do not line up.
    """

    def __init__(self, cells: Sequence[Cell]) -> None:
        rows: dict[int, list[Cell]] = {}
        for cell in cells:
            rows.setdefault(cell.row, []).append(cell)
        self._rows = sorted(rows)
        self._columns = sorted({cell.column for cell in cells})
        self._held = [rows[row] for row in self._rows]
        # No row or column is without cells.
        self._closed = (self._rows[-1:], self._columns[-1:]) == ([len(self._rows) - 1], [len(self._columns) - 1])
        self._padded = len(self._rows) * len(self._columns) <= _FEW + _PLACES_A_CELL * len(cells)
        self.width = len(self._columns)
        spanning = (self._closed_up(cell) for cell in cells if cell.row_span > 1 or cell.column_span > 1)
        self.spans = any(cell.row_span > 1 or cell.column_span > 1 for cell in spanning)

    def cells(self) -> Iterator[list[Cell]]:
        """Cells row by row, with places and spans counted in the rows and columns that are left, gaps filled."""
        taken = [0] * self.width  # the first row in which each column is free again
        for number, held in enumerate(self._held):
            row = list(map(self._closed_up, sorted(held, key=_COLUMN)))
            yield self._filled(number, row, taken) if self._padded else row

    def texts(self) -> Iterator[list[str]]:
        """Texts row by row; a cell's text stands at its first place only."""
        places = {column: place for place, column in enumerate(self._columns)}
        for row in self._held:
            if not self._padded:
                yield [cell.text for cell in sorted(row, key=_COLUMN)]
                continue
            texts = [""] * self.width
            for cell in row:
                place = places[cell.column]
                texts[place] = f"{texts[place]} {cell.text}" if texts[place] else cell.text
            yield texts

    def _filled(self, number: int, row: list[Cell], taken: list[int]) -> list[Cell]:
        ends = [*(cell.column for cell in row[1:]), self.width]
        for cell, end in zip(row, ends, strict=True):
            # Never past the next cell: spans that overlap would be walked again and again.
            for column in range(cell.column, min(end, cell.column + cell.column_span)):
                taken[column] = max(taken[column], number + cell.row_span)
        gaps = [Cell(number, column, "") for column, free in enumerate(taken) if free <= number]
        return sorted([*row, *gaps], key=_COLUMN) if gaps else row

    def _closed_up(self, cell: Cell) -> Cell:
        within = cell.row + cell.row_span <= len(self._rows) and cell.column + cell.column_span <= self.width
        if self._closed and within and cell.row_span > 0 < cell.column_span:
            return cell  # most stand where they should already
        row, row_span = _place(self._rows, cell.row, cell.row_span)
        column, column_span = _place(self._columns, cell.column, cell.column_span)
        return Cell(row, column, cell.text, row_span, column_span, cell.header)


def _place(held: list[int], start: int, span: int) -> tuple[int, int]:
    first = bisect_left(held, start)
    return first, 1 if span <= 1 else max(1, bisect_left(held, start + span) - first)
