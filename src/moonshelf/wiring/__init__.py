"""Where the parts meet: settings in, services out. Nothing here starts anything."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from moonshelf import ids
from moonshelf.chat import Chat
from moonshelf.db import READ_CHANNEL, Database
from moonshelf.errors import Unavailable
from moonshelf.extraction.reading import Reader
from moonshelf.limits.admission import Admission
from moonshelf.limits.gate import Gate
from moonshelf.limits.transfers import Transfers
from moonshelf.media.conversion import Media
from moonshelf.media.views import Views
from moonshelf.people.accounts import Accounts
from moonshelf.people.audit import Audit
from moonshelf.people.identities import Identities
from moonshelf.people.openid import Provider
from moonshelf.people.passwords import Passwords
from moonshelf.people.sessions import Sessions
from moonshelf.people.usage import Usage
from moonshelf.queue import Queue
from moonshelf.settings import Settings
from moonshelf.shelf.catalogue import Catalogue
from moonshelf.shelf.files import Files
from moonshelf.shelf.pictures import Pictures
from moonshelf.shelf.quotas import Quotas
from moonshelf.shelf.sweeper import Sweeper
from moonshelf.shelf.uploads import Uploads
from moonshelf.shelf.waiting import Bell
from moonshelf.storage import BlobExists, BlobKey, BlobStore
from moonshelf.storage.tombstones import Gravedigger
from moonshelf.wiring.models import build_chat, build_media
from moonshelf.wiring.peak import build_admission, build_limits, load_tiers
from moonshelf.wiring.people import build_provider, build_records
from moonshelf.wiring.ports import open_blobs, open_database, open_queue
from moonshelf.wiring.readers import build_reader
from moonshelf.work.paces import Paces
from moonshelf.work.slices import Slices

if TYPE_CHECKING:
    from moonshelf.db.listening import Listener  # an extra: where it is missing, there is none

_PROBE = BlobKey("probe")


@dataclass(frozen=True)
class Services:
    """All that the edges call."""

    settings: Settings
    spool: Path
    database: Database
    blobs: BlobStore
    queue: Queue
    accounts: Accounts
    gate: Gate
    admission: Admission
    transfers: Transfers
    paces: Paces
    uploads: Uploads
    slices: Slices
    files: Files
    sweeper: Sweeper
    reader: Reader
    bell: Bell
    media: Media
    chat: Chat
    listener: "Listener | None"  # to other machines, where there may be any
    quotas: Quotas
    usage: Usage
    audit: Audit
    passwords: Passwords
    sessions: Sessions
    identities: Identities
    provider: Provider | None  # of identities, where the operator named one
    catalogue: Catalogue
    pictures: Pictures

    def checks(self) -> dict[str, str]:
        """Try what an upload needs, and say ``ok`` or what is wrong of each part."""
        found = {"database": _state(self._try_database), "storage": _state(self._try_storage)}
        if self.settings.workers:
            found["workers"] = _state(self.reader.check)
        return found

    def _try_database(self) -> None:
        with self.database.write() as tx:
            tx.exec_driver_sql("SELECT 1")

    def _try_storage(self) -> None:
        probe = self.spool / ids.token()
        probe.touch()
        with suppress(BlobExists):  # another machine's, just now, or left by one that died: the next line removes it
            self.blobs.put(_PROBE, probe)
        probe.unlink(missing_ok=True)
        self.blobs.delete(_PROBE)


def build(settings: Settings) -> Services:
    """Build every service over the data folder, which ``prepare`` has made."""
    database = open_database(settings)
    spool = settings.data / "spool" / (ids.token() if database.shared else "")
    blobs = open_blobs(settings, scratch=spool)
    queue, listener = open_queue(settings, database)
    quotas, bell = Quotas(max_files=settings.max_files, max_bytes=settings.max_bytes), Bell()
    if listener is not None:
        listener.on(READ_CHANNEL, bell.ring)
    uploads = Uploads(database, quotas, lease_s=settings.lease_s)
    tiers, paces = load_tiers(settings), Paces(workers=settings.workers)
    slices = Slices(queue, slice_pages=settings.slice_pages, paces=paces, tiers=tiers)
    gravedigger, limits = Gravedigger(database, blobs), build_limits(settings, database)
    usage, audit = build_records(settings, database)
    mend = partial(_mend, database, slices) if database.shared else _whole
    sweeper = Sweeper(uploads, gravedigger, limits, every_s=settings.sweep_s, mend=mend, records=(usage, audit))
    reader, transfers = build_reader(settings), Transfers()
    parts, revision = (database, blobs), reader.revision
    files = Files(*parts, uploads=uploads, quotas=quotas, slices=slices, revision=revision, let_go=sweeper.hurry)
    media = build_media(settings, Views(database, blobs, reader, spool=spool), files, reader, transfers)
    return Services(
        settings=settings,
        spool=spool,
        database=database,
        blobs=blobs,
        queue=queue,
        accounts=Accounts(database),
        gate=Gate(limits, tiers),
        admission=build_admission(settings),
        transfers=transfers,
        paces=paces,
        uploads=uploads,
        slices=slices,
        files=files,
        sweeper=sweeper,
        reader=reader,
        bell=bell,
        media=media,
        chat=build_chat(settings, media),
        listener=listener,
        quotas=quotas,
        usage=usage,
        audit=audit,
        passwords=Passwords(database),
        sessions=Sessions(database, lifetime_s=settings.session_s),
        identities=Identities(database),
        provider=build_provider(settings),
        catalogue=Catalogue(database, slices),
        pictures=Pictures(files, reader),
    )


def _mend(database: Database, slices: Slices) -> None:
    with database.write() as tx:
        slices.resume(tx)


def _whole() -> None:
    """Mend nothing: alone, the start does it once."""


def _state(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except Unavailable as error:
        return str(error)
    return "ok"
