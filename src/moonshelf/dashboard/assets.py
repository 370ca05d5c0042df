"""Static files, under addresses that change with their bytes, so that browsers may keep them for ever."""

import hashlib
from functools import cache
from importlib import resources

from starlette.requests import Request
from starlette.responses import Response

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_YEAR_S = 31_536_000


@cache
def _found() -> dict[str, tuple[bytes, str]]:
    """Read them all, once: there are few, and no name from outside ever becomes a path."""
    folder = resources.files("moonshelf.dashboard") / "static"
    found = {}
    for one in folder.iterdir():
        suffix = one.name[one.name.rfind(".") :]
        if suffix in _TYPES:
            found[one.name] = one.read_bytes(), _TYPES[suffix]
    return found


def address(name: str) -> str:
    """Return where *name* is served."""
    digest = hashlib.sha256(_found()[name][0]).hexdigest()[:12]
    return f"/dashboard/static/{digest}/{name}"


async def serve(request: Request) -> Response:
    """GET /dashboard/static/{digest}/{name}."""
    known = _found().get(request.path_params["name"])
    if known is None:
        return Response("There is no such file.", 404)
    return Response(known[0], media_type=known[1], headers={"cache-control": f"public, max-age={_YEAR_S}, immutable"})
