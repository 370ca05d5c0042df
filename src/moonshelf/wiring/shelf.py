"""What is kept of uploads, and what is let go of."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from moonshelf.db import Database
from moonshelf.limits import Limits
from moonshelf.settings import Settings
from moonshelf.shelf.contents import Contents
from moonshelf.shelf.files import Files
from moonshelf.shelf.quotas import Quotas
from moonshelf.shelf.readings import Readings
from moonshelf.shelf.sweeper import Records, Sweeper
from moonshelf.shelf.uploads import Uploads
from moonshelf.storage import BlobStore
from moonshelf.storage.tombstones import Gravedigger
from moonshelf.work.slices import Slices


class Shelf(NamedTuple):
    """An upload becomes a file, a file is read, its content is fetched, and all that ran out is swept."""

    quotas: Quotas
    uploads: Uploads
    files: Files
    readings: Readings
    contents: Contents
    sweeper: Sweeper


def build_shelf(
    settings: Settings,
    database: Database,
    blobs: BlobStore,
    slices: Slices,
    *,
    revision: str,
    limits: Limits,
    records: Sequence[Records],
) -> Shelf:
    """Build the shelf over *database* and *blobs*; *limits* and *records* are swept with it."""
    quotas = Quotas(max_files=settings.max_files, max_bytes=settings.max_bytes)
    uploads = Uploads(database, quotas, lease_s=settings.lease_s)
    mend = partial(_mend, database, slices) if database.shared else _whole
    gravedigger = Gravedigger(database, blobs)
    sweeper = Sweeper(uploads, gravedigger, limits, every_s=settings.sweep_s, mend=mend, records=records)
    contents = Contents(database, blobs, slices)
    files = Files(
        database,
        blobs,
        uploads=uploads,
        quotas=quotas,
        slices=slices,
        revision=revision,
        forget=contents.forget,
        let_go=sweeper.hurry,
    )
    readings = Readings(database, blobs, slices, revision=revision)
    return Shelf(quotas, uploads, files, readings, contents, sweeper)


def _mend(database: Database, slices: Slices) -> None:
    with database.write() as tx:
        slices.resume(tx)


def _whole() -> None:
    """Mend nothing: alone, the start does it once."""
