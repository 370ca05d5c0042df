"""Statements that are built once and run often.

What SQLAlchemy does for each run takes longer than PostgreSQL needs to run a statement of a few rows. So there the text
of such a one is made once, and goes straight to the driver, on the connection of the transaction that it belongs to.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Update

from moonshelf.db.outages import is_outage
from moonshelf.errors import Unavailable

_Statement = Select[Any] | Update  # Any: whatever it selects


class Prepared:
    """One statement, whose values are texts, numbers, booleans and lists of them: they need no translation."""

    def __init__(self, statement: _Statement, *, on_postgresql: _Statement | None = None) -> None:
        """Where the databases need different words, *on_postgresql* is run there."""
        self._statement = statement
        self._on_postgresql = statement if on_postgresql is None else on_postgresql
        self._text = b""
        self._fixed: Mapping[str, object] = {}

    def rows(self, tx: Connection, values: Mapping[str, object]) -> Sequence[Any]:  # Any: columns by their names
        """Run it and return what it found."""
        if tx.dialect.name == "postgresql":
            return list(self._sent(tx, values))
        return tx.execute(self._statement, values).all()

    def count(self, tx: Connection, values: Mapping[str, object]) -> int:
        """Run it and return how many rows it wrote."""
        if tx.dialect.name == "postgresql":
            return int(self._sent(tx, values).rowcount)
        return tx.execute(self._statement, values).rowcount

    def _sent(self, tx: Connection, values: Mapping[str, object]) -> Any:  # Any: psycopg's cursor; it is an extra
        from psycopg import Error, OperationalError  # noqa: PLC0415 - an extra
        from psycopg.rows import namedtuple_row  # noqa: PLC0415 - an extra

        if not self._text:
            self._compile(tx)
        raw: Any = tx.connection.driver_connection  # Any: psycopg's, which SQLAlchemy types as an opaque one
        try:
            return raw.cursor(row_factory=namedtuple_row).execute(self._text, {**self._fixed, **values})
        except Error as error:
            if not is_outage(error, OperationalError):
                raise
            raise Unavailable("The database") from error

    def _compile(self, tx: Connection) -> None:
        compiled = self._on_postgresql.compile(dialect=tx.dialect)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._text = str(compiled).encode()
