"""Trials: of the workers for quick files, one at a time also takes files of which nobody knows how long they take."""

from threading import Lock, get_ident

from sqlalchemy import Connection

from moonshelf.db import Database
from moonshelf.queue import Queue
from moonshelf.work.claims import Claim
from moonshelf.work.fairness import Unknown
from moonshelf.work.slices import Slices

_EACH = 8  # turns: a second of a bomb in four seconds of what is quick


class Trials:
    """Claims for the workers for quick files of one process.

    A file that is tried is given back when it has used the processor for a second, so all others of its kind wait
    for no more than that. One worker tries and the others do not, so that what is known to be quick waits for nothing.
    It tries when nothing quick waits, and each so many claims whatever waits: else what nobody knows would have no turn
    where quick files come as fast as they are read.
    """

    def __init__(self, slices: Slices, queue: Queue) -> None:
        self._slices = slices
        self._queue = queue
        self._lock = Lock()
        self._trying: int | None = None  # the thread whose turn it is
        self._passed = 1  # tokens that were spent while it was another's turn: what they stood for may wait yet
        self._looked = 0  # how many of them had been when nothing was found to wait
        self._turns = 0  # of whoever may try

    def claim(self, tx: Connection, ticket: str | None) -> Claim | None:
        """Claim a quick file, or where no other thread is trying one, an unknown one; ``end`` follows its work."""
        with self._lock:
            mine = self._trying in {None, get_ident()}  # its own where what it claimed came to nothing
            if mine:
                self._trying = get_ident()
                self._turns += 1
            else:
                self._passed += 1
            passed = self._passed
            unknown: Unknown = "left" if not mine else "behind" if self._turns % _EACH else "among"
        found = self._slices.claim(tx, ticket=ticket, quick=True, unknown=unknown)
        if mine and found is None:
            with self._lock:
                self._trying, self._looked = None, passed
            self._look_again(tx)
        return found

    def end(self, database: Database) -> None:
        """Let another thread try something, if this one did."""
        with self._lock:
            if self._trying != get_ident():
                return
            self._trying = None
        if self._passed != self._looked:
            with database.write() as tx:
                self._look_again(tx)

    def _look_again(self, tx: Connection) -> None:
        if self._passed != self._looked:
            self._queue.push(tx, 1, quick=True)
