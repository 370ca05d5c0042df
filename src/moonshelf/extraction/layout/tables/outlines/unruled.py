"""Unruled rows: those above the first rule of a table, and the one below its last rule."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Fill, Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import TextLine, grouped
from moonshelf.extraction.layout.tables.cells import islands
from moonshelf.extraction.layout.tables.outlines import seams

_HIGHEST_HEAD = 90.0  # points
_PADDING, _LEADING = 1.2, 0.6  # of the type size: the most room between a row and its rule, and between its lines
_TOUCHING, _WHOLE = 2.0, 0.9  # points, from what is painted to the rule below it; of the table's width
_SAME_PADDING = 2.0  # points: by how much the room below the last rule may differ from that below others


def head(box: Box, levels: Sequence[Box], runs: Sequence[Run], extents: Sequence[islands.Extent]) -> list[Run]:
    """Return the rows above *box*, where a table has rules below its rows only: they stand over its columns.

    *levels* are rules, which may stand below some of them alone.
    """
    left, top, right, _ = box
    above = grouped(
        run
        for run in runs
        if top - _HIGHEST_HEAD < run.box[1] and run.box[3] <= top + 1 and left - 1 <= run.box[0] < right
    )
    beside = [rule for rule in levels if left - 1 <= rule[0] and rule[2] <= right + 1]
    found: list[TextLine] = []
    for line in reversed(above):
        ruled = not found or any(_between(rule, line, top) for rule in beside)
        near = top - line.box[3] < (_PADDING if ruled else _LEADING) * line.size
        if not near or not _over_columns(line, extents, right):
            break
        found.append(line)
        top = line.box[1]
    while found and len(found[-1].runs) == 1:
        found.pop()
    return [run for line in found for run in line.runs]


def painted(box: Box, fills: Sequence[Fill], runs: Sequence[Run]) -> list[Run]:
    """Return what is painted above *box* from its left to its right, in one area or cell by cell: that heads it."""
    left, top, right, _ = box
    above = [
        fill.box
        for fill in fills
        if abs(fill.box[3] - top) < _TOUCHING and boxes.height(fill.box) < _HIGHEST_HEAD and left - 2 < fill.box[0]
    ]
    whole = sum(boxes.shared_width(one, box) for one in above) >= _WHOLE * (right - left)
    return [run for run in runs if whole and any(boxes.holds(one, boxes.middle(run.box)) for one in above)]


def _between(rule: Box, line: TextLine, top: float) -> bool:
    """Say whether *rule* stands between *line* and what is below it, which begins at *top*."""
    return line.box[3] - 1 <= rule[1] <= top + 1


def _over_columns(line: TextLine, extents: Sequence[islands.Extent], right: float) -> bool:
    """Say whether each run of *line* stands over a column of its own."""
    over = [
        [n for n, (start, end) in enumerate(extents) if start < run.box[2] and run.box[0] < end] for run in line.runs
    ]
    return (
        line.box[2] <= right + 1 and all(len(one) == 1 for one in over) and len({one[0] for one in over}) == len(over)
    )


def foot(chain: Sequence[Box], edges: Sequence[float], runs: Sequence[Run]) -> list[Run]:
    """Return the row below the last rule of a *chain*, where a table has rules above its rows only, or above a total.

    It stands as far below its rule as other rows do, and has words in several of the columns between *edges*.
    """
    last = chain[-1]
    held = [run for run in runs if last[0] - 1 <= run.box[0] and run.box[2] <= last[2] + 1]
    lines = grouped(run for run in held if run.box[1] >= last[3] - 1)
    first = lines[0] if lines else None
    if first is None or len(first.runs) < 2:  # noqa: PLR2004 columns
        return []
    room = first.box[1] - last[3]
    if all(abs(other - room) > _SAME_PADDING for other in _rooms(chain, held)):
        return []
    found: list[Run] = []
    bottom = first.box[3]
    for line in lines:
        if line.box[1] - bottom > _LEADING * line.size or seams.crossed(line, edges[1:-1]):
            break
        found += line.runs
        bottom = line.box[3]
    return found


def _rooms(chain: Sequence[Box], runs: Sequence[Run]) -> Iterator[float]:
    """Yield how far below its upper rule each row of a *chain* begins."""
    for above, below in pairwise(chain):
        tops = [run.box[1] for run in runs if above[3] - 1 <= run.box[1] and run.box[3] <= below[1] + 1]
        if tops:
            yield min(tops) - above[3]
