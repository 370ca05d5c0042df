"""Engines: how connections are opened, kept alive and given back, and how their errors are told."""

import math
import time
from functools import partial
from typing import Any

from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DatabaseError, DataError, InvalidatePoolError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from moonshelf.db import keepalives
from moonshelf.db.outages import is_outage
from moonshelf.errors import InvalidRequest, Unavailable

_BUSY_S = 30  # that another process may hold the write lock
_POOL, _POOL_WAIT_S = 20, 10
_IDLE_S = 1.0  # after which a pooled connection is asked whether it still lives, before it is used


def sqlite(url: str) -> Engine:
    """Open SQLite's file, with the same few connections again and again: to open one costs more than most questions."""
    engine = create_engine(url, connect_args={"timeout": _BUSY_S}, pool_size=_POOL, pool_use_lifo=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "handle_error", _explained)
    return engine


def postgresql(url: str) -> Engine:
    """Open PostgreSQL."""
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        connect_args=keepalives.HERE,
        pool_size=_POOL,
        pool_timeout=_POOL_WAIT_S,
    )
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "checkin", _note_return)
    event.listen(engine, "checkout", partial(_ping, engine.dialect))
    event.listen(engine, "handle_error", _explained)
    return engine


def _note_return(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info["returned"] = time.monotonic()


def _ping(dialect: Dialect, raw: DBAPIConnection, record: ConnectionPoolEntry, _: PoolProxiedConnection) -> None:
    """Make sure that a connection which lay idle still lives: a ping at each use was a tenth of what a claim costs."""
    if time.monotonic() - record.info.get("returned", math.inf) < _IDLE_S:
        return
    try:
        dialect.do_ping(raw)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _prepare_postgresql(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    raw: Any = connection  # Any: psycopg's own class, which SQLAlchemy types as an opaque one
    keepalives.keep_there(raw)


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    raw: Any = connection  # Any: the driver's own class, which SQLAlchemy types as an opaque one
    raw.isolation_level = None  # the driver must not open transactions by itself: we say BEGIN IMMEDIATE
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "journal_size_limit = 67108864"):
        raw.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(tx: Connection) -> None:
    raw: Any = tx.connection.driver_connection  # Any: sqlite3's class, which SQLAlchemy types as an opaque one
    if tx.get_execution_options().get("reading"):
        # Straight to the driver: by SQLAlchemy's own way this costs as much as the query that follows.
        raw.execute("BEGIN").close()
    else:
        # Said each time, for the connection goes from one kind of transaction to the other.
        synchronous = "FULL" if tx.get_execution_options().get("durable", True) else "NORMAL"
        raw.execute(f"PRAGMA synchronous = {synchronous}").close()
        # A deferred transaction that reads first and writes later fails at once when another one wrote in between.
        tx.exec_driver_sql("BEGIN IMMEDIATE")


def _explained(context: ExceptionContext) -> None:
    if isinstance(context.sqlalchemy_exception, DataError):  # NUL above all: PostgreSQL keeps none in a text
        raise InvalidRequest("Invalid request: it holds a character that no text has") from context.original_exception
    # DatabaseError itself, none of its kinds: SQLite's, for a file that is damaged or none of its own.
    if (
        context.is_disconnect
        or isinstance(context.sqlalchemy_exception, OperationalError)
        or is_outage(context.original_exception)
        or type(context.sqlalchemy_exception) is DatabaseError
    ):
        raise Unavailable("The database") from context.original_exception
