"""A server that is told to stop ends what runs, keeps what waits, and leaves no process behind."""

import signal
import threading
import time
from pathlib import Path

import httpx

from live import ROOT, Live

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


def _gone(pids: list[int], *, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_sigterm_lets_an_upload_that_runs_come_to_its_end(tmp_path: Path) -> None:
    live = Live(tmp_path / "data", log_level="warning").start()
    sending = threading.Event()

    def slowly() -> "list[bytes]":
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        sending.set()
        return [head, *[b"slow " for _ in range(20)], b"\r\n--b--\r\n"]

    def body() -> "object":
        for piece in slowly():
            yield piece
            time.sleep(0.05)

    answers: list[httpx.Response] = []

    def send() -> None:
        with live.http() as http:
            kind = {"content-type": "multipart/form-data; boundary=b"}
            answers.append(http.post("/files", content=body(), headers=kind))  # type: ignore[arg-type] # a generator

    thread = threading.Thread(target=send)
    thread.start()
    sending.wait()
    time.sleep(0.2)
    assert live.stop() == 0
    thread.join()
    assert answers[0].status_code == 200


def test_a_reading_that_was_stopped_goes_on_at_the_next_start(tmp_path: Path) -> None:
    live = Live(tmp_path / "data", log_level="warning", upload_wait_s=0, slice_pages=2).start()
    key = live.key()
    with live.http(key) as http:
        file_id = http.post("/files", files={"file": ("m.pdf", PDF.read_bytes())}).json()["id"]
    children = _children(live.pid)
    assert children
    assert live.stop() == 0
    assert _gone(children, within_s=2)
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
    assert _gone(children, within_s=2)


def test_an_interrupt_ends_the_server_too(tmp_path: Path) -> None:
    live = Live(tmp_path / "data", log_level="warning").start()
    assert live._process is not None
    live._process.send_signal(signal.SIGINT)
    assert live._process.wait(30) == 0
