"""Uploads under way: a leased row names each blob before its bytes exist and holds its place in the quota."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Row, case, delete, insert, select, update

from moonshelf import ids
from moonshelf.db import Database, now
from moonshelf.db.tables import multipart_uploads, uploads
from moonshelf.errors import Unavailable
from moonshelf.extraction.renditions import Measures
from moonshelf.shelf import quotas
from moonshelf.shelf.quotas import Quotas
from moonshelf.storage import BlobKey
from moonshelf.storage.tombstones import bury


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to turn a blob into a file, while it lasts."""

    id: str
    account_id: str
    blob: BlobKey
    reserved: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending of an upload: *number* is 0 for the first; *length* is of the whole body, 0 where not announced."""

    key_id: str
    number: int
    length: int


@dataclass(frozen=True, slots=True)
class Spooled:
    """A body that has arrived whole: where its bytes lie, what they turned out to be, and what the form said."""

    path: Path
    size: int
    sha256: str
    media_type: str  # told from the bytes
    filename: str
    purpose: str
    expires_in: int | None = None
    bulk: bool = False  # may wait until nothing else does
    pictured: bool = False  # by the look of it all its words are in pictures, so that reading it takes long
    attempt: Attempt | None = None  # None where nobody would repeat it
    include: str = ""  # what else is to be read: ``extraction.inclusion``
    upload_id: str | None = None  # of the upload that came in parts and is completed by this
    measures: Measures | None = None  # of an image or a video, which was decoded to get them


class LeaseLost(Unavailable):
    """The sweeper thought the upload dead and gave its place back; another attempt may well succeed."""

    def __init__(self) -> None:
        super().__init__("The upload took too long to show life: its reservation")


class Uploads:
    """Leases, from the first byte of a body to its file or its end."""

    def __init__(self, database: Database, quotas: Quotas, *, lease_s: float) -> None:
        self._db = database
        self._quotas = quotas
        self.lease_s = lease_s

    def begin(self, account_id: str, *, size: int) -> Lease:
        """Reserve one file and *size* bytes (0 where the length is not announced). Raises ``QuotaExceeded``."""
        with self._db.write() as tx:
            return self.lease(tx, account_id, lease_id=ids.token(), size=size, for_s=self.lease_s)

    def lease(self, tx: Connection, account_id: str, *, lease_id: str, size: int, for_s: float) -> Lease:
        """Reserve one file and *size* bytes, for as long as that or as it is renewed. Raises ``QuotaExceeded``."""
        lease = Lease(id=lease_id, account_id=account_id, blob=BlobKey(ids.token()), reserved=size)
        self._quotas.reserve(tx, account_id, size=size)
        row = {"id": lease.id, "account_id": account_id, "blob": lease.blob, "bytes": size}
        tx.execute(insert(uploads).values(**row, lease_until=now(tx) + for_s))
        return lease

    def take_over(self, tx: Connection, lease_id: str) -> Lease:
        """Have a lease that is there name a new blob, so that whoever held it can settle or overwrite nothing more."""
        row = tx.execute(select(uploads).where(uploads.c.id == lease_id)).one()
        bury(tx, BlobKey(row.blob), late=True)  # a holder may be storing it yet, here or elsewhere
        lease = Lease(id=row.id, account_id=row.account_id, blob=BlobKey(ids.token()), reserved=row.bytes)
        tx.execute(update(uploads).where(uploads.c.id == lease_id).values(blob=lease.blob, lease_until=self._later(tx)))
        return lease

    def renew(self, lease: Lease) -> None:
        """Show life: a body may take longer than a lease. Raises ``LeaseLost``."""
        with self._db.write() as tx:
            renewed = tx.execute(update(uploads).where(*_its(lease)).values(lease_until=self._later(tx)))
        if not renewed.rowcount:
            raise LeaseLost

    def settle(self, tx: Connection, lease: Lease, *, size: int) -> None:
        """End the lease because a file takes its place in *tx*. Raises ``QuotaExceeded`` or ``LeaseLost``."""
        if not tx.execute(delete(uploads).where(*_its(lease))).rowcount:
            raise LeaseLost
        self._quotas.settle(tx, lease.account_id, reserved=lease.reserved, size=size)

    def abandon(self, lease: Lease) -> None:
        """End a lease that becomes no file, and bury its blob, if there is any; one that a file took is let be."""
        its = select(uploads.c.id).where(uploads.c.id == lease.id)
        with self._db.read() as tx:  # a look first: nearly all became files, and writers wait for each other
            if tx.execute(its).one_or_none() is None:
                return
        with self._db.write() as tx:
            self.end(tx, lease.id)

    def end(self, tx: Connection, lease_id: str) -> None:
        """End a lease, if it is there, and bury its blob."""
        row = tx.execute(select(uploads).where(uploads.c.id == lease_id)).one_or_none()
        if row is not None:
            self._end(tx, row)

    def expire(self) -> int:
        """End the leases that have run out, and return how many there were."""
        with self._db.read() as tx:
            expired = tx.execute(select(uploads).where(uploads.c.lease_until < now(tx))).all()
        return self._end_all(expired)

    def interrupt(self) -> None:
        """End the leases of bodies that were on their way when this machine, the only one, died; not those in parts."""
        with self._db.read() as tx:
            sent = select(uploads).where(uploads.c.id.not_in(select(multipart_uploads.c.id)))
            interrupted = tx.execute(sent).all()
        self._end_all(interrupted)

    def _end_all(self, rows: Sequence[Row[tuple[object, ...]]]) -> int:
        ended = 0
        for row in rows:
            with self._db.write() as tx:
                ended += self._end(tx, row)
        return ended

    def _later(self, tx: Connection) -> ColumnElement[float]:
        """Return when a lease that shows life now runs out; one that lasts longer anyhow is not cut short."""
        until = now(tx) + self.lease_s
        return case((uploads.c.lease_until > until, uploads.c.lease_until), else_=until)

    def _end(self, tx: Connection, row: Row[tuple[object, ...]]) -> bool:
        """Give back what *row* reserved, unless it was renewed, or somebody else ended it, since it was read."""
        same = uploads.c.id == row.id, uploads.c.lease_until == row.lease_until
        if not tx.execute(delete(uploads).where(*same)).rowcount:
            return False
        quotas.release(tx, row.account_id, size=row.bytes)
        bury(tx, BlobKey(row.blob), late=self._db.shared)  # a store that broke off may store it yet
        return True


def _its(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    """Hold for the row of *lease*, unless it was taken over."""
    return uploads.c.id == lease.id, uploads.c.blob == lease.blob
