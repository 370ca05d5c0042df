"""Parts of multipart uploads: blobs of their own, as each may reach another machine, and so may what joins them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from moonshelf import ids
from moonshelf.db import Database, now
from moonshelf.db.tables import upload_parts, uploads
from moonshelf.errors import InvalidRequest
from moonshelf.errors.requests import NoSuchUpload
from moonshelf.shelf import multipart
from moonshelf.shelf.multipart import MultipartUpload, NotPending
from moonshelf.shelf.uploads import Lease, Uploads
from moonshelf.storage import BlobKey, BlobStore
from moonshelf.storage.tombstones import bury

LARGEST: Final = 64 * 2**20
"""Bytes of a part: OpenAI's (wire.md 6), and what its clients cut files into."""

_MOST: Final = 1_000  # parts of an upload: with them 100 MiB may come in pieces of 105 KB


@dataclass(frozen=True, slots=True)
class Part:
    """A part that may come, or has come. ``created_at`` is in Unix seconds."""

    id: str
    account_id: str
    upload_id: str
    blob: BlobKey
    created_at: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """The bytes of a part, and whether the client may have sent them before, for it never heard of a first attempt."""

    path: Path
    size: int
    sha256: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class Takeover:
    """The right to make a file of an upload, by joining these blobs; whoever had it before has it no more."""

    lease: Lease
    blobs: Sequence[BlobKey]


class Parts:
    """Parts, from their first byte until their upload ends: then they go, however it does."""

    def __init__(self, database: Database, blobs: BlobStore, leases: Uploads) -> None:
        self._db = database
        self._blobs = blobs
        self._leases = leases

    def expect(self, account_id: str, upload_id: str) -> Part:
        """Name the blob of a part before its bytes exist. Raises ``NoSuchUpload`` or ``InvalidRequest``."""
        with self._db.write() as tx:
            multipart.pending(tx, account_id, upload_id)
            its = select(func.count()).where(upload_parts.c.upload_id == upload_id)
            if tx.execute(its).scalar_one() >= _MOST:
                raise InvalidRequest(
                    f"Invalid request: {upload_id} has {_MOST} parts, which is the most; send larger ones"
                )
            at = now(tx)
            part = Part(ids.new("part", at=at), account_id, upload_id, BlobKey(ids.token()), int(at))
            row = {"id": part.id, "upload_id": upload_id, "blob": part.blob, "created_at": part.created_at}
            tx.execute(insert(upload_parts).values(**row))
        return part

    def check(self, part: Part) -> None:
        """Make sure that a part which is on its way is still awaited. Raises ``NoSuchUpload`` or ``NotPending``."""
        with self._db.read() as tx:
            if (upload := multipart.find(tx, part.account_id, part.upload_id)).status != multipart.PENDING:
                raise NotPending(upload)

    def keep(self, part: Part, arrived: Arrived) -> Part:
        """Keep what has arrived as *part*. Raises ``NoSuchUpload`` or ``InvalidRequest``.

        What is repeated and had arrived at its first attempt is that part. Its id is given out once more then: of two
        parts with the same bytes either may be the one that is repeated, and so may have the id of the other.
        """
        if not arrived.size:
            raise InvalidRequest("Invalid request: the part is empty")
        if arrived.repeated and (twin := self._given_again(part, arrived)) is not None:
            return twin
        self.check(part)  # or its blob might have been buried long ago, and nobody would know it any more
        self._blobs.put(part.blob, arrived.path)
        try:
            with self._db.write() as tx:
                _check_total(tx, multipart.pending(tx, part.account_id, part.upload_id), arrived.size)
                came = {"bytes": arrived.size, "sha256": arrived.sha256}
                tx.execute(update(upload_parts).where(upload_parts.c.id == part.id).values(**came))
        except (NoSuchUpload, NotPending):
            self._blobs.delete(part.blob)  # the sweeper buried the blob, perhaps before it was there
            raise
        return part

    def abandon(self, part: Part) -> None:
        """Forget a part of which not all has arrived, and bury its blob; any other is let be."""
        unknown = upload_parts.c.id == part.id, upload_parts.c.bytes.is_(None)
        with self._db.read() as tx:  # a look first: nearly all parts have arrived, and writers wait for each other
            if tx.execute(select(upload_parts.c.id).where(*unknown)).one_or_none() is None:
                return
        with self._db.write() as tx:
            if tx.execute(delete(upload_parts).where(*unknown)).rowcount:
                bury(tx, part.blob, late=self._db.shared)

    def take_over(self, account_id: str, upload_id: str, part_ids: Sequence[str]) -> Takeover:
        """Take over the lease of an upload that is to be completed with these parts, in that order.

        Whoever was at it before can't settle any more, and another try is as good as the first. Raises ``NoSuchUpload``
        or ``InvalidRequest``.
        """
        with self._db.write() as tx:
            upload = multipart.pending(tx, account_id, upload_id)
            blobs = _listed(tx, upload, part_ids)
            return Takeover(self._leases.take_over(tx, upload_id), blobs)

    def expire(self) -> None:
        """Bury the parts of uploads that have ended."""
        orphaned = ~exists().where(uploads.c.id == upload_parts.c.upload_id)
        with self._db.read() as tx:
            if tx.execute(select(upload_parts.c.id).where(orphaned).limit(1)).first() is None:
                return
        with self._db.write() as tx:
            gone = tx.execute(delete(upload_parts).where(orphaned).returning(upload_parts.c.blob)).scalars().all()
            bury(tx, *map(BlobKey, gone), late=True)  # some may be on their way yet

    def _given_again(self, part: Part, arrived: Arrived) -> Part | None:
        alike = upload_parts.c.upload_id == part.upload_id, upload_parts.c.sha256 == arrived.sha256
        with self._db.write() as tx:
            multipart.pending(tx, part.account_id, part.upload_id)
            row = tx.execute(select(upload_parts).where(*alike).limit(1)).one_or_none()
            if row is None:
                return None
            tx.execute(update(upload_parts).where(upload_parts.c.id == row.id).values(given=upload_parts.c.given + 1))
        return Part(row.id, part.account_id, row.upload_id, BlobKey(row.blob), row.created_at)


