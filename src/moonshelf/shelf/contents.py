"""Contents: what was read of a file, as its owner fetches it."""

import time
from collections.abc import Callable, Hashable
from typing import BinaryIO

from sqlalchemy import select

from moonshelf.db import Database
from moonshelf.db.tables import files
from moonshelf.errors import ExtractionError, InvalidRequest, MoonshelfError
from moonshelf.errors.requests import NotReady
from moonshelf.extraction.excerpts import StoredDocument
from moonshelf.extraction.sniffing import wire_type
from moonshelf.shelf import documents
from moonshelf.shelf.content_json import ContentJson
from moonshelf.shelf.files import ERROR, FILE_EXTRACT, ITS, find, held, with_progress
from moonshelf.shelf.recent import Recent
from moonshelf.storage import BlobKey, BlobStore
from moonshelf.work.claims import document_blob, markdown_blob
from moonshelf.work.slices import Slices

_RECENT_BYTES = 32 * 2**20
_TRUST_S = 1.0  # how long a file deleted through another server may still be answered, as with revoked keys
_MOST_CHECKED = 10_000
_FIND_READ = select(files.c.document_id, files.c.filename).where(*ITS, files.c.document_id.is_not(None))


class Contents:
    """The contents of every account's files, the newest of them at hand."""

    def __init__(self, database: Database, blobs: BlobStore, slices: Slices) -> None:
        self._db = database
        self._blobs = blobs
        self._slices = slices
        self._recent = Recent[bytes](most_bytes=_RECENT_BYTES, size=len)
        self._checked: dict[tuple[str, str], tuple[float, Hashable]] = {}  # account, file -> until when, which content

    def at_hand(self, account_id: str, file_id: str) -> bytes | None:
        """Return the content if it was asked for within the last second; touches neither database nor disk.

        A file deleted through this server is gone at once, one deleted through another within that second.
        """
        until, key = self._checked.get((account_id, file_id), (0.0, None))
        return self._recent.peek(key) if until > time.monotonic() else None

    def forget(self, account_id: str, file_id: str) -> None:
        """Have nothing at hand of a file that is gone."""
        self._checked.pop((account_id, file_id), None)

    def recall(self, account_id: str, file_id: str) -> bytes | None:
        """Return the content if it is still in memory; touches the database alone. Raises as ``get`` does."""
        return self._recent.peek(self._key(account_id, file_id))

    def get(self, account_id: str, file_id: str) -> bytes:
        """Render the content of a file as Kimi does (wire.md 2.4).

        Raises ``NoSuchFile``, ``NotReady``, ``ExtractionError``, or ``InvalidRequest`` where its purpose has none.
        """
        found = self.fetch(account_id, file_id)
        if isinstance(found, bytes):
            return found
        with found:
            return found.whole()

    def fetch(self, account_id: str, file_id: str) -> bytes | ContentJson:
        """Return the same; what is too long to be kept in memory is yet to be made, and is the caller's to close.

        Raises as ``get`` does.
        """
        key = self._key(account_id, file_id)
        if (kept := self._recent.peek(key)) is not None:
            return kept
        answer = self._content_json(account_id, file_id)
        if answer.long:
            return answer
        with answer:
            return self._recent.get(key, answer.whole)

    def document(self, account_id: str, file_id: str) -> StoredDocument:
        """Return all that was read of a file, decoded as far as it is asked for. Raises as ``get`` does."""
        with self.json(account_id, file_id) as blob:
            return StoredDocument(blob)

    def json(self, account_id: str, file_id: str) -> BinaryIO:
        """Open the same as JSON. Raises as ``get`` does."""
        return self._open(account_id, file_id, document_blob)

    def markdown(self, account_id: str, file_id: str) -> BinaryIO:
        """Open the text of a file. Raises as ``get`` does."""
        return self._open(account_id, file_id, markdown_blob)

    def _open(self, account_id: str, file_id: str, blob: Callable[[str], BlobKey]) -> BinaryIO:
        with self._db.read() as tx:
            file = find(tx, account_id, file_id)
        if file.purpose != FILE_EXTRACT or file.document_id is None:
            raise self._none(account_id, file_id)
        with held(self._db, account_id, file_id):
            return self._blobs.open(blob(file.document_id))

    def _key(self, account_id: str, file_id: str) -> Hashable:
        with self._db.read() as tx:
            row = tx.execute(_FIND_READ, {"id": file_id, "account_id": account_id}).one_or_none()
        if row is None:
            raise self._none(account_id, file_id)
        key = (row.document_id, row.filename)  # a document never changes, so these two are a content for ever
        if len(self._checked) >= _MOST_CHECKED:
            self._checked.clear()
        self._checked[account_id, file_id] = (time.monotonic() + _TRUST_S, key)
        return key

    def _none(self, account_id: str, file_id: str) -> MoonshelfError:
        """Say why a file has no content, at least not now. Raises ``NoSuchFile``."""
        with self._db.read() as tx:
            file = with_progress(tx, self._slices, [find(tx, account_id, file_id)])[0]
        if file.purpose != FILE_EXTRACT:
            return InvalidRequest(
                f"The content of a file with purpose {file.purpose!r} is not available; "
                f"refer to it in a chat as ms://{file.id}"
            )
        if file.status == ERROR:
            return ExtractionError(file.status_details)
        done, waiting = (file.progress.pages_done, file.progress.queue_position > 0) if file.progress else (0, False)
        return NotReady(pages_done=done, pages_total=file.pages, waiting=waiting)

    def _content_json(self, account_id: str, file_id: str) -> ContentJson:
        with self._db.read() as tx:
            file = find(tx, account_id, file_id)
            document_id = str(file.document_id)
            title = documents.title(tx, document_id)
        with held(self._db, account_id, file_id):
            markdown = self._blobs.open(markdown_blob(document_id))
        told = {"file_type": wire_type(file.media_type), "filename": file.filename, "title": title, "type": "file"}
        return ContentJson(markdown, told)
