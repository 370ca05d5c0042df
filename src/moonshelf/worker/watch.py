"""The watch on a slice while it is read: how far it is, and whether anybody still wants the result."""

import time
from threading import Event
from typing import Final

from moonshelf.wiring import Services
from moonshelf.work.claims import Claim, ClaimLost

_NOTE_S: Final = 1.0  # how often progress is written down, and how soon a deleted file stops being read
_TRIED_S: Final = 5.0  # after so long it is an attempt, if the server dies now
_LONG_S: Final = 2.0  # after so long a file is none of those that are read in a blink


class Watch:
    """Notes progress at most once a second, and learns on the way whether the claim still counts."""

    def __init__(self, services: Services, claim: Claim, stopping: Event) -> None:
        self._services = services
        self._claim = claim
        self._stopping = stopping
        self._began = self._noted = time.monotonic()
        self._pages = 0
        self._pages_total = 0
        self._counted = claim.pages is not None  # it is the opening slice that counts them
        self._lost = False
        self._looks_quick = services.paces.quick(claim.route)

    def progress(self, pages_done: int, pages_total: int) -> None:
        """Remember how far it is; the next note says so."""
        self._pages, self._pages_total = pages_done, pages_total

    def cancelled(self) -> bool:
        """Tell whether to end it: the file was deleted, another worker has the slice, or the server stops."""
        if not self._stopping.is_set() and time.monotonic() - self._noted > _NOTE_S:
            self._noted = time.monotonic()
            self._note()
        return self._lost or self._stopping.is_set()

    def _note(self) -> None:
        tried = self._noted - self._began > _TRIED_S
        try:
            with self._services.ports.database.write(durable=False) as tx:
                self._services.slices.hold(tx, self._claim, pages_done=self._pages, tried=tried)
                if self._pages_total and not self._counted:
                    self._services.shelf.readings.counted(tx, self._claim, pages=self._pages_total)
                    self._counted = True
                if self._looks_quick and self._noted - self._began > _LONG_S:
                    self._services.slices.slow_down(tx, self._claim)
                    self._looks_quick = False
        except ClaimLost:
            self._lost = True
