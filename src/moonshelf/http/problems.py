"""How each error looks on the wire: the only module that knows status codes (wire.md 2.7 and 3)."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import TypedDict

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from moonshelf.errors import (
    ExtractionError,
    InvalidKey,
    InvalidRequest,
    MoonshelfError,
    NotAllowed,
    NotFound,
    Unavailable,
)
from moonshelf.errors.limits import Overloaded, QuotaExceeded, RateLimited
from moonshelf.errors.requests import BeingCompleted, BodyTimeout, MissingKey, NotReady

STATUS: Mapping[type[MoonshelfError], tuple[int, str]] = {  # found by walking the error's __mro__
    InvalidRequest: (400, "invalid_request_error"),  # too large, unreadable: Kimi says 400 to all of them
    QuotaExceeded: (400, "invalid_request_error"),
    ExtractionError: (400, "invalid_request_error"),
    MissingKey: (401, "invalid_authentication_error"),
    InvalidKey: (401, "incorrect_api_key_error"),
    NotAllowed: (403, "permission_denied_error"),
    NotFound: (404, "resource_not_found_error"),
    NotReady: (409, "conflict_error"),
    BeingCompleted: (409, "conflict_error"),
    BodyTimeout: (408, "invalid_request_error"),
    RateLimited: (429, "rate_limit_reached_error"),
    Overloaded: (429, "engine_overloaded_error"),
    Unavailable: (503, "server_unavailable"),
}
_LONGEST_PATH = 200  # characters of it that are repeated
_RETRY_AFTER_S = {BodyTimeout: 1.0, NotReady: 2.0, BeingCompleted: 1.0, Unavailable: 1.0}
CODE = "moonshelf.code"
"""Where the scope of a request that was refused has the error's code."""
_log = structlog.get_logger()


class ErrorObject(TypedDict):
    """What went wrong, as the member ``error`` of an answer (wire.md 2.7)."""

    message: str
    type: str
    param: str | None
    code: str | None
    request_id: str


def problem(request: Request, error: MoonshelfError) -> JSONResponse:
    """Answer with what happened and what to do; say also whether a retry can help, which OpenAI's clients obey."""
    family = _family(error)
    status, kind = STATUS[family]
    refused(request, error)
    if isinstance(error, Unavailable) and error.__cause__ is not None:  # which callers are not told: it names hosts
        _log.warning("request.unavailable", reason=str(error.__cause__))
    message = f"text extract error: {error}" if isinstance(error, ExtractionError) else str(error)
    headers = {"x-should-retry": "true" if error.retryable else "false"}
    if (seconds := _wait_s(error, family)) is not None:
        headers |= {"retry-after": str(math.ceil(seconds)), "retry-after-ms": str(math.ceil(seconds * 1000))}
    told = ErrorObject(message=message, type=kind, param=error.param, code=error.code, request_id=request_id(request))
    return _answer(status, told, headers)


def _wait_s(error: MoonshelfError, family: type[MoonshelfError]) -> float | None:
    """Seconds after which a retry can help; None where it never can."""
    if isinstance(error, RateLimited | Overloaded):
        return error.wait_s if math.isfinite(error.wait_s) else None
    return _RETRY_AFTER_S[family] if error.retryable else None


def refused(request: Request, error: MoonshelfError) -> None:
    """Have the line that the log gets of this request say why it was refused."""
    request.scope[CODE] = error.code


def status(error: MoonshelfError) -> int:
    """Return the status code of an error that is told some other way."""
    return STATUS[_family(error)][0]


def _family(error: MoonshelfError) -> type[MoonshelfError]:
    return next(one for one in type(error).__mro__ if one in STATUS)


def unrouted(request: Request, error: Exception) -> JSONResponse:
    """Answer unknown routes and methods in JSON too."""
    if not isinstance(error, HTTPException):  # Starlette's registry is typed for any exception
        raise error
    headers = {"x-should-retry": "false"}
    path, kind = request.url.path[:_LONGEST_PATH], "resource_not_found_error"
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["allow"] = ", ".join(_methods(request))
        message = f"{path} knows no {request.method}, only {headers['allow']}."
    elif error.status_code == HTTPStatus.NOT_FOUND:
        message = f"There is nothing at {request.method} {path}; the API starts at /v1 (docs/api.md)."
    else:
        message, kind = f"Invalid request: {error.detail}", "invalid_request_error"
    return _answer(error.status_code, _unnamed(request, kind, message), headers)


def _methods(request: Request) -> list[str]:
    """Return what may be asked of this path; each of our routes has one method, so Starlette tells the first alone."""
    routes = (one for one in request.app.routes if isinstance(one, Route) and one.path_regex.match(request.url.path))
    return sorted({method for one in routes for method in one.methods or ()})


def foreseen(request: Request, error: Exception) -> JSONResponse:
    """Answer any error of our own tree."""
    if not isinstance(error, MoonshelfError):  # Starlette's registry is typed for any exception
        raise error
    return problem(request, error)


def bug(request: Request, error: Exception) -> JSONResponse:
    """Answer what nobody foresaw: the caller gets the request's id, the log gets the traceback."""
    _log.error("request.failed", exc_info=error)
    message = "Something went wrong on the server; its log tells more under this request's id."
    return _answer(500, _unnamed(request, "server_error", message), {"x-should-retry": "false"})


def request_id(request: Request) -> str:
    """Return the id that the edge gave this request."""
    return str(request.scope["moonshelf.request_id"])


def _unnamed(request: Request, kind: str, message: str) -> ErrorObject:
    """Tell of what is no error of our tree: it has no code."""
    return ErrorObject(message=message, type=kind, param=None, code=None, request_id=request_id(request))


def _answer(status: int, error: ErrorObject, headers: Mapping[str, str]) -> JSONResponse:
    return JSONResponse({"error": error}, status_code=status, headers=dict(headers))
