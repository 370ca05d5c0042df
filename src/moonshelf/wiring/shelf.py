"""What is kept of uploads, and what is let go of."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from moonshelf.db import READ_CHANNEL, Database
from moonshelf.extraction.reading import Reader
from moonshelf.settings import Settings
from moonshelf.shelf.catalogue import Catalogue
from moonshelf.shelf.contents import Contents
from moonshelf.shelf.departures import Departures
from moonshelf.shelf.files import Files
from moonshelf.shelf.multipart import MultipartUploads
from moonshelf.shelf.parts import Parts
from moonshelf.shelf.pictures import Pictures
from moonshelf.shelf.quotas import Quotas
from moonshelf.shelf.readings import Readings
from moonshelf.shelf.sweeper import Sweeper
from moonshelf.shelf.uploads import Uploads
from moonshelf.shelf.waiting import Bell
from moonshelf.storage.tombstones import Gravedigger
from moonshelf.wiring.ports import Ports
from moonshelf.work.slices import Slices


class Shelf(NamedTuple):
    """An upload becomes a file, a file is read, its content is fetched, and all that ran out is swept."""

    quotas: Quotas
    uploads: Uploads
    multipart: MultipartUploads
    parts: Parts
    files: Files
    readings: Readings
    contents: Contents
    catalogue: Catalogue
    pictures: Pictures
    departures: Departures
    bell: Bell
    sweeper: Sweeper


def build_shelf(
    settings: Settings, ports: Ports, slices: Slices, reader: Reader, *, chores: Sequence[Callable[[], None]]
) -> Shelf:
    """Build the shelf over *ports*; *chores* are the sweeper's."""
    database, blobs = ports.database, ports.blobs
    quotas = Quotas(max_files=settings.max_files, max_bytes=settings.max_bytes)
    uploads = Uploads(database, quotas, lease_s=settings.lease_s)
    multipart, parts = MultipartUploads(database, uploads), Parts(database, blobs, uploads)
    contents = Contents(database, blobs, slices)
    files = Files(database, blobs, uploads=uploads, slices=slices, revision=reader.revision)
    chores = [*chores, parts.expire, multipart.expire]
    if database.shared:  # alone, the start does it once
        chores.insert(0, lambda: _take_up(database, slices))
    sweeper = Sweeper(uploads, files, Gravedigger(database, blobs), chores, every_s=settings.sweep_s)
    files.when_deleted(contents.forget)
    files.when_deleted(lambda *_: sweeper.dig_soon())
    return Shelf(
        quotas=quotas,
        uploads=uploads,
        multipart=multipart,
        parts=parts,
        files=files,
        readings=Readings(database, blobs, slices, revision=reader.revision),
        contents=contents,
        catalogue=Catalogue(database, slices),
        pictures=Pictures(files, reader),
        departures=Departures(database, files, uploads),
        bell=_bell(ports),
        sweeper=sweeper,
    )


def _bell(ports: Ports) -> Bell:
    bell = Bell()
    if ports.listener is not None:
        ports.listener.on(READ_CHANNEL, bell.ring)
    return bell


def _take_up(database: Database, slices: Slices) -> None:
    """Put right between queue and slices what nobody is left to put right."""
    with database.write() as tx:
        slices.resume(tx)
