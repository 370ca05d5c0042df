"""Usage: how much each account asked for, hour by hour.

Pages, bytes and failures are added in the transaction that they belong to and are exact. Requests are counted in memory
and written down by the sweeper, so a crash loses the last half minute of them: an own transaction for each request
would cost more than most requests do.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from threading import Lock

from sqlalchemy import Connection, Dialect, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from moonshelf.db import Database, now, upsert
from moonshelf.db.tables import usage

HOUR_S = 3600
FAILED = "failed:"
"""What failures are counted as, before the error's code."""


@dataclass(frozen=True, slots=True)
class Sum:
    """How much of *what* there was from the moment *at* on, for the length of what was asked by."""

    at: int
    what: str
    count: int


def add(tx: Connection, account_id: str, what: str, count: int, *, at: float | None = None) -> None:
    """Count *count* more of *what* for an account, in this hour of the database's or in that of *at*."""
    hour = int(now(tx) if at is None else at) // HOUR_S * HOUR_S
    tx.execute(_adding(tx.dialect), {"hour": hour, "account_id": account_id, "what": what, "count": count})


@cache  # each upload and each file read counts
def _adding(dialect: Dialect) -> "postgresql.Insert | sqlite.Insert":
    row = upsert(dialect, usage)
    more = {"count": usage.c.count + row.excluded.count}
    return row.on_conflict_do_update(index_elements=["hour", "account_id", "what"], set_=more)


class Usage:
    """Counts requests, and tells what was counted."""

    def __init__(self, database: Database, *, keep_s: float) -> None:
        self._db = database
        self._keep_s = keep_s
        self._counted: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()

    def count(self, account_id: str, what: str) -> None:
        """Count one more, in memory; from any thread."""
        with self._lock:
            self._counted[account_id, what] += 1

    def write_down(self) -> None:
        """Move what was counted to the database, and its hour: the sweeper's rounds are short beside one."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
        if not counted:
            return
        try:
            with self._db.write() as tx:
                at = now(tx)
                for (account_id, what), count in counted.items():
                    add(tx, account_id, what, count, at=at)
        except BaseException:
            with self._lock:
                self._counted.update(counted)
            raise

    def expire(self) -> None:
        """Write down what was counted, and forget what is older than it is to be kept."""
        self.write_down()
        with self._db.write() as tx:
            tx.execute(delete(usage).where(usage.c.hour < now(tx) - self._keep_s))

    def sums(self, *, since: float, step_s: int, account_id: str | None = None) -> Sequence[Sum]:
        """Add up by steps of *step_s* seconds, for one account or all."""
        start = (usage.c.hour - usage.c.hour % step_s).label("start")
        wanted = select(start, usage.c.what, func.sum(usage.c.count).label("total")).where(usage.c.hour >= since)
        if account_id is not None:
            wanted = wanted.where(usage.c.account_id == account_id)
        with self._db.read() as tx:
            rows = tx.execute(wanted.group_by("start", usage.c.what).order_by("start")).all()
        return [Sum(int(row.start), row.what, int(row.total)) for row in rows]

    def by_account(self, *, since: float) -> dict[str, dict[str, int]]:
        """Add up all since a moment, by account and what."""
        total = func.sum(usage.c.count)
        wanted = select(usage.c.account_id, usage.c.what, total).where(usage.c.hour >= since)
        found: dict[str, dict[str, int]] = {}
        with self._db.read() as tx:
            for account, what, count in tx.execute(wanted.group_by(usage.c.account_id, usage.c.what)):
                found.setdefault(account, {})[what] = int(count)
        return found
