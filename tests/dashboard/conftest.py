"""Fixtures of the dashboard's tests: one browser, and places for its pictures."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing

import httpx
import pytest
from playwright.sync_api import Browser, Page

from clients.browser import chromium
from clients.visitors import entered
from live import ROOT, Live
from servers.objects import ObjectServer
from servers.postgres import Postgres

IMAGES = ROOT / "docs" / "images"
Shot = Callable[[Page, str], object]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start a browser for one module: while it runs, Playwright's event loop is in the way of any other."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def shot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shot:
    """Take a screenshot by name; into the docs only when they are to be made anew."""
    anew = request.config.getoption("--update-goldens")
    folder = IMAGES if anew else tmp_path_factory.mktemp("images")
    return lambda page, name: page.screenshot(path=folder / f"{name}.png")


@pytest.fixture(scope="module", params=["one machine", "PostgreSQL and S3"])
def live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    settings: dict[str, object] = {"log_level": "info", "public_url": "https://shelf.example"}
    folder = tmp_path_factory.mktemp("doors")
    if request.param != "one machine":
        postgres: Postgres = request.getfixturevalue("postgres")
        objects: ObjectServer = request.getfixturevalue("object_server")
        settings |= {"database_url": postgres.database(), "storage_url": objects.url(folder.name)}
    started = Live(folder / "data", **settings).start()
    yield started
    assert started.stop() == 0


@pytest.fixture(scope="module")
def admin(live: Live) -> Iterator[httpx.Client]:
    token = re.search(r"Dashboard https://shelf\.example/dashboard/enter\?token=(\S+)", live.log.read_text())
    assert token
    with closing(entered(live, token[1])) as client:
        yield client
