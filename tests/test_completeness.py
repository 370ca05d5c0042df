"""Every error has a status, every route its docs, every migration the tables' schema."""

from collections.abc import Iterator
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from live import ROOT
from moonshelf import db
from moonshelf.errors import MoonshelfError
from moonshelf.http.app import ROUTES
from moonshelf.http.problems import STATUS


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
        path = route.path.replace("{file_id}", "{id}").replace("{model:path}", "{id}")
        method = next(iter(sorted((route.methods or set()) - {"HEAD"})))
        assert f"`{method} {path}`" in docs, f"{method} {path}"


def test_migrations_lead_to_the_tables_as_they_are(tmp_path: Path) -> None:
    database = db.connect(f"sqlite:///{tmp_path / 'x.sqlite'}")
    database.migrate()
    database.migrate()
    with database.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx), db.metadata) == []
    database.close()
