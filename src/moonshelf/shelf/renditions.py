"""What was made of media for models: kept for an account under the digest of its file, and removed with it."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from moonshelf import ids
from moonshelf.db.tables import files, renditions
from moonshelf.storage import BlobKey
from moonshelf.storage.tombstones import bury


@dataclass(frozen=True, slots=True)
class Made:
    """What something was made of and how: the same is never made twice for an account."""

    account_id: str
    sha256: str
    wanted: str  # digest of what was wanted, and of who made it


def find(tx: Connection, made: Made) -> BlobKey | None:
    """Name the blob that holds it, if it is there."""
    known = select(renditions.c.blob).where(
        renditions.c.account_id == made.account_id,
        renditions.c.sha256 == made.sha256,
        renditions.c.wanted == made.wanted,
        renditions.c.ready,
    )
    blob = tx.execute(known.limit(1)).scalar_one_or_none()
    return None if blob is None else BlobKey(blob)


def begin(tx: Connection, made: Made) -> BlobKey | None:
    """Name a blob before its bytes exist; None where no file has those bytes any more, so nobody would remove it."""
    its = select(files.c.id).where(files.c.account_id == made.account_id, files.c.sha256 == made.sha256)
    # Held until this commits: whoever deletes the file then sees the row.
    if tx.execute(its.limit(1).with_for_update()).first() is None:
        return None
    blob = BlobKey(f"{ids.token()}.media")
    row = {"account_id": made.account_id, "sha256": made.sha256, "wanted": made.wanted}
    tx.execute(insert(renditions).values(blob=blob, ready=False, **row))
    return blob


def finish(tx: Connection, blob: BlobKey) -> bool:
    """Say that the bytes are there; false where the file was deleted meanwhile."""
    return bool(tx.execute(update(renditions).where(renditions.c.blob == blob).values(ready=True)).rowcount)


def drop_unused(tx: Connection, account_id: str, sha256: str) -> None:
    """Let go of what was made of bytes that no file of the account has any more."""
    same = select(files.c.id).where(files.c.account_id == account_id, files.c.sha256 == sha256)
    if tx.execute(same.limit(1)).first() is not None:
        return
    gone = (renditions.c.account_id == account_id, renditions.c.sha256 == sha256)
    blobs = tx.execute(select(renditions.c.blob).where(*gone)).scalars().all()
    if blobs:
        tx.execute(delete(renditions).where(*gone))
        bury(tx, *(BlobKey(blob) for blob in blobs))
