"""Rectangles: the arithmetic of ``Box``."""
# ruff: noqa: FURB136 - min and max of two take several times as long, and boxes are put around all words of a page

from collections.abc import Iterable
from typing import Protocol, TypeVar

from moonshelf.extraction.document import Box


class Boxed(Protocol):
    """What has a place on the page."""

    @property
    def box(self) -> Box:
        """The smallest box that holds it."""


_Boxed = TypeVar("_Boxed", bound=Boxed)


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that holds all of *boxes*, of which there is one at least."""
    (left, top, right, bottom), *rest = boxes
    for x0, y0, x1, y1 in rest:
        left = x0 if x0 < left else left
        top = y0 if y0 < top else top
        right = x1 if x1 > right else right
        bottom = y1 if y1 > bottom else bottom
    return (left, top, right, bottom)


def width(box: Box) -> float:
    """Return the extent from left to right."""
    return box[2] - box[0]


def height(box: Box) -> float:
    """Return the extent from top to bottom."""
    return box[3] - box[1]


def level(box: Box) -> bool:
    """Say whether a stroke with this box runs across, not down."""
    return width(box) >= height(box)


def middle(box: Box) -> tuple[float, float]:
    """Return the point in the middle."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def holds(box: Box, point: tuple[float, float]) -> bool:
    """Say whether *point* lies in *box*."""
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def inside(box: Box, found: Iterable[_Boxed]) -> list[_Boxed]:
    """Return those of *found* whose middle lies in *box*."""
    left, top, right, bottom = box
    return [
        one
        for one in found
        if top <= (one.box[1] + one.box[3]) / 2 <= bottom and left <= (one.box[0] + one.box[2]) / 2 <= right
    ]


def common(one: Box, other: Box) -> Box:
    """Return what two boxes that touch have in common."""
    return (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))


def grown(box: Box, by: float) -> Box:
    """Return *box* with each edge moved outwards."""
    return (box[0] - by, box[1] - by, box[2] + by, box[3] + by)


def touch(one: Box, other: Box) -> bool:
    """Say whether the two share a point."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def shared_height(one: Box, other: Box) -> float:
    """Return how much of the two lies side by side: the height of their common band, 0 where there is none."""
    return max(0.0, min(one[3], other[3]) - max(one[1], other[1]))


def shared_width(one: Box, other: Box) -> float:
    """Return how much of the two lies one above the other."""
    return max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
