"""The body of an upload on its way to disk, and made a file."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from moonshelf.errors import Unavailable
from moonshelf.errors.requests import FileTooLarge
from moonshelf.extraction.sniffing import media_type
from moonshelf.extraction.sniffing.fonts import without_fonts
from moonshelf.http.caller import attempt, services
from moonshelf.http.uploads import fields
from moonshelf.http.uploads.arrival import Bound, Heartbeat, admitted
from moonshelf.http.uploads.form import open_form
from moonshelf.shelf import filenames
from moonshelf.shelf.files import File
from moonshelf.shelf.uploads import Lease, Spooled


@asynccontextmanager
async def spooled(request: Request, account_id: str) -> AsyncIterator[tuple[Lease, Spooled]]:
    """Reserve a place, take in the body, and hand out lease and spooled file.

    Whatever was not made a file when the block ends is given back. Raises ``RequestError``.
    """
    service = services(request)
    uploads, limit = service.shelf.uploads, int(service.settings.max_file_size)
    form, bulk = open_form(request.headers.get("content-type", "")), fields.bulk(request)
    async with admitted(request, account_id, form, Bound(limit, FileTooLarge(limit=limit))) as arriving:
        # What is reserved is never more than the file can be, so that an upload which just fits is not refused.
        lease = await run_in_threadpool(uploads.begin, account_id, size=arriving.known)
        path = service.ports.spool / lease.blob
        heartbeat = Heartbeat(partial(uploads.renew, lease), uploads.lease_s / 4)

        async def watch() -> None:
            fields.purpose(form.fields)  # refused as soon as it is there, and not when all has come
            await heartbeat.beat()

        try:
            writer = await arriving.receive(path, watch)
            filename = filenames.clean(form.fields.get("filename") or form.filename or "")
            media_type, pictured = await run_in_threadpool(sniff, path, filename)
            yield (
                lease,
                Spooled(
                    path=path,
                    size=writer.size,
                    sha256=writer.digest(),
                    media_type=media_type,
                    filename=filename,
                    purpose=fields.purpose(form.fields),
                    expires_in=fields.expiry(form.fields),
                    include=fields.include(form.fields, service.settings.include),
                    bulk=bulk,
                    pictured=pictured,
                    attempt=attempt(request),
                ),
            )
        finally:
            path.unlink(missing_ok=True)
            with suppress(Unavailable):  # then the lease runs out, and the sweeper does this
                await run_in_threadpool(uploads.abandon, lease)


async def kept(request: Request, lease: Lease, arrived: Spooled) -> File:
    """Make a file of what has arrived, inside the block that hands it out.

    Raises ``RequestError`` or ``Unavailable``.
    """
    service, account_id = services(request), lease.account_id
    measured = replace(arrived, measures=await service.measuring.measure(account_id, arrived))
    keep = partial(service.shelf.files.add, lease, measured)
    return await service.transfers.keep(account_id, keep, size=arrived.size)


def sniff(path: Path, filename: str) -> tuple[str, bool]:
    """Tell the media type of what is at *path*, and whether by the look of it all its words are in pictures."""
    with path.open("rb") as source:
        found = media_type(source, filename)
        return found, found == "application/pdf" and without_fonts(source)
