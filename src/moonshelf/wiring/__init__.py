"""Where the parts meet: settings in, services out. Nothing here starts anything."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from moonshelf import ids
from moonshelf.chat import Chat
from moonshelf.db import now
from moonshelf.errors import Unavailable
from moonshelf.extraction.reading import Reader
from moonshelf.limits.admission import Admission
from moonshelf.limits.gate import Gate
from moonshelf.limits.transfers import Transfers
from moonshelf.media.conversion import Media
from moonshelf.settings import Settings
from moonshelf.storage import BlobExists, BlobKey
from moonshelf.wiring.limits import build_admission, build_limits, load_tiers
from moonshelf.wiring.models import build_chat, build_media
from moonshelf.wiring.people import People, build_people
from moonshelf.wiring.ports import Ports, open_ports
from moonshelf.wiring.readers import build_reader
from moonshelf.wiring.shelf import Shelf, build_shelf
from moonshelf.work.paces import Paces
from moonshelf.work.slices import Slices

_PROBE = BlobKey("probe")


@dataclass(frozen=True)
class Services:
    """All that the edges call."""

    settings: Settings
    ports: Ports
    people: People
    gate: Gate
    admission: Admission
    transfers: Transfers
    paces: Paces
    slices: Slices
    reader: Reader
    shelf: Shelf
    media: Media
    chat: Chat

    def clock(self) -> float:
        """Return the time in Unix seconds that all machines share."""
        with self.ports.database.read() as tx:
            return now(tx)

    def checks(self) -> dict[str, str]:
        """Try what an upload needs, and say ``ok`` or what is wrong of each part."""
        found = {"database": _state(self._try_database), "storage": _state(self._try_storage)}
        if self.settings.workers:
            found["workers"] = _state(self.reader.check)
        return found

    def _try_database(self) -> None:
        with self.ports.database.write() as tx:
            tx.exec_driver_sql("SELECT 1")

    def _try_storage(self) -> None:
        probe = self.ports.spool / ids.token()
        probe.touch()
        try:
            with suppress(BlobExists):  # another machine's, just now, or left by one that died: it is removed below
                self.ports.blobs.put(_PROBE, probe)
        finally:
            probe.unlink(missing_ok=True)
        self.ports.blobs.delete(_PROBE)


def build(settings: Settings) -> Services:
    """Open what *settings* name, bring the database to this release's schema, and build every service over both."""
    ports = open_ports(settings)
    people = build_people(settings, ports.database)
    limits, tiers, transfers = build_limits(settings, ports.database), load_tiers(settings), Transfers()
    paces = Paces(workers=settings.workers)
    slices = Slices(ports.queue, slice_pages=settings.slice_pages, paces=paces, tiers=tiers)
    reader = build_reader(settings)
    shelf = build_shelf(settings, ports, slices, reader, limits=limits, records=(people.usage, people.audit))
    media = build_media(settings, ports, shelf.files, reader, transfers)
    return Services(
        settings=settings,
        ports=ports,
        people=people,
        gate=Gate(limits, tiers),
        admission=build_admission(settings),
        transfers=transfers,
        paces=paces,
        slices=slices,
        reader=reader,
        shelf=shelf,
        media=media,
        chat=build_chat(settings, media),
    )


def _state(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except Unavailable as error:
        return str(error)
    return "ok"
