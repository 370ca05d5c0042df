"""Breaks: tables that stop at the foot of a column or page and go on at the head of the next."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from moonshelf.extraction.document import Box, Cell
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import TextLine, grouped
from moonshelf.extraction.layout.tables.cells import islands

_SAME_WIDTH = 1.5  # points: rules so alike in length belong to one table
_FULL_LINE = 0.8  # of the width between the margins: such a line in one piece is prose
_PROSE = 0.3  # of the lines
_LEADING = 1.25  # of the type size: the pitch at which a broken row's lines are put together again
_ROW_PITCH = 2.2  # of the type size: the pitch at which a new row is put below the last
_SAME_EDGE = 4.0  # points: columns this close in two pages are the same


@dataclass(frozen=True)
class Rest:
    """What stands beside the first part of a table, put below it: runs in their new places, and where they were."""

    moved: tuple[Run, ...]
    runs: tuple[Run, ...]
    first: Box
    second: Box


def over_columns(levels: Sequence[Box], runs: Sequence[Run]) -> Iterator[Rest]:
    """Yield each table whose upper rule is in one column of the page and whose last one is in the next.

    Its first part goes down to the foot of its column; the second starts at the head of its own. Where more rules
    follow below, both parts must be rows, or the last rule may be the first one of another table.
    """
    for last in levels:
        beside = [other for other in levels if other is not last and _in_column(other, last)]
        heads = [one for one in levels if one[2] < last[0] and abs(boxes.width(one) - boxes.width(last)) < _SAME_WIDTH]
        if not heads or any(other[1] < last[1] for other in beside):
            continue
        lowest = max(heads, key=lambda box: (box[2], box[1]))
        top = _first_rule(lowest, heads, runs)
        first = [run for run in runs if _between(run, top) and run.box[1] >= top[1] - 1]
        second = [run for run in runs if _between(run, last) and run.box[3] <= last[3] + 1]
        below = [run for run in first if run.box[1] >= lowest[1] - 1]
        if first and second and not (beside and not (_rows(below) and _rows(second))):
            rest = _rest(top, last, first, second)
            if _columnar(rest):
                yield rest


def _rows(runs: Sequence[Run]) -> bool:
    """Say whether most lines of *runs*, and the first of them, hold several pieces."""
    parted = [len(line.runs) > 1 for line in grouped(runs)]
    return bool(parted) and parted[0] and sum(parted) * 2 > len(parted)


def _in_column(one: Box, other: Box) -> bool:
    """Say whether two rules stand one above the other."""
    return boxes.shared_width(one, other) > boxes.width(other) / 2


def _first_rule(lowest: Box, heads: Sequence[Box], runs: Sequence[Run]) -> Box:
    """Return the rule above the header, where *lowest* is the one below it: a table's first two stand close."""
    above = [box for box in heads if abs(box[0] - lowest[0]) < _SAME_WIDTH and box[1] < lowest[1]]
    if not above:
        return lowest
    nearest = max(above, key=lambda box: box[1])
    held = [run for run in runs if _between(run, lowest) and nearest[1] <= boxes.middle(run.box)[1] <= lowest[1]]
    parted = [line for line in grouped(held) if len(line.runs) > 1]
    return nearest if len(parted) * 2 >= len(grouped(held)) else lowest


def _between(run: Run, rule: Box) -> bool:
    return rule[0] - 2 <= run.box[0] and run.box[2] <= rule[2] + 2


def _rest(top: Box, last: Box, first: Sequence[Run], second: Sequence[Run]) -> Rest:
    left, foot = top[0] - last[0], max(run.box[1] for run in first)
    size = max(run.size for run in first)
    level = [_moved(run, left, 0.0) for run in second]
    head = min(run.box[1] for run in second)
    pitch = _LEADING if _row_goes_on(first, level) else _ROW_PITCH
    moved = [_moved(run, 0.0, foot + pitch * size - head) for run in level]
    whole = boxes.around([top, *(run.box for run in [*first, *moved])])
    return Rest((*first, *moved), (*first, *second), whole, boxes.around([last, *(run.box for run in second)]))


