"""Turns at the storage: who waits for whom, and for how long."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from starlette.concurrency import run_in_threadpool

from moonshelf.errors import Unavailable
from moonshelf.limits.transfers import Transfers

_LARGE = 50 * 2**20
_MANY = 100
_FETCHED = 16  # that read at a time
Work = Callable[[Transfers, Callable[[], bool]], Awaitable[bool]]


@contextmanager
def _let_go() -> Iterator[threading.Event]:
    event = threading.Event()
    try:
        yield event
    finally:
        event.set()


def _beside(hanging: Work, work: Work) -> bool:
    """Do *work* while storage hangs for a hundred that are *hanging*."""

    async def run() -> bool:
        transfers = Transfers(patience_s=30)
        with _let_go() as event:
            asked = [asyncio.ensure_future(hanging(transfers, event.wait)) for _ in range(_MANY)]
            await asyncio.sleep(0.05)
            done = await asyncio.wait_for(work(transfers, lambda: True), 10)
            assert not any(one.done() for one in asked)
        return done and all(await asyncio.gather(*asked))

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("hanging", "work"),
    [
        (lambda at, work: at.keep("a", work, size=_LARGE), lambda at, work: at.keep("a", work, size=1)),
        (lambda at, work: at.keep("a", work, size=1), lambda at, work: at.keep("a", work, size=_LARGE)),
        (lambda at, work: at.keep("a", work, size=1), lambda at, work: at.fetch("a", work)),
        (lambda at, work: at.fetch("a", work), lambda at, work: at.keep("a", work, size=1)),
        (lambda at, work: at.fetch("a", work), lambda _, work: run_in_threadpool(work)),
    ],
    ids=["small beside large", "large beside small", "reading beside keeping", "keeping beside reading", "all else"],
)
def test_what_hangs_holds_up_its_own_kind_alone(hanging: Work, work: Work) -> None:
    assert _beside(hanging, work)


def test_whoever_waits_too_long_is_told_to_come_back_and_leaves_no_place_taken() -> None:
    async def run() -> None:
        transfers = Transfers(patience_s=0.05)
        with _let_go() as event:
            asked = [asyncio.ensure_future(transfers.fetch("a", event.wait)) for _ in range(_MANY)]
            ended, _ = await asyncio.wait(asked, timeout=10, return_when=asyncio.FIRST_EXCEPTION)
            assert all(isinstance(one.exception(), Unavailable) for one in ended)
            assert ended
        await asyncio.wait(asked)
        assert 0 < sum(one.exception() is None for one in asked) < _MANY
        everyone = threading.Barrier(_FETCHED)  # broken, unless each has its place at once
        again = [transfers.fetch("a", partial(everyone.wait, 10)) for _ in range(_FETCHED)]
        assert set(await asyncio.gather(*again)) == set(range(_FETCHED))

    asyncio.run(run())


def test_an_account_that_asks_a_hundred_times_waits_for_itself() -> None:
    async def run() -> None:
        transfers = Transfers()
        with _let_go() as event:
            asked = [asyncio.ensure_future(transfers.fetch("a", event.wait)) for _ in range(_MANY)]
            await asyncio.sleep(0.05)
            other = asyncio.ensure_future(transfers.fetch("b", lambda: sum(one.done() for one in asked)))
        assert await other < _MANY // 2
        await asyncio.wait(asked)

    asyncio.run(run())
