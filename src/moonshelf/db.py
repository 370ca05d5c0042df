"""The tables, and the way to a database: SQLite or PostgreSQL by URL."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Dialect,
    Engine,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    false,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from moonshelf.errors import InvalidRequest, Unavailable

BUSY_TIMEOUT_S = 30
READ_CHANNEL = "moonshelf_read"
"""Where PostgreSQL tells that a file was read; the payload is its id."""
_POOL = 20
_POOL_WAIT_S = 10
DEAD_LINK = {  # libpq's words: a cut link is an error within about ten seconds, not a thread that waits for ever
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_MIGRATING = 0x6D6F6F6E  # the advisory lock that one of several starting machines holds
_ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only in a column of type INTEGER

metadata = MetaData()

accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),  # admin | member
    Column("files", Integer, nullable=False, server_default="0"),  # held or reserved
    Column("bytes", BigInteger, nullable=False, server_default="0"),  # held or reserved
    Column("served", Float, nullable=False, server_default="0"),  # virtual time up to which its slices were served
    Column("tier", Text),  # name of its set of limits; null: the one that settings name
    Column("created_at", BigInteger, nullable=False),
    Column("password", Text),  # argon2's own string; null for whoever uses keys alone
    Column("max_files", Integer),  # null: as the settings say
    Column("max_bytes", BigInteger),  # null: as the settings say
)

keys = Table(
    "keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("hash", Text, nullable=False, unique=True),  # sha256; a key has 256 bits of its own, so no salt
    Column("hint", Text, nullable=False),  # enough of the key to know it again
    Column("name", Text, nullable=False),
    Column("tier", Text),  # a set of limits of its own, beside its account's
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("expires_at", BigInteger),
    Column("scopes", Text, nullable=False, server_default="read write chat"),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("blob", Text, nullable=False),  # named before its bytes exist, so somebody always knows them
    Column("bytes", BigInteger, nullable=False),  # reserved; 0 where the length was not announced
    Column("lease_until", Float, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Text, primary_key=True),  # also the claim that wrote its blobs, and so their names
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("sha256", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("revision", Text, nullable=False),  # engines and options
    Column("title", Text, nullable=False),
    Column("degraded", Boolean, nullable=False),
)
Index(
    "documents_reusable",
    *(documents.c.account_id, documents.c.sha256, documents.c.media_type, documents.c.revision),
    unique=True,
    sqlite_where=text("NOT degraded"),
    postgresql_where=text("NOT degraded"),
)

files = Table(
    "files",
    metadata,
    Column("id", Text, primary_key=True),  # in the order of time
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("filename", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("blob", Text, nullable=False),
    Column("status", Text, nullable=False),  # created | ok | error
    Column("status_details", Text, nullable=False, server_default=""),
    Column("pages", Integer),
    Column("document_id", Text, ForeignKey("documents.id")),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("include", Text, nullable=False, server_default=""),  # what is read besides: formulas, hidden
    Column("media", Text),  # what an image or a video measures, as JSON
    UniqueConstraint("account_id", "filename"),
    Index("files_document", "document_id"),
    Index("files_expiry", "expires_at"),
    Index("files_list", "account_id", "id"),
)

renditions = Table(
    "renditions",
    metadata,
    Column("blob", Text, primary_key=True),  # named before its bytes exist, so somebody always knows them
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("sha256", Text, nullable=False),  # of the file it was made of
    Column("wanted", Text, nullable=False),  # digest of what was wanted, and of who made it
    Column("ready", Boolean, nullable=False),
    Index("renditions_source", "account_id", "sha256"),
)

slices = Table(
    "slices",
    metadata,
    Column("id", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("file_id", Text, ForeignKey("files.id"), nullable=False),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("kind", Text, nullable=False),  # read | join
    Column("state", Text, nullable=False),  # waiting | claimed | done
    Column("first_page", Integer, nullable=False),
    Column("last_page", Integer),  # null for the opening slice: nobody has counted yet
    Column("pages_done", Integer, nullable=False, server_default="0"),
    Column("route", Text, nullable=False, server_default=""),  # by which it is read: see paces
    Column("ocr_share", Float, nullable=False, server_default="0"),  # of its pages that should want the recogniser
    Column("bulk", Boolean, nullable=False, server_default=false()),  # waits until nothing else does
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("claim", Text),  # of the worker that reads it, or read it; names its blobs
    Column("ticket", Text),  # of the token that was spent on the claim, where the queue gives them out again
    Index("slices_order", "account_id", "state", "bulk", "first_page", "id"),
    Index("slices_file", "file_id"),
    Index("slices_claim", "claim"),
    Index("slices_ticket", "ticket"),
)

fair_clock = Table("fair_clock", metadata, Column("id", Integer, primary_key=True), Column("now", Float))

limit_buckets = Table(
    "limit_buckets",
    metadata,
    Column("bucket", Text, primary_key=True),
    Column("arrival", Float, nullable=False),  # Unix time at which it will be full again
    Column("period_s", Float, nullable=False),
)

limit_slots = Table(
    "limit_slots",
    metadata,
    Column("token", Text, primary_key=True),
    Column("bucket", Text, nullable=False),
    Column("until", Float, nullable=False),
    Index("limit_slots_bucket", "bucket", "until"),
)

paces = Table(
    "paces",
    metadata,
    Column("host", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("seconds", Float, nullable=False),
    Column("at", Float, nullable=False),  # Unix time of the newest
)

tombstones = Table("tombstones", metadata, Column("blob", Text, primary_key=True))

sessions = Table(
    "sessions",
    metadata,
    Column("hash", Text, primary_key=True),  # sha256 of the cookie
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("sessions_account", "account_id"),
    Index("sessions_expiry", "expires_at"),
)

links = Table(
    "links",
    metadata,
    Column("hash", Text, primary_key=True),  # sha256 of the link's token
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("hash", Text, primary_key=True),  # sha256 of the name that was given, whether or not there is one
    Column("failures", Integer, nullable=False),
    Column("until", BigInteger, nullable=False),  # then it is forgotten
)

audit = Table(
    "audit",
    metadata,
    Column("id", Text, primary_key=True),  # in the order of time
    Column("at", BigInteger, nullable=False),
    Column("account_id", Text, nullable=False),  # who did it
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),  # what it was done to
    Index("audit_at", "at"),
)

usage = Table(
    "usage",
    metadata,
    Column("hour", BigInteger, primary_key=True),  # Unix seconds of its start
    Column("account_id", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
)


class Database:
    """Transactions on one engine; whoever writes is given the connection, so what belongs together commits together."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        reading = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if self.shared else {}
        self._reading = engine.execution_options(reading=True, **reading)

    @property
    def shared(self) -> bool:
        """Whether other machines may use this database too."""
        return self._engine.dialect.name != "sqlite"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that may write; on SQLite it holds the one write lock from its start."""
        with _connected(), self._engine.begin() as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that sees one moment and writes nothing."""
        with _connected(), self._reading.connect() as tx:
            yield tx

    @contextmanager
    def raw(self) -> Iterator[Connection]:
        """Open a connection that commits each statement by itself: some changes of a schema need that."""
        with _connected(), self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    def migrate(self) -> None:
        """Bring the schema to this release's; safe to call by several processes at once.

        A schema that a newer release has migrated stays as it is: its release before, this one, can work on it, so
        that the machines of an installation may be restarted one after the other.
        """
        with self._migrating() as (config, version):
            if version is None or version in _versions(config):
                command.upgrade(config, "head")

    def step_back(self) -> None:
        """Bring the schema to that of the release before this one. Raises ``Unavailable`` where there is none."""
        with self._migrating() as (config, version):
            known = version is not None and version in _versions(config)
            before = ScriptDirectory.from_config(config).get_revision(str(version)).down_revision if known else None
            if before is None:
                raise Unavailable("A schema before this one")
            command.downgrade(config, str(before))

    def close(self) -> None:
        """Close the pooled connections."""
        self._engine.dispose()

    @contextmanager
    def _migrating(self) -> Iterator[tuple[Config, str | None]]:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.write() as tx:
            if self.shared:
                tx.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
            config.attributes["connection"] = tx
            yield config, MigrationContext.configure(tx).get_current_revision()


