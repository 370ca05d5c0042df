"""Traffic: how many requests this process answered since its start, how, and how fast."""

import time
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics

_BOUNDS: Final = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""Seconds: from a key that is refused to content that is waited for."""


class Traffic:
    """Counts answers by method, route and status, and times them by method and route.

    A route is the pattern of a path, so that ids make no series of their own.
    """

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a series more for each, of when it was first counted
        self.began = time.time()
        self.registry = CollectorRegistry()
        answers, until = "Requests answered by this process.", "Seconds from a request to the end of its answer."
        self._answers = Counter("moonshelf_requests", answers, ("method", "route", "status"), registry=self.registry)
        self._times = Histogram(
            "moonshelf_request_seconds", until, ("method", "route"), buckets=_BOUNDS, registry=self.registry
        )
        ProcessCollector(registry=self.registry)

    def note(self, method: str, route: str, *, status: int, seconds: float) -> None:
        """Count an answer."""
        self._answers.labels(method, route, status).inc()
        self._times.labels(method, route).observe(seconds)
