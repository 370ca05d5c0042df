"""Slices: the units of reading, and the fair order in which they are claimed."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, delete, func, insert, select, update

from moonshelf import ids
from moonshelf.db import Database, lock, locking
from moonshelf.db.prepared import Prepared
from moonshelf.db.tables import accounts, files, slices
from moonshelf.limits.tiers import Tiers
from moonshelf.queue import Queue
from moonshelf.storage import BlobKey
from moonshelf.storage.tombstones import bury
from moonshelf.work.claims import Claim, ClaimLost, blobs, document_blob, facts_blob, markdown_blob
from moonshelf.work.fairness import FairOrder, Unknown, spent_on
from moonshelf.work.forecast import Forecast
from moonshelf.work.paces import Paces
from moonshelf.work.routes import JOIN, PAGES, Route

MOST_ATTEMPTS = 3
_NEAR_S = 0.25  # a slice that took so much more or less than expected took what was expected


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file is: pages read, its place among its account's files that wait, and the seconds it should take.

    The place is 0 where a worker has it; the seconds are None where nobody can tell.
    """

    pages_done: int
    queue_position: int
    eta_s: float | None = None


class Slices:
    """The rows of ``slices``: planned with a file, claimed by workers, gone when the file is read."""

    def __init__(self, queue: Queue, *, slice_pages: int, paces: Paces, tiers: Tiers) -> None:
        self._queue = queue
        self._slice_pages = slice_pages
        self._paces = paces
        self._tiers = tiers
        self._forecast = Forecast(paces, tiers)
        self._order = FairOrder(tiers.caps())

    def plan(self, tx: Connection, *, file_id: str, account_id: str, route: Route, bulk: bool = False) -> None:
        """Queue the opening slice of a file; nobody knows its pages before it is read. *bulk* waits for all others."""
        self._insert(tx, [_row(file_id, account_id, first_page=1, last_page=None, route=route, bulk=bulk)])

    def claim(
        self,
        tx: Connection,
        *,
        ticket: str | None = None,
        quick: bool = False,
        unknown: Unknown = "left",
    ) -> Claim | None:
        """Take the fairest waiting slice: start-time fair queueing over accounts, oldest first page first in each.

        A slice costs what it should take on this host, divided by the weight of its account's tier. Bulk slices wait
        until nothing else does, and an account whose tier caps its slices waits while it has as many being read.

        An account's next slice starts at the later of the clock and the end of its last one; the least start wins
        and sets the clock, so an idle account saves up no credit and a busy one runs up no debt (Goyal, Vin and
        Cheng, "Start-time Fair Queuing", 1996).

        A *ticket* tells the queue's token from others. Where it was spent on a slice before, that worker died, so
        the slice goes back in line first; what killed one worker may kill the next, so each such claim costs an
        attempt unless it is given back.

        Only files that should be read within a blink are claimed for *quick*, in the same order and at the same cost;
        those of which that is *unknown* are left alone, stand behind them, or are among them.
        """
        owner = self._order.enter(tx, ticket)
        if owner is not None:
            self._take_back(tx, owner, ticket)
            if quick:  # it may be none for the quick any more, and its token for the others be spent
                self._queue.push(tx, 1)
        routes, slow = (self._paces.quick_routes(), self._paces.known_slow()) if quick else (None, [])
        while (row := self._order.first(tx, routes, slow=slow, unknown=unknown)) is not None:
            if (claim := self._take(tx, row, ticket)) is not None:
                return claim
        return None

    def extend(self, tx: Connection, claim: Claim, *, pages_read: int, pages_total: int, ocr_share: float) -> None:
        """Queue the slices after the opening one, costed by what the opening one met (*ocr_share*, 0 to 1)."""
        opening = slices.c.id == claim.slice_id
        bulk = bool(tx.execute(select(slices.c.bulk).where(opening)).scalar_one())
        tx.execute(update(slices).where(opening).values(last_page=pages_read))
        rows = []
        for first in range(pages_read + 1, pages_total + 1, self._slice_pages):
            last = min(first + self._slice_pages - 1, pages_total)
            row = _row(claim.file_id, claim.account_id, first_page=first, last_page=last, route=PAGES, bulk=bulk)
            rows.append(row | {"ocr_share": ocr_share})
        self._insert(tx, rows)

    def finish(self, tx: Connection, claim: Claim, *, pages: int) -> None:
        """Keep what *claim* wrote; when it was the last of its file, queue the join. Raises ``ClaimLost``.

        Call ``hold`` before it in *tx*, which locks the file: of two workers that finish at once one is the last.
        """
        done = tx.execute(update(slices).where(*_held(claim)).values(state="done", pages_done=pages))
        if not done.rowcount:
            raise ClaimLost
        its = slices.c.file_id == claim.file_id
        left = select(func.count()).where(its, slices.c.state != "done")
        if not tx.execute(left).scalar_one():
            end = select(slices.c.last_page, slices.c.bulk).where(its).order_by(slices.c.last_page.desc()).limit(1)
            last_page, bulk = tx.execute(end).one()
            join = _row(claim.file_id, claim.account_id, first_page=0, last_page=last_page, route=JOIN, bulk=bulk)
            self._insert(tx, [join | {"kind": "join"}])

    def finished(self, tx: Connection, claim: Claim) -> bool:
        """Tell whether *claim* is what a slice was read under."""
        return tx.execute(select(slices.c.id).where(*_held(claim), slices.c.state == "done")).first() is not None

    def parts(self, tx: Connection, file_id: str) -> Sequence[BlobKey]:
        """Name the facts of a file in the order of its pages."""
        read = select(slices.c.claim).where(slices.c.file_id == file_id, slices.c.kind == "read")
        return [facts_blob(claim) for claim in tx.execute(read.order_by(slices.c.first_page)).scalars()]

    def hold(self, tx: Connection, claim: Claim, *, pages_done: int, tried: bool = False) -> None:
        """Note progress, and learn whether the claim still counts. Raises ``ClaimLost``.

        Once it is *tried*, the claim costs an attempt if it comes to no end. Not from its first moment: children are
        capped, so it is hardly ever the slice that ends a server, and thirty random kills within a minute marked
        innocent files as unreadable.
        """
        attempts = claim.attempts + 1 if tried or claim.ticket else claim.attempts
        values = {"held": claim.slice_id, "by": claim.token, "pages_done": pages_done, "attempts": attempts}
        if not _HOLD.count(tx, values | {"row_id": claim.file_id}):
            raise ClaimLost

    def settle(self, tx: Connection, claim: Claim) -> None:
        """Charge the account of *claim* for what its slice took until now rather than for what was expected.

        Else an account whose files look like letters and take a minute each would have many turns for each of the
        others'. To be called before what locks a file in *tx*.
        """
        owed_s = time.monotonic() - claim.began - claim.expected_s
        if abs(owed_s) > _NEAR_S:
            served = accounts.c.served + owed_s / claim.weight
            tx.execute(update(accounts).where(accounts.c.id == claim.account_id).values(served=served))

    def slow_down(self, tx: Connection, claim: Claim) -> None:
        """Count an opening slice that looked quick, and is being read for long, as one that takes long."""
        tx.execute(update(slices).where(*_held(claim)).values(route=claim.route.slowed().name))

    def end(self, tx: Connection, file_id: str, *, keep: str | None = None) -> None:
        """Remove the slices of a file that is read, failed or deleted, and bury their blobs.

        The document and Markdown that the claim *keep* wrote stay: they belong to a document now.
        """
        claims = tx.execute(select(slices.c.claim).where(slices.c.file_id == file_id)).scalars().all()
        tx.execute(delete(slices).where(slices.c.file_id == file_id))
        kept = () if keep is None else (document_blob(keep), markdown_blob(keep))
        bury(tx, *(blob for token in claims if token for blob in blobs(token) if blob not in kept))

    def progress(self, tx: Connection, account_id: str) -> Mapping[str, Progress]:
        """Tell how far each unread file of an account is, by the file's id."""
        waiting = func.min(case((slices.c.state == "waiting", slices.c.id)))
        wanted = select(slices.c.file_id, func.sum(slices.c.pages_done).label("done"), waiting.label("waiting"))
        rows = tx.execute(wanted.where(slices.c.account_id == account_id).group_by(slices.c.file_id)).all()
        line = sorted(row.waiting for row in rows if row.waiting is not None)
        position = {waiting: place for place, waiting in enumerate(line, start=1)}
        etas = self._forecast.of(tx, account_id, [row.file_id for row in rows])
        return {row.file_id: Progress(row.done, position.get(row.waiting, 0), etas.get(row.file_id)) for row in rows}

    def wake(self, database: Database) -> None:
        """Push a token for a slice that waited for its account's cap: the tokens that passed it by are spent."""
        if self._tiers.caps():
            with database.write() as tx:
                self._queue.push(tx, 1)

    def resume(self, tx: Connection) -> None:
        """Put back every slice whose worker's token is gone, and see that there is a token for each that waits."""
        claimed = tx.execute(select(slices).where(slices.c.state == "claimed")).all()
        outstanding = self._queue.outstanding(tx)
        for row in claimed:
            if row.ticket not in outstanding.taken:
                # Only under the same claim: since it was read, its worker may have come to an end with it.
                same = slices.c.id == row.id, slices.c.claim == row.claim, slices.c.state == "claimed"
                tx.execute(update(slices).where(*same).values(state="waiting"))
        waiting = tx.execute(select(func.count()).where(slices.c.state == "waiting")).scalar_one()
        self._queue.push(tx, max(0, waiting - outstanding.unspent))
        self._queue.push(tx, 1, quick=True)  # whoever takes it looks until there is nothing

    def release(self, tx: Connection, claim: Claim, *, tried: bool = False, slow: bool = False) -> None:
        """Put one claimed slice back; it costs an attempt only if it was *tried*: its worker may stop, or wait.

        One that proved *slow* is not given out as a quick one again.
        """
        route = claim.route.slowed() if slow else claim.route
        if slow:
            self._paces.proved_slow(claim.account_id, claim.route)
        attempts = claim.attempts + 1 if tried else claim.attempts
        waiting = {"state": "waiting", "attempts": attempts, "pages_done": 0, "route": route.name}
        released = tx.execute(update(slices).where(*_held(claim), slices.c.state == "claimed").values(waiting))
        self._push(tx, [route] * released.rowcount)

    def _take(self, tx: Connection, row: Any, ticket: str | None) -> Claim | None:  # Any: as for costs
        """Claim the slice of *row*, unless it was deleted or given back since it was found."""
        token = ids.token()
        attempts = row.attempts if ticket is None else row.attempts + 1
        values = {"claim": token, "ticket": ticket, "attempts": attempts}
        expected_s, weight = self._cost(row), self._tiers.of_account(row.tier).weight
        if not self._order.take(tx, row, served=row.start + expected_s / weight, values=values):
            return None
        if row.claim is not None:
            # What a worker that died under the old claim may have written, or one on another machine writes yet.
            bury(tx, *blobs(row.claim), late=ticket is not None)
        return Claim(
            token=token,
            slice_id=row.id,
            file_id=row.file_id,
            account_id=row.account_id,
            kind=row.kind,
            first_page=row.first_page,
            last_page=row.last_page,
            route=Route(row.route),
            attempts=row.attempts,
            ticket=ticket,
            expected_s=expected_s,
            weight=weight,
        )

    def _take_back(self, tx: Connection, owner: str, ticket: str | None) -> None:
        lock(tx, accounts, owner)
        tx.execute(update(slices).where(*spent_on(ticket)).values(state="waiting"))

    def _cost(self, row: Any) -> float:  # Any: the columns of slices
        pages = row.last_page - row.first_page + 1 if row.last_page is not None else 0
        return self._paces.cost(Route(row.route), pages=pages, ocr_pages=pages * row.ocr_share)

    def _insert(self, tx: Connection, rows: list[dict[str, object]]) -> None:
        if rows:
            tx.execute(insert(slices), rows)
            self._push(tx, [Route(str(row["route"])) for row in rows])

    def _push(self, tx: Connection, routes: Sequence[Route]) -> None:
        self._queue.push(tx, len(routes))
        self._queue.push(tx, sum(route.may_be_quick for route in routes), quick=True)


def _held(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    """Hold for the slice of *claim*, unless it was deleted or went to another worker."""
    return slices.c.id == claim.slice_id, slices.c.claim == claim.token


def _row(
    file_id: str, account_id: str, *, first_page: int, last_page: int | None, route: Route, bulk: bool = False
) -> dict[str, object]:
    row: dict[str, object] = {"file_id": file_id, "account_id": account_id, "kind": "read", "state": "waiting"}
    return row | {"first_page": first_page, "last_page": last_page, "route": route.name, "bulk": bulk, "ocr_share": 0.0}


_KEEP = (
    update(slices)
    .where(slices.c.id == bindparam("held"), slices.c.claim == bindparam("by"))
    .values(pages_done=bindparam("pages_done"), attempts=bindparam("attempts"))
)
# On PostgreSQL the file is locked first. Waiting for it, the slice is read again before it is written.
_HOLD = Prepared(_KEEP, on_postgresql=_KEEP.where(slices.c.file_id.in_(select(locking(files).cte("file").c.id))))
