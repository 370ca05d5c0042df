"""Clients that send slowly, or leave: nobody holds a place for long without using it."""

import asyncio
import time
from collections.abc import Awaitable
from typing import TypeVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moonshelf.errors import BodyTimeout, CallerLeft

_T = TypeVar("_T")


class Impatience:
    """Give up on a body of which nothing comes for *idle_s* seconds, or which comes at less than *pace* bytes a second.

    Waiting uses patience up, bytes give it back, and there is never more of it than *idle_s*: so a byte now and then
    holds a place no longer than silence does. While the server itself is busy none is used up.
    """

    def __init__(self, app: ASGIApp, idle_s: float, pace: int) -> None:
        self._app = app
        self._idle_s = idle_s
        self._pace = pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does; reading the body raises ``BodyTimeout`` where the client falls silent."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        coming, patience_s = True, self._idle_s

        async def impatient() -> Message:
            nonlocal coming, patience_s
            if not coming:  # what is waited for is the caller's leaving
                return await receive()
            began = time.monotonic()
            try:
                async with asyncio.timeout(patience_s):
                    message = await receive()
            except TimeoutError:
                raise BodyTimeout(seconds=self._idle_s, pace=self._pace) from None
            coming = bool(message.get("more_body", False))
            earned_s = len(message.get("body", b"")) / self._pace
            patience_s = min(self._idle_s, patience_s - (time.monotonic() - began) + earned_s)
            return message

        await self._app(scope, impatient, send)


async def while_there(receive: Receive, waiting: Awaitable[_T]) -> _T:
    """Wait as long as the caller does, when its body has come. Raises ``CallerLeft`` if it leaves."""
    here, waits = asyncio.current_task(), True
    leaving = asyncio.ensure_future(_left(receive))

    def give_up(_: object) -> None:
        if waits and here is not None:
            here.cancel()

    leaving.add_done_callback(give_up)
    try:
        return await waiting
    except asyncio.CancelledError:
        if here is None or not leaving.done() or here.uncancel():
            raise  # somebody else wants this to end
        raise CallerLeft from None
    finally:
        waits = False
        leaving.cancel()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
