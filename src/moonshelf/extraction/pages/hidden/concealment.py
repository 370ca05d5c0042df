"""Concealment: words in the colour of what lies behind them, and in layers that are off, which nobody would see."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from msgspec.structs import replace

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Fill, Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages import pixels
from moonshelf.extraction.pages.hidden.unseen import BENEATH, COVERED
from moonshelf.extraction.tools import Raster

_CLOSE = 24  # levels of 255, in each of red, green and blue: closer colours are told apart by nobody
_CONTRAST = 20  # levels of brightness: print that is meant to be read has more
_PAPER = "ffffff"
_COLOUR, _LAYER = "background colour", "layer that is off"


def marked(
    runs: Sequence[Run], fills: Sequence[Fill], render: Callable[[Box], tuple[Raster, float]], *, layered: bool = False
) -> tuple[Run, ...]:
    """Mark the runs that cannot be seen as hidden; where a file is *layered*, with layers that are off, any may be.

    Pictures and gradients behind words are no facts of ours, so where colours raise the suspicion the place is
    rendered, and what shows any contrast there is kept.
    """
    behind = {_PAPER, *(fill.color for fill in fills)}
    colors = {color for color in {run.color for run in runs} if any(_close(color, one) for one in behind)}
    suspects = {
        index
        for index, run in enumerate(runs)
        if run.hidden == BENEATH or (not run.hidden and (layered or (run.color in colors and _suspicious(run, fills))))
    }
    if not suspects:
        return tuple(runs)
    place = boxes.around(runs[index].box for index in suspects)
    raster, scale = render(place)
    brightness = pixels.gray(raster)
    corner = [max(0, round(edge * scale)) for edge in place[:2]]

    def unseen(run: Run) -> bool:
        left, right = (max(0, round(edge * scale) - corner[0]) for edge in run.box[::2])
        top, bottom = (max(0, round(edge * scale) - corner[1]) for edge in run.box[1::2])
        shown = brightness[top:bottom, left:right]
        return not shown.size or int(shown.max()) - int(shown.min()) < _CONTRAST

    def judged(run: Run) -> Run:
        reason = "" if not unseen(run) else COVERED if run.hidden else _COLOUR if _suspicious(run, fills) else _LAYER
        return replace(run, hidden=reason)

    return tuple(judged(run) if index in suspects else run for index, run in enumerate(runs))


def _suspicious(run: Run, fills: Sequence[Fill]) -> bool:
    """Say whether *run* has the colour of the uppermost fill behind it, or of paper."""
    middle = boxes.middle(run.box)
    return _close(run.color, next((fill.color for fill in reversed(fills) if boxes.holds(fill.box, middle)), _PAPER))


@lru_cache(4096)
def _close(one: str, other: str) -> bool:
    return all(abs(int(one[place : place + 2], 16) - int(other[place : place + 2], 16)) < _CLOSE for place in (0, 2, 4))
