"""Holds a data folder's database against its blobs: nothing missing, nothing left over, no quota off by a byte."""

from contextlib import closing
from pathlib import Path

from sqlalchemy import func, select

from moonshelf import db
from moonshelf.db.tables import accounts, documents, files, slices, upload_parts, uploads
from moonshelf.storage import BlobStore
from moonshelf.storage.local import LocalStore
from moonshelf.work.claims import document_blob, facts_blob, markdown_blob


def unread(url: str) -> int:
    """Count the files that are still to be read."""
    database = db.connect(url)
    with database.read() as tx:
        count = tx.execute(select(func.count()).where(files.c.status == "created")).scalar_one()
    database.close()
    return int(count)


def under_way(url: str) -> int:
    """Count the uploads whose leases have not run out."""
    with closing(db.connect(url)) as database, database.read() as tx:
        living = select(func.count()).where(uploads.c.lease_until >= db.now(tx))
        return int(tx.execute(living).scalar_one())


def check(data: Path) -> None:
    """Assert that blobs and counters are exactly what the rows say; for a folder at rest, after a sweep."""
    balance(f"sqlite:///{data / 'moonshelf.sqlite'}", LocalStore(data / "blobs"))


def balance(url: str, blobs: BlobStore) -> None:
    """Assert the same of any database and storage."""
    database = db.connect(url)
    with database.read() as tx:
        named = set(tx.execute(select(files.c.blob)).scalars())
        for document in tx.execute(select(documents.c.id)).scalars():
            named |= {document_blob(document), markdown_blob(document)}
        named |= {facts_blob(claim) for claim in tx.execute(select(slices.c.claim)).scalars() if claim}
        for under_way in (uploads, upload_parts):
            assert tx.execute(select(func.count()).select_from(under_way)).scalar_one() == 0
        for account in tx.execute(select(accounts)):
            held = select(func.count(), func.coalesce(func.sum(files.c.bytes), 0))
            assert (account.files, account.bytes) == tuple(
                tx.execute(held.where(files.c.account_id == account.id)).one()
            )
        orphans = select(func.count()).where(
            documents.c.id.not_in(select(files.c.document_id).where(files.c.document_id.is_not(None)))
        )
        assert tx.execute(orphans).scalar_one() == 0
    database.close()
    there = set(blobs.keys()) - {"probe"}
    assert there == named, f"left over: {there - named}, missing: {named - there}"
