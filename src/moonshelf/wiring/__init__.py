"""Where the parts meet: settings in, services out. Nothing here starts anything."""

from collections.abc import Sequence
from dataclasses import dataclass

from moonshelf.chat import Chat
from moonshelf.db import machines, now
from moonshelf.db.machines import Machine
from moonshelf.extraction.reading import Reader
from moonshelf.limits.admission import Admission
from moonshelf.limits.gate import Gate
from moonshelf.limits.transfers import Transfers
from moonshelf.media.conversion import Media
from moonshelf.media.measuring import Measuring
from moonshelf.settings import Settings
from moonshelf.wiring.checks import Part, inside, state
from moonshelf.wiring.limits import build_admission, build_limits, load_tiers
from moonshelf.wiring.models import build_chat, build_media
from moonshelf.wiring.people import People, build_people
from moonshelf.wiring.ports import Ports, open_ports
from moonshelf.wiring.readers import build_reader
from moonshelf.wiring.shelf import Shelf, build_shelf
from moonshelf.work.paces import Paces
from moonshelf.work.slices import Slices


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
    measuring: Measuring
    media: Media
    chat: Chat
    parts: Sequence[Part]  # that it stands on

    def clock(self) -> float:
        """Return the time in Unix seconds that all machines share."""
        with self.ports.database.read() as tx:
            return now(tx)

    def machines(self) -> Sequence[Machine]:
        """Return the servers and workers of this installation that run; alone, this one."""
        if not self.ports.database.shared:
            return (machines.here(reads=self.settings.workers > 0),)
        with self.ports.database.read() as tx:
            return machines.running(tx)

    def checks(self) -> dict[str, str]:
        """Try what an upload needs, and say ``ok`` or what is wrong of each part."""
        found = {part.name: state(part.attempt) for part in self.parts if part.vital}
        if self.settings.workers:
            found["workers"] = state(self.reader.check)
        return found


def build(settings: Settings) -> Services:
    """Open what *settings* name, bring the database to this release's schema, and build every service over both."""
    ports = open_ports(settings)
    people = build_people(settings, ports.database)
    limits, tiers, transfers = build_limits(settings, ports.database), load_tiers(settings), Transfers()
    paces = Paces(workers=settings.workers)
    slices = Slices(ports.queue, slice_pages=settings.slice_pages, paces=paces, tiers=tiers)
    reader = build_reader(settings)
    chores = (limits.sweep, people.usage.expire, people.audit.expire)
    shelf = build_shelf(settings, ports, slices, reader, chores=chores)
    measuring, media = build_media(settings, ports, shelf.files, reader, transfers)
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
        measuring=measuring,
        media=media,
        chat=build_chat(settings, media),
        parts=inside(settings, ports, limits),
    )
