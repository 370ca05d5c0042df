"""Paces: how long reading takes on this host, learned from what it has read. Pages times route is the cost of a slice.

A *route* says how a slice is read: ``pages`` for what follows the opening slice, ``join``, or for an opening slice the
media type and the size class of its file, since nobody has counted its pages yet.
"""

import math
import os
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final

from sqlalchemy import Connection, delete, select

from moonshelf.db import Database, now, upsert
from moonshelf.db.tables import paces

PAGES: Final = "pages"
JOIN: Final = "join"
LATE: Final = "late"
_FIRST: Final[Mapping[str, float]] = {"text": 0.05, "ocr": 1.0, JOIN: 0.005, "open": 0.5, "cpu": 0.5, LATE: 1.0}
"""Seconds a page, or an opening slice, until there is something to learn from; and a factor."""
_STEP: Final = 0.04
_FIRST_STEPS: Final = 0.4  # the first is of so much, the second of half of it, until they are as small as all others
_SETTLED: Final = 10  # steps
_MOST_LATE: Final = 8.0
_QUICK_S: Final = 0.5  # of the processor; what is read within it need not wait for what is not
_LONG_S: Final = 2.0  # of the processor; what takes more is as far from quick as anything: a mean knows no worse
_REMEMBERED_S: Final = 60.0  # how long an account's files of a kind are not tried again when one has proved slow
SLOW: Final = "slow"  # for the size class of what looked quick and was not
_PAGED: Final = "application/pdf"  # what other formats call a page says little of the time it takes
_SHARE: Final = 0.1  # of the newest in a mean, once there were ten
_SAVE_S: Final = 5.0
_FRESH_S: Final = 120.0  # after which a host that says nothing is thought gone
_CLASS_BITS: Final = 2  # a size class is four times the one before


@dataclass(slots=True)
class _Mean:
    seconds: float
    seen: int = 1

    def add(self, seconds: float) -> None:
        self.seen += 1
        self.seconds += (seconds - self.seconds) * max(_SHARE, 1 / self.seen)


def opening(media_type: str, size: int) -> str:
    """Name the route of a file's opening slice."""
    return f"{media_type} {size.bit_length() // _CLASS_BITS}"


def slowed(route: str) -> str:
    """Name the route of an opening slice that was expected on *route* and takes longer, as a scan does."""
    media_type, _, _ = route.rpartition(" ")
    return f"{media_type} {SLOW}"


def may_be_quick(route: str) -> bool:
    """Tell whether a file whose slice has *route* may be read in a blink for all that is known of it."""
    return route not in {PAGES, JOIN} and not route.endswith(f" {SLOW}")


