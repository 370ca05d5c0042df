"""Text tables: those without rules and fills whose cells wrap, told by rows that begin together in several columns."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes, wrapping
from moonshelf.extraction.layout.lines import TextLine, joined
from moonshelf.extraction.layout.prose import lists
from moonshelf.extraction.layout.tables.cells import islands
from moonshelf.extraction.layout.tables.cells.islands import Extent
from moonshelf.extraction.layout.tables.outlines.outline import Outline
from moonshelf.extraction.layout.tables.table import Table, cut

_GUTTER = 0.75  # of the type size: the columns of a table without rules stand at least so far apart
_FAR = 3.2  # of the type size: lines with more pitch are not of one table
_LINES, _ROWS, _MOSTLY = 4, 3, 0.8  # a text table has at least; of its rows
_SAME_SIZE = 1.15
_LEVEL = 0.3  # of the type size: what stands on one height may reach so much further down
_LETTERS, _OFTEN, _TEXTS = 14, 0.3, 0.6  # what is shorter is no text; of the rows; of the lines
_NAME = 0.6  # of the width of a row: that of the name of a group of rows, at most

_Row = Sequence[TextLine]


def found(lines: Sequence[TextLine]) -> Iterator[Table]:
    """Yield the tables among the *lines* of a page, from top to bottom."""
    start = 0
    while start < len(lines):
        stop, gutters = _parted(lines, start)
        if stop - start < _LINES:
            start += 1
            continue
        if not _beside(lines[start:stop]) and (table := _table(_rows(lines[start:stop]), gutters)):
            yield table
        start = stop


def _parted(lines: Sequence[TextLine], start: int) -> tuple[int, list[Extent]]:
    """Return where the lines from *start* on end that leave the same strips free, and these from left to right.

    The name of a group of rows may reach across.
    """
    gutters = _between(lines[start])
    stop = start + 1
    while gutters and stop < len(lines) and _near(lines[stop - 1], lines[stop]):
        left = _left(gutters, lines[stop])
        if not left and stop + 1 < len(lines) and _names_rows(lines[start], *lines[stop : stop + 2]):
            left = _left(gutters, lines[stop + 1])
            stop += 1
        if not left:
            break
        gutters = left
        stop += 1
    return stop, gutters


def _near(above: TextLine, line: TextLine) -> bool:
    return line.box[1] - above.box[1] <= _FAR * line.size


def _names_rows(first: TextLine, line: TextLine, below: TextLine) -> bool:
    """Say whether *line* is short, begins where the *first* of the table does, and stands over a row of it."""
    short = len(line.runs) == 1 and boxes.width(line.box) < _NAME * boxes.width(first.box)
    return short and abs(line.box[0] - first.box[0]) < line.size and len(below.runs) > 1 and _near(line, below)


def _left(gutters: Sequence[Extent], line: TextLine) -> list[Extent]:
    free = (_free(gutter, line) for gutter in gutters)
    return [gutter for gutter in free if gutter[1] - gutter[0] >= _GUTTER * line.size]


def _between(line: TextLine) -> list[Extent]:
    gaps = [] if line.monospace else [(one.box[2], other.box[0]) for one, other in pairwise(line.runs)]
    return [gap for gap in gaps if gap[1] - gap[0] >= _GUTTER * line.size]


def _free(gutter: Extent, line: TextLine) -> Extent:
    """Return what *line* leaves free of a *gutter*: what it has there begins on its left, or ends on its right."""
    left, right = gutter
    for run in line.runs:
        if run.box[0] < right and left < run.box[2]:
            if run.box[0] - left >= right - run.box[2]:
                right = run.box[0]
            else:
                left = run.box[2]
    return left, right


def _beside(lines: Sequence[TextLine]) -> bool:
    """Say whether all pieces of most *lines* are long enough for text, as those of columns of a page are."""
    texts = sum(len(line.runs) > 1 and min(len(run.text) for run in line.runs) >= _LETTERS for line in lines)
    return texts > _TEXTS * len(lines)


def _rows(lines: Sequence[TextLine]) -> list[_Row]:
    """Part *lines* into rows by the room between them; none where each is a row, or all are one."""
    edges = islands.rows(lines)[1:-1]
    if not _ROWS <= len(edges) + 1 < len(lines):
        return []
    parts: list[list[TextLine]] = [[] for _ in range(len(edges) + 1)]
    for line in lines:
        parts[bisect(edges, boxes.middle(line.box)[1])].append(line)
    return [part for part in parts if part]


def _table(rows: Sequence[_Row], gutters: Sequence[Extent]) -> Table | None:
    """Return the table that *rows* are, but for what stands above or below it; None where they are none."""
    edges = [(left + right) / 2 for left, right in gutters]
    whole = [_begins_together(row, edges) for row in rows]
    if sum(whole) < _ROWS:
        return None
    first, last = whole.index(True), len(whole) - whole[::-1].index(True)
    inside = rows[first:last]
    lines = [line for row in inside for line in row]
    if len(lines) == len(inside) or sum(whole) < _MOSTLY * len(inside) or not _set_alike(lines):
        return None
    if len(edges) == 1 and sum(lists.apart(row[0]) for row in inside) * 2 > len(inside):
        return None  # a list, whose markers stand apart
    if any(_runs_on(inside, column, edges) for column in range(len(edges) + 1)):
        return None
    runs = [run for line in lines for run in line.runs]
    return cut(Outline(boxes.around(run.box for run in runs)), runs)


def _columns(line: TextLine, edges: Sequence[float]) -> set[int]:
    return {bisect(edges, boxes.middle(run.box)[0]) for run in line.runs}


def _begins_together(row: _Row, edges: Sequence[float]) -> bool:
    """Say whether *row* begins with several cells on one height, and each goes on line by line."""
    columns = [_columns(line, edges) for line in row]
    feet = [run.box[3] for run in row[0].runs]
    together = 0 in columns[0] and len(columns[0]) > 1 and max(feet) - min(feet) <= _LEVEL * row[0].size
    return together and all(below <= above for above, below in pairwise(columns))


def _set_alike(lines: Sequence[TextLine]) -> bool:
    """Say whether no words are larger than others, as headings among columns of text are."""
    sizes = [run.size for line in lines for run in line.runs]
    return max(sizes) <= _SAME_SIZE * median(sizes)


def _runs_on(rows: Sequence[_Row], column: int, edges: Sequence[float]) -> bool:
    """Say whether what stands in a *column* is text that goes on from row to row, and no cells."""
    held = [[_inside(line, column, edges) for line in row] for row in rows]
    cells = [cell for row in held if (cell := [runs for runs in row if runs])]
    left, _, right, _ = boxes.around(run.box for cell in cells for runs in cell for run in runs)
    pairs = [(above[-1], below[0]) for above, below in pairwise(cells)]
    full = [wrapping.full(above, below, (left, right)) for above, below in pairs if len(joined(above)) >= _LETTERS]
    return sum(full) > _OFTEN * len(pairs)


def _inside(line: TextLine, column: int, edges: Sequence[float]) -> list[Run]:
    return [run for run in line.runs if bisect(edges, boxes.middle(run.box)[0]) == column]
