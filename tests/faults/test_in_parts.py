"""Uploads in parts, whose servers are killed between any two steps or amid one: what was acknowledged goes on."""

import hashlib
import json
import random
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from openai import OpenAI
from openai.types import FileObject
from sqlalchemy import update

import ledger
from live import MOONSHELF, Live, environment
from moonshelf import db
from moonshelf.db.tables import multipart_uploads, uploads
from moonshelf.storage import BlobStore
from moonshelf.storage.local import LocalStore
from moonshelf.storage.objects import ObjectStore
from patience import until
from servers.objects import ObjectServer
from servers.postgres import Postgres

ROUNDS, SENDERS = 10, 4

Settings = dict[str, str]


class _Sender:
    """Sends one upload after the other in parts, and after each kill goes on where the answers ended."""

    def __init__(self, key: str, chance: random.Random) -> None:
        self.made: dict[str, str] = {}  # id -> sha256
        self.answers = 0
        self._key = key
        self._chance = chance
        self._pieces: list[bytes] = []
        self._upload: str | None = None
        self._parts: list[str] = []
        self._attempt = 0

    def run(self, servers: list[Live]) -> None:
        """Send until a server dies."""
        clients = [live.http(self._key) for live in servers]
        try:
            while True:
                self._step(self._chance.choice(clients))
                self._attempt, self.answers = 0, self.answers + 1
        except httpx.TransportError:
            self._attempt += 1
        finally:
            for client in clients:
                client.close()

    def _step(self, http: httpx.Client) -> None:
        if self._upload is None:
            self._pieces = [self._chance.randbytes(self._chance.randint(1, 60_000)) for _ in range(4)]
            said = {"filename": "a.bin", "purpose": "file-extract", "bytes": sum(map(len, self._pieces))}
            self._upload, self._parts = str(self._ask(http, "/uploads", json=said)["id"]), []
        elif len(self._parts) < len(self._pieces):
            sent = {"data": ("upload", self._pieces[len(self._parts)])}
            self._parts.append(str(self._ask(http, f"/uploads/{self._upload}/parts", files=sent)["id"]))
        else:
            self._end(http, self._upload)

    def _end(self, http: httpx.Client, upload: str) -> None:
        data = b"".join(self._pieces)
        if data[0] % 4 == 0:
            assert self._ask(http, f"/uploads/{upload}/cancel")["status"] == "cancelled"
        else:
            said = {"part_ids": self._parts, "md5": hashlib.md5(data, usedforsecurity=False).hexdigest()}
            file = self._ask(http, f"/uploads/{upload}/complete", json=said)["file"]
            assert isinstance(file, dict)
            self.made[file["id"]] = hashlib.sha256(data).hexdigest()
        self._upload = None

    def _ask(self, http: httpx.Client, path: str, **sent: object) -> dict[str, object]:
        headers = {"x-stainless-retry-count": str(self._attempt)}
        answer = http.post(path, headers=headers, **sent)  # type: ignore[arg-type] # json or files
        assert answer.status_code == 200, answer.text
        told: dict[str, object] = answer.json()
        return told


def _check(http: httpx.Client, made: dict[str, str]) -> None:
    """Every file that was told of is there and whole, and there is no other."""
    listed = {one["id"] for one in http.get("/files").json()["data"]}
    assert made.keys() <= listed
    for file_id, digest in made.items():
        assert hashlib.sha256(http.get(f"/files/{file_id}/original").content).hexdigest() == digest


def _wait(senders: list[_Sender], *, more: int) -> None:
    """Wait until they got so many more answers."""
    seen = sum(sender.answers for sender in senders)
    until(lambda: sum(sender.answers for sender in senders) >= seen + more)


def _let_an_hour_pass(url: str) -> None:
    with closing(db.connect(url)) as database, database.write() as tx:
        tx.execute(update(uploads).values(lease_until=0))
        tx.execute(update(multipart_uploads).values(expires_at=0))


@pytest.fixture(params=["alone", "shared"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Settings, Callable[[], BlobStore]]]:
    """Give settings of an installation, and what opens its blobs."""
    if request.param == "alone":
        yield {}, lambda: LocalStore(tmp_path / "first" / "blobs")
        return
    servers: tuple[Postgres, ObjectServer] = request.getfixturevalue("machines")
    storage = servers[1].url(f"parts-{tmp_path.name}")
    shared = {"database_url": servers[0].database(), "storage_url": storage}
    yield shared, lambda: ObjectStore(storage, scratch=tmp_path)


