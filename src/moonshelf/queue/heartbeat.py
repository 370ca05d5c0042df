"""The heartbeat: the life that a process shows for the tokens it holds, or they would be taken from it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import Final, Protocol

import structlog
from pgqueuer.models import Job

from moonshelf.errors import Unavailable

_TIDY_S: Final = 3600.0
_log = structlog.get_logger()


class Beat(Protocol):
    """Shows life for those *held*, ends those *spent*, and removes what is old where it is time to *tidy*."""

    def __call__(self, held: Sequence[Job], spent: Sequence[Job], *, tidy: bool) -> None:
        """Do it at once. Raises ``Unavailable``."""


class Heart:
    """Shows life for the tokens that this process holds, and ends those that are spent, while any thread serves.

    Spent tokens are ended several at once, which costs as much as for one; should the process die before, each is
    given out once more and finds nothing to do.
    """

    def __init__(self, beat: Beat, *, every_s: float) -> None:
        self._beat = beat
        self._every_s = every_s
        self._lock = Lock()
        self._held: dict[int, Job] = {}
        self._spent: list[Job] = []
        self._served = 0
        self._stopping = Event()
        self._thread = Thread()

    def keep(self, job: Job) -> None:
        """Show life for a token that was taken."""
        with self._lock:
            self._held[job.id] = job

    def forget(self, job: Job) -> None:
        """Show none any more, so that the token is given out again."""
        with self._lock:
            self._held.pop(job.id, None)

    def spend(self, *jobs: Job) -> None:
        """End tokens with the next beat, or with one before that."""
        with self._lock:
            for job in jobs:
                self._held.pop(job.id, None)
                self._spent.append(job)

    def spent(self, *, at_least: int) -> Sequence[Job]:
        """Hand out those that are spent, if there are so many."""
        with self._lock:
            if len(self._spent) < at_least:
                return ()
            spent, self._spent = self._spent, []
            return spent

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beat while this thread serves; with the end of the last one what is spent is ended."""
        with self._lock:
            self._served += 1
            if self._served == 1:
                self._stopping = Event()
                self._thread = Thread(target=self._run, args=(self._stopping,), name="heartbeat")
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._served -= 1
                last = self._thread if not self._served else None
                if last is not None:
                    self._stopping.set()
            if last is not None:
                last.join()

    def _run(self, stopping: Event) -> None:
        tidied = time.monotonic() - _TIDY_S
        going = True
        while going:
            going = not stopping.wait(self._every_s)
            tidy = going and time.monotonic() - tidied > _TIDY_S
            with self._lock:
                held = [*self._held.values(), *self._spent]
            spent = self.spent(at_least=1)
            try:
                if held or tidy:
                    self._beat(held, spent, tidy=tidy)
            except Unavailable as error:
                self.spend(*spent)
                _log.warning("heartbeat.missed", reason=str(error))
            except Exception as error:  # noqa: BLE001 - the outermost loop: a bug costs a beat, not all tokens
                self.spend(*spent)
                _log.error("heartbeat.broken", exc_info=error)
            else:
                tidied = time.monotonic() if tidy else tidied
