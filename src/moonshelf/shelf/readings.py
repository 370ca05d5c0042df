"""Readings: the bytes of a file for whoever reads it, and what became of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from sqlalchemy import Connection, update

from moonshelf.db import Database, announce, lock
from moonshelf.db.tables import accounts, files
from moonshelf.errors.requests import NoSuchFile
from moonshelf.people import usage
from moonshelf.shelf import documents
from moonshelf.shelf.documents import Source
from moonshelf.shelf.files import ERROR, OK, File, find, lost
from moonshelf.storage import BlobStore
from moonshelf.work.claims import Claim, ClaimLost
from moonshelf.work.slices import Slices


class Readings:
    """The files of every account, as workers see them: each is the matter of a claim."""

    def __init__(self, database: Database, blobs: BlobStore, slices: Slices, *, revision: str) -> None:
        """*revision* names engines and options."""
        self._db = database
        self._blobs = blobs
        self._slices = slices
        self._revision = revision

    def source(self, claim: Claim) -> tuple[File, BinaryIO]:
        """Open the bytes of the file that *claim* is about. Raises as ``held`` does."""
        with self.held(claim):
            with self._db.read() as tx:
                file = find(tx, claim.account_id, claim.file_id)
            return file, self._blobs.open(file.blob)

    @contextmanager
    def held(self, claim: Claim) -> Iterator[None]:
        """Say why a blob is not there. Raises ``ClaimLost`` where *claim* no longer counts, else ``BlobLost``."""
        try:
            yield
        except NoSuchFile:
            raise ClaimLost from None
        except KeyError as error:
            with self._db.write() as tx:
                self._slices.hold(tx, claim, pages_done=0)
            raise lost(claim.account_id, claim.file_id, error) from error

    def counted(self, tx: Connection, claim: Claim, *, pages: int) -> None:
        """Note how many pages there are."""
        tx.execute(update(files).where(files.c.id == claim.file_id).values(pages=pages))

    def succeed(self, tx: Connection, claim: Claim, *, title: str, degraded: bool, pages: int | None = None) -> None:
        """Give the file the document that *claim* wrote, with its *pages* where they were not counted before.

        Raises ``ClaimLost`` where it no longer counts.
        """
        lock(tx, accounts, claim.account_id)
        self._slices.hold(tx, claim, pages_done=0)
        if pages is not None:
            self.counted(tx, claim, pages=pages)
        file = find(tx, claim.account_id, claim.file_id)
        title = title.replace("\0", "")  # PostgreSQL keeps none in a text
        revision = documents.revision(self._revision, file.include)
        source = Source(file.account_id, file.sha256, file.media_type, revision)
        document_id = documents.add(tx, source, claim=claim.token, title=title, degraded=degraded)
        self._slices.end(tx, file.id, keep=document_id if document_id == claim.token else None)
        tx.execute(update(files).where(files.c.id == file.id).values(status=OK, document_id=document_id))
        announce(tx, file.id)
        usage.add(tx, file.account_id, "pages", file.pages or 1)

    def counts(self, tx: Connection, claim: Claim) -> bool:
        """Tell whether what was written under *claim* counts already, though nobody may have heard of its commit."""
        return documents.known(tx, claim.token) or self._slices.finished(tx, claim)

    def fail(self, tx: Connection, claim: Claim, *, reason: str, code: str) -> None:
        """Keep the file with a sentence on why it can't be read. Raises ``ClaimLost`` where it no longer counts."""
        lock(tx, accounts, claim.account_id)
        self._slices.hold(tx, claim, pages_done=0)
        self._slices.end(tx, claim.file_id)
        failed = update(files).where(files.c.id == claim.file_id)
        tx.execute(failed.values(status=ERROR, status_details=reason.replace("\0", "")))
        announce(tx, claim.file_id)
        usage.add(tx, claim.account_id, usage.FAILED + code, 1)
