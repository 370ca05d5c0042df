"""Documents: what was read of some bytes, kept once for an account however often it uploads them."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from moonshelf.db.tables import documents, files
from moonshelf.storage.tombstones import bury
from moonshelf.work.claims import document_blob, markdown_blob


@dataclass(frozen=True, slots=True)
class Source:
    """What a document is read from and how: the same source gives the same document, byte for byte."""

    account_id: str
    sha256: str
    media_type: str
    revision: str  # see ``revision`` below


def revision(engines: str, include: str) -> str:
    """Name a reading: the same bytes with more included are another."""
    return f"{engines}+{include}" if include else engines


def find(tx: Connection, source: Source) -> str | None:
    """Return the id of a document that was read of *source* before, unless a limit had cut it short."""
    known = select(documents.c.id).where(
        documents.c.account_id == source.account_id,
        documents.c.sha256 == source.sha256,
        documents.c.media_type == source.media_type,
        documents.c.revision == source.revision,
        documents.c.degraded.is_(False),
    )
    return tx.execute(known).scalar_one_or_none()


def add(tx: Connection, source: Source, *, claim: str, title: str, degraded: bool) -> str:
    """Keep what the holder of *claim* wrote, and return its id; or that of an equal document which is there already."""
    known = None if degraded else find(tx, source)
    if known is not None:
        return known
    row = {"account_id": source.account_id, "sha256": source.sha256, "media_type": source.media_type}
    row |= {"revision": source.revision, "title": title}
    tx.execute(insert(documents).values(id=claim, degraded=degraded, **row))
    return claim


def known(tx: Connection, document_id: str) -> bool:
    """Tell whether there is such a document."""
    return tx.execute(select(documents.c.id).where(documents.c.id == document_id)).first() is not None


def drop_unused(tx: Connection, document_id: str | None) -> None:
    """Let go of a document that no file refers to any more."""
    if document_id is None:
        return
    if tx.execute(select(files.c.id).where(files.c.document_id == document_id).limit(1)).first() is None:
        tx.execute(delete(documents).where(documents.c.id == document_id))
        bury(tx, document_blob(document_id), markdown_blob(document_id))


def pages(tx: Connection, document_id: str) -> int | None:
    """Return how many pages a file has whose document it is."""
    return tx.execute(select(files.c.pages).where(files.c.document_id == document_id).limit(1)).scalar_one_or_none()


def title(tx: Connection, document_id: str) -> str:
    """Return the title that the document states, or an empty string."""
    return str(tx.execute(select(documents.c.title).where(documents.c.id == document_id)).scalar_one())
