"""Two hosts, as network namespaces, and the link between them cut while one of them reads for the other."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

import ledger
from live import MOONSHELF, ROOT, Live, Reader, environment
from moonshelf import db
from moonshelf.db.tables import slices
from moonshelf.storage.objects import ObjectStore
from patience import until
from servers.objects import ObjectServer
from servers.postgres import Postgres

PDF = (ROOT / "examples" / "bzip2-manual.pdf").read_bytes()


@dataclass(frozen=True)
class _Link:
    """The way from this host to a far one."""

    here: str  # its end here, as a device
    address: str  # by which the far host knows this one
    far: str  # the namespace

    def set(self, state: str) -> None:
        _ip("link", "set", self.here, state)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=10)


@pytest.fixture
def link() -> Iterator[_Link]:
    number = os.getpid() % 250 + 1
    here, there, far, network = f"shelf{number}a", f"shelf{number}b", f"shelf{number}", f"10.213.{number}"
    with ExitStack() as stack:
        try:
            _ip("netns", "add", far)
            stack.callback(_ip, "netns", "del", far)  # and its end of the link, and so the other end
            _ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", far)
            _ip("address", "add", f"{network}.1/24", "dev", here)
            _ip("-n", far, "address", "add", f"{network}.2/24", "dev", there)
            _ip("-n", far, "link", "set", there, "up")
            _ip("-n", far, "link", "set", "lo", "up")
            _ip("link", "set", here, "up")
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"network namespaces can't be made here: {getattr(error, 'stderr', None) or error!r}")
        yield _Link(here, f"{network}.1", far)


def test_a_slice_behind_a_cut_link_is_read_elsewhere_and_the_far_host_recovers(link: _Link, tmp_path: Path) -> None:
    postgres, objects = Postgres(link.address), ObjectServer(link.address)
    with ExitStack() as stack:
        stack.callback(postgres.stop)
        stack.callback(objects.stop)
        url, storage = postgres.start().database(), objects.start().url("cut")
        settings: dict[str, object] = {"database_url": url, "storage_url": storage + "&timeout=2s", "sweep_s": 1}
        settings |= {"log_level": "info", "upload_wait_s": 0, "lease_s": 3}
        web = Live(tmp_path / "web", workers=0, **settings).start()
        stack.callback(web.kill)
        far = Reader(tmp_path / "far", settings=settings, concurrency=1, within=("ip", "netns", "exec", link.far))
        stack.callback(far.start().kill)
        far.wait_ready()
        with closing(db.connect(url)) as database, web.http() as http:
            files = [_add(http, number) for number in range(2)]
            lost = _cut(link, database)
            near = Reader(tmp_path / "near", settings=settings, concurrency=1)
            stack.callback(near.start().kill)
            near.wait_ready()
            until(lambda: lost.isdisjoint(_claims(database)), within_s=15)
            _until_read(http, files)
            assert not _claims(database)
            contents = [http.get(f"/files/{file_id}/content").text for file_id in files]
            until(lambda: "queue.postponed" in far.log.read_text())
            link.set("up")
            assert near.stop() == 0  # what comes now is read by the far host, or by none
            files.append(_add(http, 4))
            _until_read(http, files)
            done = [line for line in far.log.read_text().splitlines() if "slice.done" in line]
            assert done  # it is back, but what it had before the cut counted for nothing
            assert all(files[-1] in line for line in done)
            assert contents == [http.get(f"/files/{file_id}/content").text for file_id in files[:-1]]
        # What it was sending when the link was cut may arrive only now; whatever comes late is removed again.
        blobs = ObjectStore(storage, scratch=tmp_path)
        time.sleep(3)
        until(lambda: not [blob for blob in sorted(blobs.keys()) if blob.endswith(".facts")])
        assert [far.stop(), web.stop()] == [0, 0]
        subprocess.run([MOONSHELF, "sweep"], env=environment(data=tmp_path / "sweep", **settings), check=True)
        ledger.balance(url, blobs)


def _cut(link: _Link, database: db.Database) -> set[str]:
    """Cut the link in the middle of a slice, and return what the far host had claimed."""
    while True:
        until(lambda: _claims(database))
        link.set("down")
        if lost := _claims(database):
            return lost
        link.set("up")  # it had just come to an end


def _add(http: httpx.Client, number: int) -> str:
    answer = http.post("/files", files={"file": ("a.pdf", PDF + f"% {number}".encode())})  # other bytes: read anew
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def _until_read(http: httpx.Client, files: list[str]) -> None:
    for path in (f"/files/{file_id}" for file_id in files):
        until(partial(_is_read, http, path))


def _is_read(http: httpx.Client, path: str) -> bool:
    return bool(http.get(path).json()["status"] == "ok")


def _claims(database: db.Database) -> set[str]:
    with database.read() as tx:
        return {str(claim) for claim in tx.execute(select(slices.c.claim).where(slices.c.state == "claimed")).scalars()}
