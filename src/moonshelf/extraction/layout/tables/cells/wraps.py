"""Wraps: lines of a table that only go on with cells of the line above, where the room between lines says nothing."""

from collections.abc import Sequence

from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes, wrapping
from moonshelf.extraction.layout.lines import TextLine
from moonshelf.extraction.layout.tables.cells import islands

_TOLD, _MOSTLY = 2, 0.8  # lines, and of those that begin no row: so many follow from full cells, or none do

_Cells = dict[int, Sequence[Run]]
"""What a line has in each column that it fills."""


def rows(lines: Sequence[TextLine], edges: list[float], extents: Sequence[islands.Extent]) -> list[float]:
    """Return *edges* between rows without those within a row; each of *lines* is between two of them, or all are kept.

    A line goes on with the row above if it fills fewer columns than the row began with, and each of its cells stands
    below one that had no room for its first word.
    """
    if len(edges) != len(lines) + 1:
        return edges
    filled = [_cells(line, extents) for line in lines]
    most = max(map(len, filled))
    short = sum(len(cells) < most and (len(cells) == 1 or 0 not in cells) for cells in filled[1:])
    going = _going(filled, extents)
    if len(going) < _MOSTLY * short or len(going) < _TOLD:
        return edges
    return [edge for number, edge in enumerate(edges) if number not in going]


def _cells(line: TextLine, extents: Sequence[islands.Extent]) -> _Cells:
    held = {column: cell(line, extent) for column, extent in enumerate(extents)}
    return {column: runs for column, runs in held.items() if runs}


def cell(line: TextLine, extent: islands.Extent) -> Sequence[Run]:
    """Return what *line* has in the column with this *extent*."""
    return [run for run in line.runs if extent[0] <= boxes.middle(run.box)[0] <= extent[1]]


def _going(filled: Sequence[_Cells], extents: Sequence[islands.Extent]) -> set[int]:
    """Return the numbers of the lines that go on with the row above them."""
    going: set[int] = set()
    begun = filled[0]
    for number, cells in enumerate(filled[1:], 1):
        above = filled[number - 1]
        within = cells.keys() <= above.keys() and len(cells) < len(begun) and not _figures(cells)
        if within and all(_goes_on(above[column], cells[column], extents[column]) for column in cells):
            going.add(number)
        else:
            begun = cells
    return going


def _figures(cells: _Cells) -> bool:
    """Say whether several of *cells*, and most of them, hold figures alone, as those of a row do."""
    worded = sum(any(map(str.isalpha, run.text)) for runs in cells.values() for run in runs[:1])
    return len(cells) - worded > max(1, worded)


def _goes_on(above: Sequence[Run], below: Sequence[Run], extent: islands.Extent) -> bool:
    """Say whether *below* is the next line of a cell: set as *above* is, no further off, and without room behind it."""
    alike = above[-1].bold is below[0].bold
    near = below[0].box[1] - above[-1].box[1] <= islands.LEADING * below[0].size
    return alike and near and wrapping.full(above, below, extent)
