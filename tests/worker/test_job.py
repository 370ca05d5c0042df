"""A job that ends in any way leaves nothing that counts for nothing, and nothing unsaid."""

import asyncio
import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

import httpx
import pytest
from PIL import Image, ImageDraw
from sqlalchemy import Connection, select
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from live import ROOT
from moonshelf import wiring
from moonshelf.db.tables import accounts, documents, slices
from moonshelf.errors import GivenUp, Unavailable
from moonshelf.http.app import create
from moonshelf.work.claims import Claim
from moonshelf.work.paces import Effort
from moonshelf.work.routes import Route
from moonshelf.work.slices import MOST_ATTEMPTS
from moonshelf.worker import job, watch
from worker.files import add, work

MANUAL = ROOT / "examples" / "bzip2-manual.pdf"


@pytest.fixture
def services(wired: Callable[..., wiring.Services]) -> wiring.Services:
    return wired()


def test_a_file_that_is_deleted_while_it_is_read_leaves_nothing(
    services: wiring.Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, file_id = add(services)
    read = services.shelf.readings.source

    def deleting(claim: Claim) -> object:
        found = read(claim)
        services.shelf.files.delete(account, file_id)
        return found

    monkeypatch.setattr(services.shelf.readings, "source", deleting)  # the moment at which it is deleted
    work(services)
    services.shelf.sweeper.sweep()
    assert list(services.ports.blobs.keys()) == []


@pytest.mark.parametrize("slices_of_it", [1, 2])
def test_what_was_committed_counts_though_nobody_heard_of_it(
    wired: Callable[..., wiring.Services], monkeypatch: pytest.MonkeyPatch, slices_of_it: int
) -> None:
    services = wired(slice_pages=40 // slices_of_it)
    account, file_id = add(services, MANUAL.read_bytes(), media_type="application/pdf")
    unheard: set[str] = set()
    write = services.ports.database.write

    @contextmanager
    def deaf(*, durable: bool = True) -> Iterator[Connection]:
        """Lose the answer to each commit that ends a claim."""
        with write(durable=durable) as tx:
            yield tx
            ended = set(tx.execute(select(slices.c.claim).where(slices.c.state == "done")).scalars())
            ended |= set(tx.execute(select(documents.c.id)).scalars())
        if ended - unheard:
            unheard.update(ended)
            raise Unavailable("The database")

    monkeypatch.setattr(services.ports.database, "write", deaf)  # a link that is cut right after a commit
    claims = 1 if slices_of_it == 1 else slices_of_it + 1  # the join is one more
    for _ in range(claims):
        with pytest.raises(Unavailable):
            work(services)
    assert len(unheard) == claims
    assert services.shelf.files.get(account, file_id).status == "ok"
    assert b"bzip2" in services.shelf.contents.get(account, file_id)


def test_what_cannot_be_put_back_while_the_database_is_away_is_put_back_when_it_is_there(
    services: wiring.Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, file_id = add(services)
    write, asked = services.ports.database.write, iter(range(5))

    @contextmanager
    def away(*, durable: bool = True) -> Iterator[Connection]:
        if 0 < next(asked, 5) < 5:  # after the claim
            raise Unavailable("The database")
        with write(durable=durable) as tx:
            yield tx

    monkeypatch.setattr(services.ports.database, "write", away)
    monkeypatch.setattr(job, "_PAUSE_S", 0.01)
    with pytest.raises(Unavailable):
        work(services)
    with services.ports.database.read() as tx:
        assert tx.execute(select(slices.c.state, slices.c.attempts)).all() == [("waiting", 0)]
    work(services)
    assert services.shelf.files.get(account, file_id).status == "ok"


def _work_in_vain(services: wiring.Services) -> None:
    for _ in range(MOST_ATTEMPTS + 1):
        with pytest.raises(Unavailable):
            work(services)


@pytest.mark.parametrize("slices_read", [0, 2])
def test_a_file_whose_bytes_the_storage_lost_is_not_looked_for_for_ever(
    wired: Callable[..., wiring.Services], slices_read: int
) -> None:
    services = wired(slice_pages=20)
    account, file_id = add(services, MANUAL.read_bytes(), media_type="application/pdf")
    for _ in range(slices_read):
        work(services)
    for blob in list(services.ports.blobs.keys()):
        services.ports.blobs.delete(blob)
    for _ in range(MOST_ATTEMPTS + 1):
        work(services)
    file = services.shelf.files.get(account, file_id)
    assert (file.status, file.status_details) == ("error", str(GivenUp(attempts=MOST_ATTEMPTS)))
    services.shelf.sweeper.sweep()
    assert list(services.ports.blobs.keys()) == []


def test_a_disk_without_room_for_what_was_read_costs_no_attempt(
    services: wiring.Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, file_id = add(services)
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "NamedTemporaryFile", _full)
        _work_in_vain(services)
    work(services)
    assert services.shelf.files.get(account, file_id).status == "ok"


def test_a_machine_that_is_short_of_something_costs_no_attempt(
    services: wiring.Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, file_id = add(services)
    with monkeypatch.context() as patch:
        patch.setattr(services.shelf.readings, "source", _short)
        _work_in_vain(services)
    work(services)
    assert services.shelf.files.get(account, file_id).status == "ok"


def _short(_: object) -> None:
    raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))


def _full(**_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_slice_that_always_fails_in_an_unforeseen_way_ends_as_an_error(
    services: wiring.Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, file_id = add(services)

    def broken(claim: object) -> None:
        raise ZeroDivisionError(claim)

    monkeypatch.setattr(services.shelf.readings, "source", broken)  # a bug of ours, to be survived
    for _ in range(MOST_ATTEMPTS + 1):
        work(services)
    file = services.shelf.files.get(account, file_id)
    assert file.status == "error"
    assert "interrupted" in file.status_details
    with services.ports.database.read() as tx:
        assert tx.execute(slices.select()).all() == []


def test_a_scan_that_looked_quick_is_left_to_those_who_have_time(services: wiring.Services) -> None:
    into = BytesIO()
    page = Image.new("RGB", (800, 1000), "white")
    ImageDraw.Draw(page).text((80, 100), "Words of a scan", "black", font_size=60)
    page.save(into, "PDF")
    account, file_id = add(services, into.getvalue(), media_type="application/pdf")
    route = Route.opening("application/pdf", len(into.getvalue()))
    services.paces.opened(route, Effort(1, 0, took_s=0.02, cpu_s=0.02), pages_total=1)
    work(services, quick=True)
    assert services.shelf.files.get(account, file_id).status == "created"
    with services.ports.database.read() as tx:
        assert [(row.state, row.route) for row in tx.execute(slices.select())] == [("waiting", route.slowed().name)]
    # However quick scans are here, none is given to those who would put it back again and again.
    services.paces.opened(route, Effort(1, 1, took_s=0.02, cpu_s=0.02), pages_total=1)
    work(services, quick=True)
    assert services.shelf.files.get(account, file_id).status == "created"
    work(services)
    assert services.shelf.files.get(account, file_id).status == "ok"


def test_pages_are_counted_while_the_first_of_them_are_read(
    services: wiring.Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, file_id = add(services, MANUAL.read_bytes(), media_type="application/pdf")
    seen: list[tuple[int, int]] = []

    def noting(tx: Connection, claim: Claim, *, pages: int) -> None:
        counted(tx, claim, pages=pages)
        seen.append((claim.first_page, len(tx.execute(select(slices.c.id)).all())))

    counted = services.shelf.readings.counted
    monkeypatch.setattr(services.shelf.readings, "counted", noting)
    monkeypatch.setattr(watch, "_NOTE_S", 0)
    work(services)
    assert seen[0] == (1, 1), "before the slices after it were there"
    file = services.shelf.files.get(account, file_id)
    assert (file.status, file.pages) == ("created", 38)
    with services.ports.database.read() as tx:
        assert len(tx.execute(slices.select()).all()) == 3


def test_what_names_no_font_is_expected_to_take_long_from_the_start(wired: Callable[..., wiring.Services]) -> None:
    services = wired(upload_wait_s=0)
    key = services.people.keys.create(wiring.people.first_account(services.people.accounts).id)

    async def send(content: bytes) -> None:
        headers, transport = {"authorization": f"Bearer {key}"}, httpx.ASGITransport(create(services))
        async with httpx.AsyncClient(transport=transport, base_url="http://here", headers=headers) as http:
            (await http.post("/v1/files", files={"file": ("a.pdf", content)})).raise_for_status()

    for content in (b"%PDF-1.4 /Type/Font", b"%PDF-1.4 /Subtype/Image"):
        asyncio.run(send(content))
    route = Route.opening("application/pdf", 20)
    with services.ports.database.read() as tx:
        assert [row.route for row in tx.execute(slices.select())] == [route.name, route.slowed().name]


def test_an_account_whose_file_goes_on_for_pages_has_no_other_of_its_kind_tried(services: wiring.Services) -> None:
    add(services, MANUAL.read_bytes(), media_type="application/pdf")
    work(services)
    add(services, MANUAL.read_bytes() + b"\n", media_type="application/pdf")
    with services.ports.database.write() as tx:
        assert services.slices.claim(tx, quick=True, unknown="behind") is None
        assert services.slices.claim(tx) is not None
    services.reader.close()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"text", "text/plain"),
        (b"%PDF-1.7 and nothing more", "application/pdf"),
        (MANUAL.read_bytes(), "application/pdf"),
    ],
)
def test_an_account_pays_for_what_reading_took_however_it_ended(
    services: wiring.Services, data: bytes, media_type: str
) -> None:
    account, _ = add(services, data, media_type=media_type)
    route = Route.opening(media_type, len(data))
    services.paces.opened(route, Effort(1, 0, took_s=1000, cpu_s=1000), pages_total=1)
    work(services)
    with services.ports.database.read() as tx:
        assert tx.execute(select(accounts.c.served).where(accounts.c.id == account)).scalar_one() < 100


def test_each_line_of_the_log_about_a_file_names_it(services: wiring.Services) -> None:
    with capture_logs([merge_contextvars]) as logged:
        account, file_id = add(services)
        work(services)
        services.shelf.files.delete(account, file_id)
    assert [one["event"] for one in logged] == ["file.uploaded", "file.read", "slice.done", "file.deleted"]
    assert {one["file"] for one in logged} == {file_id}


def test_where_nothing_waits_nothing_is_claimed(services: wiring.Services) -> None:
    with services.ports.database.write() as tx:
        assert services.slices.claim(tx, quick=False) is None