@pytest.mark.timeout(600)
def test_kills_lose_nothing_that_was_acknowledged_and_leave_nothing_behind(
    tmp_path: Path, site: tuple[Settings, Callable[[], BlobStore]]
) -> None:
    shared, blobs = site
    seed = time.time_ns()
    print(f"seed {seed}")  # noqa: T201 - to run a failure again
    chance = random.Random(seed)  # noqa: S311 - chance, not secrets
    names = ("first", "second") if shared else ("first",)
    bounds = {"max_files": 100_000, "upload_wait_s": 0, "lease_s": 30}
    servers = [Live(tmp_path / name, log_level="warning", **bounds, **shared).start() for name in names]
    key = servers[0].key()
    senders = [_Sender(key, random.Random(chance.random())) for _ in range(SENDERS)]  # noqa: S311 - as above
    for _ in range(ROUNDS):
        dying, more = chance.choice(servers), chance.randint(5, 40)
        with ThreadPoolExecutor(SENDERS) as pool:
            running = [pool.submit(sender.run, servers) for sender in senders]
            _wait(senders, more=more)
            time.sleep(chance.uniform(0, 0.05))
            dying.kill()
        for one in running:
            one.result()  # they found the dead one sooner or later
        dying.start()
    made = {file_id: digest for sender in senders for file_id, digest in sender.made.items()}
    assert made
    with servers[-1].http(key) as http:
        _check(http, made)
    assert [live.stop() for live in servers] == [0] * len(servers)
    _let_an_hour_pass(servers[0].database_url)
    env = environment(data=tmp_path / "first", **shared)
    for _ in range(2):
        subprocess.run([MOONSHELF, "sweep"], env=env, check=True, capture_output=True)
    _settle(servers[0], env)
    ledger.balance(servers[0].database_url, blobs())
    servers[0].start()
    with servers[0].http(key) as http:
        _check(http, made)
    assert servers[0].stop() == 0


def _settle(live: Live, env: dict[str, str]) -> None:
    """Have all be read, so that no slice names a blob that is not there yet."""
    live.start()
    until(lambda: not ledger.unread(live.database_url))
    assert live.stop() == 0
    subprocess.run([MOONSHELF, "sweep"], env=env, check=True, capture_output=True)


def test_parts_reach_two_machines_and_both_complete_at_once(
    tmp_path: Path, machines: tuple[Postgres, ObjectServer]
) -> None:
    shared = {"database_url": machines[0].database(), "storage_url": machines[1].url(f"both-{tmp_path.name}")}
    live = [Live(tmp_path / name, log_level="warning", **shared).start() for name in ("first", "second")]
    key = live[0].key()
    with live[0].openai(key, max_retries=5) as first, live[1].openai(key, max_retries=5) as second:
        made = [_completed_twice(first, second) for _ in range(5)]
        assert made[0].filename == "a.txt"
        assert sorted(file.id for file in first.files.list().data) == sorted(file.id for file in made)
        for file in made:
            assert json.loads(second.files.content(file.id).text)["content"].strip() == "sometext"
    assert [one.stop() for one in live] == [0, 0]
    env = environment(data=tmp_path / "sweep", **shared)
    subprocess.run([MOONSHELF, "sweep"], env=env, check=True, capture_output=True)
    ledger.balance(live[0].database_url, ObjectStore(shared["storage_url"], scratch=tmp_path))


def _completed_twice(first: OpenAI, second: OpenAI) -> FileObject:
    """Send a part by each, have both complete the upload at the same moment, and return the file that both got."""
    said: Any = {"mime_type": "text/plain", "purpose": "file-extract"}
    upload = first.uploads.create(filename="a.txt", bytes=8, **said)
    parts = [
        client.uploads.parts.create(upload.id, data=data).id for client, data in ((second, b"some"), (first, b"text"))
    ]
    barrier = threading.Barrier(2)

    def complete(client: OpenAI) -> FileObject | None:
        barrier.wait()
        return client.uploads.complete(upload.id, part_ids=parts).file

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(complete, (first, second))
    assert one is not None
    assert other is not None
    assert one.id == other.id
    return one
