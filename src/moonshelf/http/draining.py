"""Refused uploads: answered at once, then read to their end, or some clients never see the answer (wire.md 7)."""

import asyncio
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_MOST = 256 * 2**20
_SECONDS = 30.0
_SILENCE_S = 1.0  # curl stops sending as soon as it sees the error, and waits for the end of the answer


class Draining:
    """Keep reading a body that the app did not want, up to 256 MiB or 30 seconds, before the answer ends.

    Node's client reports only a connection error where the server closes on a body it is still sending. So the
    answer goes out at once, but ends (it has no length of its own) only when the body has.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, and end the answer late where it left a body unread."""
        headers = dict(scope["headers"]) if scope["type"] == "http" else {}
        if headers.get(b"content-length", b"0") == b"0" and b"transfer-encoding" not in headers:
            await self._app(scope, receive, send)
            return
        body = _Body(receive, awaited=b"expect" in headers)

        async def held(message: Message) -> None:
            if message["type"] == "http.response.start" and body.coming:
                del MutableHeaders(scope=message)["content-length"]
            ends = message["type"] == "http.response.body" and not message.get("more_body", False)
            if not ends or not body.coming:
                await send(message)
                return
            await send({**message, "more_body": True})
            await _drain(body)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self._app(scope, body.receive, held)


@dataclass
class _Body:
    """A request's body; a client that sent ``Expect: 100-continue`` sends none of it before somebody reads."""

    source: Receive
    awaited: bool
    ended: bool = False

    @property
    def coming(self) -> bool:
        return not self.ended and not self.awaited

    async def receive(self) -> Message:
        self.awaited = False
        message = await self.source()
        self.ended = message["type"] != "http.request" or not message.get("more_body", False)
        return message


async def _drain(body: _Body) -> None:
    left, deadline = _MOST, asyncio.get_running_loop().time() + _SECONDS
    try:
        while left > 0 and body.coming and asyncio.get_running_loop().time() < deadline:
            async with asyncio.timeout(_SILENCE_S):
                left -= len((await body.receive()).get("body", b""))
    except TimeoutError:
        return