def _moved(run: Run, right: float, down: float) -> Run:
    left, top, end, bottom = run.box
    return replace(run, box=(left + right, top + down, end + right, bottom + down))


def _row_goes_on(first: Sequence[Run], second: Sequence[Run]) -> bool:
    """Say whether the last row above the break goes on below it."""
    above, below = grouped(first), grouped(second)
    extents = islands.columns([*above, *below])
    return broken(_filled(_row(above, last=True), extents), _filled(_row(below, last=False), extents))


def broken(before: frozenset[int], after: frozenset[int]) -> bool:
    """Say whether a row that fills the columns *after* is the rest of one that fills *before*.

    The rest of a row fills fewer columns, and not the first one again: that would be a heading between rows.
    """
    return len(after) < len(before) and not (0 in before and 0 in after)


def _row(lines: Sequence[TextLine], *, last: bool) -> list[Run]:
    edges = islands.rows(lines)
    top, bottom = (edges[-2], edges[-1]) if last else (edges[0], edges[1])
    return [run for line in lines for run in line.runs if top <= boxes.middle(line.box)[1] <= bottom]


def _filled(runs: Sequence[Run], extents: Sequence[islands.Extent]) -> frozenset[int]:
    return frozenset(
        index
        for index, (left, right) in enumerate(extents)
        if any(left <= boxes.middle(run.box)[0] <= right for run in runs)
    )


def _columnar(rest: Rest) -> bool:
    """Say whether what was put together stands in columns, and is not prose."""
    lines = grouped(rest.moved)
    wide = _FULL_LINE * boxes.width(rest.first)
    prose = sum(any(boxes.width(run.box) > wide for run in line.runs) for line in lines)
    extents = islands.columns(lines)
    return prose < _PROSE * len(lines) and len(extents) > 1 and not islands.texts(lines, extents)


def appended(cells: Sequence[Cell], more: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return *cells* with *more*, those of the same table on the next page, below them.

    A header that is printed again is left out, and a row that the break cut in two is made whole.
    """
    rest = _without_header(cells, more)
    if not rest:
        return tuple(cells)
    last, start = max(cell.row + cell.row_span for cell in cells), min(cell.row for cell in rest)
    tail = {cell.column: cell for cell in cells if cell.row == last - 1 and cell.row_span == 1}
    head = {cell.column: cell for cell in rest if cell.row == start}
    whole = broken(_texts(tail.values()), _texts(head.values())) and tail.keys() == head.keys()
    if whole:
        joined = [replace(cell, text=f"{cell.text} {head[column].text}".strip()) for column, cell in tail.items()]
        kept = [cell for cell in cells if tail.get(cell.column) is not cell]
        cells, rest, start = [*kept, *joined], [cell for cell in rest if cell.row != start], start + 1
    moved = [replace(cell, row=cell.row - start + last, header=False) for cell in rest]
    return (*cells, *moved)


def _without_header(cells: Sequence[Cell], more: Sequence[Cell]) -> list[Cell]:
    again = _row_texts(cells) == _row_texts(more) and all(cell.row_span == 1 for cell in more if cell.row == 0)
    return [cell for cell in more if cell.row or not again]


def _row_texts(cells: Sequence[Cell]) -> list[tuple[int, str]]:
    return [(cell.column, cell.text) for cell in cells if cell.row == 0]


def _texts(cells: Iterable[Cell]) -> frozenset[int]:
    return frozenset(cell.column for cell in cells if cell.text)


def same_columns(one: Sequence[float], other: Sequence[float]) -> bool:
    """Say whether two tables' columns have the same edges."""
    return len(one) == len(other) and all(abs(a - b) <= _SAME_EDGE for a, b in zip(one, other, strict=True))
