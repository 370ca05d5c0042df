"""Clients that fall silent or leave give back what they held."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.conftest import Backend
from live import Live
from patience import PATIENCE_S, until


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory, backend: Backend) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("hasty")
    (folder / "tiers.toml").write_text("[alone]\nconcurrency = 1\n")
    live = Live(
        folder / "data",
        log_level="warning",
        body_idle_s=1,
        header_s=2,
        workers=0,
        upload_wait_s=0,
        tiers=folder / "tiers.toml",
        tier="alone",
        **backend(),
    ).start()
    yield live
    assert live.stop() == 0


def _head(key: str, length: int) -> bytes:
    return (
        b"POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n\r\n" % (key.encode(), length)
    )


def test_a_body_that_stops_coming_is_given_up_and_its_place_is_free(hasty: Live) -> None:
    key = hasty.key()

    async def stall() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", hasty.port)
        writer.write(_head(key, 1000) + b"--b\r\n")
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_S)
        writer.close()
        return answer

    assert asyncio.run(stall()).startswith(b"HTTP/1.1 408")
    with hasty.http(key) as http:
        until(lambda: http.get("/files").status_code == 200)
    assert not hasty.spooled()


def test_a_body_that_drips_is_given_up_as_if_it_had_stopped(hasty: Live) -> None:
    async def drip() -> tuple[bytes, float]:
        reader, writer = await asyncio.open_connection("127.0.0.1", hasty.port)
        writer.write(
            _head(hasty.key(), 1000) + b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        )
        answer = asyncio.ensure_future(reader.readuntil(b"\r\n\r\n"))
        began = time.monotonic()
        for _ in range(200):
            if answer.done():
                break
            writer.write(b"x")
            await asyncio.sleep(0.1)
        writer.close()
        return answer.result(), time.monotonic() - began

    answer, took_s = asyncio.run(drip())
    assert answer.startswith(b"HTTP/1.1 408")
    assert took_s >= 0.8


def test_a_slow_body_that_keeps_its_pace_arrives(hasty: Live) -> None:
    ended = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n%s\r\n--b--\r\n' % (
        b"x" * 9_000
    )

    async def walk() -> tuple[bytes, float]:
        reader, writer = await asyncio.open_connection("127.0.0.1", hasty.port)
        writer.write(_head(hasty.key(), len(ended)))
        longest_s, last = 0.0, time.monotonic()
        for at in range(0, len(ended), 1_000):
            writer.write(ended[at : at + 1_000])
            await asyncio.sleep(0.25)
            longest_s, last = max(longest_s, time.monotonic() - last), time.monotonic()
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_S)
        writer.close()
        return answer, longest_s

    answer, longest_s = asyncio.run(walk())
    while longest_s > 0.5:  # it did not keep its pace, as this machine is busy
        answer, longest_s = asyncio.run(walk())
    assert answer.startswith(b"HTTP/1.1 200")


def test_whoever_stops_waiting_for_content_holds_no_place(hasty: Live) -> None:
    with hasty.http() as http:
        made = http.post("/files", files={"file": ("a.txt", b"text")}).json()["id"]
        with pytest.raises(httpx.ReadTimeout):
            http.get(f"/files/{made}/content", timeout=httpx.Timeout(PATIENCE_S, read=0.5))
        until(lambda: http.get("/files").status_code == 200)


def test_a_connection_that_lies_idle_after_an_answer_is_closed(hasty: Live) -> None:
    async def lie() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", hasty.port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = await asyncio.wait_for(reader.read(), PATIENCE_S)
        writer.close()
        return answer

    began = time.monotonic()
    assert asyncio.run(lie()).startswith(b"HTTP/1.1 200")
    assert time.monotonic() - began < 20, "it was to be closed after two seconds"


def test_a_thousand_sockets_that_never_finish_their_headers_stop_nobody(hasty: Live) -> None:
    async def crowd() -> float:
        readers, writers = [], []
        for _ in range(1_000):
            reader, writer = await asyncio.open_connection("127.0.0.1", hasty.port)
            writer.write(b"GET /v1/files HTTP/1.1\r\nHost: x\r\nX-Slow:")
            readers.append(reader)
            writers.append(writer)
        began = time.monotonic()
        answer = await asyncio.to_thread(httpx.get, f"{hasty.url}/healthz", timeout=10)
        took = time.monotonic() - began
        assert answer.status_code == 200
        for reader in readers:  # nobody holds a connection without a request for ever
            await asyncio.wait_for(reader.read(), PATIENCE_S)
        for writer in writers:
            writer.close()
        return took

    assert asyncio.run(crowd()) < 5


def test_a_body_that_takes_longer_than_its_place_is_held_keeps_it(tmp_path: Path, backend: Backend) -> None:
    live = Live(tmp_path / "data", log_level="info", lease_s=1, sweep_s=0.2, workers=0, upload_wait_s=0, **backend())
    live.start()

    def body() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        for _ in range(25):
            yield b"x" * 1_000
            time.sleep(0.1)
        yield b"\r\n--b--\r\n"

    with live.http() as http:
        kind = {"content-type": "multipart/form-data; boundary=b"}
        assert http.post("/files", content=body(), headers=kind).status_code == 200
    assert live.stop() == 0
