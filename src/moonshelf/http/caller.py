"""Who is calling: the account behind the bearer key of a request."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from moonshelf.errors import MissingKey
from moonshelf.wiring import Services


def services(request: Request) -> Services:
    """Return what ``wiring`` built for this server."""
    found: Services = request.app.state.services
    return found


async def account(request: Request) -> str:
    """Return the id of the calling account. Raises ``MissingKey`` or ``InvalidKey``."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    value = value.strip()
    if scheme.lower() != "bearer" or not value:
        raise MissingKey
    accounts = services(request).accounts
    trusted = accounts.trusted(value)
    return trusted if trusted is not None else await run_in_threadpool(accounts.authenticate, value)
