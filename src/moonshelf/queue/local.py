"""Tokens in this process: one for each waiting slice at start, one more for each new slice."""

import queue
from collections.abc import Callable
from contextlib import suppress
from threading import Event

import structlog
from sqlalchemy import Connection

from moonshelf.errors import Unavailable
from moonshelf.queue import Outstanding

_log = structlog.get_logger()


class LocalQueue:
    """A counter to wait on. It needs no durability: the slice rows are durable, and a start counts them."""

    def __init__(self, *, look_s: float = 5.0, pause_s: float = 1.0) -> None:
        self._tokens: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._look_s = look_s
        self._pause_s = pause_s

    def push(self, tx: Connection, tokens: int) -> None:
        """Add tokens at once, before *tx* commits: claiming takes SQLite's write lock, so it waits for the commit."""
        del tx
        for _ in range(tokens):
            self._tokens.put(None)

    def serve(self, work: Callable[[str | None], None], stopping: Event) -> None:
        """Spend tokens as they come, and look without one every few seconds, so a lost one only delays its work."""
        while True:
            with suppress(queue.Empty):
                self._tokens.get(timeout=self._look_s)
            if stopping.is_set():
                self._tokens.put(None)  # it may have woken us for this alone: wake the next thread too
                return
            self._spend(work, stopping)

    def wake(self) -> None:
        """Have a serving thread look at its *stopping* now."""
        self._tokens.put(None)

    def outstanding(self, tx: Connection) -> Outstanding:
        """Count them; nobody's are taken, as no token outlives this process."""
        del tx
        return Outstanding(unspent=self._tokens.qsize(), taken=frozenset())

    def _spend(self, work: Callable[[str | None], None], stopping: Event) -> None:
        try:
            work(None)
        except Unavailable as error:
            _log.warning("queue.postponed", reason=str(error))
            self._tokens.put(None)
            stopping.wait(self._pause_s)
