"""Whether the process is alive, and whether an upload would be read."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from moonshelf.http.caller import services


async def alive(request: Request) -> JSONResponse:
    """GET /healthz: 200 whenever this process answers."""
    del request
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> JSONResponse:
    """GET /readyz: 200 only when an upload would be read; otherwise 503 and what is missing."""
    service = services(request)
    checks = await service.transfers.keep("", service.checks, size=0)  # as for an upload by nobody
    well = all(state == "ok" for state in checks.values())
    return JSONResponse({"status": "ok" if well else "unavailable", **checks}, status_code=200 if well else 503)
