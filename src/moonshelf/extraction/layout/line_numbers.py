"""Line numbers: those in the margin of a manuscript, which count its lines and are no part of them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes, wrapping
from moonshelf.extraction.layout.lines import TextLine, grouped
from moonshelf.extraction.layout.prose import lists

_FEWEST = 8
_SMALLER, _MANY = 0.85, 20  # than the text; or so many, whatever their size and what stands beside them
_SAME_EDGE = 2.0  # points
_GAP = 1.0  # of the type size: that between cells
_STEPS = (1, 5)  # from one number to the next


def found(runs: Sequence[Run]) -> list[Run]:
    """Return those of *runs* that number the lines of a page: a column of numbers at its edge that count on."""
    if sum(run.text.isdecimal() for run in runs) < _FEWEST:
        return []
    words = [run for run in runs if not run.text.isdecimal()]
    if not words:
        return []
    size = median(run.size for run in words)
    columns = (column for column in _columns(runs) if len(column) >= _FEWEST and _count_on(column))
    return [run for column in columns if _beside(column, words, small=_small(column, size)) for run in column]


def _columns(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Yield the numbers that end at one abscissa, from top to bottom."""
    columns: dict[int, list[Run]] = defaultdict(list)
    for run in sorted(runs, key=lambda run: run.box[1]):
        if run.text.isdecimal():
            columns[round(run.box[2] / _SAME_EDGE)].append(run)
    yield from columns.values()


def _count_on(numbers: Sequence[Run]) -> bool:
    """Say whether *numbers* go on by equal steps."""
    steps = {int(after.text) - int(before.text) for before, after in pairwise(numbers)}
    return len(steps) == 1 and steps.pop() in _STEPS


def _small(numbers: Sequence[Run], size: float) -> bool:
    return median(run.size for run in numbers) < _SMALLER * size


def _beside(numbers: Sequence[Run], words: Sequence[Run], *, small: bool) -> bool:
    """Say whether all *words* as high as *numbers* stand on one side of these, and are lines of text, not of cells.

    Where numbers are few and no *small* print, each must stand beside a line of running text: items begin anew.
    """
    left, top, right, bottom = boxes.around(run.box for run in numbers)
    level = [run for run in words if top < boxes.middle(run.box)[1] < bottom]
    aside = all(run.box[0] > right for run in level) or all(run.box[2] < left for run in level)
    lines = grouped(level) if aside else []
    if not lines or sum(map(_in_cells, lines)) * 2 >= len(numbers):
        return False
    told = small or len(numbers) >= _MANY
    return told or (len(lines) <= len(numbers) and wrapping.running([line.runs for line in lines]))


def _in_cells(line: TextLine) -> bool:
    """Say whether *line* has wide gaps, as rows of a table have; that behind the marker of an item is none."""
    return any(other.box[0] - one.box[2] > _GAP * line.size for one, other in pairwise(line.runs[lists.apart(line) :]))
