"""Header cells: those of two rows that name the columns of a table together, some of them in groups."""

from collections.abc import Sequence
from itertools import pairwise

from msgspec.structs import replace

from moonshelf.extraction.document import Cell

_SEVERAL = 2  # columns of a group, at least


def joined(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Join the cells of a header of two rows if each column is named once: above, or below the name of its group.

    Leave *cells* as they are where no name stands over several columns, or a column but the first has no name, or the
    lower row has a name for the first, as rows of data have.
    """
    upper, lower = ({cell.column: cell for cell in cells if cell.row == row} for row in (0, 1))
    below = [column for column, cell in lower.items() if cell.text]
    corner = [row[0] for row in (upper, lower) if 0 in row]
    corner = [] if len(corner) == 1 or any(cell.text for cell in corner) else corner  # stays as it is where it is empty
    free = [column for column, cell in lower.items() if not cell.text and cell not in corner]
    tall = [cell for cell in upper.values() if cell.row_span > 1]
    groups = [_wide([upper.get(column) for column in group]) for group in _adjacent(below)]
    named = [*tall, *(_tall(upper.get(column), lower[column]) for column in free), *groups]
    if not groups or None in named or 0 in below:
        return tuple(cells)
    heads = sorted((cell for cell in named if cell is not None), key=lambda cell: cell.column)
    return (*corner[:1], *heads, *corner[1:], *(cell for cell in cells if cell.row and (cell.row > 1 or cell.text)))


def _adjacent(columns: Sequence[int]) -> list[list[int]]:
    """Return *columns*, which are in order, in groups of neighbours."""
    starts = [index for index, column in enumerate(columns) if not index or columns[index - 1] != column - 1]
    return [list(columns[start:stop]) for start, stop in pairwise([*starts, len(columns)])]


def _tall(above: Cell | None, below: Cell) -> Cell | None:
    """Return the name *above* reaching down over the empty cell *below* it; None where there is none."""
    if above is None or not above.text or above.column_span != below.column_span:
        return None
    return replace(above, row_span=2)


def _wide(above: Sequence[Cell | None]) -> Cell | None:
    """Return the only name *above* a group of columns, reaching over all of them; None where it is not the only one."""
    names = [cell for cell in above if cell is not None and cell.text]
    if above[0] is None or len(above) < _SEVERAL or len(names) != 1:
        return None
    inside = names[0].column - above[0].column + names[0].column_span <= len(above)
    return replace(names[0], column=above[0].column, column_span=len(above)) if inside else None
