"""What each answer says of the caller's limits, and the end of what a request held."""

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moonshelf.http.caller import held, leave, visit
from moonshelf.limits.gate import REQUESTS, TOKENS, Visit


class Limiting:
    """Add the headers of limits to each answer, and give a request's places back when it is over, however it ends.

    The headers of requests and tokens are OpenAI's, ``x-ratelimit-limit`` and its two sisters Kimi's (wire.md 1).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and (found := visit(request)) is not None:
                _tell(MutableHeaders(scope=message), found)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                await leave(request)  # before the caller, who may ask again at once, knows that this is the end
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            held(request).close()
            await leave(request)


def _tell(headers: MutableHeaders, found: Visit) -> None:
    nearest = found.nearest()
    for kind in (REQUESTS, TOKENS):
        if kind in nearest:
            rate, standing = nearest[kind]
            headers[f"x-ratelimit-limit-{kind}"] = str(rate.amount)
            headers[f"x-ratelimit-remaining-{kind}"] = str(standing.remaining)
            headers[f"x-ratelimit-reset-{kind}"] = f"{standing.reset_s:.3f}s"
    if REQUESTS in nearest:
        rate, standing = nearest[REQUESTS]
        headers["x-ratelimit-limit"] = str(rate.amount)
        headers["x-ratelimit-remaining"] = str(standing.remaining)
        headers["x-ratelimit-reset"] = f"{standing.reset_s:.3f}"
