"""Open tables: those that have neither rules nor fills, told by gaps that align down a column of text."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from moonshelf.extraction.document import Box
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import TextLine
from moonshelf.extraction.layout.prose import lists
from moonshelf.extraction.layout.tables import alignment
from moonshelf.extraction.layout.tables.cells import islands
from moonshelf.extraction.layout.tables.outlines.outline import Outline, tabular
from moonshelf.extraction.layout.tables.table import Table, cut

_TIGHT = 1.6  # of the type size: lines with less pitch belong together
_FAR = 3.2  # of the type size: lines with more pitch are not of one open table
_LINES = 3  # an open table, which has neither rules nor fills, has at least so many
_CELL_LINES = 5  # of one cell, between lines that hold several
_OPEN_STRAIT = 0.75  # of the type size: its columns stand at least so far apart
_FILLED = 0.8  # of the lines, whose columns stand nearer
_WIDE = 5  # columns; fewer may be text and notes, or two lists side by side
_HEAD, _NAME = 4, 0.6  # lines above the first whole row; of the table's width
_OUTSIDE = 0.3  # of the lines in tables
_LONG = 40  # letters: what is longer and stands over several columns is text
_BEYOND = 3.0  # of the type size: names may be wider than the last column
_PITCH = 2.2  # of the type size: rows of a table without rules stand at most so far apart
_MOST_TRIED = 12  # lines that are no table: what begins within them is none either
_SEEN, _SET_OFF = 2, 1.35  # pitches, and how much wider that before text is than those of rows
_ASTRAY, _SAME_SIZE = 2.0, 1.05  # points from where rows begin; the name of a group of them is set as they are
_AROUND = 2  # lines above and below, which show the margins of text
_OPEN_PARTED = 0.35  # of its lines hold several runs


def wide(lines: Sequence[TextLine]) -> list[Table]:
    """Return the tables of several columns among the *lines* of a page, before it is parted into columns of text.

    Cells that wrap are not level with each other, and would be taken for such columns. Where many more lines are in
    as many pieces it is the page that has columns.
    """
    apart = [_apart(line) for line in lines]
    found = list(_wide_tables(lines, apart))
    held = {id(run) for table in found for run in table.runs}
    outside = sum(several and id(line.runs[0]) not in held for line, several in zip(lines, apart, strict=True))
    return found if outside <= _OUTSIDE * (sum(apart) - outside) else []


def _columns(lines: Sequence[TextLine]) -> list[islands.Extent]:
    """Return the columns of *lines*: those as near as cells of a sheet too, where nearly all lines fill each."""
    found = islands.columns(lines, _OPEN_STRAIT)
    if len(lines) < _LINES or max(len(line.runs) for line in lines) <= len(found):
        return found
    near = max(islands.columns(lines), islands.columns(lines[1:]), key=len)  # names may reach into the room between
    full = sum(len(line.runs) == len(near) for line in lines)
    return near if len(near) > len(found) and full >= _FILLED * len(lines) else found


def _apart(line: TextLine) -> bool:
    return len(line.runs) >= _WIDE and len(_columns([line])) >= _WIDE


def _wide_tables(lines: Sequence[TextLine], apart: Sequence[bool]) -> Iterator[Table]:
    start = done = 0
    while start < len(lines):
        if not apart[start]:
            start += 1
            continue
        stop = _extent(lines, start)
        first = _first(lines[done:], start - done, stop - done) + done
        table = _wide_table(lines, first, stop) if stop - start > 1 else None
        if table:
            yield table
            done = stop
        start = stop if table or stop - start > _MOST_TRIED else start + 1


def _first(lines: Sequence[TextLine], start: int, stop: int) -> int:
    """Return the first of the lines that name columns or groups of them, above those from *start* to *stop*."""
    extents = _columns(lines[start:stop])
    left, right = extents[0][0], extents[-1][1]
    first = start
    while first and start - first < _HEAD:
        line, below = lines[first - 1], lines[first]
        narrow = all(boxes.width(run.box) < _NAME * (right - left) for run in line.runs)
        if len(line.runs) < 2 or not narrow or line.box[0] < left - 1 or line.box[2] > right + _BEYOND * line.size:  # noqa: PLR2004 names
            break
        if below.box[1] - line.box[1] > _PITCH * line.size:
            break
        first -= 1
    return first


def _wide_table(lines: Sequence[TextLine], first: int, stop: int) -> Table | None:
    extents = islands.named(_columns(lines[first:stop]), lines[first:stop])
    prose = [extent for extent in extents if islands.prose(lines[first:stop], extent)]
    if len(extents) < _WIDE or len(prose) > 1:
        return None
    around = [*lines[max(0, first - 1) : first], *lines[stop : stop + 1]]
    if any(_goes_on(line, lines[first:stop], extent) for extent in prose for line in around):
        return None
    pieces = [len(line.runs) for line in lines[first:stop] if len(line.runs) >= _WIDE]
    whole = sum(count >= len(extents) - 1 for count in pieces)
    if whole * 2 < len(pieces) or (len(pieces) < _LINES and not _pair(lines[first:stop], extents)):
        return None
    if any(len(run.text) > _LONG and _over(run.box, extents) > 1 for line in lines[first:stop] for run in line.runs):
        return None  # text beside lists
    return _open_table(lines[first:stop])


def _pair(lines: Sequence[TextLine], extents: Sequence[islands.Extent]) -> bool:
    """Say whether two lines alone are a table: many columns, with a run of both lines in each."""
    whole = all(len(line.runs) == len(extents) for line in lines)
    return whole and len(lines) == 2  # noqa: PLR2004


def _goes_on(line: TextLine, lines: Sequence[TextLine], extent: islands.Extent) -> bool:
    """Say whether *line*, the one above or below *lines*, has text of the same column, as close as theirs is."""
    left, right = extent
    near = min(abs(line.box[1] - other.box[1]) for other in lines) < _TIGHT * line.size
    return near and any(run.box[0] >= left - 1 and run.box[2] <= right + line.size for run in line.runs)


def aligned(lines: Sequence[TextLine]) -> Iterator[tuple[int, int, Table]]:
    """Yield first, last + 1 and the table itself of *lines*, one column's from top to bottom, whose gaps align."""
    start = 0
    while start < len(lines):
        if not _several(lines[start]):
            start += 1
            continue
        stop = _extent(lines, start)
        around = [*lines[max(0, start - _AROUND) : start], *lines[stop : stop + _AROUND]]
        table = _open_table(lines[start:stop], around) if stop - start >= _LINES else None
        if table:
            yield start, stop, table
        start = stop if table else start + 1


