"""Places: a few may do something at the same time, or one alone; nobody waits for longer than the result is wanted."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from moonshelf.extraction.capped.channels import Cancel, Cancelled

_BLINK_S = 0.1  # how late a cancellation may be noticed


class Places:
    """So many places, taken in the order of asking."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._free = threading.Semaphore(count)
        self._door = threading.Lock()  # held by whoever is next
        self._counting = threading.Lock()
        self._taken = self._ever = 0

    @contextmanager
    def one(self, cancelled: Cancel) -> Iterator[Callable[[], bool]]:
        """Take a place; it tells whether nobody has had another one since. Raises ``Cancelled``."""
        with held(self._door, cancelled):
            _wait(self._free, cancelled)
        with self._counting:
            alone, number = not self._taken, self._ever
            self._taken += 1
            self._ever += 1
        try:
            yield lambda: alone and self._ever == number + 1
        finally:
            with self._counting:
                self._taken -= 1
            self._free.release()

    @contextmanager
    def all(self, cancelled: Cancel) -> Iterator[None]:
        """Take all places. Raises ``Cancelled``."""
        taken = 0
        try:
            with held(self._door, cancelled):
                for _ in range(self._count):
                    _wait(self._free, cancelled)
                    taken += 1
            yield
        finally:
            for _ in range(taken):
                self._free.release()


@contextmanager
def held(lock: threading.Lock, cancelled: Cancel) -> Iterator[None]:
    """Hold *lock*. Raises ``Cancelled``."""
    _wait(lock, cancelled)
    try:
        yield
    finally:
        lock.release()


def _wait(lock: "threading.Lock | threading.Semaphore", cancelled: Cancel) -> None:
    while not lock.acquire(timeout=_BLINK_S):
        if cancelled():
            raise Cancelled
