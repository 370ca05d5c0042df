"""Leftover ink: what of a scan lies in no line, rule or shade. A drawing, a stamp, or words nobody saw."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from moonshelf.extraction.document import Box
from moonshelf.extraction.pages import pixels

if TYPE_CHECKING:
    from moonshelf.extraction.pages.pixels import Picture

_SIDE = 900  # pixels; it is looked for in a smaller picture, where a letter of small print is some five pixels high
_FAINT = 60  # levels darker than paper
_ROOM = 0.4  # of a line's height is looked over around it: tails of letters, and the rest of a coloured band
_NEAR = 13  # pixels; ink so close together is one thing
_LEAST = 10, 6  # pixels wide and high; what is smaller is dirt or a dot
_MARKS = 40  # pixels of ink
_MOST = 50  # places of a page, the first


def boxes(brightness: "Picture", taken: Iterable[Box]) -> list[Box]:
    """Return the places in pixels where there is ink outside of the boxes *taken*."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    scale = min(1.0, _SIDE / max(brightness.shape))
    small = cv2.resize(brightness, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = np.where(small < pixels.level(small, 0.9) - _FAINT, 1, 0).astype(np.uint8)
    for left, top, right, bottom in _roomy(taken, scale):
        ink[top:bottom, left:right] = 0
    if np.count_nonzero(ink) < _MARKS:  # on most pages of text all ink is taken
        return []
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((_NEAR, _NEAR), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for label, (x, y, width, height, _) in enumerate(stats[1:].tolist(), 1):
        here = slice(y, y + height), slice(x, x + width)
        if width >= _LEAST[0] and height >= _LEAST[1] and np.count_nonzero(ink[here][labels[here] == label]) >= _MARKS:
            found.append((x / scale, y / scale, (x + width) / scale, (y + height) / scale))
    return found[:_MOST]


def _roomy(taken: Iterable[Box], scale: float) -> Iterator[tuple[int, int, int, int]]:
    for left, top, right, bottom in taken:
        room = max(2 / scale, min(bottom - top, right - left) * _ROOM)
        yield (
            max(0, int((left - room) * scale)),
            max(0, int((top - room) * scale)),
            max(0, round((right + room) * scale)),
            max(0, round((bottom + room) * scale)),
        )
