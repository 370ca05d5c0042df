"""SIGKILL at random instants loses nothing that was acknowledged, and leaves nothing behind."""

import json
import random
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

import ledger
from live import MOONSHELF, ROOT, Live, environment

ROUNDS = 30
SENDERS = 6
PDF = ROOT / "examples" / "bzip2-manual.pdf"


class _Senders:
    """Upload, and now and then delete, until the server dies; remember what was answered."""

    def __init__(self, live: Live, key: str, chance: random.Random) -> None:
        self.kept: dict[str, str | None] = {}  # id -> its text, None for the PDF
        self.maybe: set[str] = set()  # a deletion was sent and never answered
        self._live = live
        self._key = key
        self._chance = chance
        self._lock = threading.Lock()

    def run(self) -> None:
        with self._live.http(self._key) as http:
            try:
                while True:
                    self._once(http)
            except (httpx.TransportError, json.JSONDecodeError):
                return

    def _once(self, http: httpx.Client) -> None:
        text = None if self._chance.random() < 0.1 else f"{self._chance.random()} " * self._chance.randint(1, 4000)
        sent = ("manual.pdf", PDF.read_bytes()) if text is None else ("note.txt", text.encode())
        answer = http.post("/files", files={"file": sent})
        assert answer.status_code == 200, answer.text
        file_id = answer.json()["id"]
        with self._lock:
            self.kept[file_id] = text
        if self._chance.random() < 0.3:
            with self._lock:
                self.maybe.add(file_id)
            assert http.delete(f"/files/{file_id}").status_code == 200
            with self._lock:
                self.maybe.discard(file_id)
                del self.kept[file_id]


def _check(http: httpx.Client, senders: _Senders) -> None:
    """Every acknowledged file is there and reads whole."""
    listed = {one["id"] for one in http.get("/files").json()["data"]}
    assert set(senders.kept) - senders.maybe <= listed
    for file_id in set(senders.kept) & listed:
        answer = http.get(f"/files/{file_id}/content")
        assert answer.status_code == 200, answer.text
        content, text = answer.json()["content"], senders.kept[file_id]
        assert content.strip() == text.strip() if text is not None else "libbzip2" in content
    for file_id in listed:  # those that were stored but whose answer died on the way are whole too
        file = http.get(f"/files/{file_id}").json()
        assert file["status"] in {"ok", "created"}, file["status_details"]


@pytest.mark.timeout(600)
def test_thirty_kills_lose_no_acknowledged_file_and_leave_nothing_behind(tmp_path: Path) -> None:
    seed = time.time_ns()
    print(f"seed {seed}")  # noqa: T201 - to run a failure again
    chance = random.Random(seed)  # noqa: S311 - chance, not secrets
    live = Live(tmp_path / "data", log_level="warning", max_files=100_000).start()
    senders = _Senders(live, live.key(), chance)
    for _ in range(ROUNDS):
        with ThreadPoolExecutor(SENDERS) as pool:
            running = [pool.submit(senders.run) for _ in range(SENDERS)]
            time.sleep(chance.uniform(0.02, 0.7))
            live.kill()
        for one in running:
            one.result()
        live.start()
    with live.http(senders._key) as http:
        _check(http, senders)
    while ledger.unread(live.database_url):
        time.sleep(0.1)
    assert live.stop() == 0
    subprocess.run([MOONSHELF, "sweep"], env=environment(data=live.data), check=True, capture_output=True)
    ledger.check(live.data)
    live.start()
    with live.http(senders._key) as http:
        _check(http, senders)  # no blob of a living file was swept
    live.stop()