class Paces:
    """Means of seconds by name; those of this host go before those that other hosts have written down."""

    def __init__(self, *, workers: int) -> None:
        """*workers* is how many slices this process reads at the same time."""
        self._host = platform.node()
        self._workers = workers
        self._own: dict[str, _Mean] = {}
        self._others: dict[str, float] = {}
        self._elsewhere = 0.0  # workers of other processes
        self._slow: dict[tuple[str, str], float] = {}  # until when, by account and route
        self._saved = self._loaded = -math.inf  # by a clock that never jumps
        self._lock = Lock()

    def cost(self, route: str, *, pages: int, ocr_pages: float) -> float:
        """Seconds that a slice should take here; *ocr_pages* of its *pages* are shown to the recogniser."""
        if route == PAGES:
            return (pages - ocr_pages) * self._mean("text") + ocr_pages * self._mean("ocr")
        if route == JOIN:
            return max(1, pages) * self._mean(JOIN)
        return self._mean("open", route)

    def rest(self, route: str) -> float:
        """Seconds of work that should come after the opening slice of *route*."""
        return self._mean("rest", route)

    def quick_routes(self) -> list[str]:
        """List the routes of files that should take, from opening to join, less than half a second to read."""
        with self._lock:
            learned = {*self._own, *self._others}
        routes = (name.removeprefix("cpu ") for name in learned if name.startswith("cpu ") and name.count(" ") > 1)
        return [one for one in routes if self.quick(one)]

    def quick(self, route: str) -> bool:
        """Tell whether a file whose opening slice has *route* should take less than half a second to read.

        Of the processor: by the clock everything takes long on a machine that is busy, when it matters most.
        """
        return may_be_quick(route) and self._mean("cpu", route) < _QUICK_S

    def proved_slow(self, account_id: str, route: str) -> None:
        """Learn that what *account_id* sent on *route* took longer than what is quick: its next may, too.

        It says nothing of what others send: who sends bombs would keep everybody's letters waiting.
        """
        at = time.monotonic()
        with self._lock:
            self._slow = {one: until for one, until in self._slow.items() if until > at}
            self._slow[account_id, route] = at + _REMEMBERED_S

    def known_slow(self) -> list[str]:
        """List what proved slow a moment ago: an account, a space and a route each."""
        at = time.monotonic()
        with self._lock:
            return [f"{account_id} {route}" for (account_id, route), until in self._slow.items() if until > at]

    def workers(self) -> float:
        """How many slices are read at the same time, on all hosts together."""
        return max(1.0, self._workers + self._elsewhere)

    def opened(self, route: str, *, pages: int, recognised: int, total: int, took_s: float, cpu_s: float) -> None:
        """Learn from an opening slice: *pages* of *total* were read, by the clock and by the processor's."""
        if recognised:  # or what is quick and what is not would have one mean
            route = slowed(route)
        self._learn("open", took_s, route)
        if recognised or route.startswith(_PAGED):
            self._paged(pages=pages, recognised=recognised, took_s=took_s)
        left = total - pages
        rest = self.cost(PAGES, pages=left, ocr_pages=left * recognised / max(1, pages)) if left else 0.0
        rest += self.cost(JOIN, pages=total, ocr_pages=0) if left else 0.0
        self._learn("rest", rest, route)
        self._learn("cpu", min(cpu_s + rest, _LONG_S), route)  # or one bomb would count as much as fifty letters

    def read(self, *, pages: int, recognised: int, took_s: float) -> None:
        """Learn from a later slice."""
        self._paged(pages=pages, recognised=recognised, took_s=took_s)

    def joined(self, *, pages: int, took_s: float) -> None:
        """Learn from a join."""
        self._learn(JOIN, took_s / max(1, pages))

    def lateness(self, route: str) -> float:
        """Tell by what forecasts about *route* should be multiplied, as more arrives while a file waits."""
        return self._mean(LATE, route)

    def came(self, route: str, *, promised_s: float, took_s: float) -> None:
        """Learn from a file that took *took_s* from when *promised_s* were expected: towards the median, in steps."""
        names = _names(LATE, route)
        with self._lock:
            for place, name in enumerate(names):
                known = self._known(*names[place:])
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

    def _paged(self, *, pages: int, recognised: int, took_s: float) -> None:
        if not recognised:
            self._learn("text", took_s / max(1, pages))
            return
        by_text = (pages - recognised) * self._mean("text")
        self._learn("ocr", max(0.0, took_s - by_text) / recognised)

    def _learn(self, name: str, seconds: float, route: str = "") -> None:
        with self._lock:
            for one in _names(name, route):
                if one in self._own:
                    self._own[one].add(seconds)
                else:
                    self._own[one] = _Mean(seconds)

    def _mean(self, name: str, route: str = "") -> float:
        return self._known(*_names(name, route))

    def _known(self, *names: str) -> float:
        """Return the first of *names* that anything is known of."""
        for one in names:
            if one in self._own:
                return self._own[one].seconds
            if one in self._others:
                return self._others[one]
        return _FIRST.get(names[-1], 0.0)


def _names(name: str, route: str) -> tuple[str, ...]:
    """Name a mean from the particular to the general: of a size class, of its media type, of all."""
    if not route:
        return (name,)
    media_type, _, _ = route.rpartition(" ")
    return (f"{name} {route}", f"{name} {media_type}", name) if media_type else (f"{name} {route}", name)
