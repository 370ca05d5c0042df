"""Fixtures that more than one test file uses."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from openai import OpenAI

import shelf as shelves
from live import Live


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one flag that rewrites ``tests/data``."""
    parser.addoption("--update-goldens", action="store_true", help="rewrite tests/data; git shows what changed")


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[shelves.Shelf]:
    """Give a domain of its own."""
    built = shelves.build(tmp_path)
    yield built
    built.database.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Give one server to all tests that need no special settings; each makes accounts of its own."""
    live = Live(tmp_path_factory.mktemp("server") / "data", log_level="warning").start()
    yield live
    assert live.stop() == 0


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
