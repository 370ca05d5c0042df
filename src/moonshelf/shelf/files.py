"""Files: what an account has uploaded."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import BinaryIO

import msgspec
import structlog
from sqlalchemy import Connection, bindparam, delete, insert, select

from moonshelf import ids
from moonshelf.db import Database, lock, now
from moonshelf.db.tables import accounts, files
from moonshelf.errors import BlobLost
from moonshelf.errors.requests import EmptyFile, NoSuchFile
from moonshelf.people import audit, usage
from moonshelf.shelf import documents, filenames, multipart, quotas, renditions
from moonshelf.shelf.documents import Source
from moonshelf.shelf.repeats import Repeats
from moonshelf.shelf.uploads import Lease, LeaseLost, Spooled, Uploads
from moonshelf.storage import BlobKey, BlobStore
from moonshelf.storage.tombstones import bury
from moonshelf.work.routes import Route
from moonshelf.work.slices import Progress, Slices

CREATED, OK, ERROR = "created", "ok", "error"
FILE_EXTRACT, IMAGE, VIDEO = "file-extract", "image", "video"
PURPOSES = (FILE_EXTRACT, IMAGE, VIDEO)
_ALIKE = 40  # characters that a name shares with its numbered siblings, however much of it is cut off for the number
ITS = files.c.id == bindparam("id"), files.c.account_id == bindparam("account_id")
"""Hold for the file of an account with that id."""
_FIND = select(files).where(*ITS)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file. ``created_at`` and ``expires_at`` are Unix seconds; ``pages`` is None until counted."""

    id: str
    account_id: str
    filename: str
    purpose: str
    bytes: int
    sha256: str
    media_type: str
    blob: BlobKey
    status: str
    status_details: str
    pages: int | None
    document_id: str | None
    created_at: int
    expires_at: int | None
    include: str  # what is read besides: ``extraction.inclusion``
    media: str | None = None  # what an image or a video measures, as JSON
    progress: Progress | None = None  # while it is being read


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list, and whether more follow."""

    files: Sequence[File]
    has_more: bool


class Files:
    """The files of every account. Nothing here is shown to another account than its own."""

    def __init__(
        self, database: Database, blobs: BlobStore, *, uploads: Uploads, slices: Slices, revision: str
    ) -> None:
        """*revision* names engines and options."""
        self._db = database
        self._blobs = blobs
        self._uploads = uploads
        self._slices = slices
        self._revision = revision
        self._hearers: list[Callable[[str, str], None]] = []
        self.repeats = Repeats(database)

    def when_deleted(self, hear: Callable[[str, str], None]) -> None:
        """Have *hear* told account and id of each file that was: its content may be at hand, its blobs wait to go."""
        self._hearers.append(hear)

    def add(self, lease: Lease, spooled: Spooled) -> File:
        """Keep what was *spooled* as a new file, and queue its reading. Raises ``RequestError``.

        The leased row names the blob before its bytes exist, so whatever happens here somebody knows the blob: this
        transaction turns the row into a file, or the sweeper finds the lease expired. Nothing is deleted on an error
        whose outcome is unknown.

        A repeated upload (see ``repeats``) is answered with the file that it became before, and its lease is left.
        """
        if not spooled.size:
            raise EmptyFile
        self._blobs.put(lease.blob, spooled.path)
        try:
            file = self._settle(lease, spooled)
        except LeaseLost:
            self._blobs.delete(lease.blob)  # the sweeper buried the blob, perhaps before it was there
            raise
        its = {"file": file.id, "account": file.account_id, "bytes": file.bytes, "media_type": file.media_type}
        _log.info("file.uploaded" if file.blob == lease.blob else "file.repeated", **its)
        return file

    def _settle(self, lease: Lease, spooled: Spooled) -> File:
        with self._db.write() as tx:
            if spooled.attempt and (first := self.repeats.find(tx, spooled.attempt, spooled)) is not None:
                return find(tx, lease.account_id, first)
            self._uploads.settle(tx, lease, size=spooled.size)
            file = self._insert(tx, lease, spooled)
            if spooled.attempt:
                self.repeats.note(tx, spooled.attempt, spooled, file_id=file.id)
            if spooled.upload_id is not None:
                multipart.complete(tx, spooled.upload_id, file.id)
            return file

    def get(self, account_id: str, file_id: str) -> File:
        """Find a file, with its progress. Raises ``NoSuchFile``."""
        with self._db.read() as tx:
            return with_progress(tx, self._slices, [find(tx, account_id, file_id)])[0]

    def find(self, account_id: str, file_id: str) -> File:
        """Find a file without its progress, which takes a forecast to tell. Raises ``NoSuchFile``."""
        with self._db.read() as tx:
            return find(tx, account_id, file_id)

    def among(self, account_id: str, file_ids: Collection[str]) -> Mapping[str, File]:
        """Find those of *file_ids* that the account has, without their progress; the others are missing."""
        with self._db.read() as tx:
            found = [
                tx.execute(_FIND, {"id": one, "account_id": account_id}).mappings().one_or_none() for one in file_ids
            ]
        return {row["id"]: File(**row) for row in found if row is not None}

    def list(
        self, account_id: str, *, purpose: str | None, after: str | None, limit: int, newest_first: bool
    ) -> Listing:
        """List *limit* files after the one named *after*, which may have been deleted since."""
        wanted = select(files).where(files.c.account_id == account_id)
        if purpose is not None:
            wanted = wanted.where(files.c.purpose == purpose)
        with self._db.read() as tx:
            if after is not None:
                wanted = wanted.where(files.c.id < after if newest_first else files.c.id > after)
            order = files.c.id.desc() if newest_first else files.c.id
            rows = tx.execute(wanted.order_by(order).limit(limit + 1)).mappings().all()
            found = with_progress(tx, self._slices, [File(**row) for row in rows[:limit]])
        return Listing(files=found, has_more=len(rows) > limit)

    def delete(self, account_id: str, file_id: str) -> None:
        """Remove a file, its reading under way, and what nobody else needs. Raises ``NoSuchFile``."""
        with self._db.write() as tx:
            file = self._remove(tx, account_id, file_id)
            audit.note(tx, account_id, "file.deleted", file.filename)
        _log.info("file.deleted", file=file_id, account=account_id)
        self._tell_deleted(account_id, file_id)

    def clear(self, account_id: str) -> None:
        """Remove every file of an account."""
        with self._db.read() as tx:
            held = tx.execute(select(files.c.id).where(files.c.account_id == account_id)).scalars().all()
        for file_id in held:
            with suppress(NoSuchFile), self._db.write() as tx:  # deleted meanwhile
                self._remove(tx, account_id, file_id)
            self._tell_deleted(account_id, file_id)

    def expire(self) -> int:
        """Remove the files whose time is over, and return how many there were."""
        with self._db.read() as tx:
            # A whole number, as they are: for any other PostgreSQL would go through all files.
            wanted = select(files.c.account_id, files.c.id).where(files.c.expires_at <= int(now(tx)))
            over = tx.execute(wanted).all()
        for row in over:
            with self._db.write() as tx, suppress(NoSuchFile):  # deleted, or expired on another machine
                self._remove(tx, row.account_id, row.id)
        with self._db.write() as tx:
            self.repeats.sweep(tx)
        return len(over)

    def open(self, file: File) -> BinaryIO:
        """Open the bytes of *file* as they were uploaded. Raises as ``held`` does."""
        with held(self._db, file.account_id, file.id):
            return self._blobs.open(file.blob)

    def address(self, file: File, *, for_s: float) -> str | None:
        """Return a URL of the bytes of *file*, good for so many seconds; None where the storage has no URLs."""
        return self._blobs.address(file.blob, for_s=for_s)

    def _tell_deleted(self, account_id: str, file_id: str) -> None:
        for hear in self._hearers:
            hear(account_id, file_id)

    def _insert(self, tx: Connection, lease: Lease, spooled: Spooled) -> File:
        at = now(tx)
        row = self._row(tx, lease, spooled, at=at)
        tx.execute(insert(files).values(row))
        usage.add(tx, lease.account_id, "files", 1, at=int(at))
        usage.add(tx, lease.account_id, "bytes", spooled.size, at=int(at))
        if row["status"] == CREATED:
            route = Route.opening(spooled.media_type, spooled.size)
            route = route.slowed() if spooled.pictured else route
            its = {"file_id": str(row["id"]), "account_id": lease.account_id}
            self._slices.plan(tx, **its, route=route, bulk=spooled.bulk)
        return find(tx, lease.account_id, str(row["id"]))

    def _row(self, tx: Connection, lease: Lease, spooled: Spooled, *, at: float) -> dict[str, object]:
        """Return the columns of a new file; where the same was read before, it is there at once."""
        revision = documents.revision(self._revision, spooled.include)
        extracted = spooled.purpose == FILE_EXTRACT
        source = Source(lease.account_id, spooled.sha256, spooled.media_type, revision)
        document_id = documents.find(tx, source) if extracted else None
        return {
            "id": ids.new("file", at=at),
            "account_id": lease.account_id,
            "filename": _free_name(tx, lease.account_id, spooled.filename),
            "purpose": spooled.purpose,
            "bytes": spooled.size,
            "sha256": spooled.sha256,
            "media_type": spooled.media_type,
            "blob": lease.blob,
            "status": CREATED if extracted and document_id is None else OK,
            "document_id": document_id,
            "pages": None if document_id is None else documents.pages(tx, document_id),
            "created_at": int(at),
            "include": spooled.include,
            "media": None if spooled.measures is None else msgspec.json.encode(spooled.measures).decode(),
            "expires_at": None if spooled.expires_in is None else int(at) + spooled.expires_in,
        }

    def _remove(self, tx: Connection, account_id: str, file_id: str) -> File:
        lock(tx, accounts, account_id)
        lock(tx, files, file_id)
        file = find(tx, account_id, file_id)
        self._slices.end(tx, file.id)
        tx.execute(delete(files).where(files.c.id == file.id))
        quotas.release(tx, file.account_id, size=file.bytes)
        bury(tx, file.blob)
        documents.drop_unused(tx, file.document_id)
        renditions.drop_unused(tx, file.account_id, file.sha256)
        return file


def find(tx: Connection, account_id: str, file_id: str) -> File:
    """Find a file without its progress. Raises ``NoSuchFile``."""
    row = tx.execute(_FIND, {"id": file_id, "account_id": account_id}).mappings().one_or_none()
    if row is None:
        raise NoSuchFile(file_id)
    return File(**row)


@contextmanager
def held(database: Database, account_id: str, file_id: str) -> Iterator[None]:
    """Say why a blob of a file is not there. Raises ``NoSuchFile`` where it was deleted just now, else ``BlobLost``."""
    try:
        yield
    except KeyError as error:
        with database.read() as tx:
            find(tx, account_id, file_id)
        raise lost(account_id, file_id, error) from error


def lost(account_id: str, file_id: str, error: KeyError) -> BlobLost:
    """Say in the log which blob of a file the storage does not have, and return what its owner is told."""
    _log.error("blob.lost", file=file_id, account=account_id, blob=str(error.args[0]))
    return BlobLost()


def with_progress(tx: Connection, slices: Slices, found: Sequence[File]) -> Sequence[File]:
    """Return the same files, all of one account, with the progress of those that are being read."""
    if all(file.status != CREATED for file in found):
        return found
    progress = slices.progress(tx, found[0].account_id)
    return [replace(file, progress=progress.get(file.id)) for file in found]


def _free_name(tx: Connection, account_id: str, filename: str) -> str:
    stem, _ = filenames.split(filename)
    like = files.c.filename.startswith(stem[:_ALIKE], autoescape=True)
    alike = select(files.c.filename).where(files.c.account_id == account_id, like)
    return filenames.free(filename, set(tx.execute(alike).scalars()))
