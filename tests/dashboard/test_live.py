"""The rows that change while a page is open: each state once, to the account's own people, and not for ever."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from starlette.requests import Request

from moonshelf.dashboard import live
from moonshelf.dashboard.visits import Visit
from moonshelf.http.app import create
from moonshelf.people.sessions import Session
from moonshelf.shelf.files import File
from moonshelf.wiring import Services
from moonshelf.work.claims import document_blob, markdown_blob
from patience import PATIENCE_S
from shelves import spooled


@pytest.fixture
def services(wired: Callable[..., Services], monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setattr(live, "_LOOK_S", 0.01)
    return wired()


def _file(services: Services, account_id: str, *, read: bool = False) -> str:
    lease = services.shelf.uploads.begin(account_id, size=4)
    file_id = services.shelf.files.add(lease, spooled(services.ports.spool)).id
    if read:
        _read(services)
    return file_id


def _read(services: Services) -> None:
    """Have what waits read, as a worker does in the end."""
    with services.ports.database.write() as tx:
        claim = services.slices.claim(tx)
    assert claim is not None
    for blob in (document_blob(claim.token), markdown_blob(claim.token)):
        path = services.ports.spool / "read"
        path.write_bytes(b"text")
        services.ports.blobs.put(blob, path)
    with services.ports.database.write() as tx:
        services.shelf.readings.succeed(tx, claim, title="", degraded=False)


def _visit(services: Services, account_id: str, *watched: str) -> Visit:
    scope = {"type": "http", "app": create(services), "query_string": f"watch={','.join(watched)}".encode()}
    session = Session(account_id=account_id, name="ada", role="member", csrf="")
    return Visit(Request({**scope, "headers": [], "path": "/"}), session, {})


async def _next(told: AsyncIterator[str]) -> tuple[str, str] | None:
    """Return the next event's file and status; None for a sign of life between two looks."""
    said = await asyncio.wait_for(anext(told), PATIENCE_S)
    if not said.startswith("event: file\n"):
        return None
    data = json.loads(said.partition("data: ")[2])
    assert data["id"] in data["row"]
    return data["id"], data["status"]


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """Give one event loop, to which what a server waits on belongs."""
    with asyncio.Runner() as one:
        yield one


def _told(
    runner: asyncio.Runner, visit: Visit, *, looks: int, between: Callable[[], None] = lambda: None
) -> list[tuple[str, str]]:
    """Collect what is told in so many looks; *between* is called after each."""

    async def collect() -> list[tuple[str, str]]:
        found, told = [], live._stream(visit)
        assert await anext(told) == "retry: 1000\n\n"
        for _ in range(looks):
            while (one := await _next(told)) is not None:
                found.append(one)
            between()
        return found

    return runner.run(collect())


def test_each_state_of_a_file_is_told_once(
    services: Services, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = services.people.accounts.create("ada").id
    file_id, changes = _file(services, account), [lambda: None, lambda: _read(services)]
    visit = _visit(services, account)
    get, looked = services.shelf.files.get, list[str]()

    def noted(account_id: str, one: str) -> File:
        looked.append(one)
        return get(account_id, one)

    monkeypatch.setattr(services.shelf.files, "get", noted)
    told = _told(runner, visit, looks=6, between=lambda: changes.pop(0)() if changes else None)
    assert told == [(file_id, "created"), (file_id, "ok")]
    assert looked == [file_id], "what is settled is not looked at again"


def test_what_a_page_shows_as_unread_is_told_once_if_it_is_read_and_its_own(
    services: Services, runner: asyncio.Runner
) -> None:
    ada, eve = (services.people.accounts.create(name).id for name in ("ada", "eve"))
    read, gone = _file(services, ada, read=True), _file(services, ada)
    services.shelf.files.delete(ada, gone)
    assert _told(runner, _visit(services, ada, read, gone, "file_none"), looks=4) == [(read, "ok")]
    assert _told(runner, _visit(services, eve, read), looks=2) == []


def test_no_more_files_are_watched_than_a_page_shows(services: Services, runner: asyncio.Runner) -> None:
    account = services.people.accounts.create("ada").id
    read = _file(services, account, read=True)
    others = [f"file_{number}" for number in range(100)]
    assert _told(runner, _visit(services, account, *others, read), looks=1) == []
    assert _told(runner, _visit(services, account, *others[1:], read), looks=1) == [(read, "ok")]


@pytest.mark.parametrize("ends", ["with its life", "with the server"])
def test_a_stream_ends(services: Services, monkeypatch: pytest.MonkeyPatch, ends: str) -> None:
    account = services.people.accounts.create("ada").id
    if ends == "with its life":
        monkeypatch.setattr(live, "_LIFE_S", 0.05)
    else:
        services.shelf.bell.silent.set()

    async def all_of_it() -> int:
        async with asyncio.timeout(live._LIFE_S / 2 + 5):
            return len([one async for one in live._stream(_visit(services, account))])

    assert asyncio.run(all_of_it()) >= 1
