"""Charts: sums over time as bars, drawn by the page as SVG."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from moonshelf.people.usage import Sum

WIDTH: Final = 600
HEIGHT: Final = 96
_GAP: Final = 0.25  # of a bar's place
_LEAST: Final = 1.5  # high, so that one of thousands is seen
_COLOURS: Final = 5  # and one for the rest


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar, of one *kind*: a number for its colour."""

    name: str
    kind: int
    y: float
    height: float
    count: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of time, in the units of the drawing."""

    x: float
    width: float
    label: str
    count: int
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn, and the sum of it."""

    bars: Sequence[Bar]
    total: int
    peak: int


def chart(sums: Iterable[Sum], *, since: int, steps: int, step_s: int, kinds: Sequence[str] = ("",)) -> Chart:
    """Draw *steps* bars from *since* on, of parts in the order of *kinds*: what a sum's name ends with, or all of it.

    Steps without anything are there, and empty. The last kinds share a colour when there are too many.
    """
    counts: dict[tuple[int, str], int] = {}
    for one in sums:
        kind = next(name for name in kinds if one.what.endswith(name))
        counts[one.at, kind] = counts.get((one.at, kind), 0) + one.count
    starts = [since + index * step_s for index in range(steps)]
    columns = [[(name, counts.get((at, name), 0)) for name in kinds] for at in starts]
    peak = max(sum(count for _, count in column) for column in columns)
    place = WIDTH / steps
    bars = [
        Bar(
            round(index * place, 2),
            round(place * (1 - _GAP), 2),
            _label(at, step_s),
            sum(count for _, count in column),
            _parts(column, peak),
        )
        for index, (at, column) in enumerate(zip(starts, columns, strict=True))
    ]
    return Chart(bars, sum(counts.values()), peak)


def _parts(column: Sequence[tuple[str, int]], peak: int) -> Sequence[Part]:
    """Stack what there is, from the bottom up."""
    found, top = [], float(HEIGHT)
    for number, (name, count) in enumerate(column):
        if count:
            height = max(_LEAST, HEIGHT * count / peak)
            top -= height
            found.append(Part(name, min(number, _COLOURS), round(max(top, 0.0), 2), round(height, 2), count))
    return found


def _label(at: int, step_s: int) -> str:
    form = "%d %b %H:00" if step_s < 86_400 else "%d %b %Y"  # noqa: PLR2004 - a day
    return time.strftime(form, time.gmtime(at))
