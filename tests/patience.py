"""Waiting for what must come: for the thing itself, as a busy machine may take long."""

import time
from collections.abc import Callable

PATIENCE_S = 120.0
"""What never comes costs a test that fails this long, and no other."""


def until(
    wanted: Callable[[], object], *, within_s: float = PATIENCE_S, told: Callable[[], object] = lambda: "it never came"
) -> None:
    """Wait until *wanted* is true; where it never is, *told* says why that may be."""
    deadline = time.monotonic() + within_s
    while not wanted():
        assert time.monotonic() < deadline, told()
        time.sleep(0.01)
