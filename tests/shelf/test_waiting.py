"""Whoever waits for a file is woken when it is read, and leaves nothing behind."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from moonshelf.shelf.files import CREATED, OK
from moonshelf.shelf.waiting import Bell
from patience import PATIENCE_S


def _waits(
    look: Callable[[Bell, int], str], *, look_s: float = 10 * PATIENCE_S, timeout_s: float = PATIENCE_S
) -> tuple[str, int]:
    """Wait for a file whose status *look* tells the n-th time; return the last, and how often it was asked for."""
    looks = 0

    async def settled() -> str:
        nonlocal looks
        bell = Bell(look_s=look_s)
        bell.attach(asyncio.get_running_loop())

        async def asked() -> Any:  # Any: as much of a file as is looked at
            nonlocal looks
            looks += 1
            status = look(bell, looks)
            await asyncio.sleep(0)  # as a look at the database takes a while
            await asyncio.sleep(0)
            return SimpleNamespace(status=status)

        found = await asyncio.wait_for(bell.settled("f", asked, timeout_s=timeout_s), 2 * PATIENCE_S)
        assert not bell._waiting
        return found.status

    return asyncio.run(settled()), looks


def test_a_ring_during_the_first_look_is_heard() -> None:
    def look(bell: Bell, number: int) -> str:
        bell.ring("f")
        return CREATED if number == 1 else OK

    assert _waits(look) == (OK, 2)


def test_a_ring_for_everybody_is_heard_and_one_for_another_is_not() -> None:
    def look(bell: Bell, number: int) -> str:
        bell.ring("" if number == 1 else "another")
        return CREATED

    assert _waits(look, timeout_s=0.3) == (CREATED, 3)


def test_whoever_is_not_called_looks_by_itself() -> None:
    assert _waits(lambda _, number: CREATED if number < 4 else OK, look_s=0.01) == (OK, 4)
