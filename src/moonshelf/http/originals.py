"""Files as they were uploaded: sent by the server, or by the object store itself."""

from collections.abc import AsyncIterator
from typing import BinaryIO, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from moonshelf.http.caller import account, services

_CHUNK: Final = 2**20
_GOOD_FOR_S: Final = 300.0


async def retrieve(request: Request) -> Response:
    """GET /v1/files/{id}/original: its bytes, or a redirect to where they are for the next five minutes."""
    account_id = await account(request, "read")
    service = services(request)
    file = await run_in_threadpool(service.shelf.files.find, account_id, request.path_params["file_id"])
    if service.settings.download == "redirect":
        address = await run_in_threadpool(service.shelf.files.address, file, for_s=_GOOD_FOR_S)
        if address is not None:  # the start has seen to that
            return RedirectResponse(address, headers={"cache-control": "no-store"})
    source = await service.transfers.fetch(account_id, lambda: service.shelf.files.open(file))
    headers = {
        "content-length": str(file.bytes),
        # Never shown as a page of this site: whoever uploads chooses what it says.
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file.filename, safe='')}",
        "x-content-type-options": "nosniff",
    }
    return StreamingResponse(_chunks(source), headers=headers, media_type="application/octet-stream")


async def _chunks(source: BinaryIO) -> AsyncIterator[bytes]:
    with source:
        while chunk := await run_in_threadpool(source.read, _CHUNK):
            yield chunk
