"""Fixtures that more than one test file uses."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from openai import OpenAI

import databases
import shelves
from live import Live
from moonshelf import wiring
from moonshelf.settings import Settings
from moonshelf.wiring import Services
from servers.objects import ObjectServer
from servers.postgres import Postgres
from servers.upstream import ScriptedUpstream


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one flag that rewrites ``tests/data`` and the pictures of the docs."""
    parser.addoption(
        "--update-goldens", action="store_true", help="rewrite tests/data and docs/images; git shows what changed"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the faults, which wait long while others work."""
    items.sort(key=lambda item: item.path.parent.name != "faults")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Give a PostgreSQL server; each test makes databases of its own."""
    server = Postgres()
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(scope="session")
def object_server() -> Iterator[ObjectServer]:
    """Give an object store; each test uses a prefix of its own."""
    server = ObjectServer()
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give a database of the test's own, on each engine in turn."""
    if request.param == "sqlite":
        return databases.on_sqlite(tmp_path / "test.sqlite")
    return databases.on_postgresql(request.getfixturevalue("postgres"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give a database without a schema, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.sqlite'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture
def build(alone: Callable[..., shelves.Shelf], database_url: str) -> Callable[..., shelves.Shelf]:
    """Build domains with bounds of the test's own, on each engine in turn."""
    return partial(alone, url=database_url)


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Callable[..., shelves.Shelf]]:
    """Build domains with bounds of the test's own, on SQLite."""
    with ExitStack() as stack:

        def built(**bounds: Any) -> shelves.Shelf:
            shelf = shelves.build(tmp_path, **bounds)
            stack.callback(shelf.database.close)
            return shelf

        yield built


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[Callable[..., Services]]:
    """Build the services of a machine alone, with settings of the test's own; nothing of them runs."""
    with ExitStack() as stack:

        def built(**settings: object) -> Services:
            services = wiring.build(Settings.model_validate({"data": tmp_path / "data", **settings}))
            stack.callback(services.ports.database.close)
            stack.callback(services.reader.close)
            return services

        yield built


@pytest.fixture
def shelf(build: Callable[..., shelves.Shelf]) -> shelves.Shelf:
    """Give a domain of its own."""
    return build()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Give one server to all tests that need no special settings; each makes accounts of its own."""
    live = Live(tmp_path_factory.mktemp("server") / "data", log_level="warning").start()
    yield live
    assert live.stop() == 0


@pytest.fixture(scope="module")
def upstream() -> Iterator[ScriptedUpstream]:
    """Give a model server that plays what a test tells it."""
    with ScriptedUpstream() as scripted:
        yield scripted


@pytest.fixture
def client(server: Live) -> Iterator[OpenAI]:
    """Give OpenAI's client with a fresh account."""
    with server.openai() as made:
        yield made


@pytest.fixture
def http(server: Live) -> Iterator[httpx.Client]:
    """Give a plain client with a fresh account."""
    with server.http() as made:
        yield made
