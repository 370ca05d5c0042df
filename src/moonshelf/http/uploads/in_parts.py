"""The Uploads API: four routes for a file that comes in parts, in OpenAI's words as Kimi has none (wire.md 6)."""

from dataclasses import replace
from typing import Annotated, Final, NotRequired, TypedDict

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from moonshelf.errors.requests import BeingCompleted, EmptyFile, FileTooLarge
from moonshelf.http.bodies import decoded, read
from moonshelf.http.caller import account, at_gate, services
from moonshelf.http.files import FileObject, Kept, file_object, soon_read
from moonshelf.http.uploads import fields
from moonshelf.http.uploads.joining import joined, take_part
from moonshelf.http.uploads.spool import kept
from moonshelf.shelf import filenames
from moonshelf.shelf.files import FILE_EXTRACT, File
from moonshelf.shelf.multipart import COMPLETED, PENDING, Announced, MultipartUpload, NotPending
from moonshelf.shelf.uploads import LeaseLost

_LARGEST_BODY: Final = 2**20  # the ids of all the parts that there may be take 30 KB


class UploadObject(Kept):
    """As OpenAI has it, in that order (wire.md 6)."""

    expires_at: int
    file: NotRequired[FileObject]


class PartObject(TypedDict):
    """As OpenAI has it, in that order (wire.md 6)."""

    id: str
    object: str
    created_at: int
    upload_id: str


class _Expiry(msgspec.Struct):
    seconds: int
    anchor: str = "created_at"


class _Creation(msgspec.Struct):
    """What an upload is created with; ``mime_type`` is not looked at, for the type is told from the bytes."""

    filename: str
    bytes: Annotated[int, msgspec.Meta(ge=0)]
    purpose: str = FILE_EXTRACT
    expires_after: _Expiry | None = None
    include: str | None = None  # ours, as of POST /v1/files


class _Completion(msgspec.Struct):
    part_ids: list[str]
    md5: str | None = None


async def create(request: Request) -> JSONResponse:
    """POST /v1/uploads: reserves the place of a file for an hour."""
    account_id = await account(request, "write")
    asked = decoded(await read(request, most=_LARGEST_BODY), _Creation)
    announced = _announced(asked, services(request).settings.include)
    _check_size(asked.bytes, limit=int(services(request).settings.max_file_size))
    multipart = services(request).shelf.multipart
    upload = await run_in_threadpool(multipart.create, account_id, announced)
    if await request.is_disconnected():  # nobody will ever know its id, and yet it would hold a place for an hour
        await run_in_threadpool(multipart.cancel, account_id, upload.id)
    return JSONResponse(upload_object(upload))


async def add_part(request: Request) -> JSONResponse:
    """POST /v1/uploads/{upload_id}/parts, multipart with ``data``; in any order, and several at once."""
    account_id = await account(request, "write")
    part, repeated = await take_part(request, account_id, request.path_params["upload_id"])
    if repeated:  # the first attempt was paid for
        await at_gate(request, services(request).gate.refund)
    return JSONResponse(
        PartObject(id=part.id, object="upload.part", created_at=part.created_at, upload_id=part.upload_id)
    )


async def complete(request: Request) -> JSONResponse:
    """POST /v1/uploads/{upload_id}/complete: makes a file of the parts; again, as a client may, it is the same file."""
    account_id = await account(request, "write")
    asked = decoded(await read(request, most=_LARGEST_BODY), _Completion)
    shelf = services(request).shelf
    upload = await run_in_threadpool(shelf.multipart.find, account_id, request.path_params["upload_id"])
    try:
        file = await _made(request, upload, asked)
        shelf.sweeper.sweep_soon()
    except NotPending as ended:
        if ended.file_id is None:
            raise
        file = await run_in_threadpool(shelf.files.get, account_id, ended.file_id)
    file = await soon_read(request, account_id, file)
    return JSONResponse(upload_object(replace(upload, status=COMPLETED), file))


async def _made(request: Request, upload: MultipartUpload, asked: _Completion) -> File:
    """Make the file. Raises ``BeingCompleted`` or ``NotPending`` where another request was faster."""
    try:
        async with joined(request, upload, asked.part_ids, asked.md5) as (lease, spooled):
            return await kept(request, lease, spooled)
    except LeaseLost:
        multipart = services(request).shelf.multipart
        left = await run_in_threadpool(multipart.find, upload.account_id, upload.id)
        raise (BeingCompleted(upload.id) if left.status == PENDING else NotPending(left)) from None


async def cancel(request: Request) -> JSONResponse:
    """POST /v1/uploads/{upload_id}/cancel: gives its place back, and lets go of its parts."""
    account_id = await account(request, "write")
    service = services(request)
    upload = await run_in_threadpool(service.shelf.multipart.cancel, account_id, request.path_params["upload_id"])
    service.shelf.sweeper.sweep_soon()
    return JSONResponse(upload_object(upload))


def upload_object(upload: MultipartUpload, file: File | None = None) -> UploadObject:
    """Shape an upload as OpenAI does, with the file that it became."""
    shaped = UploadObject(
        id=upload.id,
        object="upload",
        bytes=upload.announced.bytes,
        created_at=upload.created_at,
        filename=upload.announced.filename,
        purpose=upload.announced.purpose,
        status=upload.status,
        expires_at=upload.expires_at,
    )
    if file is not None:
        shaped["file"] = file_object(file)
    return shaped


def _announced(asked: _Creation, default: str) -> Announced:
    """Hold what is said to the rules of forms. Raises ``InvalidRequest``."""
    said = {"purpose": asked.purpose}
    if asked.include is not None:
        said["include"] = asked.include
    if asked.expires_after is not None:
        said["expires_after[anchor]"] = asked.expires_after.anchor
        said["expires_after[seconds]"] = str(asked.expires_after.seconds)
    return Announced(
        filename=filenames.clean(asked.filename),
        purpose=fields.purpose(said),
        bytes=asked.bytes,
        include=fields.include(said, default),
        expires_in=fields.expiry(said),
    )


def _check_size(size: int, *, limit: int) -> None:
    """Raise ``EmptyFile`` or ``FileTooLarge``, of what is announced."""
    if not 0 < size <= limit:
        refusal = FileTooLarge(limit=limit) if size else EmptyFile()
        refusal.param = "bytes"
        raise refusal
