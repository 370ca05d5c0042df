"""So many at a time, accounts in rotation."""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

_Made = TypeVar("_Made")


class Turns:
    """Gives something that only one, or *places* of them, can use to whoever waits, one account after the other.

    An account that asks a hundred times waits for itself: others get their turn after its next one.
    """

    def __init__(self, places: int = 1) -> None:
        self._free = places
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def take(self, account: str) -> AsyncIterator[None]:
        """Wait for a turn of *account* and hold it for the length of the context."""
        if self._free:
            self._free -= 1
        else:
            await self._wait(account)
        try:
            yield
        finally:
            self._pass_on()

    async def work(self, account: str, work: Callable[[Callable[[], bool]], _Made]) -> _Made:
        """Do *work* in a thread when it is the turn of *account*; it is handed what tells that the caller has left."""
        gone = threading.Event()
        async with self.take(account):
            try:
                return await asyncio.to_thread(work, gone.is_set)
            except asyncio.CancelledError:
                gone.set()
                raise

    async def _wait(self, account: str) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(account, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was ours just as we gave up
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        """Give the turn to the account at the head of the line, which then goes to its end."""
        while self._waiting:
            account = next(iter(self._waiting))
            line = self._waiting.pop(account)
            turn = line.popleft()
            if line:
                self._waiting[account] = line
            if not turn.cancelled():
                turn.set_result(None)
                return
        self._free += 1
