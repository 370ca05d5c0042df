"""Chat completions: bytes through as they come (wire-spec 4)."""

import asyncio
from typing import TYPE_CHECKING, Final

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from moonshelf.errors import InvalidRequest, Unavailable
from moonshelf.http.caller import account, services

if TYPE_CHECKING:
    from moonshelf.chat import Chat

_log = structlog.get_logger()

_LARGEST_BODY: Final = 100 * 2**20
"""Wire-spec 2.5: what Kimi accepts."""


async def completions(request: Request) -> Response:
    """POST /v1/chat/completions, streamed or not."""
    account_id = await account(request)
    body = await read(request)
    return _Relay(services(request).chat, body, request, account_id)


async def read(request: Request) -> bytes:
    """Read a JSON body of at most what Kimi accepts; raises ``InvalidRequest`` for more."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > _LARGEST_BODY:
            raise InvalidRequest("Invalid request: the request body is larger than 100 MB; send smaller images")
        chunks.append(chunk)
    return b"".join(chunks)


class _Relay(Response):
    """An answer that is asked for, passed on and, if the caller leaves at whatever moment, cancelled.

    Starlette's streams notice that the caller left when they next send something; a model that is thinking sends
    nothing for minutes.
    """

    def __init__(self, chat: "Chat", body: bytes, request: Request, account_id: str) -> None:
        self._chat = chat
        self._body = body
        self._asked_with = request.headers
        self._account = account_id
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Relay until the answer ends or the caller leaves, whichever is first."""
        del scope
        relaying = asyncio.ensure_future(self._relay(send))
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await asyncio.wait({relaying, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not relaying.done():
                _log.info("chat.cancelled", account=self._account)
        finally:
            leaving.cancel()
            relaying.cancel()
            await asyncio.wait({relaying, leaving})
        if not relaying.cancelled():
            relaying.result()

    async def _relay(self, send: Send) -> None:
        started = False
        try:
            async with self._chat.complete(self._body, self._asked_with, account=self._account) as answer:
                headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
                headers.append((b"x-accel-buffering", b"no"))  # nginx would hold back a stream
                started = True
                await send({"type": "http.response.start", "status": answer.status, "headers": headers})
                async for chunk in answer.chunks:
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
        except Unavailable as error:
            if not started:
                raise
            # The response stays without its end, so that the caller sees a broken one and not a short one.
            _log.warning("chat.broken", account=self._account, why=str(error.__cause__ or error))


async def _left(receive: Receive) -> None:
    """Wait until the caller is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
