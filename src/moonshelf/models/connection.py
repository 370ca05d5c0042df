"""A connection to a model server: HTTP/1.1, one request at a time."""

import asyncio
from collections.abc import Iterable
from typing import Final, Self, cast

import httptools

_LONGEST_HEAD: Final = 64 * 1024
_MOST_AHEAD: Final = 256 * 1024
"""Bytes of an answer that wait for a slow reader, before its server waits too."""

_FIRST_ANSWER: Final = 200  # below are status codes after which another head comes


class Lost(Exception):
    """A server that can't be reached, fell silent, broke off, or does not speak HTTP."""


class Connection(asyncio.Protocol):
    """Sends a request and reads its answer, then the next."""

    def __init__(self, silence_s: float) -> None:
        """*silence_s* is how long the server may say nothing while it is waited for."""
        self.kept_since = 0.0
        self._silence_s = silence_s
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport
        self._waiter: asyncio.Future[None] | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._lost: Lost | None = None
        self._full = False  # it takes no more of the request for now
        self._begin()
        self._complete = True  # nothing has been asked yet

    def _begin(self) -> None:
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self._heard = self._loop.time()
        self._size = 0  # of the head, until it is whole
        self._pieces: list[bytes] = []
        self._waiting_size = 0
        self._sent = self._answered = self._complete = self._keeps = self._paused = False

    async def ask(self, request: Iterable[bytes | memoryview]) -> None:
        """Send *request*, and wait for the head of its answer; what is answered midway is not sent to its end.

        Raises ``Lost``.
        """
        self._begin()
        if self._watch is None:
            self._watch = self._loop.call_later(self._silence_s, self._look)
        for portion in request:
            self._transport.write(portion)
            while self._full and not self._answered:
                await self._change()
            if self._answered:
                return
        self._sent = True
        while not self._answered:
            await self._change()

    def __aiter__(self) -> Self:
        """Give the answer's body as it comes."""
        return self

    async def __anext__(self) -> bytes:
        """Wait for what comes next. Raises ``Lost`` where it breaks off."""
        while not self._pieces:
            if self._complete:
                raise StopAsyncIteration
            await self._change()
        chunk = b"".join(self._pieces)
        self._take_more()
        return chunk

    def ended(self) -> bool:
        """Tell whether the whole answer has been given."""
        return self._complete and not self._pieces

    @property
    def reusable(self) -> bool:
        """Whether it can be asked again."""
        return self._sent and self._complete and self._keeps and not self._transport.is_closing()

    def abort(self) -> None:
        """Close it at once."""
        self._transport.abort()

    # -- waiting ------------------------------------------------------------------------------------------------------

    async def _change(self) -> None:
        """Wait until something happens."""
        if self._lost is not None:
            raise self._lost
        self._waiter = self._loop.create_future()
        await self._waiter

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _lose(self, why: str) -> None:
        self._lost = self._lost or Lost(why)
        self._transport.abort()
        self._wake()

    def _look(self) -> None:
        """See whether the server has been silent for too long: a timer now and then costs less than one a chunk."""
        self._watch = None
        silent_s = 0.0 if self._paused else self._loop.time() - self._heard
        if silent_s >= self._silence_s and not self._complete:
            self._lose(f"nothing came for {self._silence_s:.0f} seconds")
        elif not self._complete:
            self._watch = self._loop.call_later(self._silence_s - silent_s, self._look)

    def _take_more(self) -> None:
        self._pieces = []
        self._waiting_size = 0
        if self._paused:
            self._paused, self._heard = False, self._loop.time()
            self._transport.resume_reading()

    # -- what the transport calls -------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's transports are one by their methods alone

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self._heard = self._loop.time()
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._lose(f"its answer is not HTTP ({error})")
            return
        self._size += len(data)
        if not self._answered and self._size > _LONGEST_HEAD:
            self._lose("the head of its answer does not end")
        if self._waiting_size > _MOST_AHEAD and not self._paused and not self._complete:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        """End an answer that says nothing of its length."""
        if self._answered and not {"content-length", "transfer-encoding"}.intersection(dict(self.headers)):
            self._complete = True

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        self._lost = self._lost or Lost(str(exc or "it closed the connection"))
        if self._watch is not None:
            self._watch.cancel()
        self._wake()

    def pause_writing(self) -> None:
        """Send no more."""
        self._full = True

    def resume_writing(self) -> None:
        """Send on: what it takes is no silence."""
        self._full = False
        self._heard = self._loop.time()
        self._wake()

    # -- what the parser calls ----------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """Refuse what comes after an answer."""
        if self._complete:
            raise ValueError("nobody asked for this")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a line of the head."""
        self.headers.append((name.decode("latin-1").lower(), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """End the head, or that of an interim answer."""
        self.status = self._parser.get_status_code()
        self._answered = self.status >= _FIRST_ANSWER

    def on_body(self, body: bytes) -> None:
        """Note a piece of the body."""
        self._pieces.append(body)
        self._waiting_size += len(body)

    def on_message_complete(self) -> None:
        """End the answer, or the interim one."""
        if self._answered:
            self._complete, self._keeps = True, self._parser.should_keep_alive()
        else:
            self.headers = []
