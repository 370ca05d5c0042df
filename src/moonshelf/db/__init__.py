"""The way to a database and its tables: SQLite or PostgreSQL by URL."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache

from sqlalchemy import Connection, Dialect, Engine, Select, Table, bindparam, func, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from moonshelf.db import engines
from moonshelf.db.fair_lock import FairLock
from moonshelf.db.prepared import Prepared
from moonshelf.errors import Unavailable

READ_CHANNEL = "moonshelf_read"
"""Where PostgreSQL tells that a file was read; the payload is its id."""

_NOT_DURABLE = Prepared(select(func.set_config("synchronous_commit", "off", True)))  # noqa: FBT003 - as below
_HURRY = Prepared(
    select(
        *(
            func.set_config(name, value, True)  # noqa: FBT003 - PostgreSQL's: for this transaction
            for name, value in {
                "synchronous_commit": "off",
                "plan_cache_mode": "force_generic_plan",
                "enable_hashjoin": "off",
                "enable_mergejoin": "off",
            }.items()
        )
    )
)


class Database:
    """Transactions on one engine; whoever writes is given the connection, so what belongs together commits together."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn: AbstractContextManager[None] = nullcontext() if self.shared else FairLock()
        self._not_durable = engine.execution_options(durable=False)
        reading = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if self.shared else {}
        self._reading = engine.execution_options(reading=True, **reading)

    @property
    def shared(self) -> bool:
        """Whether other machines may use this database too."""
        return self._engine.dialect.name != "sqlite"

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """Open a transaction that may write; on SQLite it holds the one write lock from its start.

        One that is not *durable* does not wait for the disk: a power cut may undo it, whole, until a durable one.

        SQLite has those who find the lock held sleep and try again, ever longer: whoever comes then overtakes them, and
        under load some waited for seconds. So this process's threads take turns.
        """
        with _connected(), self._turn, (self._engine if durable else self._not_durable).begin() as tx:
            if self.shared and not durable:
                _NOT_DURABLE.rows(tx, {})
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

    def close(self) -> None:
        """Close the pooled connections."""
        self._engine.dispose()


def connect(url: str) -> Database:
    """Open the database at *url*: ``sqlite:////srv/moonshelf/moonshelf.sqlite`` or ``postgresql://user@host/name``."""
    return Database(engines.sqlite(url) if url.startswith("sqlite") else engines.postgresql(url))


def lock(tx: Connection, table: Table, row_id: str | int) -> None:
    """Have whoever else locks this row wait for the end of *tx*; on SQLite the one write lock does that already.

    Take them in the order fair_clock, uploads, accounts, files, slices, or two transactions may wait for each other.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(locking(table), {"row_id": row_id})


@cache  # building a statement costs more than running it
def locking(table: Table) -> Select[tuple[str | int]]:
    """Select the id of the row ``row_id`` of *table*, and lock it as ``lock`` does."""
    return select(table.c.id).where(table.c.id == bindparam("row_id")).with_for_update(key_share=True)


def hurry(tx: Connection) -> None:
    """Have *tx* be quick on PostgreSQL: what it does may as well be undone by a crash, and is the same every time.

    Its commit does not wait for the disk. Its statements go by indexes alone, and are planned once: PostgreSQL would
    plan those that look for work anew each time, which took as long as running them.
    """
    if tx.dialect.name == "postgresql":
        _HURRY.rows(tx, {})


def check(tx: Connection) -> None:
    """Raise ``Unavailable`` where *tx* may not write.

    PostgreSQL may be a standby, or shut by its keeper; SQLite gives its write lock for a file that it may only read,
    and refuses the first change, be it of nothing.
    """
    if tx.dialect.name != "postgresql":
        if inspect(tx).has_table("accounts"):  # else nobody began to use it
            tx.exec_driver_sql("DELETE FROM accounts WHERE id = ''")
    elif tx.exec_driver_sql("SHOW transaction_read_only").scalar_one() != "off":
        raise Unavailable("A database that takes writes")


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


@contextmanager
def _connected() -> Iterator[None]:
    try:
        yield
    except PoolTimeoutError as error:
        raise Unavailable("A connection to the database") from error
