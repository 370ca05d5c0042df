"""The body of an upload on its way to disk: let in, streamed, never held in memory, and made a file."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import monotonic

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from moonshelf.errors import FileTooLarge, InvalidRequest, Unavailable
from moonshelf.extraction.sniffing import media_type
from moonshelf.extraction.sniffing.fonts import without_fonts
from moonshelf.http.caller import at_gate, attempt, services
from moonshelf.http.uploads import fields
from moonshelf.http.uploads.form import Form, open_form
from moonshelf.http.uploads.writing import Writer
from moonshelf.limits.admission import Arrival
from moonshelf.shelf import filenames
from moonshelf.shelf.files import File
from moonshelf.shelf.uploads import Lease, Spooled, Uploads

_FORM_OVERHEAD = 64 * 1024  # a body is longer than its file by less than this; a sane client's by under 1 KiB


@asynccontextmanager
async def spooled(request: Request, account_id: str) -> AsyncIterator[tuple[Lease, Spooled, str]]:
    """Reserve a place, take in the body, and hand out lease, spooled file and media type.

    Whatever was not made a file when the block ends is given back. Raises ``RequestError``.
    """
    service = services(request)
    length = int(request.headers.get("content-length", 0))
    limit = service.settings.max_file_size
    form, bulk = open_form(request.headers.get("content-type", "")), fields.bulk(request)
    if length > limit + _FORM_OVERHEAD:
        raise FileTooLarge(limit=limit)
    # What is reserved is never more than the file can be, so that an upload which just fits is not refused.
    known = max(0, length - _FORM_OVERHEAD)
    with service.admission.upload(account_id, size=length or limit) as arrival:
        async with AsyncExitStack() as charged:
            await charged.enter_async_context(_charged(request, arrival, length))
            lease = await run_in_threadpool(service.shelf.uploads.begin, account_id, size=known)
            path = service.ports.spool / lease.blob
            try:
                with path.open("wb", buffering=0) as target:
                    writer = Writer(target, limit=limit)
                    await _receive(request, form, writer, _Heartbeat(service.shelf.uploads, lease), arrival)
                await charged.aclose()  # before a file is made of it
                arrived = _spooled(form, path, writer, service.settings.include, bulk=bulk)
                media_type, pictured = await run_in_threadpool(_sniff, path, arrived.filename)
                yield lease, replace(arrived, attempt=attempt(request), pictured=pictured), media_type
            finally:
                path.unlink(missing_ok=True)
                with suppress(Unavailable):  # then the lease runs out, and the sweeper does this
                    await run_in_threadpool(service.shelf.uploads.abandon, lease)


async def kept(request: Request, lease: Lease, arrived: Spooled, media_type: str) -> File:
    """Make a file of what has arrived, inside the block of ``spooled``. Raises ``RequestError`` or ``Unavailable``."""
    service, account_id = services(request), lease.account_id
    measures = await service.media.measure(account_id, arrived, media_type)
    keep = partial(service.shelf.files.add, lease, arrived, media_type=media_type, measures=measures)
    return await service.transfers.keep(account_id, keep, size=arrived.size)


@asynccontextmanager
async def _charged(request: Request, arrival: Arrival, length: int) -> AsyncIterator[None]:
    """Charge the bytes that are announced, and in the end those that came instead, whatever becomes of them.

    Of a body that announces none one byte is charged at first: whoever has used up all there is has to wait.
    """
    gate, most = services(request).gate, arrival.left
    await at_gate(request, gate.charge, upload_bytes=length or 1)
    try:
        yield
    finally:
        await at_gate(request, gate.settle, upload_bytes=most - arrival.left)


@dataclass
class _Heartbeat:
    """Renews the lease of a body that takes long to arrive."""

    uploads: Uploads
    lease: Lease
    last: float = field(default_factory=monotonic)

    async def beat(self) -> None:
        if monotonic() - self.last > self.uploads.lease_s / 4:
            self.last = monotonic()
            await run_in_threadpool(self.uploads.renew, self.lease)


async def _receive(request: Request, form: Form, writer: Writer, heartbeat: _Heartbeat, arrival: Arrival) -> None:
    admission = services(request).admission
    try:
        async for chunk in request.stream():
            admission.came(arrival, len(chunk))
            for piece in form.feed(chunk):
                await writer.write(piece)
            fields.purpose(form)  # refused as soon as it is there, and not when all has come
            await heartbeat.beat()
    except ClientDisconnect:
        raise InvalidRequest("Invalid request: the connection ended before the body did") from None
    await writer.end()
    if not form.ended:
        raise InvalidRequest("Invalid request: the multipart body ends before its last boundary")
    if form.filename is None:
        raise InvalidRequest("Invalid request: the form has no 'file' part with a file name")


def _spooled(form: Form, path: Path, writer: Writer, default: str, *, bulk: bool) -> Spooled:
    return Spooled(
        path=path,
        size=writer.size,
        sha256=writer.digest(),
        filename=filenames.clean(form.fields.get("filename") or form.filename or ""),
        purpose=fields.purpose(form),
        expires_in=fields.expiry(form),
        include=fields.include(form, default),
        bulk=bulk,
    )


def _sniff(path: Path, filename: str) -> tuple[str, bool]:
    with path.open("rb") as source:
        found = media_type(source, filename)
        return found, found == "application/pdf" and without_fonts(source)
