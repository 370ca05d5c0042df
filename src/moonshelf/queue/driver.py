"""pgqueuer's way to a database: on the connection of a transaction that somebody else began.

What pgqueuer writes commits or fails with what its caller writes. Its port to a database is asynchronous; ours is a
blocking connection behind it, so none of its coroutines ever waits, and ``finished`` runs them on any thread.
"""

from collections.abc import Coroutine
from typing import Any, TypeVar, cast

import psycopg
from pgqueuer.ports.driver import Driver
from psycopg.rows import dict_row
from sqlalchemy import Connection

from moonshelf.db.outages import is_outage
from moonshelf.errors import Unavailable

_T = TypeVar("_T")


def on(tx: Connection) -> Driver:
    """Return a driver that runs its statements in *tx*; it neither listens nor notifies."""
    return cast("Driver", _OnTransaction(tx))  # of the port's methods, those that the statements need


def finished(steps: Coroutine[Any, Any, _T]) -> _T:  # Any: what it would wait for, which is nothing
    """Run a coroutine that never waits, and return its result."""
    try:
        steps.send(None)
    except StopIteration as done:
        return cast("_T", done.value)
    raise RuntimeError("pgqueuer waited, though nothing it calls does")


class _OnTransaction:
    def __init__(self, tx: Connection) -> None:
        self._tx = tx

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        return self._run(query, args).fetchall()

    async def execute(self, query: str, *args: object) -> str:
        return self._run(query, args).statusmessage or ""

    def _run(self, query: str, args: tuple[object, ...]) -> psycopg.RawCursor[dict[str, object]]:
        raw: Any = self._tx.connection.driver_connection  # Any: psycopg's, which SQLAlchemy types as an opaque one
        cursor = psycopg.RawCursor(raw, row_factory=dict_row)  # raw: the parameters are numbered, as PostgreSQL's are
        try:
            return cursor.execute(query.encode(), args or None)
        except psycopg.Error as error:
            if not is_outage(error, psycopg.OperationalError):
                raise
            raise Unavailable("The database") from error
