"""Paces: how long reading takes on this host, learned from what was read. Pages times pace is the cost of a slice."""

import math
import os
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final, Literal

from sqlalchemy import Connection, delete, select

from moonshelf.db import Database, now, upsert
from moonshelf.db.tables import paces
from moonshelf.work.routes import JOIN, PAGES, Route

_Learned = Literal["text", "ocr", "join", "open", "rest", "cpu", "late"]
_FIRST: Final[Mapping[_Learned, float]] = {
    "text": 0.05,  # a page
    "ocr": 1.0,  # a page
    "join": 0.005,  # a page
    "open": 0.5,  # an opening slice
    "rest": 0.0,  # what follows it
    "cpu": 0.5,  # of the processor, for both
    "late": 1.0,  # a factor
}
"""Seconds, until there is something to learn from."""
_STEP: Final = 0.04
_FIRST_STEPS: Final = 0.4  # the first is of so much, the second of half of it, until they are as small as all others
_SETTLED: Final = 10  # steps
_MOST_LATE: Final = 8.0
_QUICK_S: Final = 0.5  # of the processor; what is read within it need not wait for what is not
_LONG_S: Final = 2.0  # of the processor; what takes more is as far from quick as anything: a mean knows no worse
_REMEMBERED_S: Final = 60.0  # how long an account's files of a kind are not tried again when one has proved slow
_PAGED: Final = "application/pdf"  # what other formats call a page says little of the time it takes
_SHARE: Final = 0.1  # of the newest in a mean, once there were ten
_SAVE_S: Final = 5.0
_FRESH_S: Final = 120.0  # after which a host that says nothing is thought gone


@dataclass(frozen=True, slots=True)
class Effort:
    """What it took to read *pages*, *recognised* of them by OCR: seconds by the clock, and of the processor."""

    pages: int
    recognised: int
    took_s: float
    cpu_s: float


@dataclass(slots=True)
class _Mean:
    seconds: float
    seen: int = 1

    def add(self, seconds: float) -> None:
        self.seen += 1
        self.seconds += (seconds - self.seconds) * max(_SHARE, 1 / self.seen)


