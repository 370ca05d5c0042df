"""Multipart uploads, OpenAI's Uploads API: what is announced of a file that comes in parts, until it is one.

While it is pending such an upload has a lease, which holds its place in the quota like that of any other body. So where
the lease is, it is pending, and whoever ends the lease, a release that knows no parts among them, ends the upload.
"""

from dataclasses import asdict, dataclass, replace
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from moonshelf import ids
from moonshelf.db import Database, lock, now
from moonshelf.db.tables import multipart_uploads, uploads
from moonshelf.errors import InvalidRequest
from moonshelf.errors.requests import NoSuchUpload
from moonshelf.shelf.uploads import Uploads

PENDING, COMPLETED, CANCELLED, EXPIRED = "pending", "completed", "cancelled", "expired"

_LASTS_S: Final = 3_600
"""OpenAI's: an upload expires an hour after it was created (wire.md 6)."""

_KNOWN_S: Final = 900  # after that: whoever missed the last answer still gets it


@dataclass(frozen=True, slots=True)
class Announced:
    """What is said of a file before its bytes come; ``expires_in`` is in seconds, None: it is kept for good."""

    filename: str
    purpose: str
    bytes: int
    include: str = ""
    expires_in: int | None = None


@dataclass(frozen=True, slots=True)
class MultipartUpload:
    """A file that comes in parts. ``created_at`` and ``expires_at`` are Unix seconds; ``file_id``: what it became."""

    id: str
    account_id: str
    announced: Announced
    created_at: int
    expires_at: int
    status: str
    file_id: str | None = None


class NotPending(InvalidRequest):
    """The upload has ended, one way or another; ``file_id`` is set where it became a file."""

    code = "upload_not_pending"
    param = "id"

    def __init__(self, upload: MultipartUpload) -> None:
        super().__init__(f"Invalid request: {upload.id} is {upload.status}, not pending; create another upload")
        self.file_id = upload.file_id


class MultipartUploads:
    """The multipart uploads of every account. Nothing here is shown to another account than its own."""

    def __init__(self, database: Database, leases: Uploads) -> None:
        self._db = database
        self._leases = leases

    def create(self, account_id: str, announced: Announced) -> MultipartUpload:
        """Reserve the place of a file that is to come. Raises ``QuotaExceeded``."""
        with self._db.write() as tx:
            at = now(tx)
            upload = MultipartUpload(
                id=ids.new("upload", at=at),
                account_id=account_id,
                announced=announced,
                created_at=int(at),
                expires_at=int(at) + _LASTS_S,
                status=PENDING,
            )
            self._leases.lease(tx, account_id, lease_id=upload.id, size=announced.bytes, for_s=_LASTS_S)
            row = {name: getattr(upload, name) for name in ("id", "account_id", "created_at", "expires_at")}
            tx.execute(insert(multipart_uploads).values(**row, **asdict(announced)))
        return upload

    def find(self, account_id: str, upload_id: str) -> MultipartUpload:
        """Find an upload that began in the last hour or so. Raises ``NoSuchUpload``."""
        with self._db.read() as tx:
            return find(tx, account_id, upload_id)

    def cancel(self, account_id: str, upload_id: str) -> MultipartUpload:
        """End an upload and give its place back; again is no error. Raises ``NoSuchUpload`` or ``NotPending``."""
        with self._db.write() as tx:
            lock(tx, uploads, upload_id)
            upload = find(tx, account_id, upload_id)
            if upload.status not in {PENDING, CANCELLED}:
                raise NotPending(upload)
            self._leases.end(tx, upload_id)
        return replace(upload, status=CANCELLED)

    def expire(self) -> None:
        """Forget the uploads whose time has long been over."""
        with self._db.read() as tx:
            over = multipart_uploads.c.expires_at < int(now(tx)) - _KNOWN_S
            gone = over, multipart_uploads.c.id.not_in(select(uploads.c.id))
            if tx.execute(select(multipart_uploads.c.id).where(*gone).limit(1)).first() is None:
                return
        with self._db.write() as tx:
            tx.execute(delete(multipart_uploads).where(*gone))


def find(tx: Connection, account_id: str, upload_id: str) -> MultipartUpload:
    """Find an upload that began in the last hour or so. Raises ``NoSuchUpload``."""
    wanted = select(multipart_uploads, uploads.c.id.label("lease")).outerjoin_from(
        multipart_uploads, uploads, multipart_uploads.c.id == uploads.c.id
    )
    its = multipart_uploads.c.id == upload_id, multipart_uploads.c.account_id == account_id
    row = tx.execute(wanted.where(*its)).mappings().one_or_none()
    if row is None:
        raise NoSuchUpload(upload_id)
    if row["file_id"] is not None:
        status = COMPLETED
    elif row["expires_at"] <= now(tx):
        status = EXPIRED
    else:
        status = CANCELLED if row["lease"] is None else PENDING
    return MultipartUpload(
        announced=Announced(**{name: row[name] for name in Announced.__slots__}),
        status=status,
        **{name: row[name] for name in ("id", "account_id", "created_at", "expires_at", "file_id")},
    )


def pending(tx: Connection, account_id: str, upload_id: str) -> MultipartUpload:
    """Find an upload whose file is still to come, and have it stay so until *tx* ends.

    Raises ``NoSuchUpload`` or ``NotPending``.
    """
    lock(tx, uploads, upload_id)
    upload = find(tx, account_id, upload_id)
    if upload.status != PENDING:
        raise NotPending(upload)
    return upload


def complete(tx: Connection, upload_id: str, file_id: str) -> None:
    """Note that the upload became a file, in the transaction that settles its lease."""
    tx.execute(update(multipart_uploads).where(multipart_uploads.c.id == upload_id).values(file_id=file_id))
