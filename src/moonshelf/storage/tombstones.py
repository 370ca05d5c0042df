"""Blobs that must go: named in the transaction that lets go of them, removed after it."""

from sqlalchemy import Connection, delete, insert, select

from moonshelf.db import Database, now
from moonshelf.db.tables import tombstones
from moonshelf.storage import BlobKey, BlobStore

_BATCH = 500
_LATE_S = 300.0  # what a cut link held back arrives when it is whole again, even from a machine that has given up


def bury(tx: Connection, *blobs: BlobKey, late: bool = False) -> None:
    """Have *blobs* removed once *tx* has committed; no row may name them any more.

    Those that may come *late*, because another machine may be writing them yet, are removed again for a while.
    """
    if blobs:
        until = now(tx) + _LATE_S if late else 0.0
        tx.execute(insert(tombstones), [{"blob": blob, "until": until} for blob in blobs])


class Gravedigger:
    """Removes what is buried."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._db = database
        self._blobs = blobs

    def dig(self) -> int:
        """Remove every buried blob and return how many there were. Dying midway repeats a removal, no more."""
        removed, last = 0, ""
        while batch := self._buried(after=last):
            for blob in batch:
                self._blobs.delete(blob)
            with self._db.write() as tx:
                over = delete(tombstones).where(tombstones.c.blob.in_(batch), tombstones.c.until <= now(tx))
                tx.execute(over)
            removed += len(batch)
            last = batch[-1]
        return removed

    def _buried(self, *, after: str) -> list[BlobKey]:
        with self._db.read() as tx:
            buried = select(tombstones.c.blob).where(tombstones.c.blob > after).order_by(tombstones.c.blob)
            return [BlobKey(blob) for blob in tx.execute(buried.limit(_BATCH)).scalars()]