class Paces:
    """Means of seconds by name; those of this host go before those that other hosts have written down."""

    def __init__(self, *, workers: int) -> None:
        """*workers* is how many slices this process reads at the same time."""
        self._host = platform.node()
        self._workers = workers
        self._own: dict[str, _Mean] = {}
        self._others: dict[str, float] = {}
        self._elsewhere = 0.0  # workers of other processes
        self._slow: dict[tuple[str, Route], float] = {}  # until when, by account and route
        self._saved = self._loaded = -math.inf  # by a clock that never jumps
        self._lock = Lock()

    def cost(self, route: Route, *, pages: int, ocr_pages: float) -> float:
        """Seconds that a slice should take here; *ocr_pages* of its *pages* are shown to the recogniser."""
        if route == PAGES:
            return (pages - ocr_pages) * self._mean("text") + ocr_pages * self._mean("ocr")
        if route == JOIN:
            return max(1, pages) * self._mean("join")
        return self._mean("open", route)

    def rest(self, route: Route) -> float:
        """Seconds of work that should come after the opening slice of *route*."""
        return self._mean("rest", route)

    def quick_routes(self) -> list[Route]:
        """List the routes of files that should take, from opening to join, less than half a second to read."""
        with self._lock:
            learned = {*self._own, *self._others}
        named = (name.removeprefix("cpu ") for name in learned if name.startswith("cpu ") and name.count(" ") > 1)
        return [route for route in map(Route, named) if self.quick(route)]

    def quick(self, route: Route) -> bool:
        """Tell whether a file whose opening slice has *route* should take less than half a second to read.

        Of the processor: by the clock everything takes long on a machine that is busy, when it matters most.
        """
        return route.may_be_quick and self._mean("cpu", route) < _QUICK_S

    def proved_slow(self, account_id: str, route: Route) -> None:
        """Learn that what *account_id* sent on *route* took longer than what is quick: its next may, too.

        It says nothing of what others send: who sends bombs would keep everybody's letters waiting.
        """
        at = time.monotonic()
        with self._lock:
            self._slow = {one: until for one, until in self._slow.items() if until > at}
            self._slow[account_id, route] = at + _REMEMBERED_S

    def known_slow(self) -> list[tuple[str, Route]]:
        """List what proved slow a moment ago, by account."""
        at = time.monotonic()
        with self._lock:
            return [one for one, until in self._slow.items() if until > at]

    def workers(self) -> float:
        """How many slices are read at the same time, on all hosts together."""
        return max(1.0, self._workers + self._elsewhere)

    def opened(self, route: Route, effort: Effort, *, pages_total: int) -> None:
        """Learn from an opening slice of a file with *pages_total*."""
        if effort.recognised:  # or what is quick and what is not would have one mean
            route = route.slowed()
        self._learn("open", effort.took_s, route)
        if effort.recognised or route.media_type == _PAGED:
            self.read(effort)
        rest, left = 0.0, pages_total - effort.pages
        if left:
            rest += self.cost(PAGES, pages=left, ocr_pages=left * effort.recognised / max(1, effort.pages))
            rest += self.cost(JOIN, pages=pages_total, ocr_pages=0)
        self._learn("rest", rest, route)
        self._learn("cpu", min(effort.cpu_s + rest, _LONG_S), route)  # or one bomb would count as fifty letters

    def read(self, effort: Effort) -> None:
        """Learn from the pages of a slice."""
        if not effort.recognised:
            self._learn("text", effort.took_s / max(1, effort.pages))
            return
        by_text = (effort.pages - effort.recognised) * self._mean("text")
        self._learn("ocr", max(0.0, effort.took_s - by_text) / effort.recognised)

    def joined(self, *, pages: int, took_s: float) -> None:
        """Learn from a join."""
        self._learn("join", took_s / max(1, pages))

    def lateness(self, route: Route) -> float:
        """Tell by what forecasts about *route* should be multiplied, as more arrives while a file waits."""
        return self._mean("late", route)

    def came(self, route: Route, *, promised_s: float, took_s: float) -> None:
        """Learn from a file that took *took_s* from when *promised_s* were expected: towards the median, in steps."""
        names = _names("late", route)
        with self._lock:
            for place, name in enumerate(names):
                known = self._known("late", names[place:])
                seen = self._own[name].seen if name in self._own else _SETTLED if name in self._others else 0
                step = 1 + max(_STEP, _FIRST_STEPS / (seen + 1))
                moved = known * step if took_s > promised_s * known else known / step
                self._own[name] = _Mean(min(max(moved, 1 / _MOST_LATE), _MOST_LATE), seen + 1)

    def save(self, database: Database) -> None:
        """Write down what was learned, every few seconds, for the other hosts and the next start."""
        if time.monotonic() - self._saved < _SAVE_S:
            return
        self._saved = time.monotonic()
        with self._lock:
            rows = [{"name": name, "seconds": mean.seconds} for name, mean in self._own.items()]
        rows.append({"name": f"workers {os.getpid()}", "seconds": float(self._workers)})
        with database.write(durable=False) as tx:
            at = now(tx)
            tx.execute(delete(paces).where(paces.c.name.startswith("workers "), paces.c.at < at - _FRESH_S))
            # In one order, as other processes of this host write the same rows.
            rows.sort(key=lambda row: str(row["name"]))
            known = upsert(tx.dialect, paces).values([row | {"host": self._host, "at": at} for row in rows])
            latest = {"seconds": known.excluded.seconds, "at": known.excluded.at}
            tx.execute(known.on_conflict_do_update(index_elements=[paces.c.host, paces.c.name], set_=latest))

    def load(self, tx: Connection) -> None:
        """Look at what other hosts and earlier starts have written down, every few seconds."""
        if time.monotonic() - self._loaded < _SAVE_S:
            return
        self._loaded, fresh = time.monotonic(), now(tx) - _FRESH_S
        rows = tx.execute(select(paces.c.host, paces.c.name, paces.c.seconds, paces.c.at)).all()
        mine = self._host, f"workers {os.getpid()}"
        working = [row for row in rows if row.name.startswith("workers ") and row.at > fresh]
        self._elsewhere = sum(row.seconds for row in working if (row.host, row.name) != mine)
        known: dict[str, list[float]] = {}
        for row in rows:
            known.setdefault(row.name, []).append(row.seconds)
        self._others = {name: sum(values) / len(values) for name, values in known.items()}

    def _learn(self, what: _Learned, seconds: float, route: Route | None = None) -> None:
        with self._lock:
            for one in _names(what, route):
                if one in self._own:
                    self._own[one].add(seconds)
                else:
                    self._own[one] = _Mean(seconds)

    def _mean(self, what: _Learned, route: Route | None = None) -> float:
        return self._known(what, _names(what, route))

    def _known(self, what: _Learned, names: Sequence[str]) -> float:
        """Return the first of *names* that anything is known of."""
        for one in names:
            if one in self._own:
                return self._own[one].seconds
            if one in self._others:
                return self._others[one]
        return _FIRST[what]


def _names(what: _Learned, route: Route | None) -> Sequence[str]:
    """Name a mean from the particular to the general: of a size class, of its media type, of all."""
    if route is None:
        return (what,)
    media_type = route.media_type
    return (f"{what} {route.name}", f"{what} {media_type}", what) if media_type else (f"{what} {route.name}", what)
