"""Who is calling: the account behind the bearer key of a request."""

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from moonshelf.errors import MissingKey

if TYPE_CHECKING:
    from moonshelf.wiring import Services


def services(request: Request) -> "Services":
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
    return accounts.trusted(value) or await run_in_threadpool(accounts.authenticate, value)
