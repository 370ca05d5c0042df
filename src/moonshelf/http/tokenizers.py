"""How many tokens a request would cost (wire-spec 5)."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from moonshelf.http.caller import account, services
from moonshelf.http.chat import read


async def estimate(request: Request) -> JSONResponse:
    """POST /v1/tokenizers/estimate-token-count with a chat request's ``model`` and ``messages``."""
    await account(request)
    body = await read(request)
    total = await run_in_threadpool(services(request).chat.count, body)
    return JSONResponse({"data": {"total_tokens": total}})
