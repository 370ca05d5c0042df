"""Open tables: those that have neither rules nor fills, told by gaps that align down a column of text."""

from collections.abc import Iterator, Sequence

from moonshelf.extraction.layout import boxes, islands, lists
from moonshelf.extraction.layout.lines import TextLine
from moonshelf.extraction.layout.outlines import Outline, tabular
from moonshelf.extraction.layout.tables import Table, cut

_TIGHT = 1.6  # of the type size: lines with less pitch belong together
_FAR = 3.2  # of the type size: lines with more pitch are not of one open table
_LINES = 3  # an open table, which has neither rules nor fills, has at least so many
_CELL_LINES = 5  # of one cell, between lines that hold several
_OPEN_STRAIT = 0.9  # of the type size: its columns stand at least so far apart
_OPEN_PARTED = 0.45  # of its lines hold several runs


def aligned(lines: Sequence[TextLine]) -> Iterator[tuple[int, int, Table]]:
    """Yield first, last + 1 and the table itself of *lines*, one column's from top to bottom, whose gaps align."""
    start = 0
    while start < len(lines):
        stop = _extent(lines, start)
        table = _open_table(lines[start:stop]) if stop - start >= _LINES else None
        if table:
            yield start, stop, table
        start = stop if table else start + 1


def _several(line: TextLine) -> bool:
    """Say whether *line* holds several pieces, a bullet aside."""
    return len(line.runs) - lists.bullet(line.runs[0].text) > 1


def _extent(lines: Sequence[TextLine], start: int) -> int:
    """Return where the group of parted lines that starts at *start* ends."""
    if not _several(lines[start]):
        return start + 1
    stop, last_parted = start + 1, start + 1
    before = islands.columns(lines[start:stop], _OPEN_STRAIT)
    while len(before) > 1 and stop < len(lines) and stop - last_parted < _CELL_LINES:
        line = lines[stop]
        if line.box[1] - lines[stop - 1].box[1] > _FAR * line.size or _across(line, before):
            break
        together = islands.columns([*lines[start:last_parted], line], _OPEN_STRAIT)
        if len(together) < len(before):
            break
        stop += 1
        if _several(line):
            last_parted, before = stop, together
    return _wrapped(lines, last_parted, stop)


def _wrapped(lines: Sequence[TextLine], first: int, stop: int) -> int:
    """Return the end of the last cell's further lines."""
    while first < stop and lines[first].box[1] - lines[first - 1].box[1] < _TIGHT * lines[first].size:
        first += 1
    return first


def _across(line: TextLine, extents: Sequence[islands.Extent]) -> bool:
    """Say whether *line* is text across several columns: it follows the table."""
    return len(line.runs) == 1 and sum(left < line.box[2] and line.box[0] < right for left, right in extents) > 1


def _open_table(lines: Sequence[TextLine]) -> Table | None:
    parted = sum(_several(line) for line in lines)
    if parted < _LINES or parted < _OPEN_PARTED * len(lines) or not tabular(lines):
        return None
    runs = [run for line in lines for run in line.runs]
    return cut(Outline(boxes.around(run.box for run in runs)), runs)
