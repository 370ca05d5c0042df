"""An id, a log line and a last resort for each request."""

import time
from http import HTTPStatus

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, unbind_contextvars

from moonshelf import ids
from moonshelf.http.problems import CODE, bug
from moonshelf.http.traffic import Traffic

_log = structlog.get_logger()
_FOUND_OUT = ("account", "key")  # bound where a request is answered, as soon as its caller is known
_QUIET = ("/healthz", "/readyz", "/metrics", "/dashboard/admin/line")  # looked at every few seconds
_PARTS = "/dashboard/static/"  # of pages, which have lines of their own


class Tracing:
    """Give each request an id, in ``x-request-id`` and Kimi's ``Msh-Request-Id``; log and count its end."""

    def __init__(self, app: ASGIApp, *, traffic: Traffic) -> None:
        self._app = app
        self._traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, under an id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope["moonshelf.request_id"] = ids.token()
        named = [(name, request_id.encode()) for name in (b"x-request-id", b"msh-request-id")]
        began, status = time.perf_counter(), 0

        async def traced(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *named]
            await send(message)

        bind_contextvars(request_id=request_id)
        try:
            await self._app(scope, receive, traced)
        except Exception as error:  # noqa: BLE001 - the outermost loop: a bug ends its request, not the server
            response = bug(Request(scope), error)
            if not status:
                await response(scope, receive, traced)
        finally:
            self._note(scope, status, seconds=time.perf_counter() - began)
            unbind_contextvars("request_id", *_FOUND_OUT)

    def _note(self, scope: Scope, status: int, *, seconds: float) -> None:
        self._traffic.note(*_pattern(scope, status), status=status, seconds=seconds)
        if scope["path"] not in _QUIET and not scope["path"].startswith(_PARTS):
            where = {"method": scope["method"], "path": scope["path"]}
            why = {"code": scope[CODE]} if CODE in scope else {}
            _log.info("request.answered", **where, status=status, **why, ms=round(seconds * 1000, 1))


def _pattern(scope: Scope, status: int) -> tuple[str, str]:
    """Return method and route as they are counted: none but our own, or callers could make series without end."""
    if "route" not in scope or status == HTTPStatus.METHOD_NOT_ALLOWED:
        return "other", "other"
    return scope["method"], scope["route"].path
