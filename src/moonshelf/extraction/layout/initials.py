"""Initials: the large letters that open a chapter and reach down over several of its lines."""

from collections.abc import Sequence
from statistics import median

from msgspec.structs import replace

from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes

_LARGE = 2.2  # times the type size of the lines beside it
_MOST_LETTERS = 12  # a reader of text layers may have joined the rest of the word to it
_MOST = 8  # of one page; more large letters are something else
_LINES = 2  # it reaches down over so many at least
_NEAR = 1.0  # of the type size: how far the lines beside it begin from it
_WORDS = frozenset("AI\u00c0")  # letters that are words by themselves


def levelled(runs: Sequence[Run]) -> list[Run]:
    """Return *runs* with each initial set on the first of the lines it stands beside, and in their size."""
    if not runs:
        return []
    least = _LARGE * median(run.size for run in runs)
    large = [run for run in runs if run.size > least and len(run.text) <= _MOST_LETTERS and run.text[0].isupper()]
    if not large or len(large) > _MOST:
        return list(runs)
    placed = {id(run): found for run in large if (found := _levelled(run, runs))}
    return [placed.get(id(run), run) for run in runs]


def _levelled(initial: Run, runs: Sequence[Run]) -> Run | None:
    beside = [run for run in runs if _beside(run, initial)]
    if len(beside) < _LINES:
        return None
    first = min(beside, key=lambda run: run.box[1])
    letter = len(initial.text) == 1 and initial.text not in _WORDS and first.text[0].islower()
    right = first.box[0] if letter else min(initial.box[2], first.box[0])
    return replace(initial, box=(initial.box[0], first.box[1], right, first.box[3]), size=first.size)


def _beside(run: Run, initial: Run) -> bool:
    """Say whether *run* begins right of *initial*, close to it, on a line that this reaches down to."""
    middle = boxes.middle(run.box)[1]
    gap = run.box[0] - initial.box[0]
    near = 0 < gap < boxes.width(initial.box) + _NEAR * run.size
    return near and initial.size > _LARGE * run.size and initial.box[1] <= middle <= initial.box[3]
