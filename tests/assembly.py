"""Uploads in parts without a server: sent, completed and swept over the shelf as the edge and the sweeper do it."""

from dataclasses import replace

from sqlalchemy import select, update

from moonshelf.db.tables import multipart_uploads, upload_parts, uploads
from moonshelf.shelf.files import File
from moonshelf.shelf.multipart import Announced, MultipartUpload
from moonshelf.shelf.parts import Arrived, Part, Takeover
from moonshelf.storage import BlobKey
from shelves import Shelf


def create(shelf: Shelf, account: str, size: int) -> MultipartUpload:
    return shelf.multipart.create(account, Announced(filename="a.txt", purpose="file-extract", bytes=size))


def arrived(shelf: Shelf, data: bytes, *, repeated: bool = False) -> Arrived:
    spooled = shelf.spool(data)
    return Arrived(spooled.path, spooled.size, spooled.sha256, repeated)


def add(shelf: Shelf, upload: MultipartUpload, data: bytes, *, repeated: bool = False) -> Part:
    """Send a part as the edge does."""
    part = shelf.parts.expect(upload.account_id, upload.id)
    try:
        return shelf.parts.keep(part, arrived(shelf, data, repeated=repeated))
    finally:
        shelf.parts.abandon(part)


def make(shelf: Shelf, upload: MultipartUpload, takeover: Takeover) -> File:
    """Join what was taken over, as the edge does."""
    data = b"".join(stored(shelf, blob) for blob in takeover.blobs)
    spooled = replace(shelf.spool(data, name=upload.announced.filename), upload_id=upload.id)
    return shelf.files.add(takeover.lease, spooled)


def stored(shelf: Shelf, blob: BlobKey) -> bytes:
    with shelf.blobs.open(blob) as source:
        return source.read()


def complete(shelf: Shelf, upload: MultipartUpload, *parts: Part) -> File:
    takeover = shelf.parts.take_over(upload.account_id, upload.id, [part.id for part in parts])
    return make(shelf, upload, takeover)


def sweep(shelf: Shelf) -> None:
    """Do a round as the sweeper does."""
    shelf.uploads.expire()
    shelf.parts.expire()
    shelf.multipart.expire()
    shelf.gravedigger.dig()


def status(shelf: Shelf, upload: MultipartUpload) -> str:
    return shelf.multipart.find(upload.account_id, upload.id).status


def let_pass(shelf: Shelf, upload: MultipartUpload, *, seconds: int) -> None:
    """Have the upload be older by as much."""
    with shelf.database.write() as tx:
        earlier = {"expires_at": multipart_uploads.c.expires_at - seconds}
        tx.execute(update(multipart_uploads).where(multipart_uploads.c.id == upload.id).values(**earlier))
        its = uploads.c.id == upload.id
        tx.execute(update(uploads).where(its).values(lease_until=uploads.c.lease_until - seconds))


def rows(shelf: Shelf) -> int:
    with shelf.database.read() as tx:
        return sum(len(tx.execute(select(table)).all()) for table in (uploads, multipart_uploads, upload_parts))
