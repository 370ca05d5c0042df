"""Charts: sums over time as bars, drawn by the page as SVG."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from moonshelf.usage import Sum

WIDTH: Final = 600
HEIGHT: Final = 96
_GAP: Final = 0.25  # of a bar's place


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of time, in the units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn, and the sum of it."""

    bars: Sequence[Bar]
    total: int
    peak: int


def chart(sums: Iterable[Sum], *, since: int, steps: int, step_s: int) -> Chart:
    """Draw *steps* bars from *since* on; steps without anything are there, and empty."""
    counts: dict[int, int] = {}
    for one in sums:
        counts[one.at] = counts.get(one.at, 0) + one.count
    starts = [since + index * step_s for index in range(steps)]
    peak = max([1, *(counts.get(at, 0) for at in starts)])
    place = WIDTH / steps
    bars = [_bar(index * place, place, counts.get(at, 0), peak, _label(at, step_s)) for index, at in enumerate(starts)]
    return Chart(bars, sum(counts.values()), peak)


def _bar(x: float, place: float, count: int, peak: int, label: str) -> Bar:
    height = max(1.5, HEIGHT * count / peak) if count else 0.0
    return Bar(round(x, 2), round(HEIGHT - height, 2), round(place * (1 - _GAP), 2), round(height, 2), label, count)


def _label(at: int, step_s: int) -> str:
    form = "%d %b %H:00" if step_s < 86_400 else "%d %b %Y"  # noqa: PLR2004 - a day
    return time.strftime(form, time.gmtime(at))
