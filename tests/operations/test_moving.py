"""An installation moves from SQLite and a folder to PostgreSQL and an object store, and nothing is lost on the way."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

import ledger
from live import MOONSHELF, ROOT, Live, Reader, environment
from moonshelf.db.tables import metadata
from moonshelf.moving import LEFT, TABLES
from moonshelf.storage.objects import ObjectStore
from patience import PATIENCE_S, until
from servers.objects import ObjectServer
from servers.postgres import Postgres


def _moonshelf(*arguments: object, fails: bool = False, **settings: object) -> str:
    command = [MOONSHELF, *map(str, arguments)]
    done = subprocess.run(
        command, env=environment(**settings), cwd="/", capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode != 0) == fails, done.stderr + done.stdout
    return done.stderr if fails else done.stdout


def test_a_move_keeps_every_account_key_file_and_text(
    tmp_path: Path, postgres: Postgres, object_server: ObjectServer
) -> None:
    old = Live(tmp_path / "old", log_level="warning").start()
    key = old.key("ada")
    with old.http(key) as http:
        pdf = (ROOT / "examples" / "bzip2-manual.pdf").read_bytes()
        sent = [("a.txt", b"kept"), ("a.txt", b"kept"), ("manual.pdf", pdf)]
        ids = [http.post("/files", files={"file": one}).json()["id"] for one in sent]
        contents = [http.get(f"/files/{file_id}/content").text for file_id in ids]
        listed = http.get("/files").json()
    old.stop()
    idle = Live(tmp_path / "old", log_level="warning", workers=0, upload_wait_s=0).start()
    with idle.http(key) as http:
        unread = http.post("/files", files={"file": ("b.txt", b"read later")}).json()["id"]
    idle.stop()

    export = tmp_path / "export"
    assert "4 files" in _moonshelf("export", export, data=old.data)
    storage = object_server.url(tmp_path.name)
    new: dict[str, object] = {"database_url": postgres.database(), "storage_url": storage}
    target: dict[str, Any] = {"data": tmp_path / "machine", **new}  # Any: as keywords

    # Damage is met before anything is written, and an interrupted import goes on.
    blob = max(path for path in (export / "blobs").rglob("*") if path.is_file())
    whole = blob.read_bytes()
    blob.write_bytes(whole[:-1] + b"?")
    assert "damaged" in _moonshelf("import", export, fails=True, **target)
    blob.write_bytes(whole)
    assert "4 files" in _moonshelf("import", export, **target)
    assert "accounts already" in _moonshelf("import", export, fails=True, **target)

    web = Live(tmp_path / "web", workers=0, log_level="warning", **new).start()
    reader = Reader(tmp_path / "reader", settings=new).start()
    with web.http(key) as http:
        assert [http.get(f"/files/{file_id}/content").text for file_id in ids] == contents
        assert http.get(f"/files/{unread}/content").json()["content"].strip() == "read later"
        assert http.get("/files").json()["data"][1:] == listed["data"]
    assert [reader.stop(), web.stop()] == [0, 0]
    _moonshelf("sweep", **target)
    ledger.balance(str(new["database_url"]), ObjectStore(storage, scratch=tmp_path))


def test_an_interrupted_export_goes_on_and_is_no_export_before_its_end(tmp_path: Path) -> None:
    live = Live(tmp_path / "data", log_level="warning").start()
    with live.http() as http:
        for number in range(40):
            http.post("/files", files={"file": ("a.txt", f"{number} ".encode() * 50_000)})
        assert "in use" in _moonshelf("export", tmp_path / "export", data=live.data, fails=True)
    live.stop()
    command = [MOONSHELF, "export", str(tmp_path / "export")]
    interrupted = subprocess.Popen(command, env=environment(data=live.data), stderr=subprocess.DEVNULL)
    until(lambda: list((tmp_path / "export" / "blobs").glob("*/*")))
    interrupted.kill()
    interrupted.wait(PATIENCE_S)
    if not (tmp_path / "export" / "manifest.json").exists():
        assert "no whole export" in _moonshelf("import", tmp_path / "export", fails=True, data=tmp_path / "new")
    assert "40 files" in _moonshelf("export", tmp_path / "export", data=live.data)
    assert json.loads((tmp_path / "export" / "manifest.json").read_text())["files"] == 40
    assert "40 files" in _moonshelf("import", tmp_path / "export", data=tmp_path / "new")
    ledger.check(tmp_path / "new")


@pytest.mark.parametrize("key", ["../../../etc/passwd", "/etc/passwd", "a"])
def test_an_export_names_no_file_outside_its_folder(tmp_path: Path, key: str) -> None:
    export = tmp_path / "export"
    _moonshelf("export", export, data=tmp_path / "old")
    (export / "blobs.jsonl").write_text(json.dumps({"key": key, "sha256": ""}) + "\n")
    assert "no name of a blob" in _moonshelf("import", export, data=tmp_path / "new", fails=True)


def test_every_table_is_moved_or_left_for_a_reason() -> None:
    assert {table.name for table in TABLES} | LEFT == set(metadata.tables)
    assert {table.name for table in TABLES}.isdisjoint(LEFT)
