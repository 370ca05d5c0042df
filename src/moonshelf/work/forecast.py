"""The forecast: when each file should be read, from what waits, how long it takes here, and the fair order.

While others wait too, an account gets its share of the readers: until *work* seconds of its own are done, each other
account gets as much, by weight, or less if it has less. So a file is read when the work before it in its own account
is done, and what the others get meanwhile. What will yet arrive nobody knows: see ``promises``.
"""

import bisect
import itertools
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Row, case, func, select

from moonshelf.db.tables import accounts, slices
from moonshelf.limits.tiers import Tiers
from moonshelf.work.paces import Paces
from moonshelf.work.promises import Promises
from moonshelf.work.routes import JOIN, PAGES, Route

_KEPT_S: Final = 0.5  # how long a forecast is given again: a thousand clients may ask at once
_MOST_KEPT: Final = 10_000


@dataclass(slots=True)
class _Work:
    """Seconds of reading: in opening slices and joins, in what follows them, and in what is being read."""

    route: Route  # of what waits, or of what is being read
    first: float = 0.0
    rest: float = 0.0
    claimed: float = 0.0
    place: int = 0  # of its first waiting slice, in the order of arrival
    bulk: bool = False


@dataclass(slots=True)
class _Others:
    """What other accounts have waiting, by weight: interactive work, and bulk."""

    now: dict[str, float] = field(default_factory=dict)
    bulk: dict[str, float] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    claimed: float = 0.0


