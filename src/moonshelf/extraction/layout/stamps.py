"""Stamps: larger words that others stand under, as RECEIVED across a letter, and marks such as COPY all over a page.

They stand across lines and are on none, so they are read by themselves.
"""

from collections import Counter
from collections.abc import Sequence

from moonshelf.extraction.document import Origin
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes

_LARGER = 1.5  # times the type size of what stands under them; layers of recognisers err by less
_LETTERS = 3  # fewer are initials, or signs of formulas
_MOST = 300  # of one page
_UNDER = 0.5  # of the narrower one


def found(runs: Sequence[Run]) -> list[Run]:
    """Return those of level *runs* that are printed over others in smaller type, and the same marks elsewhere."""
    letters: Counter[float] = Counter()
    for run in runs:
        letters[run.size] += len(run.text)
    least = _LARGER * max(letters, key=letters.__getitem__, default=0)
    large = [run for run in runs if run.size > least and len(run.text) >= _LETTERS and run.origin is Origin.TEXT]
    over = [run for run in large if any(_under(one, run) for one in runs)] if len(large) <= _MOST else []
    return [run for run in large if any(run is one or _alike(run, one) for one in over)]


def _under(one: Run, stamp: Run) -> bool:
    _, top, _, bottom = stamp.box
    if not top < (one.box[1] + one.box[3]) / 2 < bottom or one.size * _LARGER > stamp.size:
        return False
    narrower = min(boxes.width(one.box), boxes.width(stamp.box))
    return boxes.shared_width(one.box, stamp.box) > _UNDER * narrower


def _alike(run: Run, stamp: Run) -> bool:
    """Say whether *run* is the same mark once more, or goes on beside it."""
    level = run.box[1] < boxes.middle(stamp.box)[1] < run.box[3]
    return run.size == stamp.size and run.color == stamp.color and (level or run.text == stamp.text)
