"""Every error has a status, every route its docs, every migration the tables' schema."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

import shelves
from live import ROOT
from moonshelf import db
from moonshelf.db import Database, schema
from moonshelf.db.tables import metadata
from moonshelf.errors import MoonshelfError, Unavailable
from moonshelf.extraction.registry import FORMATS
from moonshelf.http.app import ROUTES
from moonshelf.http.problems import STATUS
from moonshelf.people.accounts import Accounts

_FIRST, _SHARED = "0001", "0006"
"""The first schema, and the first on PostgreSQL: before it there was one machine, and no other to work beside."""


def _family(kind: type[MoonshelfError]) -> Iterator[type[MoonshelfError]]:
    yield kind
    for one in kind.__subclasses__():
        yield from _family(one)


def test_every_error_that_can_reach_a_caller_has_a_code_and_a_status() -> None:
    inner = {"MoonshelfError", "RequestError", "ClaimLost", "Cancelled"}  # families, and what the worker catches
    for kind in _family(MoonshelfError):
        if kind.__name__ not in inner and kind.__module__.startswith("moonshelf"):
            assert kind.code
            assert any(one in STATUS for one in kind.__mro__), kind


def test_every_route_is_in_the_docs() -> None:
    docs = (ROOT / "docs" / "api.md").read_text()
    for route in ROUTES:
        path = re.sub(r"\{(file_id|upload_id|model:path)\}", "{id}", route.path)
        method = next(iter(sorted((route.methods or set()) - {"HEAD"})))
        assert f"`{method} {path}`" in docs, f"{method} {path}"


def test_every_format_is_in_the_docs() -> None:
    docs = (ROOT / "docs" / "formats.md").read_text()
    inner = {".ole", ".xls.xml", ".docx.xml", ".doc.xml"}  # what stands for files that have other names
    for one in FORMATS:
        if one.name != "Text and source code":
            lacking = [extension for extension in one.media_types if f"`{extension}`" not in docs]
            assert not set(lacking) - inner, one.name


def test_migrations_lead_to_the_tables_as_they_are(empty_url: str) -> None:
    database = db.connect(empty_url)
    schema.migrate(database)
    schema.migrate(database)
    with database.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []
    database.close()


def test_migrations_only_add_since_machines_share_and_each_step_keeps_what_is_there(empty_url: str) -> None:
    database = db.connect(empty_url)
    schema.migrate(database)
    account, newest = Accounts(database).create("ada"), _version(database)
    while (version := _version(database)) != _FIRST:
        after = _columns(database)
        schema.step_back(database)
        before = _columns(database)
        if version > _SHARED:  # a release that knows the schema before works on this one too
            assert before.items() <= after.items(), version
            tables = {table for table, _ in before}
            added = [after[one] for one in after.keys() - before.keys() if one[0] in tables]
            assert all(nullable or default is not None for _, nullable, default in added), version
    with pytest.raises(Unavailable):
        schema.step_back(database)
    schema.migrate(database)
    assert _version(database) == newest
    assert [one.id for one in Accounts(database).list()] == [account.id]
    database.close()


def test_a_release_works_on_the_schema_of_the_next(tmp_path: Path, database_url: str) -> None:
    shelf = shelves.build(tmp_path, url=database_url)
    with shelf.database.write() as tx:  # what the next release may do: add, and never take away
        tx.exec_driver_sql("ALTER TABLE files ADD COLUMN novel TEXT")
        tx.exec_driver_sql("CREATE TABLE novelties (id TEXT PRIMARY KEY)")
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    schema.migrate(shelf.database)
    account = shelf.account()
    file = shelf.add(account)
    shelf.files.delete(account, file.id)
    assert shelf.held(account) == (0, 0)
    with pytest.raises(Unavailable):
        schema.step_back(shelf.database)  # how, only the next release knows
    shelf.database.close()


def _columns(database: Database) -> dict[tuple[str, str], tuple[str, bool, str | None]]:
    """Return type, whether it may be null, and default of each column."""
    with database.read() as tx:
        found = inspect(tx)
        return {
            (table, one["name"]): (str(one["type"]), one["nullable"], one["default"])
            for table in found.get_table_names()
            for one in found.get_columns(table)
        }


def _version(database: Database) -> str:
    with database.read() as tx:
        return str(tx.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