def _several(line: TextLine) -> bool:
    """Say whether *line* holds several pieces, a list's marker aside; in code every space parts them."""
    return len(line.runs) > 1 and not line.monospace and len(line.runs) - lists.apart(line) > 1


def _extent(lines: Sequence[TextLine], start: int) -> int:
    """Return where the group of parted lines that starts at *start* ends."""
    if not _several(lines[start]):
        return start + 1
    stop, last_parted = start + 1, start + 1
    before = _columns(lines[start:stop])
    while len(before) > 1 and stop < len(lines) and stop - last_parted < _CELL_LINES:
        line = lines[stop]
        if line.box[1] - lines[stop - 1].box[1] > _FAR * line.size:
            break
        alone = len(line.runs) == 1
        if alone and _names_rows(lines[start:last_parted], lines[stop : stop + 2]):
            stop += 1
            continue
        if _across(line, before) or _heads(lines[start:last_parted], lines[stop : stop + 2]):
            break
        if alone and _set_off(lines[start : stop + 1]):
            break
        together = _columns([*lines[start:last_parted], line])
        if len(together) < len(before):
            break
        stop += 1
        if _several(line):
            last_parted, before = stop, together
    return _wrapped(lines, last_parted, stop)


def _names_rows(rows: Sequence[TextLine], lines: Sequence[TextLine]) -> bool:
    """Say whether the first of *lines*, in one piece, names a group of rows: set as the *rows* above, over one of them.

    It begins where they do, and no further from the next row than they stand from each other; it may reach over several
    of their columns.
    """
    if len(lines) == 1:
        return False
    name, row = lines
    over = _several(row) and abs(name.box[0] - row.box[0]) < _ASTRAY
    if not over or max(name.size, row.size) > _SAME_SIZE * min(name.size, row.size):
        return False
    if boxes.width(name.box) > _NAME * max(boxes.width(line.box) for line in rows):
        return False
    pitches = [below.box[1] - above.box[1] for above, below in pairwise(rows)]
    return row.box[1] - name.box[1] <= _SET_OFF * max(pitches, default=name.box[1] - rows[-1].box[1])


def _heads(rows: Sequence[TextLine], lines: Sequence[TextLine]) -> bool:
    """Say whether the first of *lines* is larger than all *rows* above it, and what follows it is no row."""
    larger = lines[0].size > _SAME_SIZE * max(row.size for row in rows)
    return larger and not any(map(_several, lines[1:]))


def _set_off(lines: Sequence[TextLine]) -> bool:
    """Say whether the last of *lines* stands clearly further from the others than these from each other."""
    pitches = [below.box[1] - above.box[1] for above, below in pairwise(lines)]
    return len(pitches) > _SEEN and pitches[-1] > _SET_OFF * max(pitches[:-1])


def _wrapped(lines: Sequence[TextLine], first: int, stop: int) -> int:
    """Return the end of the last cell's further lines."""
    while first < stop and lines[first].box[1] - lines[first - 1].box[1] < _TIGHT * lines[first].size:
        first += 1
    return first


def _across(line: TextLine, extents: Sequence[islands.Extent]) -> bool:
    """Say whether *line* is text across several columns: it follows the table."""
    return len(line.runs) == 1 and _over(line.box, extents) > 1


def _over(box: Box, extents: Sequence[islands.Extent]) -> int:
    """Return how many columns *box* reaches into."""
    return sum(left < box[2] and box[0] < right for left, right in extents)


def _open_table(lines: Sequence[TextLine], around: Sequence[TextLine] = ()) -> Table | None:
    parted = sum(_several(line) for line in lines)
    if parted < min(_LINES, len(lines)) or parted < _OPEN_PARTED * len(lines) or not tabular(lines):
        return None
    extents = islands.named(_columns(lines), lines)
    if not alignment.in_columns(lines, extents, around):
        return None
    runs = [run for line in lines for run in line.runs]
    return cut(Outline(boxes.around(run.box for run in runs)), runs)
