"""The sweeper: ends what ran out, and removes the blobs that nobody names any more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic
from typing import Protocol

import structlog

from moonshelf.errors import Unavailable
from moonshelf.limits import Limits
from moonshelf.shelf.files import Files
from moonshelf.shelf.uploads import Uploads
from moonshelf.storage.tombstones import Gravedigger

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Swept:
    """What one round found."""

    uploads: int  # whose leases had run out
    files: int  # whose time was over
    blobs: int  # removed


class Records(Protocol):
    """What is kept for a while only."""

    def expire(self) -> None:
        """Let go of what is too old."""


class Sweeper:
    """Acts on expired leases, expired files and tombstones only, so it may run anywhere, any number of times."""

    def __init__(
        self,
        uploads: Uploads,
        gravedigger: Gravedigger,
        limits: Limits,
        *,
        every_s: float,
        mend: Callable[[], None],
        records: Sequence[Records] = (),
    ) -> None:
        """*mend* puts right between queue and slices what nobody is left to put right."""
        self._uploads = uploads
        self._mend = mend
        self._gravedigger = gravedigger
        self._limits = limits
        self._records = records
        self._every_s = every_s
        self._round_at = 0.0  # by the monotonic clock
        self._due = Event()  # a round, or something that was buried
        self._stopping = Event()
        self._thread: Thread | None = None

    def sweep(self, files: Files) -> Swept:
        """Do one round."""
        self._mend()
        self._limits.sweep()
        ended, over = self._uploads.expire(), files.expire()
        for record in self._records:  # of what has ended, too
            record.expire()
        return Swept(uploads=ended, files=over, blobs=self._gravedigger.dig())

    def hurry(self) -> None:
        """Have the next round begin now: something was just let go of."""
        self._round_at = 0.0
        self._due.set()

    def dig(self) -> None:
        """Have what was just buried removed now; all else has time until the next round."""
        self._due.set()

    def start(self, files: Files) -> None:
        """Sweep in the background, at once and then every few seconds."""
        self._thread = Thread(target=self._run, args=(files,), name="sweeper")
        self._thread.start()

    def stop(self) -> None:
        """End the background rounds; the one under way ends first."""
        self._stopping.set()
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, files: Files) -> None:
        while not self._stopping.is_set():
            try:
                if monotonic() >= self._round_at:
                    self._round_at = monotonic() + self._every_s
                    self._round(files)
                else:
                    self._gravedigger.dig()
            except Unavailable as error:
                _log.warning("sweep.postponed", reason=str(error))
            self._due.wait(max(0.0, self._round_at - monotonic()))
            self._due.clear()

    def _round(self, files: Files) -> None:
        swept = self.sweep(files)
        if swept.uploads or swept.files:
            _log.info("sweep.done", uploads=swept.uploads, files=swept.files, blobs=swept.blobs)
