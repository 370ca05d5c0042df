"""Wrapping: lines that end where the next word had no room, as those of running text do."""

from collections.abc import Sequence
from itertools import pairwise

from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import HYPHENS, IDEOGRAPHIC

_SPACE, _SLACK = 0.25, 0.1  # of the type size: that between words, and how far a line may be from full
_MOSTLY, _AMID = 0.6, 0.4  # of the lines: so many are full, and so many begin within a sentence


def running(lines: Sequence[Sequence[Run]]) -> bool:
    """Say whether *lines*, those of one column from top to bottom, are running text, and no cells below each other.

    Cells of one length are full too, but they begin with capitals and figures.
    """
    amid = sum(line[0].text[0].islower() for line in lines)
    if amid < _AMID * len(lines):
        return False
    left, _, right, _ = boxes.around(run.box for line in lines for run in line)
    whole = sum(full(above, below, (left, right)) for above, below in pairwise(lines))
    return whole >= _MOSTLY * (len(lines) - 1)


def full(above: Sequence[Run], below: Sequence[Run], extent: tuple[float, float]) -> bool:
    """Say whether the first word of *below* had no room behind *above*, in a column as wide as *extent*."""
    if above[-1].text[-1] in HYPHENS:
        return True
    needed = above[-1].box[2] - above[0].box[0] + first_word(below[0])
    return needed > extent[1] - extent[0] - _SLACK * below[0].size


def first_word(run: Run) -> float:
    """Return the room that the first word of *run* takes, with the space before it."""
    if IDEOGRAPHIC.match(run.text):
        return run.size
    return _SPACE * run.size + boxes.width(run.box) * len(run.text.split(" ", 1)[0]) / len(run.text)
