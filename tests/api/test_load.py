"""Memory stays flat and quotas exact while much arrives at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx

from api.conftest import Backend
from live import Live
from patience import until

MIB = 2**20


def _rss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):  # the most it ever was
            return int(line.split()[1]) * 1024
    raise AssertionError


def _chunked(size: int) -> Iterator[bytes]:
    yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.bin"\r\n\r\n'
    for _ in range(size // MIB):
        yield bytes(MIB)
    yield b"\r\n--b--\r\n"


def test_a_hundred_megabytes_pass_through_few(tmp_path: Path, backend: Backend) -> None:
    shared = backend()
    live = Live(tmp_path / "data", log_level="warning", workers=0, upload_wait_s=0, **shared).start()
    with live.http() as http:
        http.post("/files", files={"file": ("small.bin", b"\x00\x01" * 100)})
        before = _rss(live.pid)
        kind = {"content-type": "multipart/form-data; boundary=b"}
        for _ in range(2):
            answer = http.post("/files", content=_chunked(100 * MIB), headers=kind)
            assert (answer.status_code, answer.json()["bytes"]) == (200, 100 * MIB)
        assert _rss(live.pid) - before < (36 * MIB if shared else 20 * MIB)  # 15 are on their way to the object store
    assert live.stop() == 0


def test_sixty_four_uploads_at_once_fill_the_quota_exactly(tmp_path: Path, backend: Backend) -> None:
    live = Live(tmp_path / "data", log_level="warning", max_files=40, workers=0, upload_wait_s=0, **backend()).start()
    key = live.key()

    def send(number: int) -> int:
        with live.http(key) as http:
            return http.post("/files", files={"file": ("same.txt", f"{number}".encode())}).status_code

    with ThreadPoolExecutor(64) as pool:
        statuses = list(pool.map(send, range(64)))
    assert (statuses.count(200), statuses.count(400)) == (40, 24)
    with live.http(key) as http:
        listed = http.get("/files").json()["data"]
        assert len({one["filename"] for one in listed}) == len(listed) == 40
        over = http.post("/files", files={"file": ("one.txt", b"more")}).json()["error"]["message"]
        assert over.startswith("The number of files you have uploaded exceeded the max file count 40,")
        for one in listed:
            assert http.delete(f"/files/{one['id']}").status_code == 200
        assert http.post("/files", files={"file": ("one.txt", b"more")}).status_code == 200
    live.stop()


def test_a_connection_that_ends_midway_leaves_nothing(server: Live) -> None:
    class Gone(Exception):
        pass

    def broken() -> Iterator[bytes]:
        yield from (piece for piece, _ in zip(_chunked(4 * MIB), range(3), strict=False))
        raise Gone

    with server.http() as http:
        kind = {"content-type": "multipart/form-data; boundary=b"}
        with suppress(Gone):
            http.post("/files", content=broken(), headers=kind)
        assert http.get("/files").json()["data"] == []
    until(lambda: not server.spooled())
    assert "request.failed" not in server.log.read_text(), "whoever leaves is no bug"


def test_readiness_and_health_say_what_they_check(server: Live) -> None:
    assert httpx.get(f"{server.url}/healthz").json() == {"status": "ok"}
    ready = httpx.get(f"{server.url}/readyz")
    assert ready.status_code == 200
    reads = {} if server.elsewhere else {"workers": "ok"}
    assert ready.json() == {"status": "ok", "database": "ok", "storage": "ok", **reads}
