"""Answers that were given a moment ago, kept while there is room for them."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock


class Recent:
    """The least recently used goes first; *most_bytes* bounds them all together, an eighth of it each."""

    def __init__(self, *, most_bytes: int) -> None:
        self._most = most_bytes
        self._size = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def peek(self, key: Hashable) -> bytes | None:
        """Return what is kept under *key*, if anything is."""
        with self._lock:
            return self._kept.get(key)

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return what is kept under *key*, which must name the same bytes for ever, or *make* it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        if len(made) <= self._most // 8:
            self._keep(key, made)
        return made

    def _keep(self, key: Hashable, made: bytes) -> None:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._size += len(made)
            while self._size > self._most:
                self._size -= len(self._kept.popitem(last=False)[1])
