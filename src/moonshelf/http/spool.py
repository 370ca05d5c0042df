"""The body of an upload on its way to disk: streamed, hashed while it is written, never held in memory."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from io import FileIO
from pathlib import Path
from time import monotonic

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from moonshelf.errors import FileTooLarge, InvalidPurpose, InvalidRequest, Unavailable
from moonshelf.extraction.inclusion import KINDS, Include
from moonshelf.extraction.sniffing import media_type
from moonshelf.extraction.sniffing.fonts import without_fonts
from moonshelf.http.caller import at_gate, attempt, services
from moonshelf.http.form import Form, open_form
from moonshelf.limits.admission import Arrival
from moonshelf.shelf import filenames
from moonshelf.shelf.files import FILE_EXTRACT, PURPOSES, File
from moonshelf.shelf.uploads import Lease, Spooled, Uploads

_FORM_OVERHEAD = 64 * 1024  # a body is longer than its file by less than this; a sane client's by under 1 KiB
_FLUSH_SIZE = 1024 * 1024
_LONGEST_EXPIRY_S = 2_592_000  # 30 days, as OpenAI's expires_after (wire-spec 6)
_SHORTEST_EXPIRY_S = 3_600


@asynccontextmanager
async def spooled(request: Request, account_id: str) -> AsyncIterator[tuple[Lease, Spooled, str]]:
    """Reserve a place, take in the body, and hand out lease, spooled file and media type.

    Whatever was not made a file when the block ends is given back. Raises ``RequestError``.
    """
    service = services(request)
    length = int(request.headers.get("content-length", 0))
    limit = service.settings.max_file_size
    form, bulk = open_form(request.headers.get("content-type", "")), _bulk(request)
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
                    writer = _Writer(target, limit=limit)
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
class _Writer:
    """Writes and hashes a megabyte at a time, off the event loop; without a buffer, which would copy every byte."""

    target: FileIO
    limit: int
    size: int = 0

    def __post_init__(self) -> None:
        self._hash = hashlib.sha256()
        self._pending: list[bytes] = []
        self._pending_size = 0

    async def write(self, chunk: bytes) -> None:
        """Take *chunk*. Raises ``FileTooLarge``."""
        self.size += len(chunk)
        if self.size > self.limit:
            raise FileTooLarge(limit=self.limit)
        self._pending.append(chunk)
        self._pending_size += len(chunk)
        if self._pending_size >= _FLUSH_SIZE:
            await run_in_threadpool(self._flush)

    def digest(self) -> str:
        """Return the sha256 of all that was written; call it when the body has ended."""
        return self._hash.hexdigest()

    async def end(self) -> None:
        """Write what is pending."""
        await run_in_threadpool(self._flush)

    def _flush(self) -> None:
        pending, self._pending, self._pending_size = self._pending, [], 0
        try:
            for chunk in pending:
                self._hash.update(chunk)
                _write(self.target, chunk)
        except OSError as error:
            raise Unavailable("Space for the upload") from error


def _write(target: FileIO, chunk: bytes) -> None:
    """Write all of *chunk*; a file without a buffer may take less of it at a time."""
    written = target.write(chunk)
    while written < len(chunk):
        written += target.write(chunk[written:])


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


async def _receive(request: Request, form: Form, writer: _Writer, heartbeat: _Heartbeat, arrival: Arrival) -> None:
    admission = services(request).admission
    try:
        async for chunk in request.stream():
            admission.came(arrival, len(chunk))
            for piece in form.feed(chunk):
                await writer.write(piece)
            _check_purpose(form)
            await heartbeat.beat()
    except ClientDisconnect:
        raise InvalidRequest("Invalid request: the connection ended before the body did") from None
    await writer.end()
    if not form.ended:
        raise InvalidRequest("Invalid request: the multipart body ends before its last boundary")
    if form.filename is None:
        raise InvalidRequest("Invalid request: the form has no 'file' part with a file name")


def _check_purpose(form: Form) -> str:
    purpose = form.fields.get("purpose", FILE_EXTRACT)
    if purpose not in PURPOSES:
        raise InvalidPurpose(purpose, accepted=PURPOSES)
    return purpose


def _bulk(request: Request) -> bool:
    priority = request.headers.get("x-moonshelf-priority", "interactive")
    if priority not in {"interactive", "bulk"}:
        raise InvalidRequest(f"Invalid request: X-Moonshelf-Priority is 'interactive' or 'bulk', not {priority[:64]!r}")
    return priority == "bulk"


def _spooled(form: Form, path: Path, writer: _Writer, default: str, *, bulk: bool) -> Spooled:
    return Spooled(
        path=path,
        size=writer.size,
        sha256=writer.digest(),
        filename=filenames.clean(form.fields.get("filename") or form.filename or ""),
        purpose=_check_purpose(form),
        expires_in=_expiry(form),
        include=_include(form, default),
        bulk=bulk,
    )


def _include(form: Form, default: str) -> str:
    raw = form.fields.get("include", default)
    try:
        return str(Include.of(raw))
    except ValueError as error:
        raise InvalidRequest(
            f"Invalid request: include is {' or '.join(KINDS)}, or both with a comma, not {str(error)[:64]!r}"
        ) from None


def _expiry(form: Form) -> int | None:
    raw = form.fields.get("expires_after[seconds]")
    if raw is None:
        return None
    if form.fields.get("expires_after[anchor]", "created_at") != "created_at":
        raise InvalidRequest("Invalid request: the only anchor of expires_after is created_at")
    if not raw.isascii() or not raw.isdigit() or not _SHORTEST_EXPIRY_S <= int(raw[:9]) <= _LONGEST_EXPIRY_S:
        raise InvalidRequest(
            f"Invalid request: expires_after.seconds is from {_SHORTEST_EXPIRY_S} to {_LONGEST_EXPIRY_S}"
        )
    return int(raw)


def _sniff(path: Path, filename: str) -> tuple[str, bool]:
    with path.open("rb") as source:
        found = media_type(source, filename)
        return found, found == "application/pdf" and without_fonts(source)
