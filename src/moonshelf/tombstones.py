"""Blobs that must go: named in the transaction that lets go of them, removed after it."""

from sqlalchemy import Connection, delete, insert, select

from moonshelf.db import Database
from moonshelf.storage import BlobKey, BlobStore
from moonshelf.tables import tombstones

_BATCH = 500


def bury(tx: Connection, *blobs: BlobKey) -> None:
    """Have *blobs* removed once *tx* has committed; no row may name them any more."""
    if blobs:
        tx.execute(insert(tombstones), [{"blob": blob} for blob in blobs])


class Gravedigger:
    """Removes what is buried."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._db = database
        self._blobs = blobs

    def dig(self) -> int:
        """Remove every buried blob and return how many there were. Dying midway repeats a removal, no more."""
        removed = 0
        while batch := self._buried():
            for blob in batch:
                self._blobs.delete(blob)
            with self._db.write() as tx:
                tx.execute(delete(tombstones).where(tombstones.c.blob.in_(batch)))
            removed += len(batch)
        return removed

    def _buried(self) -> list[BlobKey]:
        with self._db.read() as tx:
            buried = select(tombstones.c.blob).limit(_BATCH)
            return [BlobKey(blob) for blob in tx.execute(buried).scalars()]
