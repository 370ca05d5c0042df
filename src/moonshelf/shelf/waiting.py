"""Waiting for a file to be read: no thread and no database connection is held meanwhile."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress

from moonshelf.shelf.files import CREATED, File


class Bell:
    """Wakes those who wait for a file. Workers ring it from their threads; waiters listen on the event loop."""

    def __init__(self, *, look_s: float = 2.0) -> None:
        """Let waiters look by themselves every *look_s* seconds, for a bell that rang on another machine."""
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._look_s = look_s
        self.silent = asyncio.Event()  # set when the server stops: whoever listens for longer than a request should go

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say which loop the waiters are on."""
        self._loop = loop

    def ring(self, file_id: str) -> None:
        """Wake whoever waits for *file_id*, or everybody where it is empty; from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, file_id)

    async def settled(self, file_id: str, look: Callable[[], Awaitable[File]], *, timeout_s: float) -> File:
        """Return the file once it is read or failed, or as it is after *timeout_s*. Raises what *look* raises."""
        event = asyncio.Event()
        self._waiting[file_id].add(event)  # before the first look, or a ring between the two would be missed
        try:
            deadline = asyncio.get_running_loop().time() + timeout_s
            while (file := await look()).status == CREATED:
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    break
                await self._listen(event, min(left, self._look_s))
            return file
        finally:
            self._waiting[file_id].discard(event)
            if not self._waiting[file_id]:
                del self._waiting[file_id]

    async def _listen(self, event: asyncio.Event, timeout_s: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), timeout_s)
        event.clear()

    def _wake(self, file_id: str) -> None:
        for events in [self._waiting.get(file_id, ())] if file_id else self._waiting.values():
            for event in events:
                event.set()
