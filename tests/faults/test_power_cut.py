"""What was answered is on the disk: file and folder are synced before the answer."""

import asyncio
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from disk import Disk
from live import Live
from moonshelf import wiring
from moonshelf.db import connect
from moonshelf.http.app import create
from moonshelf.serving import running
from moonshelf.settings import Settings

TEXT = "kept through the night\n" * 1000


def _upload_and_cut(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, ignored: Callable[[Path], bool] = lambda _: False
) -> tuple[Path, str, str]:
    """Upload to a server in this process, cut the power at the answer; return the disk, the key and the file's id."""
    settings = Settings(data=folder / "data", workers=1, upload_wait_s=60)
    services = wiring.build(settings)
    key = services.people.keys.create(wiring.people.first_account(services.people.accounts).id)
    with services.ports.database.read() as tx:
        assert tx.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2  # FULL
    disk = Disk(settings.data, ignored=ignored)
    monkeypatch.setattr(os, "fsync", disk.fsync)

    async def upload() -> tuple[Path, str]:
        transport = httpx.ASGITransport(create(services))
        async with running(services), httpx.AsyncClient(transport=transport, base_url="http://test/v1") as http:
            headers = {"authorization": f"Bearer {key}"}
            answer = await http.post("/files", files={"file": ("a.txt", TEXT.encode())}, headers=headers)
            assert answer.json()["status"] == "ok"
            return disk.after_power_cut(folder / "found" / "data"), answer.json()["id"]

    found, file_id = asyncio.run(upload())
    monkeypatch.undo()
    return found, key, file_id


def _content(data: Path, key: str, file_id: str) -> httpx.Response:
    live = Live(data, log_level="error").start()
    try:
        with live.http(key) as http:
            return http.get(f"/files/{file_id}/content")
    finally:
        live.stop()


def test_an_answered_upload_and_its_text_survive_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = _content(*_upload_and_cut(tmp_path, monkeypatch))
    assert answer.status_code == 200
    assert answer.json()["content"].strip() == TEXT.strip()


@pytest.mark.parametrize("broken", ["files", "folders"])
def test_a_disk_that_skips_a_sync_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    def ignored(path: Path) -> bool:
        return path.is_file() == (broken == "files")

    found, _, _ = _upload_and_cut(tmp_path, monkeypatch, ignored=ignored)
    blobs = [path.read_bytes() for path in (found / "blobs").rglob("*") if path.is_file()]
    assert TEXT.encode() not in blobs


def test_only_what_is_not_durable_does_not_wait_for_the_disk(database_url: str) -> None:
    with closing(connect(database_url)) as database:
        asked = "SHOW synchronous_commit" if database.shared else "PRAGMA synchronous"
        waits, goes_on = ("on", "off") if database.shared else (2, 1)
        for _ in range(2):  # on the same pooled connection, in turn
            with database.write(durable=False) as tx:
                assert tx.exec_driver_sql(asked).scalar_one() == goes_on
            with database.write() as tx:
                assert tx.exec_driver_sql(asked).scalar_one() == waits
