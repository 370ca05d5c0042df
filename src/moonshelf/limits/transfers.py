"""Turns at the storage: it may be slow or hang, and what waits for it is to hold up nothing else."""

import asyncio
import math
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Final, TypeVar

from anyio import CapacityLimiter, to_thread

from moonshelf.errors import Unavailable
from moonshelf.limits.turns import Turns

_LARGE: Final = 5 * 2**20  # bytes from which an object store is sent parts
_KEPT, _LARGE_KEPT, _FETCHED = 16, 2, 16  # at a time
_PATIENCE_S: Final = 30.0  # and a store that hangs is an error after half as long again

_Made = TypeVar("_Made")


class Transfers:
    """Does what waits for the storage in threads of its own, so many at a time, accounts in rotation.

    Large files wait for each other alone, and whoever reads does not wait for those who write.
    """

    def __init__(self, *, patience_s: float = _PATIENCE_S) -> None:
        """*patience_s* is how long a small file waits for its turn; a large one, costly to send again, waits twice."""
        self._patience_s = patience_s
        self._kept, self._large, self._fetched = Turns(_KEPT), Turns(_LARGE_KEPT), Turns(_FETCHED)
        self._threads = CapacityLimiter(math.inf)  # not those that all else shares; the turns bound them

    async def keep(self, account_id: str, work: Callable[[], _Made], *, size: int) -> _Made:
        """Do *work*, which stores *size* bytes. Raises ``Unavailable`` where those before take too long."""
        if size > _LARGE:
            return await self._in_turn(self._large, account_id, work, 2 * self._patience_s)
        return await self._in_turn(self._kept, account_id, work, self._patience_s)

    async def fetch(self, account_id: str, work: Callable[[], _Made]) -> _Made:
        """Do *work*, which reads what is stored. Raises ``Unavailable`` where those before take too long."""
        return await self._in_turn(self._fetched, account_id, work, self._patience_s)

    async def _in_turn(self, turns: Turns, account_id: str, work: Callable[[], _Made], patience_s: float) -> _Made:
        async with AsyncExitStack() as turn:
            try:
                async with asyncio.timeout(patience_s):
                    await turn.enter_async_context(turns.take(account_id))
            except TimeoutError:
                raise Unavailable("The storage") from None
            return await to_thread.run_sync(work, limiter=self._threads)
