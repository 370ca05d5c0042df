"""The Files API: five routes in Kimi's default dialect (wire.md 2)."""

import json
import math
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import NotRequired, TypedDict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from moonshelf.errors import InvalidRequest, Unavailable
from moonshelf.errors.requests import NotReady
from moonshelf.http.caller import account, at_gate, attempt, services
from moonshelf.http.numbers import whole
from moonshelf.http.slow_clients import while_there
from moonshelf.http.uploads.spool import kept, spooled
from moonshelf.shelf.content_json import ContentJson
from moonshelf.shelf.contents import Contents
from moonshelf.shelf.files import CREATED, File, Listing

_TEXT = "text/plain; charset=utf-8"
_LONGEST_LIST = 10_000  # OpenAI's (wire.md 6); without a limit Kimi sends the complete list


class Kept(TypedDict):
    """What a file and an upload are both told by, in that order (wire.md 2.1 and 6)."""

    id: str
    object: str
    bytes: int
    created_at: int
    filename: str
    purpose: str
    status: str


class FileObject(Kept):
    """As wire.md 2.1 has it, in that order; what follows ``status_details`` is ours."""

    status_details: str
    expires_at: NotRequired[int]
    include: NotRequired[str]
    media: NotRequired[Mapping[str, float | str]]
    pages_done: NotRequired[int]
    pages_total: NotRequired[int | None]
    queue_position: NotRequired[int]
    eta_seconds: NotRequired[int | None]


async def upload(request: Request) -> JSONResponse:
    """POST /v1/files, multipart with ``file`` and ``purpose`` in any order (wire.md 2.1)."""
    service, made, blob = services(request), False, None
    try:
        account_id = await account(request, "write")
        async with spooled(request, account_id) as (lease, arrived):
            blob = lease.blob
            file = await kept(request, lease, arrived)
        made = True
    finally:
        if not made and (sent := attempt(request)) is not None:
            with suppress(Unavailable):  # the caller is to hear why it was refused
                await run_in_threadpool(service.shelf.files.repeats.refused, sent, blob=blob)
    if file.blob != lease.blob:  # repeated: the first attempt was paid for
        await at_gate(request, service.gate.refund)
    try:
        return JSONResponse(file_object(await soon_read(request, account_id, file)))
    finally:
        if await request.is_disconnected():
            with suppress(Unavailable):
                await run_in_threadpool(service.shelf.files.repeats.missed, file.id)


async def index(request: Request) -> JSONResponse:
    """GET /v1/files, newest first, with OpenAI's ``after``, ``limit``, ``order`` and ``purpose`` (wire.md 6)."""
    account_id = await account(request, "read")
    query = request.query_params
    order = query.get("order", "desc")
    if order not in {"asc", "desc"}:
        raise InvalidRequest(f"Invalid request: order is 'asc' or 'desc', not {order[:64]!r}")
    purpose = query.get("purpose") or None
    found = await run_in_threadpool(
        services(request).shelf.files.list,
        account_id,
        purpose=purpose,
        after=query.get("after") or None,
        limit=_limit(query.get("limit")),
        newest_first=order == "desc",
    )
    return JSONResponse(list_object(found))


async def retrieve(request: Request) -> JSONResponse:
    """GET /v1/files/{id}."""
    account_id = await account(request, "read")
    file = await run_in_threadpool(services(request).shelf.files.get, account_id, request.path_params["file_id"])
    return JSONResponse(file_object(file))


async def delete(request: Request) -> JSONResponse:
    """DELETE /v1/files/{id}, in the key order of wire.md 2.2."""
    account_id = await account(request, "write")
    file_id = request.path_params["file_id"]
    await run_in_threadpool(services(request).shelf.files.delete, account_id, file_id)
    return JSONResponse({"deleted": True, "id": file_id, "object": "file"})


async def content(request: Request) -> Response:
    """GET /v1/files/{id}/content: waits for the text, then answers it; or 409, which stock clients retry."""
    account_id = await account(request, "read")
    file_id = request.path_params["file_id"]
    service = services(request)
    if (at_hand := service.shelf.contents.at_hand(account_id, file_id)) is not None:
        return Response(at_hand, media_type=_TEXT)
    try:
        body = await run_in_threadpool(service.shelf.contents.recall, account_id, file_id)
    except NotReady:
        waiting = _settled(request, account_id, file_id, timeout_s=service.settings.content_wait_s)
        await while_there(request.receive, waiting)
        body = await run_in_threadpool(service.shelf.contents.recall, account_id, file_id)
    if body is None:
        fetch = partial(_fetched, service.shelf.contents, account_id, file_id)
        return await service.transfers.fetch(account_id, fetch)
    return Response(body, media_type=_TEXT)


def _fetched(contents: Contents, account_id: str, file_id: str) -> Response:
    found = contents.fetch(account_id, file_id)
    if isinstance(found, bytes):
        return Response(found, media_type=_TEXT)
    headers = {"content-length": str(found.size())}
    return StreamingResponse(_made(found), headers=headers, media_type=_TEXT)


async def _made(answer: ContentJson) -> AsyncIterator[bytes]:
    with answer:
        pieces = answer.pieces()
        while (piece := await run_in_threadpool(next, pieces, None)) is not None:
            yield piece


async def soon_read(request: Request, account_id: str, file: File) -> File:
    """Wait a short while for the text of a file that was just made, so that small ones come back ready."""
    if file.status != CREATED:
        return file
    timeout_s = services(request).settings.upload_wait_s
    return await while_there(request.receive, _settled(request, account_id, file.id, timeout_s=timeout_s))


def file_object(file: File) -> FileObject:
    """Shape a file as Kimi does, with its progress while it is being read."""
    shaped = FileObject(
        id=file.id,
        object="file",
        bytes=file.bytes,
        created_at=file.created_at,
        filename=file.filename,
        purpose=file.purpose,
        status=file.status,
        status_details=file.status_details,
    )
    if file.expires_at is not None:
        shaped["expires_at"] = file.expires_at
    if file.include:
        shaped["include"] = file.include
    if file.media is not None:
        shaped["media"] = json.loads(file.media)
    if file.progress is not None:
        shaped["pages_done"] = file.progress.pages_done
        shaped["pages_total"] = file.pages
        shaped["queue_position"] = file.progress.queue_position
        eta_s = file.progress.eta_s
        shaped["eta_seconds"] = None if eta_s is None else math.ceil(eta_s)
    return shaped


def list_object(listing: Listing) -> dict[str, object]:
    """Shape a list with all that the Python SDK's pagination needs to end (wire.md 7)."""
    shaped: Sequence[FileObject] = [file_object(file) for file in listing.files]
    return {
        "object": "list",
        "data": shaped,
        "first_id": shaped[0]["id"] if shaped else None,
        "last_id": shaped[-1]["id"] if shaped else None,
        "has_more": listing.has_more,
    }


def _limit(raw: str | None) -> int:
    if raw is None:
        return _LONGEST_LIST
    if not 1 <= (limit := whole(raw, 0)) <= _LONGEST_LIST:
        raise InvalidRequest(f"Invalid request: limit is a number from 1 to {_LONGEST_LIST}, not {raw[:64]!r}")
    return limit


async def _settled(request: Request, account_id: str, file_id: str, *, timeout_s: float) -> File:
    service = services(request)

    async def look() -> File:
        return await run_in_threadpool(service.shelf.files.find, account_id, file_id)

    file = await service.shelf.bell.settled(file_id, look, timeout_s=timeout_s)
    return await run_in_threadpool(service.shelf.files.get, account_id, file_id) if file.status == CREATED else file
