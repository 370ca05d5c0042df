"""The sweeper: ends what ran out, and removes the blobs that nobody names any more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic

import structlog

from moonshelf.errors import Unavailable
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


class Sweeper:
    """Acts on expired leases, expired files and tombstones only, so it may run anywhere, any number of times."""

    def __init__(
        self,
        uploads: Uploads,
        files: Files,
        gravedigger: Gravedigger,
        chores: Sequence[Callable[[], None]],
        *,
        every_s: float,
    ) -> None:
        """*chores* are what each round does besides, once uploads and files have ended; they raise ``Unavailable``."""
        self._uploads = uploads
        self._files = files
        self._gravedigger = gravedigger
        self._chores = chores
        self._every_s = every_s
        self._round_at = 0.0  # by the monotonic clock
        self._due = Event()  # a round, or something that was buried
        self._stopping = Event()
        self._thread: Thread | None = None

    def sweep(self) -> Swept:
        """Do one round."""
        ended, over = self._uploads.expire(), self._files.expire()
        for chore in self._chores:
            chore()
        return Swept(uploads=ended, files=over, blobs=self._gravedigger.dig())

    def sweep_soon(self) -> None:
        """Have the next round begin now: something was just let go of."""
        self._round_at = 0.0
        self._due.set()

    def dig_soon(self) -> None:
        """Have what was just buried removed now; all else has time until the next round."""
        self._due.set()

    def start(self) -> None:
        """Sweep in the background, at once and then every few seconds."""
        self._thread = Thread(target=self._run, name="sweeper")
        self._thread.start()

    def stop(self) -> None:
        """End the background rounds; the one under way ends first."""
        self._stopping.set()
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if monotonic() >= self._round_at:
                    self._round_at = monotonic() + self._every_s
                    self._round()
                else:
                    self._gravedigger.dig()
            except Unavailable as error:
                _log.warning("sweep.postponed", reason=str(error))
            except Exception as error:  # noqa: BLE001 - the outermost loop: a bug costs a round, not the sweeper
                _log.error("sweep.broken", exc_info=error)
            self._due.wait(max(0.0, self._round_at - monotonic()))
            self._due.clear()

    def _round(self) -> None:
        swept = self.sweep()
        if swept.uploads or swept.files:
            _log.info("sweep.done", uploads=swept.uploads, files=swept.files, blobs=swept.blobs)
