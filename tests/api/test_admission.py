"""A burst of bodies is let in as far as there is room; the rest is told when to come back, before it has sent much."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.conftest import Backend
from live import Live
from moonshelf.errors import Unavailable
from moonshelf.errors.limits import Overloaded
from moonshelf.limits.admission import UPLOAD_MEMORY, Admission
from patience import until

MIB = 2**20
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.bin"\r\n\r\n'
TAIL = b"\r\n--b--\r\n"


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    sent: int


def _family_rss(pid: int) -> int:
    """Add up the memory of a process and all its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    status = Path(f"/proc/{pid}/status").read_text()
    own = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
    return own * 1024 + sum(_family_rss(int(child)) for child in children if Path(f"/proc/{child}").exists())


async def _offer(port: int, key: str, size: int) -> _Answer:
    """Send an upload of zeros as far as the server wants it, and stop at its answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    length = len(HEAD) + size + len(TAIL)
    writer.write(
        b"POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n\r\n" % (key.encode(), length) + HEAD
    )
    answer = asyncio.ensure_future(reader.readuntil(b"\r\n\r\n"))
    sent, piece = 0, bytes(min(size, 64 * 1024))
    while sent < size and not answer.done():
        writer.write(piece)
        sent += len(piece)
        await writer.drain()
        await asyncio.sleep(0)
    if not answer.done():
        writer.write(TAIL)
    lines = (await answer).decode("latin-1").split("\r\n")
    body = await reader.read(4096)
    writer.close()
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    return _Answer(int(lines[0].split(" ")[1]), headers, body, sent)


async def _offer_all(port: int, key: str, *, uploads: int, size: int) -> list[_Answer]:
    return await asyncio.gather(*(_offer(port, key, size) for _ in range(uploads)))


def _metrics(live: Live, key: str) -> str:
    """Return what the server says of itself to an admin's *key*."""
    return httpx.get(f"{live.url}/metrics", headers={"authorization": f"Bearer {key}"}).text


def test_two_hundred_uploads_at_once_stay_under_the_bound_of_memory(tmp_path: Path, backend: Backend) -> None:
    bounds = {"body_memory": "128MiB", "spool_size": "400MiB", "uploads_per_account": 200}
    live = Live(tmp_path / "data", log_level="warning", workers=1, upload_wait_s=0, **bounds, **backend()).start()
    key = live.key()
    answered: list[_Answer] = []
    peak = before = _family_rss(live.pid)

    async def burst() -> None:
        nonlocal peak
        offers = asyncio.ensure_future(_offer_all(live.port, key, uploads=200, size=50 * MIB))
        while not offers.done():
            peak = max(peak, _family_rss(live.pid))
            await asyncio.sleep(0.1)
        answered.extend(offers.result())

    asyncio.run(burst())
    assert peak - before < 256 * MIB
    refused = [one for one in answered if one.status == 429]
    assert {one.status for one in answered} == {200, 429}
    assert 200 - len(refused) >= 7
    for one in refused:
        assert b"engine_overloaded_error" in one.body
        assert b"The engine is currently overloaded, please try again later" in one.body
        assert 1 <= int(one.headers["retry-after"]) <= 60
        assert one.headers["x-should-retry"] == "true"
    assert len({one.headers["retry-after-ms"] for one in refused}) > 10, "they come back one after the other"
    assert sorted(one.sent for one in refused)[100] < 8 * MIB, "refused before the body"
    until(lambda: not live.spooled())
    assert live.stop() == 0


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory, backend: Backend) -> Iterator[Live]:
    """Give a server that takes one upload of an account at a time, and few bodies at once."""
    bounds = {"uploads_per_account": 1, "body_memory": "8MiB", "workers": 0}
    folder = tmp_path_factory.mktemp("narrow")
    live = Live(folder / "data", log_level="warning", upload_wait_s=0, **bounds, **backend()).start()
    yield live
    assert live.stop() == 0


def test_an_account_has_so_many_uploads_at_once_and_others_have_theirs(narrow: Live) -> None:
    live, key = narrow, narrow.key()
    with live.openai(key) as client:
        kind: dict[str, Any] = {"mime_type": "text/plain", "purpose": "file-extract"}  # Kimi's own
        done = client.uploads.upload_file_chunked(file=b"text", filename="a.txt", bytes=4, **kind)

    async def held() -> tuple[list[_Answer], _Answer]:
        _, writer = await asyncio.open_connection("127.0.0.1", live.port)
        writer.write(
            b"POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 1000\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n\r\n" % key.encode() + HEAD
        )
        await asyncio.to_thread(until, live.spooled)
        with live.openai(key) as client:  # what was completed needs no place to be completed again
            again = await asyncio.to_thread(client.uploads.complete, done.id, part_ids=["part_none"])
        assert again.status == "completed"
        assert "moonshelf_arriving_spool_bytes 1000.0" in await asyncio.to_thread(
            _metrics, live, live.key(role="admin")
        )
        refused = [await _offer(live.port, key, 1000) for _ in range(2)]
        other = await _offer(live.port, live.key(), 1000)
        writer.close()
        return refused, other

    refused, other = asyncio.run(held())
    assert [one.status for one in refused] == [429, 429]
    assert other.status == 200
    until(lambda: asyncio.run(_offer(live.port, key, 1000)).status == 200)  # the disconnect gave the place back


