"""Limits counted in the database: exact across machines, by the database's own clock."""

from collections.abc import Sequence

from sqlalchemy import (
    Connection,
    Float,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from moonshelf.db import Database, upsert
from moonshelf.limits import SLOT_S, Charge, Rate, Slot, Standing, Verdict
from moonshelf.limits.gcra import after, increment, standing
from moonshelf.tables import limit_buckets, limit_slots

_HELD = Rate(1, 86_400)  # of the bucket whose row is locked while slots are counted; nothing is ever charged to it


class _Now(GenericFunction[float]):
    """The database's clock in Unix seconds, one moment for a whole statement."""

    type = Float()
    inherit_cache = True


@compiles(_Now, "postgresql")
def _postgresql_now(_element: _Now, _compiler: SQLCompiler, **_: object) -> str:
    return "extract(epoch from statement_timestamp())::float8"


@compiles(_Now, "sqlite")
def _sqlite_now(_element: _Now, _compiler: SQLCompiler, **_: object) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"  # unixepoch('subsec') is younger than Debian's SQLite


class _Refused(Exception):
    """Some charge does not pass, or the slot *full* has no place: what was charged beside it is taken back."""

    def __init__(self, full: Slot | None = None) -> None:
        super().__init__()
        self.full = full


class SqlLimits:
    """A row a bucket, charged by one statement for all buckets of a request.

    The rows are charged in one order, so two requests can't wait for each other. On PostgreSQL the tables are not
    logged: a commit waits for no disk, and a crash forgives what one period holds.
    """

    remote = True

    def __init__(self, database: Database) -> None:
        self._db = database

    def take(self, charges: Sequence[Charge], slots: Sequence[Slot] = ()) -> Verdict:
        """Take all of it or nothing."""
        if any(one.cost > one.rate.amount for one in charges):
            return Verdict(self._standings(charges))
        try:
            with self._db.write() as tx:
                return _take(tx, charges, slots)
        except _Refused as refused:
            verdict = Verdict(self._standings(charges), refused.full)
        return self.take(charges, slots) if verdict.passed else verdict  # by now it would pass

    def settle(self, charges: Sequence[Charge]) -> None:
        """Charge what was spent in the end, whether or not it fits."""
        if charges:
            with self._db.write() as tx:
                _charge(tx, charges, forced=True)

    def renew(self, slots: Sequence[Slot]) -> None:
        """Say that these are still held."""
        if slots:
            held = limit_slots.c.token.in_([slot.token for slot in slots])
            with self._db.write() as tx:
                tx.execute(update(limit_slots).where(held).values(until=_Now() + SLOT_S))

    def leave(self, slots: Sequence[Slot]) -> None:
        """Give places back."""
        if slots:
            with self._db.write() as tx:
                tx.execute(delete(limit_slots).where(limit_slots.c.token.in_([slot.token for slot in slots])))

    def sweep(self) -> None:
        """Forget full buckets, and slots whose holders died."""
        with self._db.write() as tx:
            tx.execute(delete(limit_slots).where(limit_slots.c.until < _Now()))
            tx.execute(delete(limit_buckets).where(limit_buckets.c.arrival < _Now()))

    def close(self) -> None:
        """Leave the database to whoever opened it."""

    def _standings(self, charges: Sequence[Charge]) -> tuple[Standing, ...]:
        """Tell how *charges* stand, charging nothing."""
        wanted = select(limit_buckets.c.bucket, limit_buckets.c.arrival - _Now())
        with self._db.read() as tx:
            rows = tx.execute(wanted.where(limit_buckets.c.bucket.in_([one.bucket for one in charges]))).all()
        ahead = {bucket: float(seconds) for bucket, seconds in rows}
        return tuple(standing(one, ahead.get(one.bucket, 0.0), 0.0) for one in charges)


def _take(tx: Connection, charges: Sequence[Charge], slots: Sequence[Slot]) -> Verdict:
    locks = [Charge(slot.bucket, _HELD, cost=0) for slot in slots]
    arrivals = _charge(tx, [*charges, *locks])
    if len(arrivals) < len(charges) + len(locks):
        raise _Refused
    full = next((slot for slot in slots if not _hold(tx, slot)), None)
    if full is not None:
        raise _Refused(full)
    return Verdict(tuple(after(one, arrivals[one.bucket]) for one in charges))


def _charge(tx: Connection, charges: Sequence[Charge], *, forced: bool = False) -> dict[str, float]:
    """Charge the buckets in their order; return those that were charged, and in how many seconds each is full again."""
    rows = [
        {"bucket": one.bucket, "arrival": _Now() + increment(one), "period_s": one.rate.period_s}
        for one in sorted(charges, key=lambda one: one.bucket)
    ]
    asked = upsert(tx.dialect, limit_buckets).values(rows)
    ahead = case((limit_buckets.c.arrival > _Now(), limit_buckets.c.arrival - _Now()), else_=literal(0.0))
    charged = ahead + asked.excluded.arrival - _Now()
    fits = None if forced else charged <= asked.excluded.period_s + 1e-6
    charging = asked.on_conflict_do_update(
        index_elements=[limit_buckets.c.bucket], set_={"arrival": _Now() + charged}, where=fits
    ).returning(limit_buckets.c.bucket, limit_buckets.c.arrival - _Now())
    return {bucket: float(seconds) for bucket, seconds in tx.execute(charging)}


def _hold(tx: Connection, slot: Slot) -> bool:
    """Take a place if there is one; the bucket's row is locked, so nobody else counts at the same time."""
    held = select(func.count()).where(limit_slots.c.bucket == slot.bucket, limit_slots.c.until > _Now())
    row = select(literal(slot.token), literal(slot.bucket), _Now() + SLOT_S).where(held.scalar_subquery() < slot.most)
    taken = insert(limit_slots).from_select(["token", "bucket", "until"], row).returning(limit_slots.c.token)
    return tx.execute(taken).first() is not None  # a row count is not told by every driver
