"""The ports to the outside, opened by what the settings name: database, storage, queue."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.exc import ProgrammingError

from moonshelf import db, ids
from moonshelf.db import Database, machines, schema
from moonshelf.errors import InvalidRequest, Unavailable
from moonshelf.errors.installation import NoDatabase, NotInstalled
from moonshelf.queue import Queue
from moonshelf.queue.local import LocalQueue
from moonshelf.settings import Settings
from moonshelf.storage import BlobStore
from moonshelf.storage.local import LocalStore

if TYPE_CHECKING:
    from moonshelf.db.listening import Listener  # an extra: where it is missing, there is none


class Ports(NamedTuple):
    """What is kept outside this process, and what is heard from there."""

    database: Database
    blobs: BlobStore
    queue: Queue
    listener: "Listener | None"  # to other machines, where there may be any
    spool: Path  # a folder for what is on its way to the blobs


def open_ports(settings: Settings) -> Ports:
    """Open them all; where the database is shared, so is the data folder, and each server has a spool of its own."""
    database = open_database(settings)
    spool = settings.data / "spool" / (ids.token() if database.shared else "")
    queue, listener = open_queue(settings, database)
    return Ports(database, open_blobs(settings, scratch=spool), queue, listener, spool)


def sqlite(settings: Settings) -> Path:
    """Tell where the database is, if it is no shared one."""
    return settings.data / "moonshelf.sqlite"


def where_kept(settings: Settings) -> tuple[str, str]:
    """Name what holds the database, and what to do where it cannot be used."""
    if settings.database_url:
        return "MOONSHELF_DATABASE_URL", "see to PostgreSQL, or put the URL right"
    return str(sqlite(settings)), "see to its disk and its owner, or bring back a copy"


def open_database(settings: Settings) -> Database:
    """Make the data folder where it is missing, and bring its database, or the shared one, to this release's schema.

    Raises ``SystemExit`` where the folder cannot be made, and ``NoDatabase``.
    """
    try:
        for folder in (settings.data, settings.data / "blobs", settings.data / "spool"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if settings.database_url is None and not sqlite(settings).exists():
            # SQLite would let everybody read it, and systemd makes folders that everybody may enter.
            sqlite(settings).touch(mode=0o600)
    except OSError as error:
        remedy = "choose a folder that can be written, with --data or MOONSHELF_DATA"
        raise SystemExit(f"The data folder {settings.data} cannot be used ({error.strerror}); {remedy}.") from None
    database = open_unmigrated(settings)
    with _told(settings):
        schema.migrate(database)
        if not database.shared:
            with database.write() as tx:
                db.check(tx)
        else:  # unchecked: what starts while there is a standby alone takes that for an outage
            from moonshelf.queue.postgres import PostgresQueue  # noqa: PLC0415 - an extra, and heavy

            PostgresQueue(database).install()
    return database


@contextmanager
def _told(settings: Settings) -> Iterator[None]:
    """Tell of a database that is not there by its place and its driver's word, which names hosts and no passwords."""
    try:
        yield
    except Unavailable as error:
        if error.__cause__ is None:
            raise
        raise _no_database(settings, error.__cause__) from error
    except ProgrammingError as error:
        if error.statement is not None:  # a bug of ours
            raise
        raise _no_database(settings, error.orig) from error  # a setting in its URL that there is not


def _no_database(settings: Settings, why: BaseException | None) -> NoDatabase:
    where, remedy = where_kept(settings)
    return NoDatabase(where, why=str(why).partition("\n")[0].rstrip("."), remedy=remedy)


def step_back(settings: Settings) -> None:
    """Give the database the schema of the release before; pgqueuer's stays, as its releases read newer ones."""
    database = open_unmigrated(settings)
    with _told(settings):
        schema.step_back(database)
    database.close()


def open_unmigrated(settings: Settings) -> Database:
    """Open the database as it is. Raises ``NotInstalled``."""
    if settings.database_url is None:
        return db.connect(f"sqlite:///{sqlite(settings)}")
    if find_spec("psycopg") is None or find_spec("pgqueuer") is None:
        raise NotInstalled("MOONSHELF_DATABASE_URL", extra="postgres")
    return db.connect(settings.database_url)


def open_blobs(settings: Settings, *, scratch: Path) -> BlobStore:
    """Open the data folder's blobs, or the object store; what is fetched from that one lies in *scratch*."""
    if settings.storage_url is None:
        if settings.download == "redirect":
            raise InvalidRequest("MOONSHELF_DOWNLOAD=redirect needs MOONSHELF_STORAGE_URL: a folder has no URLs")
        return LocalStore(settings.data / "blobs")
    if find_spec("obstore") is None:
        raise NotInstalled("MOONSHELF_STORAGE_URL", extra="objects")
    from moonshelf.storage.objects import ObjectStore  # noqa: PLC0415 - an extra, and heavy

    return ObjectStore(settings.storage_url, scratch=scratch)


def open_queue(settings: Settings, database: Database) -> "tuple[Queue, Listener | None]":
    """Open the queue in process, or the shared one and what hears from other machines."""
    if settings.database_url is None:
        return LocalQueue(database), None
    from moonshelf.db.listening import Listener  # noqa: PLC0415 - an extra
    from moonshelf.queue.postgres import PostgresQueue  # noqa: PLC0415 - an extra, and heavy

    name = machines.name(machines.here(reads=settings.workers > 0, schema=schema.newest()))
    queue, listener = PostgresQueue(database), Listener(settings.database_url, name=name)
    queue.hear(listener)
    return queue, listener
