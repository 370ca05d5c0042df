"""Answers that were given a moment ago, kept while there is room for them."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Recent(Generic[Kept]):
    """The least recently used goes first; *most_bytes* bounds them all together, an eighth of it each."""

    def __init__(self, *, most_bytes: int, size: Callable[[Kept], int]) -> None:
        self._most = most_bytes
        self._size_of = size
        self._size = 0
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()

    def peek(self, key: Hashable) -> Kept | None:
        """Return what is kept under *key*, if anything is."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def get(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return what is kept under *key*, which must name the same for ever, or *make* it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        if self._size_of(made) <= self._most // 8:
            self._keep(key, made)
        return made

    def _keep(self, key: Hashable, made: Kept) -> None:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._size += self._size_of(made)
            while self._size > self._most:
                self._size -= self._size_of(self._kept.popitem(last=False)[1])
