"""Fixtures of the dashboard's tests: one browser, and places for its pictures."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from clients.browser import chromium
from live import ROOT

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
