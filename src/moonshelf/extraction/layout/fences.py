"""Fences: upright rules between words of a line: these stand in cells, though no more than a space parts them."""

from bisect import bisect_left
from collections.abc import Iterable

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Rule
from moonshelf.extraction.layout import boxes

_TOUCH = 0.5  # points by which words may reach into a rule


class Fences:
    """The upright ones of *rules*."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._upright = sorted((rule.box for rule in rules if not boxes.level(rule.box)), key=_left)

    def __bool__(self) -> bool:
        return bool(self._upright)

    def between(self, one: Box, other: Box) -> bool:
        """Say whether a rule as high as *one* stands between it and the *other*, which is on the same line."""
        first = bisect_left(self._upright, one[2] - _TOUCH, key=_left)
        last = bisect_left(self._upright, other[0] + _TOUCH, key=_left)
        middle = (one[1] + one[3]) / 2
        return any(box[1] <= middle <= box[3] and box[2] < other[0] + _TOUCH for box in self._upright[first:last])


def _left(box: Box) -> float:
    return box[0]
