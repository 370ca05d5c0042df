"""Files that come in parts: each part on its way to the storage, and all of them on their way back to one file."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from moonshelf.errors import InvalidRequest, Unavailable
from moonshelf.errors.requests import PartTooLarge
from moonshelf.http.caller import attempt, services
from moonshelf.http.uploads import fields
from moonshelf.http.uploads.arrival import Bound, Heartbeat, admitted
from moonshelf.http.uploads.form import open_form
from moonshelf.http.uploads.spool import sniff
from moonshelf.http.uploads.writing import SPACE, begin, write_all
from moonshelf.limits.admission import Arrival
from moonshelf.shelf.multipart import PENDING, MultipartUpload, NotPending
from moonshelf.shelf.parts import LARGEST, Arrived, Part, Takeover
from moonshelf.shelf.uploads import Lease, LeaseLost, Spooled
from moonshelf.storage import BlobKey, BlobStore
from moonshelf.wiring import Services

_CHUNK: Final = 2**20


async def take_part(request: Request, account_id: str, upload_id: str) -> tuple[Part, bool]:
    """Take in a part and keep it; tell also whether it was there already. Raises ``RequestError``."""
    service = services(request)
    parts, form = service.shelf.parts, open_form(request.headers.get("content-type", ""), brings="data")
    async with admitted(request, account_id, form, Bound(LARGEST, PartTooLarge(limit=LARGEST))) as arriving:
        part = await run_in_threadpool(parts.expect, account_id, upload_id)
        path = service.ports.spool / part.blob
        heartbeat = Heartbeat(partial(parts.check, part), service.shelf.uploads.lease_s / 4)
        try:
            writer = await arriving.receive(path, heartbeat.beat)
            sent = attempt(request)
            repeated = sent is not None and sent.number > 0
            keep = partial(parts.keep, part, Arrived(path, writer.size, writer.digest(), repeated))
            kept = await service.transfers.keep(account_id, keep, size=writer.size)
            return kept, kept.id != part.id
        finally:
            path.unlink(missing_ok=True)
            with suppress(Unavailable):  # then it goes when its upload ends
                await run_in_threadpool(parts.abandon, part)


@asynccontextmanager
async def joined(
    request: Request, upload: MultipartUpload, part_ids: list[str], md5: str | None
) -> AsyncIterator[tuple[Lease, Spooled]]:
    """Join the parts of *upload*, and hand out lease and spooled file, as ``spooled`` does.

    If no file is made of them before the block ends, the upload is pending as before. Raises ``RequestError``.
    """
    service, said = services(request), upload.announced
    bulk = fields.bulk(request)
    if upload.status != PENDING:
        raise NotPending(upload)
    with service.admission.upload(upload.account_id, size=said.bytes) as arrival:
        takeover = await run_in_threadpool(service.shelf.parts.take_over, upload.account_id, upload.id, part_ids)
        path = service.ports.spool / takeover.lease.blob
        try:
            joint = await _fetched(service, takeover, path, arrival)
            joint.check(md5)
            media_type, pictured = await run_in_threadpool(sniff, path, said.filename)
            yield (
                takeover.lease,
                Spooled(
                    path=path,
                    size=said.bytes,
                    sha256=joint.sha256,
                    media_type=media_type,
                    filename=said.filename,
                    purpose=said.purpose,
                    expires_in=said.expires_in,
                    include=said.include,
                    bulk=bulk,
                    pictured=pictured,
                    upload_id=upload.id,
                ),
            )
        finally:
            path.unlink(missing_ok=True)


async def _fetched(service: Services, takeover: Takeover, path: Path, arrival: Arrival) -> "_Joint":
    """Fetch the blobs one after the other into one file at *path*."""
    uploads, lease = service.shelf.uploads, takeover.lease
    heartbeat = Heartbeat(partial(uploads.renew, lease), uploads.lease_s / 4)
    with begin(path) as target:
        joint = _Joint(target, service.ports.blobs)
        for blob in takeover.blobs:
            size = await service.transfers.fetch(lease.account_id, partial(joint.append, blob))
            service.admission.came(arrival, size)
            await heartbeat.beat()
    return joint


class _Joint:
    """A file that blobs are appended to, hashed on its way."""

    def __init__(self, target: FileIO, blobs: BlobStore) -> None:
        self._target = target
        self._blobs = blobs
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha256 = hashlib.sha256()

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    def append(self, blob: BlobKey) -> int:
        """Append a part and return its size. Raises ``LeaseLost`` where it is gone, as its upload has ended."""
        size = 0
        try:
            with self._blobs.open(blob) as source:
                while chunk := source.read(_CHUNK):
                    self._md5.update(chunk)
                    self._sha256.update(chunk)
                    write_all(self._target, chunk)
                    size += len(chunk)
        except KeyError:
            raise LeaseLost from None
        except OSError as error:
            raise Unavailable(SPACE) from error
        return size

    def check(self, md5: str | None) -> None:
        """Raise ``InvalidRequest`` where the client knows another digest."""
        if md5 is not None and md5.lower() != self._md5.hexdigest():
            refusal = InvalidRequest(
                f"Invalid request: the md5 of the parts is {self._md5.hexdigest()}, not {md5[:64]!r}; "
                "check their order, or cancel the upload and send the file again"
            )
            refusal.param = "md5"
            raise refusal