def _check_total(tx: Connection, upload: MultipartUpload, size: int) -> None:
    its = select(func.coalesce(func.sum(upload_parts.c.bytes), 0)).where(upload_parts.c.upload_id == upload.id)
    total = int(tx.execute(its).scalar_one()) + size
    if total > upload.announced.bytes:
        raise InvalidRequest(
            f"Invalid request: the parts of {upload.id} would be {total} bytes together, and it was created for "
            f"{upload.announced.bytes}; cancel it, or complete it with the parts that it has"
        )


def _listed(tx: Connection, upload: MultipartUpload, part_ids: Sequence[str]) -> Sequence[BlobKey]:
    """Return the blobs of these parts. Raises ``InvalidRequest`` where they are not what the upload was created for."""
    its = upload_parts.c.upload_id == upload.id, upload_parts.c.bytes.is_not(None)
    parts = {row.id: row for row in tx.execute(select(upload_parts).where(*its))}
    for part_id, times in Counter(part_ids).items():
        if part_id not in parts:
            raise _unfit(f"No such UploadPart object in {upload.id}: {part_id[:64]}")
        if times > parts[part_id].given:
            raise _unfit(f"Invalid request: the part {part_id} is named {times} times; name each part once")
    total = sum(parts[part_id].bytes for part_id in part_ids)
    if total != upload.announced.bytes:
        raise _unfit(
            f"Invalid request: the parts are {total} bytes together, and {upload.id} was created for "
            f"{upload.announced.bytes}; add what is missing, or cancel it and create another"
        )
    return [BlobKey(parts[part_id].blob) for part_id in part_ids]


def _unfit(why: str) -> InvalidRequest:
    refusal = InvalidRequest(why)
    refusal.param = "part_ids"
    return refusal
