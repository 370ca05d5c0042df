"""Whose slice comes next: the statements of a claim, which mean the same on both databases."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Text,
    all_,
    and_,
    any_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    select,
    true,
    update,
)

from moonshelf.db.prepared import Prepared
from moonshelf.db.tables import accounts, fair_clock, slices
from moonshelf.limits.tiers import SliceCaps
from moonshelf.work.routes import SLOW, Route

Unknown = Literal["left", "behind", "among"]
"""Where files stand of which nobody knows how long they take, when quick ones are looked for."""


class FairOrder:
    """Start-time fair order over the accounts that have a slice waiting.

    One transaction calls ``enter`` first: until it ends, all others wait for the clock.
    """

    def __init__(self, caps: SliceCaps | None) -> None:
        route = _LINE.c.route
        at_once = any_(bindparam("quick", type_=ARRAY(Text)))
        sent = _LINE.c.account_id.concat(literal_column("' '")).concat(route)
        left, left_at_once = sent.not_in(bindparam("slow", expanding=True)), sent != _ALL_SLOW
        unread = _LINE.c.kind == literal_column("'read'"), _LINE.c.last_page.is_(None)
        unknown = and_(*unread, ~route.endswith(literal_column(f"'{SLOW}'")))
        self._any = Prepared(fairest(caps))
        # However many routes there are, on PostgreSQL this is one statement, and so planned once.
        self._quick = Prepared(
            fairest(caps, and_(left, route.in_(bindparam("quick", expanding=True)))),
            on_postgresql=fairest(caps, and_(left_at_once, route == at_once)),
        )
        self._unknown = Prepared(
            fairest(caps, and_(left, unknown)), on_postgresql=fairest(caps, and_(left_at_once, unknown))
        )

    def enter(self, tx: Connection, ticket: str | None) -> str | None:
        """Wait for the clock, and return whose slice was claimed with *ticket* before: that worker died."""
        [row] = _ENTER.rows(tx, {"spent": ticket})
        owner: str | None = row.owner
        return owner

    def first(
        self,
        tx: Connection,
        routes: Sequence[Route] | None,
        *,
        slow: Sequence[tuple[str, Route]] = (),
        unknown: Unknown = "left",
    ) -> Any | None:  # Any: a row, by its columns
        """Find the slice whose turn it is, of *routes* alone where they are given.

        Files of which it is *unknown* how long they take are left alone, stand behind those, or are among them. What is
        *slow*, an account and a route each, is left out of both.
        """
        of_slow = [f"{account_id} {route.name}" for account_id, route in slow]
        if routes is None:
            found = self._any.rows(tx, {})
        elif unknown == "among":
            found = ()
        else:
            found = self._quick.rows(tx, {"quick": [route.name for route in routes], "slow": of_slow})
        if unknown != "left" and not found:
            found = self._unknown.rows(tx, {"slow": of_slow})
        return found[0] if found else None

    def take(self, tx: Connection, row: Any, *, served: float, values: Mapping[str, object]) -> bool:  # Any: as above
        """Move the account's end to *served* and the clock on, and take the slice unless it is gone since.

        The account comes first, as whoever removes slices locks it first.
        """
        moved = {"whose": row.account_id, "served": served}
        values = {**values, "found": row.id, "start": row.start, **moved}
        if tx.dialect.name == "postgresql":
            taken = _AT_ONCE.count(tx, values)
        else:
            tx.execute(_SERVE, moved)
            tx.execute(_SET_CLOCK, {"start": row.start})
            taken = tx.execute(_TAKE, values).rowcount
        if not taken:
            tx.execute(_SERVE, {"whose": row.account_id, "served": row.served})
        return bool(taken)


def fairest(caps: SliceCaps | None, quick: ColumnElement[bool] | None = None) -> Select[tuple[object, ...]]:
    """Select the head of each account's line, least start first; of those that are *quick* only, where that is said."""
    active, among = _active(), () if quick is None else (quick, ~_LINE.c.bulk)
    head = (
        select(_LINE.c.id)
        .where(_LINE.c.account_id == accounts.c.id, _waits(_LINE), *among)
        .order_by(_LINE.c.bulk, _LINE.c.first_page, _LINE.c.id)
        .limit(1)
        .correlate(accounts)
        .scalar_subquery()
    )
    start = case((accounts.c.served > fair_clock.c.now, accounts.c.served), else_=fair_clock.c.now)
    lines = active.join(accounts, accounts.c.id == active.c.account_id).join(slices, slices.c.id == head)
    found = (
        select(slices, accounts.c.tier, accounts.c.served, start.label("start"))
        .select_from(lines.join(fair_clock, true()))
        .order_by(slices.c.bulk, "start", slices.c.id)
        .limit(1)
    )
    return found if caps is None else found.where(_under(caps))


def spent_on(ticket: object) -> tuple[ColumnElement[bool], ...]:
    """Hold for the slice that was claimed with *ticket*, as long as nobody came to an end with it."""
    return slices.c.ticket == ticket, slices.c.state == "claimed"


def _active() -> CTE:
    """Select the accounts that have a slice waiting, one index step each, however many have none."""
    first, later = slices.alias("first"), slices.alias("later")
    active = select(func.min(first.c.account_id).label("account_id")).where(_waits(first)).cte("active", recursive=True)
    following = select(func.min(later.c.account_id)).where(_waits(later), later.c.account_id > active.c.account_id)
    return active.union_all(select(following.scalar_subquery()).where(active.c.account_id.is_not(None)))


def _waits(line: FromClause) -> ColumnElement[bool]:
    """Hold for slices that wait: in the words of their index, or a plan for any state would not use it."""
    return line.c.state == literal_column("'waiting'")


def _under(caps: SliceCaps) -> ColumnElement[bool]:
    """Hold for accounts that have fewer slices being read than their tier allows."""
    taken = slices.alias("taken")
    reading = (
        select(func.count())
        .where(taken.c.account_id == accounts.c.id, taken.c.state == "claimed")
        .correlate(accounts)
        .scalar_subquery()
    )
    return reading < case(caps.of_tiers, value=accounts.c.tier, else_=caps.of_others)


_LINE = slices.alias("line")
_ALL_SLOW = all_(bindparam("slow", type_=ARRAY(Text)))
_CLOCK = select(
    fair_clock.c.now,
    select(slices.c.account_id).where(*spent_on(bindparam("spent", type_=Text))).scalar_subquery().label("owner"),
).where(fair_clock.c.id == 1)
# Workers who looked at once would find the same slice, and all but one go without.
_ENTER = Prepared(_CLOCK, on_postgresql=_CLOCK.with_for_update(key_share=True))
_TAKE = (
    update(slices)
    .where(slices.c.id == bindparam("found"), slices.c.state == "waiting")
    .values(
        state="claimed",
        claim=bindparam("claim"),
        ticket=bindparam("ticket"),
        attempts=bindparam("attempts"),
        pages_done=0,
    )
)
_SERVE = update(accounts).where(accounts.c.id == bindparam("whose")).values(served=bindparam("served"))
_SET_CLOCK = update(fair_clock).values(now=bindparam("start"))
_SERVED = _SERVE.returning(accounts.c.id).cte("served")
_TAKEN = _TAKE.where(slices.c.account_id.in_(select(_SERVED.c.id))).returning(slices.c.id).cte("taken")
_AT_ONCE = Prepared(_SET_CLOCK.where(exists(select(_TAKEN.c.id))))  # until its end, all other workers wait
