"""Concealment: words in the colour of what lies behind them, which no reader of the page would see."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from moonshelf.extraction.facts import Fill, Raster, Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages import pixels

_CLOSE = 24  # levels of 255, in each of red, green and blue: closer colours are told apart by nobody
_CONTRAST = 20  # levels of brightness: print that is meant to be read has more
_PAPER = "ffffff"


def marked(runs: Sequence[Run], fills: Sequence[Fill], render: Callable[[], tuple[Raster, float]]) -> tuple[Run, ...]:
    """Mark the runs that cannot be seen as hidden.

    Pictures and gradients behind words are no facts of ours, so where colours raise the suspicion the page is
    rendered, and what shows any contrast there is kept.
    """
    suspects = {index for index, run in enumerate(runs) if not run.hidden and _suspicious(run, fills)}
    if not suspects:
        return tuple(runs)
    raster, scale = render()
    brightness = pixels.gray(raster)

    def unseen(run: Run) -> bool:
        left, top, right, bottom = (round(edge * scale) for edge in run.box)
        shown = brightness[max(0, top) : bottom, max(0, left) : right]
        return not shown.size or int(shown.max()) - int(shown.min()) < _CONTRAST

    return tuple(
        replace(run, hidden="background colour") if index in suspects and unseen(run) else run
        for index, run in enumerate(runs)
    )


def _suspicious(run: Run, fills: Sequence[Fill]) -> bool:
    """Say whether *run* has the colour of the uppermost fill behind it, or of paper."""
    middle = boxes.middle(run.box)
    behind = next((fill.color for fill in reversed(fills) if boxes.holds(fill.box, middle)), _PAPER)
    return all(
        abs(int(run.color[place : place + 2], 16) - int(behind[place : place + 2], 16)) < _CLOSE for place in (0, 2, 4)
    )
