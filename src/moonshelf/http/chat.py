"""Chat completions: bytes through as they come (wire.md 4)."""

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from moonshelf.errors import Unavailable
from moonshelf.errors.requests import CallerLeft
from moonshelf.http.bodies import read
from moonshelf.http.caller import account, at_gate, held, leave, services, visit
from moonshelf.http.slow_clients import while_there
from moonshelf.models.meter import Meter
from moonshelf.models.upstream import Answer

if TYPE_CHECKING:
    from moonshelf.chat import Chat

_log = structlog.get_logger()

_FIRST_REFUSAL: Final = 400


async def completions(request: Request) -> Response:
    """POST /v1/chat/completions, streamed or not."""
    account_id = await account(request, "chat")
    body = await read(request)
    return await relay(request, body, account_id)


async def relay(request: Request, body: bytes, account_id: str) -> Response:
    """Have *body* answered for an account that was let in, whoever it is that composed it."""
    return _Relay(services(request).chat, body, request, account_id, await _charged(request, body, account_id))


async def _charged(request: Request, body: bytes, account_id: str) -> int | None:
    """Charge what *body* may take, and return the estimate of its prompt; None where tokens are not limited."""
    found, gate = visit(request), services(request).gate
    if found is None or not gate.counts_tokens(found.caller):
        return None
    cost = await services(request).chat.cost(body, account=account_id)
    await at_gate(request, gate.charge, tokens=max(1, cost.prompt + cost.answer))
    return cost.prompt


class _Relay(Response):
    """An answer that is asked for, passed on and, if the caller leaves at whatever moment, cancelled.

    Starlette's streams notice that the caller left when they next send something; a model that is thinking sends
    nothing for minutes.
    """

    def __init__(self, chat: "Chat", body: bytes, request: Request, account_id: str, charged: int | None) -> None:
        """*charged* is the prompt's estimate where tokens are limited: then the answer is metered."""
        self._chat = chat
        self._body = body
        self._request = request
        # What is compressed can't be metered.
        self._asked_with = {
            name: value for name, value in request.headers.items() if charged is None or name != "accept-encoding"
        }
        self._account = account_id
        self._charged = charged
        self._meter: Meter | None = None
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Relay until the answer ends or the caller leaves, whichever is first."""
        del scope
        try:
            await while_there(receive, self._relay(send))
        except CallerLeft:
            _log.info("chat.cancelled", account=self._account)
        finally:
            await self._settle()

    async def _relay(self, send: Send) -> None:
        started = False
        admission = services(self._request).admission

        def hold(size: int) -> None:
            held(self._request).enter_context(admission.body(size=size)).left = 0  # it has come

        try:
            asking = self._chat.complete(self._body, self._asked_with, account=self._account, hold=hold)
            async with asking as answer:
                headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
                headers.append((b"x-accel-buffering", b"no"))  # nginx would hold back a stream
                started = True
                if visit(self._request) is not None and answer.status < _FIRST_REFUSAL:
                    self._meter = Meter()
                await send({"type": "http.response.start", "status": answer.status, "headers": headers})
                await self._pass_on(answer, send)
        except Unavailable as error:
            if not started:
                raise
            # The response stays without its end, so that the caller sees a broken one and not a short one.
            _log.warning("chat.broken", account=self._account, why=str(error.__cause__ or error))

    async def _pass_on(self, answer: Answer, send: Send) -> None:
        """Send what comes as it comes; with the last of it, which may be told, the caller may ask again at once."""
        ended = False
        async for chunk in answer.chunks:
            ended = answer.ended()
            if self._tells_end(chunk) or ended:
                await self._settle()
                await leave(self._request)
            await send({"type": "http.response.body", "body": chunk, "more_body": not ended})
        if not ended:
            await self._settle()
            await send({"type": "http.response.body", "body": b""})

    def _tells_end(self, chunk: bytes) -> bool:
        """Meter *chunk* of the answer, and say whether a stream's own last line is in it."""
        if self._meter is None:
            return False
        self._meter.pass_by(chunk)
        return self._meter.ended()

    async def _settle(self) -> None:
        """Put the charge right: what the answer took as far as it came, nothing where there was none."""
        prompt, self._charged = self._charged, None
        if prompt is not None:
            tokens = self._meter.total(prompt=prompt) if self._meter is not None else 0
            with suppress(Unavailable):  # then the estimate stays charged
                await at_gate(self._request, services(self._request).gate.settle, tokens=tokens)
