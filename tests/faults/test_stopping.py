"""A server that is told to stop ends what runs, keeps what waits, and leaves no process behind."""

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from live import ROOT, Live
from patience import PATIENCE_S, until

PDF = ROOT / "examples" / "bzip2-manual.pdf"


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid:
            found += [int(stat.parent.name), *_children(int(stat.parent.name))]
    return found


def _gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_sigterm_lets_an_upload_that_runs_come_to_its_end(tmp_path: Path) -> None:
    live = Live(tmp_path / "data", log_level="info").start()
    draining = threading.Event()

    def body() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nslow '
        assert draining.wait(PATIENCE_S)
        yield b"text\r\n--b--\r\n"

    with live.http() as http, ThreadPoolExecutor(2) as pool:
        kind = {"content-type": "multipart/form-data; boundary=b"}
        sent = pool.submit(http.post, "/files", content=body(), headers=kind)
        until(live.spooled)
        stopped = pool.submit(live.stop)
        until(lambda: "server.draining" in live.log.read_text())
        draining.set()
        assert sent.result().status_code == 200
        assert stopped.result() == 0


def test_a_reading_that_was_stopped_goes_on_at_the_next_start(tmp_path: Path) -> None:
    live = Live(tmp_path / "data", log_level="warning", upload_wait_s=0, slice_pages=2).start()
    key = live.key()
    with live.http(key) as http:
        file_id = http.post("/files", files={"file": ("m.pdf", PDF.read_bytes())}).json()["id"]
    children = _children(live.pid)
    assert children
    assert live.stop() == 0
    until(lambda: _gone(children))
    live.start()
    with live.http(key) as http:
        assert "libbzip2" in http.get(f"/files/{file_id}/content").json()["content"]
    live.stop()


def test_a_killed_server_takes_its_readers_with_it(tmp_path: Path) -> None:
    live = Live(tmp_path / "data", log_level="warning").start()
    with live.http() as http:
        http.post("/files", files={"file": ("m.pdf", PDF.read_bytes())})
    children = _children(live.pid)
    assert children
    live.kill()
    until(lambda: _gone(children))


def test_an_interrupt_ends_the_server_too(tmp_path: Path) -> None:
    live = Live(tmp_path / "data", log_level="warning").start()
    assert live._process is not None
    live._process.send_signal(signal.SIGINT)
    assert live._process.wait(PATIENCE_S) == 0


def test_a_server_without_time_to_drain_ends_as_quietly(tmp_path: Path) -> None:
    live = Live(tmp_path / "data", drain_s=0).start()
    assert live.stop() == 0
    assert "server.stopped" in live.log.read_text()
    assert "Traceback" not in live.log.read_text()