def test_chat_bodies_share_the_same_bound(narrow: Live) -> None:
    live, key, admin = narrow, narrow.key(), narrow.key(role="admin")

    def let_in() -> bool:
        return "moonshelf_arriving_bodies 1.0" in _metrics(live, admin)

    async def held() -> tuple[int, int]:
        _, writer = await asyncio.open_connection("127.0.0.1", live.port)
        writer.write(
            b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
            b"Content-Length: 3000000\r\n\r\n{" % key.encode()
        )
        await asyncio.to_thread(until, let_in)
        with live.http(key) as http:
            large = await asyncio.to_thread(http.post, "/chat/completions", content=b"{" * 2_000_000)
            small = await asyncio.to_thread(http.post, "/chat/completions", content=b"{" * 100)
        assert "moonshelf_arriving_memory_bytes 6e+06" in await asyncio.to_thread(_metrics, live, admin)
        writer.close()
        assert large.json()["error"]["type"] == "engine_overloaded_error"
        return large.status_code, small.status_code

    assert asyncio.run(held()) == (429, 400)


def test_a_stock_client_that_was_sent_away_succeeds_by_itself(tmp_path: Path, backend: Backend) -> None:
    bounds = {"uploads_per_account": 1, "upload_wait_s": 0, "workers": 0}
    live = Live(tmp_path / "data", log_level="warning", **bounds, **backend()).start()  # nobody was sent away before
    key, admin = live.key(), live.key(role="admin")

    def sent_away() -> bool:
        return 'moonshelf_requests_total{method="POST",route="/v1/files",status="429"}' in _metrics(live, admin)

    async def crowd() -> str:
        _, writer = await asyncio.open_connection("127.0.0.1", live.port)
        writer.write(
            b"POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 1000\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n\r\n" % key.encode() + HEAD
        )
        await asyncio.to_thread(until, live.spooled)
        with live.openai(key, max_retries=2) as client:
            waiting = asyncio.ensure_future(
                asyncio.to_thread(
                    client.files.create,
                    file=("a.txt", b"text"),
                    purpose="file-extract",  # type: ignore[arg-type]  # Kimi's own
                )
            )
            await asyncio.to_thread(until, sent_away)
            writer.close()
            return (await waiting).filename

    assert asyncio.run(crowd()) == "a.txt"
    assert live.stop() == 0


def _admission(folder: Path, **bounds: int) -> Admission:
    return Admission(folder=folder, **({"memory": 10**9, "spool": 10**9, "uploads_per_account": 100} | bounds))


def test_what_is_over_is_given_back_however_it_ends(tmp_path: Path) -> None:
    admission = _admission(tmp_path, memory=UPLOAD_MEMORY)
    for _ in range(3):
        with suppress(KeyError), admission.upload("ada", size=1):
            with pytest.raises(Overloaded):
                admission.upload("bob", size=1).__enter__()
            raise KeyError
    with admission.upload("bob", size=1):
        pass


def test_whoever_is_alone_gets_in_whatever_the_bounds(tmp_path: Path) -> None:
    admission = _admission(tmp_path, memory=1, spool=1)
    with admission.upload("ada", size=1000):
        pass


def test_each_one_sent_away_is_told_to_come_later_than_the_one_before(tmp_path: Path) -> None:
    admission = _admission(tmp_path, spool=100 * MIB)
    waits = []
    with admission.upload("ada", size=100 * MIB):
        for _ in range(50):
            with pytest.raises(Overloaded) as refused, admission.upload("bob", size=50 * MIB):
                pass
            waits.append(refused.value.wait_s)
    assert waits == sorted(waits)
    assert waits[0] >= 5  # 100 MiB have to come first, at 20 MB a second
    assert waits[5] - waits[4] > 2
    assert waits[-1] <= 60


def test_a_full_disk_is_unavailable_and_not_busy(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="Space for the upload"), _admission(tmp_path).upload("ada", size=10**18):
        pass
