"""What an installation stands on, tried part by part: for load balancers, at a start, and for the doctor."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from moonshelf import db, ids
from moonshelf.db import Database
from moonshelf.errors import MoonshelfError, Unavailable
from moonshelf.limits import Limits
from moonshelf.settings import Settings
from moonshelf.storage import BlobExists, BlobKey, BlobStore
from moonshelf.wiring.limits import open_valkey
from moonshelf.wiring.ports import Ports, open_blobs, open_unmigrated, sqlite, where_kept

_PROBE = BlobKey("probe")
_PROBE_SIZE = 4096  # one block of a disk: a full one still takes empty files


@dataclass(frozen=True, slots=True)
class Part:
    """One of them: its name, where it is set, what to do while *attempt* raises ``Unavailable``."""

    name: str
    where: str
    remedy: str
    attempt: Callable[[], object]
    vital: bool = True  # nothing can be uploaded without it

    def lack(self) -> str | None:
        """Say to whoever runs the installation why it cannot be used, and what to do; None where it can."""
        try:
            self.attempt()
        except MoonshelfError as error:
            if error.__cause__ is None:  # it says what to do itself
                return str(error)
            why = str(error.__cause__).partition("\n")[0].rstrip(".")
            return f"{self.where} cannot be used: {why}; {self.remedy}."
        return None


def state(attempt: Callable[[], object]) -> str:
    """Return ``ok``, or what callers may know of why it cannot be."""
    try:
        attempt()
    except Unavailable as error:
        return str(error)
    return "ok"


def inside(settings: Settings, ports: Ports, limits: Limits) -> tuple[Part, ...]:
    """Return what a running server stands on."""
    counted = (_limits(limits),) if settings.limits_url else ()
    database = _database(settings, partial(_write, ports.database))
    return database, _storage(settings, partial(_store, ports.blobs, ports.spool)), *counted


def outside(settings: Settings) -> Iterator[Part]:
    """Return what *settings* name, opened as it is tried; nothing is made or migrated, as it may be beside a server.

    What would be in the data folder is left out as long as nothing is.
    """
    if settings.database_url or sqlite(settings).exists():
        yield _database(settings, lambda: _write(open_unmigrated(settings)))
    if settings.storage_url:
        scratch = Path(tempfile.gettempdir())
        yield _storage(settings, lambda: _store(open_blobs(settings, scratch=scratch), scratch))
    elif (blobs := settings.data / "blobs").exists():
        yield _storage(settings, lambda: _store(open_blobs(settings, scratch=blobs), blobs))
    if settings.limits_url:
        yield _limits(open_valkey(settings.limits_url))


def _database(settings: Settings, attempt: Callable[[], object]) -> Part:
    return Part("database", *where_kept(settings), attempt)


def _storage(settings: Settings, attempt: Callable[[], object]) -> Part:
    until = "until then uploads and contents are answered with 503"
    if settings.storage_url:
        remedy = "see to the store, or put the URL and its credentials right"
        return Part("storage", "MOONSHELF_STORAGE_URL", f"{remedy}; {until}", attempt)
    return Part("storage", str(settings.data / "blobs"), f"see to its disk; {until}", attempt)


def _limits(limits: Limits) -> Part:
    remedy = "see to Valkey, or put the URL right; until then callers with limits are answered with 503"
    return Part("limits", "MOONSHELF_LIMITS_URL", remedy, limits.check, vital=False)


def _write(database: Database) -> None:
    with database.write() as tx:
        db.check(tx)


def _store(blobs: BlobStore, spool: Path) -> None:
    probe = spool / ids.token()
    try:
        probe.write_bytes(bytes(_PROBE_SIZE))
        # Another machine's, which came or went just now, or one left by a machine that died: it is removed below.
        with suppress(BlobExists, KeyError):
            blobs.put(_PROBE, probe)
    except OSError as error:
        raise Unavailable("Space for uploads") from error
    finally:
        with suppress(OSError):  # the folder may be one that we cannot even enter
            probe.unlink(missing_ok=True)
    blobs.delete(_PROBE)
