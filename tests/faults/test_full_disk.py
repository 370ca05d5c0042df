"""A disk that fills up while an upload is on its way: 503 with Retry-After, and nothing acknowledged is lost."""

import os
import re
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest

import ledger
from live import ROOT, Live
from moonshelf.storage.objects import ObjectStore
from patience import PATIENCE_S, until
from servers.objects import ObjectServer
from servers.postgres import Postgres

_HALF = 4 * 2**20
_BOUNDARY = "full"
_MANUAL = (ROOT / "examples" / "bzip2-manual.pdf").read_bytes()
_HEAD = f'--{_BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'.encode()
_TAIL = (
    f'\r\n--{_BOUNDARY}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nfile-extract\r\n--{_BOUNDARY}--\r\n'
).encode()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of 128 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", disk], capture_output=True, check=False)
    if made.returncode:
        pytest.skip(f"a small disk can't be mounted here: {made.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


@contextmanager
def _filled(disk: Path) -> Iterator[None]:
    """Take every byte that is left."""
    filler = disk / "filler"
    try:
        with filler.open("wb", buffering=0) as target:
            while target.write(bytes(2**20)) == 2**20:
                pass
    except OSError:
        pass
    assert os.statvfs(disk).f_bavail == 0
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def _held_short(server: int) -> Iterator[None]:
    """Let no process of the *server* write a file of more than half an upload, which needs no root."""
    family = [server]
    for pid in family:
        family += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in family}
    for pid, (_, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (_HALF, hard))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def _upload_over(full: AbstractContextManager[None], http: httpx.Client) -> httpx.Response:
    """Send a file, and have the disk full from its middle on."""
    whole = len(_HEAD) + 2 * _HALF + len(_TAIL)

    def body() -> Iterator[bytes]:
        yield _HEAD
        yield b"a" * _HALF
        full.__enter__()
        yield b"a" * _HALF
        yield _TAIL

    headers = {"content-type": f"multipart/form-data; boundary={_BOUNDARY}", "content-length": str(whole)}
    return http.post("/files", content=body(), headers=headers)


def _survive(server: Live, full: Callable[[], AbstractContextManager[None]], *, everywhere: bool) -> None:
    with server.http() as http:
        kept = http.post("/files", files={"file": ("kept.txt", b"kept")}).json()["id"]
        assert http.get(f"/files/{kept}/content").status_code == 200
        disk = full()
        try:
            answers = [_upload_over(disk, http)]
            if everywhere:
                answers.append(http.post("/files", files={"file": ("small.txt", b"small")}))
            assert http.get(f"/files/{kept}/content").json()["content"].strip() == "kept"
        finally:
            disk.__exit__(None, None, None)
        for answer in answers:
            assert answer.status_code == 503, answer.text
            assert int(answer.headers["retry-after"]) >= 1
        assert not server.spooled()
        new = http.post("/files", files={"file": ("new.txt", b"there is room again")}).json()["id"]
        assert http.get(f"/files/{new}/content").json()["content"].strip() == "there is room again"
        assert [file["id"] for file in http.get("/files").json()["data"]] == [new, kept]
    assert server.stop() == 0


def test_a_disk_that_fills_up_is_503_with_retry_after_and_recovers(small: Path, tmp_path: Path) -> None:
    server = Live(small / "data")
    server.log = tmp_path / "log"  # on another disk
    _survive(server.start(), lambda: _filled(small), everywhere=True)
    assert "No space left on device" in server.log.read_text()  # which callers are not told
    ledger.check(server.data)


def test_while_a_disk_is_full_nothing_new_is_taken_and_what_was_being_read_is_read_afterwards(
    small: Path, tmp_path: Path
) -> None:
    server = Live(small / "data", upload_wait_s=0)
    server.log = tmp_path / "log"  # on another disk
    with server.start().http() as http, server.http() as unused:
        kept = http.post("/files", files={"file": ("kept.txt", b"kept")}).json()["id"]
        assert http.get(f"/files/{kept}/content").status_code == 200
        files = [
            http.post("/files", files={"file": ("a.pdf", _MANUAL + b"%%%d" % number)}).json()["id"]
            for number in range(4)
        ]
        with _filled(small):
            until(lambda: {"queue.postponed", "slice.held"} & set(re.findall(r"event=(\S+)", server.log.read_text())))
            assert httpx.get(f"{server.url}/readyz", timeout=PATIENCE_S).status_code == 503
            assert unused.get("/files").status_code == 200  # though it cannot be written down when it was used
            assert http.get(f"/files/{kept}/content").json()["content"].strip() == "kept"
        for file in files:
            assert "libbzip2" in http.get(f"/files/{file}/content").json()["content"]
    assert server.stop() == 0
    assert "slice.broken" not in server.log.read_text()


def test_a_file_that_may_grow_no_longer_is_503_with_retry_after_and_recovers(tmp_path: Path) -> None:
    server = Live(tmp_path / "data").start()
    _survive(server, lambda: _held_short(server.pid), everywhere=False)
    ledger.check(server.data)


def test_a_spool_that_is_full_is_503_on_a_machine_that_shares_its_storage(
    postgres: Postgres, object_server: ObjectServer, tmp_path: Path
) -> None:
    database_url, storage_url = postgres.database(), object_server.url(tmp_path.name)
    server = Live(tmp_path / "data", database_url=database_url, storage_url=storage_url).start()
    _survive(server, lambda: _held_short(server.pid), everywhere=False)
    ledger.balance(database_url, ObjectStore(storage_url, scratch=tmp_path))