def connect(url: str) -> Database:
    """Open the database at *url*: ``sqlite:////srv/moonshelf/moonshelf.sqlite`` or ``postgresql://user@host/name``."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            connect_args=DEAD_LINK,
            pool_size=_POOL,
            pool_timeout=_POOL_WAIT_S,
            pool_pre_ping=True,
        )
    event.listen(engine, "handle_error", _explained)
    return Database(engine)


def lock(tx: Connection, table: Table, row_id: str | int) -> None:
    """Have whoever else locks this row wait for the end of *tx*; on SQLite the one write lock does that already.

    Take them in the order fair_clock, uploads, accounts, files, slices, or two transactions may wait for each other.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(select(table.c.id).where(table.c.id == row_id).with_for_update(key_share=True))


def now(tx: Connection) -> float:
    """Return the time in Unix seconds: the database's, which is one for all machines, whatever their clocks say."""
    if tx.dialect.name == "postgresql":
        return float(tx.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one())
    return time.time()


def upsert(dialect: Dialect, table: Table) -> "postgresql.Insert | sqlite.Insert":
    """Return an insertion that can say what happens on a conflict; each database has a class of its own."""
    return postgresql.insert(table) if dialect.name == "postgresql" else sqlite.insert(table)


def announce(tx: Connection, file_id: str) -> None:
    """Tell every machine that this file was read, once *tx* has committed; alone, there is nobody to tell."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_notify(READ_CHANNEL, file_id)))


def _versions(config: Config) -> set[str]:
    return {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}


@contextmanager
def _connected() -> Iterator[None]:
    try:
        yield
    except PoolTimeoutError as error:
        raise Unavailable("A connection to the database") from error


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    raw: Any = connection  # Any: the driver's own class, which SQLAlchemy types as an opaque one
    raw.isolation_level = None  # the driver must not open transactions by itself: we say BEGIN IMMEDIATE
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "journal_size_limit = 67108864"):
        raw.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(tx: Connection) -> None:
    if tx.get_execution_options().get("reading"):
        # Straight to the driver: by SQLAlchemy's own way this costs as much as the query that follows.
        raw: Any = tx.connection.driver_connection  # Any: sqlite3's class, which SQLAlchemy types as an opaque one
        raw.execute("BEGIN").close()
    else:
        # A deferred transaction that reads first and writes later fails at once when another one wrote in between.
        tx.exec_driver_sql("BEGIN IMMEDIATE")


def _explained(context: ExceptionContext) -> None:
    if isinstance(context.sqlalchemy_exception, DataError):  # NUL above all: PostgreSQL keeps none in a text
        raise InvalidRequest("Invalid request: it holds a character that no text has") from context.original_exception
    if context.is_disconnect or isinstance(context.sqlalchemy_exception, OperationalError):
        raise Unavailable("The database") from context.original_exception
