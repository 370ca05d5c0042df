"""Databases with this release's schema: made once, then copied, as to migrate one takes longer than most tests."""

import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from moonshelf import db
from moonshelf.db import schema
from servers.postgres import Postgres


def on_sqlite(path: Path) -> str:
    """Give the URL of the database at *path*, which is made where there is none."""
    if not path.exists():
        path.write_bytes(_file())
    return f"sqlite:///{path}"


def on_postgresql(server: Postgres) -> str:
    """Make a database, and give its URL."""
    return server.database(like=_pattern(server))


@cache
def _file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pattern.sqlite"
        _migrate(f"sqlite:///{path}")
        return path.read_bytes()


@cache
def _pattern(server: Postgres) -> str:
    url = server.database()
    _migrate(url)
    return url.rpartition("/")[2]


def _migrate(url: str) -> None:
    with closing(db.connect(url)) as database:
        schema.migrate(database)
