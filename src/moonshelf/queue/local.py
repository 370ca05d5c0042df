"""Tokens in this process: one for each waiting slice at start, one more for each new slice."""

import queue
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import TypeVar

import structlog
from sqlalchemy import Connection

from moonshelf.db import Database
from moonshelf.errors import Unavailable
from moonshelf.queue import Outstanding

_Claim = TypeVar("_Claim")
_log = structlog.get_logger()


class LocalQueue:
    """A counter to wait on. It needs no durability: the slice rows are durable, and a start counts them."""

    def __init__(self, database: Database, *, look_s: float = 5.0, pause_s: float = 1.0) -> None:
        self._tokens: dict[bool, queue.SimpleQueue[None]] = {False: queue.SimpleQueue(), True: queue.SimpleQueue()}
        self._db = database
        self._look_s = look_s
        self._pause_s = pause_s

    def push(self, tx: Connection, tokens: int, *, quick: bool = False) -> None:
        """Add tokens at once, before *tx* commits: claiming takes SQLite's write lock, so it waits for the commit."""
        del tx
        for _ in range(tokens):
            self._tokens[quick].put(None)

    def serve(
        self,
        claim: Callable[[Connection, str | None], _Claim | None],
        work: Callable[[_Claim], None],
        stopping: Event,
        *,
        quick: bool = False,
    ) -> None:
        """Spend tokens as they come, and look without one every few seconds, so a lost one only delays its work."""
        tokens = self._tokens[quick]
        while True:
            with suppress(queue.Empty):
                tokens.get(timeout=self._look_s)
            if stopping.is_set():
                tokens.put(None)  # it may have woken us for this alone: wake the next thread too
                return
            try:
                with self._db.write() as tx:
                    found = claim(tx, None)
                if found is not None:
                    work(found)
            except Unavailable as error:
                _log.warning("queue.postponed", reason=str(error))
                tokens.put(None)
                stopping.wait(self._pause_s)

    def wake(self) -> None:
        """Have a serving thread of each kind look at its *stopping* now."""
        for tokens in self._tokens.values():
            tokens.put(None)

    def outstanding(self, tx: Connection) -> Outstanding:
        """Count them; nobody's are taken, as no token outlives this process."""
        del tx
        return Outstanding(unspent=self._tokens[False].qsize(), taken=frozenset())
