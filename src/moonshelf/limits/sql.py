"""Limits counted in the database: exact across machines, by the database's own clock."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import (
    Connection,
    Dialect,
    Float,
    Integer,
    Text,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.functions import GenericFunction

from moonshelf.db import Database, upsert
from moonshelf.db.tables import limit_buckets, limit_slots
from moonshelf.limits import SLOT_S, Charge, Rate, Slot, Standing, Verdict
from moonshelf.limits.gcra import after, increment, standing

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
                tx.execute(_LEAVE, {"tokens": [slot.token for slot in slots]})

    def check(self) -> None:
        """Ask the database for nothing."""
        with self._db.read() as tx:
            tx.execute(select(1))

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
    values: dict[str, object] = {}
    for number, one in enumerate(sorted(charges, key=lambda one: one.bucket)):
        values |= {
            f"bucket{number}": one.bucket,
            f"ahead{number}": increment(one),
            f"period{number}": one.rate.period_s,
        }
    charging = _charging(tx.dialect, len(charges), forced=forced)
    return {row.bucket: float(row.ahead) for row in tx.execute(charging, values)}


@cache  # building it took several times as long as running it
def _charging(dialect: Dialect, buckets: int, *, forced: bool) -> ReturningInsert[tuple[str, float]]:
    rows = [
        select(
            bindparam(f"bucket{number}", type_=Text),
            _Now() + bindparam(f"ahead{number}", type_=Float),
            bindparam(f"period{number}", type_=Float),
        ).where(true())  # without it SQLite would take the ON of the conflict for that of a join
        for number in range(buckets)
    ]
    asked = upsert(dialect, limit_buckets).from_select(["bucket", "arrival", "period_s"], union_all(*rows))
    ahead = case((limit_buckets.c.arrival > _Now(), limit_buckets.c.arrival - _Now()), else_=literal(0.0))
    charged = ahead + asked.excluded.arrival - _Now()
    asks_nothing = asked.excluded.arrival <= _Now()
    fits = None if forced else asks_nothing | (charged <= asked.excluded.period_s + 1e-6)
    return asked.on_conflict_do_update(
        index_elements=[limit_buckets.c.bucket], set_={"arrival": _Now() + charged}, where=fits
    ).returning(limit_buckets.c.bucket, (limit_buckets.c.arrival - _Now()).label("ahead"))


def _hold(tx: Connection, slot: Slot) -> bool:
    """Take a place if there is one; the bucket's row is locked, so nobody else counts at the same time."""
    taken = tx.execute(_HOLD, {"token": slot.token, "bucket": slot.bucket, "most": slot.most})
    return taken.first() is not None  # a row count is not told by every driver


_held = select(func.count()).where(
    limit_slots.c.bucket == bindparam("bucket", type_=Text), limit_slots.c.until > _Now()
)
_place = select(bindparam("token", type_=Text), bindparam("bucket", type_=Text), _Now() + SLOT_S).where(
    _held.scalar_subquery() < bindparam("most", type_=Integer)
)
_HOLD = insert(limit_slots).from_select(["token", "bucket", "until"], _place).returning(limit_slots.c.token)
_LEAVE = delete(limit_slots).where(limit_slots.c.token.in_(bindparam("tokens", expanding=True)))
