"""The machines of an installation, as PostgreSQL sees them: each server and worker listens there while it runs.

The connection on which it listens is called by the newest schema that its release knows, by whether it reads, and by
its host. PostgreSQL lets go of it within seconds of its machine's end, so nobody has to write down who is alive.
"""

import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, column, func, select
from sqlalchemy import table as sql_table

_NAMED: Final = re.compile(r"moonshelf (?P<schema>\d+) (?P<does>reads|answers) on (?P<host>.+)")
_ACTIVITY: Final = sql_table("pg_stat_activity", column("application_name"), column("datname"))


@dataclass(frozen=True, slots=True)
class Machine:
    """A server or worker that runs; two on one host are two."""

    host: str
    reads: bool
    schema: str  # the newest that its release knows


def here(*, reads: bool, schema: str = "") -> Machine:
    """Return this one."""
    return Machine(socket.gethostname(), reads, schema)


def name(machine: Machine) -> str:
    """Name the connection on which it listens; PostgreSQL keeps the first 63 bytes."""
    return f"moonshelf {machine.schema} {'reads' if machine.reads else 'answers'} on {machine.host}"


def running(tx: Connection) -> Sequence[Machine]:
    """Return those of the database that *tx* is on; on SQLite none, as nobody listens there."""
    if tx.dialect.name != "postgresql":
        return ()
    tx.execute(select(func.pg_stat_clear_snapshot()))  # or all answers of a transaction are the first one
    names = select(_ACTIVITY.c.application_name).where(_ACTIVITY.c.datname == func.current_database())
    found = (_NAMED.fullmatch(one or "") for one in tx.execute(names).scalars())
    return [Machine(one["host"], one["does"] == "reads", one["schema"]) for one in found if one]
