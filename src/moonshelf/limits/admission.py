"""Admission: what this machine takes in at once, decided before a body is read."""

import math
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from moonshelf.errors import Unavailable
from moonshelf.errors.limits import Overloaded

UPLOAD_MEMORY = 2 * 2**20
"""Bytes of memory that an upload under way holds at most: a megabyte that is being written, and one that arrives."""

_PACE = 20e6  # bytes a second, until some have been measured
_WINDOW_S = 2.0  # over which the pace is measured
_MARGIN = 64 * 2**20  # of the disk, for the database and its log
_SHORTEST_S, _LONGEST_S = 1.0, 60.0  # waits that clients follow


@dataclass(eq=False)
class Arrival:
    """A body under way: what was reserved for it, and what has come so far."""

    memory: int
    spool: int
    left: int  # bytes to come


@dataclass(frozen=True, slots=True)
class Held:
    """What bodies under way hold together, in bytes."""

    bodies: int
    memory: int
    spool: int


class Admission:
    """Room in memory and in the spool, and places for each account's uploads; for one event loop, without locks.

    Whoever finds no room is told to come back when there should be some: after those who were told so before.
    """

    def __init__(self, *, folder: Path, memory: int, spool: int, uploads_per_account: int) -> None:
        """*folder* is the spool's; *memory* and *spool* are bytes held at once."""
        self._folder = folder
        self._memory = memory
        self._spool = spool
        self._per_account = uploads_per_account
        self._arrivals: set[Arrival] = set()
        self._uploading: Counter[str] = Counter()
        self._promised = 0.0  # when the last one of those who were sent away should come back
        self._pace = _PACE
        self._since, self._came = time.monotonic(), 0

    @contextmanager
    def upload(self, account_id: str, *, size: int) -> Iterator[Arrival]:
        """Hold room for a file of at most *size* bytes. Raises ``Overloaded``, or ``Unavailable`` on a full disk."""
        arrival = Arrival(memory=UPLOAD_MEMORY, spool=size, left=size)
        if self._uploading[account_id] >= self._per_account:
            raise self._overloaded(size)
        self._check_disk(size)
        self._uploading[account_id] += 1
        try:
            with self._held(arrival):
                yield arrival
        finally:
            self._uploading[account_id] -= 1
            if not self._uploading[account_id]:
                del self._uploading[account_id]

    def body(self, *, size: int) -> AbstractContextManager[Arrival]:
        """Hold room for a body of *size* bytes, 0 where nobody knows, that is kept in memory. Raises ``Overloaded``."""
        return self._held(Arrival(memory=size, spool=0, left=size))

    def grow(self, arrival: Arrival, *, memory: int) -> None:
        """Hold more for a body that turns out longer than was known. Raises ``Overloaded``."""
        if memory > arrival.memory:
            self._check_room(memory - arrival.memory, 0)
            arrival.memory = memory

    def came(self, arrival: Arrival, size: int) -> None:
        """Note that *size* bytes have come: the pace tells the others how long to wait."""
        arrival.left = max(0, arrival.left - size)
        self._came += size
        now = time.monotonic()
        if now - self._since >= _WINDOW_S:
            self._pace = max(1.0, self._came / (now - self._since))
            self._since, self._came = now, 0

    def held(self) -> Held:
        """Add up what is under way."""
        memory, spool = sum(one.memory for one in self._arrivals), sum(one.spool for one in self._arrivals)
        return Held(len(self._arrivals), memory, spool)

    @contextmanager
    def _held(self, arrival: Arrival) -> Iterator[Arrival]:
        self._check_room(arrival.memory, arrival.spool)
        self._arrivals.add(arrival)
        try:
            yield arrival
        finally:
            self._arrivals.discard(arrival)

    def _check_room(self, memory: int, spool: int) -> None:
        """Raise ``Overloaded`` where others hold too much; alone, everybody gets in, whatever the bounds are."""
        if not self._arrivals:
            return
        held = self.held()
        if held.memory + memory > self._memory or held.spool + spool > self._spool:
            raise self._overloaded(spool or memory)

    def _check_disk(self, size: int) -> None:
        try:
            free = shutil.disk_usage(self._folder).free
        except OSError as error:
            raise Unavailable("Space for the upload") from error
        coming = sum(one.left for one in self._arrivals)
        if size + coming + _MARGIN > free:
            raise self._overloaded(size) if coming else Unavailable("Space for the upload")

    def _overloaded(self, size: int) -> Overloaded:
        """Say when there should be room: the next one ends then, and everybody sent away before comes first."""
        now = time.monotonic()
        lefts = [one.left for one in self._arrivals]
        next_end = now + min(lefts, default=0) * len(lefts) / self._pace
        self._promised = min(max(self._promised, next_end) + size / self._pace, now + _LONGEST_S)
        wait_s = math.ceil((self._promised - now) * 10) / 10
        return Overloaded(wait_s=min(max(_SHORTEST_S, wait_s), _LONGEST_S))
