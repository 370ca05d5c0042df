"""Patience with a body is used up by silence alone, and waiting for a caller to leave ends with what it left for."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from starlette.types import Message, Receive, Scope, Send

from moonshelf.errors.requests import BodyTimeout, CallerLeft
from moonshelf.http.slow_clients import SlowClients, while_there
from patience import PATIENCE_S

IDLE_S = 0.1


async def _never(_message: Message) -> None:
    raise AssertionError("nothing is answered here")


def _read(app: Callable[[Receive], Awaitable[None]], *, pieces: Sequence[bytes]) -> None:
    """Have *app* read a body that comes at once as far as there are *pieces*, and then no further."""
    coming, said = list(pieces), list[object]()

    async def receive() -> Message:
        if not coming:
            await asyncio.sleep(PATIENCE_S)
        return {"type": "http.request", "body": coming.pop(0), "more_body": True}

    async def asked(_scope: Scope, receive: Receive, _send: Send) -> None:
        await app(receive)

    async def read() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context))
        await SlowClients(asked, IDLE_S, 1_000)({"type": "http"}, receive, _never)

    asyncio.run(read())
    assert not said, "what happens between two pieces goes wrong unseen"


def test_bytes_that_came_fast_are_no_leave_to_be_silent_for_long() -> None:
    async def all_of_it(receive: Receive) -> None:
        while True:
            await receive()

    with pytest.raises(BodyTimeout):  # or they had earned a quarter of an hour
        _read(all_of_it, pieces=[bytes(10**6)])


def test_while_the_server_is_busy_no_patience_is_used_up() -> None:
    async def slowly(receive: Receive) -> None:
        for _ in range(3):
            await receive()
            await asyncio.sleep(3 * IDLE_S)

    _read(slowly, pieces=[b"x"] * 3)


def test_nobody_listens_for_a_leave_when_the_wait_is_over() -> None:
    async def wait() -> int:
        async def receive() -> Message:
            await asyncio.sleep(PATIENCE_S)
            raise AssertionError("it leaves too late")

        assert await while_there(receive, asyncio.sleep(0, 7)) == 7
        await asyncio.sleep(0)
        return len(asyncio.all_tasks())

    assert asyncio.run(wait()) == 1


def test_a_caller_that_leaves_ends_the_wait() -> None:
    async def wait() -> None:
        async def receive() -> Message:
            return {"type": "http.disconnect"}

        await while_there(receive, asyncio.sleep(PATIENCE_S))

    with pytest.raises(CallerLeft):
        asyncio.run(wait())
