"""Who is calling: the account behind the bearer key of a request, and whether its limits let it in."""

from collections.abc import Callable
from contextlib import ExitStack, suppress

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from structlog.contextvars import bind_contextvars

from moonshelf.errors import NotAllowed, Unavailable
from moonshelf.errors.requests import MissingKey
from moonshelf.http.numbers import whole
from moonshelf.limits.gate import Caller, Gate, Visit
from moonshelf.people.keys import Scope
from moonshelf.shelf.uploads import Attempt
from moonshelf.wiring import Services

_VISIT = "moonshelf.visit"
_CALLER = "moonshelf.caller"
_HELD = "moonshelf.held"


def services(request: Request) -> Services:
    """Return what ``wiring`` built for this server."""
    found: Services = request.app.services
    return found


async def account(request: Request, scope: Scope | None = None) -> str:
    """Let the caller in and return the id of its account; its key must have *scope*.

    Raises ``InvalidKey``, ``NotAllowed`` or ``RateLimited``.
    """
    caller = request.scope[_CALLER] = await known(request)
    bind_contextvars(account=caller.account_id, key=caller.key_id)  # for each line that the log has of this request
    if scope is not None and scope not in caller.scopes:
        raise NotAllowed(f"This key does not have the scope {scope!r}; use or make a key that has it")
    await enter(request, caller)
    return caller.account_id


async def enter(request: Request, caller: Caller) -> None:
    """Count a request of *caller*, and hold it to its limits. Raises ``RateLimited``."""
    service = services(request)
    service.people.usage.count(caller.account_id, "requests")
    if service.gate.limits(caller):
        request.scope[_VISIT] = Visit(caller)
        await at_gate(request, service.gate.enter)


def visit(request: Request) -> Visit | None:
    """Return what was taken for this request; None where nothing limits its caller."""
    found: Visit | None = request.scope.get(_VISIT)
    return found


def attempt(request: Request) -> Attempt | None:
    """Return which attempt of its upload this request is; None before its caller is known."""
    caller: Caller | None = request.scope.get(_CALLER)
    if caller is None:
        return None
    number = whole(request.headers.get("x-stainless-retry-count", ""), 0)
    return Attempt(caller.key_id, number, int(request.headers.get("content-length", 0)))


def held(request: Request) -> ExitStack:
    """Return what is let go of when the request is over, however it ends."""
    stack: ExitStack = request.scope.setdefault(_HELD, ExitStack())
    return stack


async def at_gate(request: Request, act: Callable[..., None], **amounts: int) -> None:
    """Have the gate *act* on this request, if anything limits its caller; on a thread where that takes time."""
    if (found := visit(request)) is None:
        return
    gate: Gate = services(request).gate
    if gate.remote:
        await run_in_threadpool(act, found, **amounts)
    else:
        act(found, **amounts)


async def leave(request: Request) -> None:
    """Give back the places that are held for this request; again is no error."""
    if (found := visit(request)) is not None and found.slots:
        with suppress(Unavailable):  # then they are given back when nobody renews them
            await at_gate(request, services(request).gate.leave)


async def known(request: Request) -> Caller:
    """Return whose key a request has, and count nothing. Raises ``InvalidKey``."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    value = value.strip()
    if scheme.lower() != "bearer" or not value:
        raise MissingKey
    service = services(request)
    caller = service.people.keys.trusted(value)
    if caller is None:
        caller = await run_in_threadpool(service.people.keys.authenticate, value)
    return caller
