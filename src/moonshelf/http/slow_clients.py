"""Clients that send slowly, or leave: nobody holds a place for long without using it."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moonshelf.errors.requests import BodyTimeout, CallerLeft

_T = TypeVar("_T")


class SlowClients:
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
        patience = _Patience(receive, self._idle_s, self._pace)
        try:
            await self._app(scope, patience.receive, send)
        finally:
            patience.end()


class _Patience:
    """What is left of it for one body."""

    def __init__(self, receive: Receive, idle_s: float, pace: int) -> None:
        self._receive = receive
        self._idle_s = self._left_s = idle_s
        self._pace = pace
        self._coming, self._over = True, False
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Task[object] | None = None
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None  # one now and then costs less than one for each message

    async def receive(self) -> Message:
        """Wait for the next message. Raises ``BodyTimeout``."""
        if not self._coming:  # what is waited for is the caller's leaving
            return await self._receive()
        self._waiting, self._since = here, began = asyncio.current_task(), self._loop.time()
        if self._timer is None:
            self._timer = self._loop.call_later(self._left_s, self._look)
        try:
            message = await self._receive()
        except asyncio.CancelledError:
            if not self._over or here is None or here.uncancel():
                raise  # somebody else wants this to end
            raise BodyTimeout(seconds=self._idle_s, pace=self._pace) from None
        finally:
            self._waiting = None
        earned_s = len(message.get("body", b"")) / self._pace
        self._left_s = min(self._idle_s, self._left_s - (self._loop.time() - began) + earned_s)
        self._coming = bool(message.get("more_body", False))
        if not self._coming:
            self.end()
        return message

    def end(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        """End the wait if nothing is left. It can't be too late: patience is used up no faster than time passes."""
        self._timer = None
        if self._waiting is None:  # the next wait looks again
            return
        left_s = self._left_s - (self._loop.time() - self._since)
        if left_s > 0:
            self._timer = self._loop.call_later(left_s, self._look)
        else:
            self._over = True
            self._waiting.cancel()


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
