"""Tables of old Word documents and of Rich Text: their rows know the edges of their cells, spans follow from that."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import msgspec
from msgspec.structs import replace

from moonshelf.extraction.document import Cell

_NEAR = 15  # twips by which edges of one column may differ


class Row(msgspec.Struct, frozen=True):
    """The texts of a row's cells, the edges around and between them, and which cells go on from the row above."""

    cells: Sequence[str]
    edges: Sequence[int] = ()
    merged: Sequence[bool] = ()

    @property
    def fits(self) -> bool:
        """Whether there are edges for all cells, far enough apart to tell columns by."""
        return len(self.edges) == len(self.cells) + 1 and all(to - by > _NEAR for by, to in pairwise(self.edges))


def placed(rows: Iterable[Row]) -> Iterator[Cell]:
    """Place cells by the edges of their columns; a cell merged with the one above makes that one longer."""
    rows = list(rows)
    edges = _columns(row for row in rows if row.fits)
    above: dict[int, Cell] = {}
    done: list[Cell] = []
    for number, row in enumerate(rows):
        below: dict[int, Cell] = {}
        for place, text in enumerate(row.cells):
            column = _column(edges, row.edges[place]) if row.fits else place
            width = max(_column(edges, row.edges[place + 1]) - column, 1) if row.fits else 1
            known = above.get(column) if place < len(row.merged) and row.merged[place] else None
            below[column] = _longer(known, number, text) if known else Cell(number, column, text, column_span=width)
        done.extend(cell for column, cell in above.items() if column not in below or below[column].row != cell.row)
        above = below
    yield from sorted([*done, *above.values()], key=lambda cell: (cell.row, cell.column))


def _longer(cell: Cell, row: int, text: str) -> Cell:
    return replace(cell, text=f"{cell.text}\n{text}" if text else cell.text, row_span=row - cell.row + 1)


def _columns(rows: Iterable[Row]) -> list[int]:
    known: list[int] = []
    for edge in sorted({edge for row in rows for edge in row.edges}):
        if not known or edge - known[-1] > _NEAR:
            known.append(edge)
    return known


def _column(edges: Sequence[int], edge: int) -> int:
    return max(bisect_left(edges, edge - _NEAR), 0)
