"""Each request leaves one line in the log, but for those that come again and again to look."""

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType

import httpx
import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from moonshelf.http.app import Application, create
from moonshelf.wiring import Services


@pytest.fixture
def app(wired: Callable[..., Services]) -> Application:
    return create(wired())


def _asked(app: Application, *paths: str, headers: Mapping[str, str] = MappingProxyType({})) -> list[httpx.Response]:
    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shelf", headers=headers) as client:
            return [await client.get(path) for path in paths]

    return asyncio.run(ask())


def test_a_request_is_logged_with_its_end_and_what_looks_again_and_again_is_not(app: Application) -> None:
    with capture_logs() as logged:
        _asked(app, "/healthz", "/readyz", "/metrics", "/v1/files/file_0")
        _asked(app, "/dashboard/admin/line", "/dashboard/static/0/style.css")  # an open page, and what it is made of
    (line,) = logged
    assert 0 < line.pop("ms") < 60_000
    assert line == {
        "event": "request.answered",
        "log_level": "info",
        "method": "GET",
        "path": "/v1/files/file_0",
        "status": 401,
        "code": "invalid_authentication",
    }


def test_the_line_of_a_request_says_who_asked_and_why_it_was_refused(app: Application) -> None:
    people = app.services.people
    ada = people.accounts.create("ada").id
    value = people.keys.create(ada)
    with capture_logs(processors=[merge_contextvars]) as logged:
        for headers in ({"authorization": f"Bearer {value}"}, {"authorization": "Bearer sk-unknown"}, {}):
            _asked(app, "/v1/files/file_0", headers=headers)
        _asked(app, "/healthz/", "/dashboard/")
    told = [{name: line.get(name) for name in ("status", "code", "account", "key")} for line in logged]
    (key,) = people.keys.of(ada)
    nobody = {"account": None, "key": None}
    assert told == [
        {"status": 404, "code": "file_not_found", "account": ada, "key": key.id},
        {"status": 401, "code": "incorrect_api_key", **nobody},
        {"status": 401, "code": "invalid_authentication", **nobody},
        {"status": 404, "code": None, **nobody},
        {"status": 404, "code": None, **nobody},
    ]
    assert value not in str(logged)


def test_a_server_whose_readers_cannot_read_is_not_ready_and_says_so(app: Application) -> None:
    assert app.services.checks()["storage"] == "ok"
    assert list(app.services.ports.blobs.keys()) == [], "what was left of a look would be all that the next one finds"
    app.services.reader.close()
    alive, ready = _asked(app, "/healthz", "/readyz")
    assert (alive.status_code, ready.status_code) == (200, 503)
    told = ready.json()
    assert told.pop("workers").endswith("is not available at the moment, please try again later")
    assert told == {"status": "unavailable", "database": "ok", "storage": "ok"}
