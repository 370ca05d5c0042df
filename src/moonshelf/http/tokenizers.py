"""How many tokens a request would cost (wire.md 5)."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from moonshelf.http.bodies import read
from moonshelf.http.caller import account, services


async def estimate(request: Request) -> JSONResponse:
    """POST /v1/tokenizers/estimate-token-count with a chat request's ``model`` and ``messages``."""
    account_id = await account(request, "chat")
    body = await read(request)
    total = await services(request).chat.count(body, account=account_id)
    return JSONResponse({"data": {"total_tokens": total}})
