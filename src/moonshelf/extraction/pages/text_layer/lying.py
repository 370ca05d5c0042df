"""Lying pages: those that are read with the page turned, as a wide table is set in a book."""

from collections import Counter
from collections.abc import Sequence

_QUARTER = 90
_OFF = 2.0  # degrees
_MOSTLY = 0.6  # of the letters


def angle(words: Sequence[tuple[float, int]]) -> int:
    """Return by how many degrees clockwise most letters of a page are turned: quarters, and 0 for a page that stands.

    Of each of its *words* the rotation and the number of letters are given.
    """
    letters: Counter[int] = Counter()
    for rotation, count in words:
        quarters = round(rotation / _QUARTER)
        if quarters and abs(rotation - quarters * _QUARTER) < _OFF:
            letters[quarters * _QUARTER % 360] += count
    ((found, most),) = letters.most_common(1) or [(0, 0)]
    return found if most > _MOSTLY * sum(count for _, count in words) else 0
