"""Where the parts meet: settings in, services out. Nothing here starts anything."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from moonshelf import ids
from moonshelf.chat import Chat
from moonshelf.db import READ_CHANNEL, Database, now
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
from moonshelf.shelf.contents import Contents
from moonshelf.shelf.files import Files
from moonshelf.shelf.pictures import Pictures
from moonshelf.shelf.quotas import Quotas
from moonshelf.shelf.readings import Readings
from moonshelf.shelf.sweeper import Sweeper
from moonshelf.shelf.uploads import Uploads
from moonshelf.shelf.waiting import Bell
from moonshelf.storage import BlobExists, BlobKey, BlobStore
from moonshelf.wiring.models import build_chat, build_media
from moonshelf.wiring.peak import build_admission, build_limits, load_tiers
from moonshelf.wiring.people import build_provider, build_records
from moonshelf.wiring.ports import open_blobs, open_database, open_queue
from moonshelf.wiring.readers import build_reader
from moonshelf.wiring.shelf import build_shelf
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
    contents: Contents
    readings: Readings
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

    def clock(self) -> float:
        """Return the time in Unix seconds that all machines share."""
        with self.database.read() as tx:
            return now(tx)

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
        try:
            with suppress(BlobExists):  # another machine's, just now, or left by one that died: it is removed below
                self.blobs.put(_PROBE, probe)
        finally:
            probe.unlink(missing_ok=True)
        self.blobs.delete(_PROBE)


def build(settings: Settings) -> Services:
    """Open what *settings* name, bring the database to this release's schema, and build every service over both."""
    database = open_database(settings)
    spool = settings.data / "spool" / (ids.token() if database.shared else "")
    blobs = open_blobs(settings, scratch=spool)
    queue, listener = open_queue(settings, database)
    bell = Bell()
    if listener is not None:
        listener.on(READ_CHANNEL, bell.ring)
    tiers, paces = load_tiers(settings), Paces(workers=settings.workers)
    slices = Slices(queue, slice_pages=settings.slice_pages, paces=paces, tiers=tiers)
    usage, audit = build_records(settings, database)
    reader, transfers, limits = build_reader(settings), Transfers(), build_limits(settings, database)
    revision, records = reader.revision, (usage, audit)
    shelf = build_shelf(settings, database, blobs, slices, revision=revision, limits=limits, records=records)
    media = build_media(settings, Views(database, blobs, reader, spool=spool), shelf.files, reader, transfers)
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
        uploads=shelf.uploads,
        slices=slices,
        files=shelf.files,
        contents=shelf.contents,
        readings=shelf.readings,
        sweeper=shelf.sweeper,
        reader=reader,
        bell=bell,
        media=media,
        chat=build_chat(settings, media),
        listener=listener,
        quotas=shelf.quotas,
        usage=usage,
        audit=audit,
        passwords=Passwords(database),
        sessions=Sessions(database, lifetime_s=settings.session_s),
        identities=Identities(database),
        provider=build_provider(settings),
        catalogue=Catalogue(database, slices),
        pictures=Pictures(shelf.files, reader),
    )


def _state(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except Unavailable as error:
        return str(error)
    return "ok"
