"""Traffic: how many requests this process answered since its start, how, and how fast."""

import time
from bisect import bisect_left
from collections import Counter
from typing import Final

BOUNDS: Final = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""Seconds: from a key that is refused to content that is waited for."""


class Times:
    """How often something took at most each of ``BOUNDS`` and no less, or longer than all; and the sum of seconds."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        """Count one more."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


class Traffic:
    """Counts answers by method, route and status, and times them by method and route; for one event loop.

    A route is the pattern of a path, so that ids make no series of their own.
    """

    def __init__(self) -> None:
        self.began = time.time()
        self.answers: Counter[tuple[str, str, int]] = Counter()
        self.times: dict[tuple[str, str], Times] = {}

    def note(self, method: str, route: str, *, status: int, seconds: float) -> None:
        """Count an answer."""
        self.answers[method, route, status] += 1
        (self.times.get((method, route)) or self.times.setdefault((method, route), Times())).add(seconds)