class Forecast:
    """Expected seconds until each unread file of an account is read."""

    def __init__(self, paces: Paces, tiers: Tiers) -> None:
        self._paces = paces
        self._tiers = tiers
        self._promises = Promises(paces)
        self._kept: dict[str, tuple[float, Mapping[str, float]]] = {}
        self._others: tuple[float, _Others] = (0.0, _Others())

    def of(self, tx: Connection, account_id: str, wanted: Collection[str] = ()) -> Mapping[str, float]:
        """Return the seconds for each file that waits or is being read; those *wanted* are among them if they do."""
        until, kept = self._kept.get(account_id, (0.0, {}))
        if until > time.monotonic() and all(file_id in kept for file_id in wanted):
            return kept
        self._paces.load(tx)
        files = self._files(tx, account_id)
        expected = self._forecast(account_id, files, self._backlog(tx))
        waiting = {file_id: one.route for file_id, one in files.items() if one.first or one.rest}
        self._promises.keep(account_id, expected, waiting=waiting)
        late = {file_id: self._paces.lateness(route) for file_id, route in waiting.items()}
        forecast = {file_id: seconds * late.get(file_id, 1.0) for file_id, seconds in expected.items()}
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[account_id] = (time.monotonic() + _KEPT_S, forecast)
        return forecast

    def _forecast(self, account_id: str, files: Mapping[str, _Work], others: _Others) -> Mapping[str, float]:
        interactive = [one for one in files.values() if not one.bulk]
        lines = {False: _Line(interactive), True: _Line(one for one in files.values() if one.bulk)}
        sooner = sum(one.first + one.rest for one in interactive)
        weight = others.weights.get(account_id, 1.0)
        workers = self._paces.workers()
        forecast = {}
        for file_id, one in files.items():
            before = lines[one.bulk].before(one) + (sooner if one.bulk else 0.0)
            own = one.claimed + one.first
            if not before:
                forecast[file_id] = own
                continue
            waiting = others.bulk if one.bulk else others.now
            shared = sum(
                min(seconds, before * others.weights[other] / weight)
                for other, seconds in waiting.items()
                if other != account_id
            )
            if one.bulk:
                shared += sum(seconds for other, seconds in others.now.items() if other != account_id)
            forecast[file_id] = max(own, (before + shared + others.claimed) / workers)
        return forecast

    def _files(self, tx: Connection, account_id: str) -> Mapping[str, _Work]:
        found: dict[str, _Work] = {}
        joins: dict[str, int] = {}  # a file -> the pages that will be joined when the last of them is read
        columns = slices.c.file_id, func.min(slices.c.id).label("place"), func.max(slices.c.last_page).label("end")
        wanted = _WORK.add_columns(*columns)
        grouped = wanted.where(slices.c.account_id == account_id).group_by(slices.c.file_id, *_GROUPS)
        for row in tx.execute(grouped):
            route = Route(row.route)
            work = found.setdefault(row.file_id, _Work(route))
            self._add(work, route, row)
            work.bulk = row.bulk
            if row.state == "waiting":
                work.place, work.route = max(work.place, row.place), route
            if route == PAGES and row.end > joins.get(row.file_id, 0):
                joins[row.file_id] = row.end
        for file_id, pages in joins.items():
            found[file_id].rest += self._paces.cost(JOIN, pages=pages, ocr_pages=0)
        return found

    def _backlog(self, tx: Connection) -> _Others:
        """Add up what every account has waiting."""
        until, others = self._others
        if until > time.monotonic():
            return others
        others = _Others()
        wanted = _WORK.add_columns(slices.c.account_id, accounts.c.tier).join_from(slices, accounts)
        for row in tx.execute(wanted.group_by(slices.c.account_id, accounts.c.tier, *_GROUPS)):
            route = Route(row.route)
            work = _Work(route)
            self._add(work, route, row)
            waiting = others.bulk if row.bulk else others.now
            waiting[row.account_id] = waiting.get(row.account_id, 0.0) + work.first + work.rest
            others.claimed += work.claimed
            others.weights[row.account_id] = self._tiers.of_account(row.tier).weight
        self._others = (time.monotonic() + _KEPT_S, others)
        return others

    def _add(self, work: _Work, route: Route, row: Row[Any]) -> None:  # Any: the columns of _WORK
        """Add the slices of one state and *route* to *work*."""
        pages, ocr_pages = int(row.pages or 0), float(row.ocr_pages or 0.0)
        if route in {PAGES, JOIN}:
            seconds = self._paces.cost(route, pages=pages, ocr_pages=ocr_pages)
            unknown = 0.0
        else:
            seconds = row.slices * self._paces.cost(route, pages=0, ocr_pages=0)
            unknown = row.slices * self._paces.rest(route)
        work.rest += unknown
        if row.state == "claimed":
            read = row.pages_done / pages if pages else 0.5  # where nobody counts, half of it on average
            work.claimed += seconds * max(0.0, 1 - read)
        elif route == PAGES:
            work.rest += seconds
        else:
            work.first += seconds


class _Line:
    """The files of an account that wait: opening slices in the order of arrival, then the rest of all in turn."""

    def __init__(self, files: Iterable[_Work]) -> None:
        line = sorted(files, key=lambda one: one.place)
        self._places = [one.place for one in line]
        self._firsts = list(itertools.accumulate(one.first for one in line))
        self._rests = sorted(one.rest for one in line)
        self._sums = list(itertools.accumulate(self._rests, initial=0.0))

    def before(self, one: _Work) -> float:
        """Seconds of the account's work until *one* is read, its own included; 0 if all of it is being read."""
        if not one.rest:
            return self._firsts[bisect.bisect_right(self._places, one.place) - 1] if one.first else 0.0
        less = bisect.bisect_right(self._rests, one.rest)
        shared = self._sums[less] + (len(self._rests) - less) * one.rest
        return (self._firsts[-1] if self._firsts else 0.0) + shared


_pages = case((slices.c.last_page.is_not(None), slices.c.last_page - slices.c.first_page + 1), else_=0)
_GROUPS: Final = (slices.c.state, slices.c.route, slices.c.bulk)
_WORK: Final = select(
    *_GROUPS,
    func.count().label("slices"),
    func.sum(_pages).label("pages"),
    func.sum(_pages * slices.c.ocr_share).label("ocr_pages"),
    func.sum(slices.c.pages_done).label("pages_done"),
).where(slices.c.state != "done")
