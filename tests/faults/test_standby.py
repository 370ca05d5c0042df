"""A database that takes no writes for a while, as after a failover: an outage like any other."""

import subprocess
from functools import partial
from pathlib import Path

import httpx

import ledger
from live import MOONSHELF, ROOT, Live, environment
from moonshelf.storage.objects import ObjectStore
from patience import PATIENCE_S, until
from servers.objects import ObjectServer
from servers.postgres import Postgres

MANUAL = (ROOT / "examples" / "bzip2-manual.pdf").read_bytes()


def _settled(http: httpx.Client, file_id: str) -> bool:
    answer = http.get(f"/files/{file_id}")
    return answer.status_code == 200 and answer.json()["status"] != "created"


def test_while_a_database_is_a_standby_writes_are_503_and_afterwards_all_is_read(
    machines: tuple[Postgres, ObjectServer], tmp_path: Path
) -> None:
    postgres, objects = machines
    shared = {"database_url": postgres.database(), "storage_url": objects.url(tmp_path.name)}
    live = Live(tmp_path / "data", upload_wait_s=0, sweep_s=1, **shared).start()
    with live.http() as http:
        sent = [{"file": ("a.pdf", MANUAL + b"%%%d" % number)} for number in range(4)]
        files = [http.post("/files", files=one).json()["id"] for one in sent]
        postgres.restart(standby=True)
        until(lambda: http.get("/files").status_code == 200, told=live.log.read_text)  # what is there is shown
        until(lambda: live.log.read_text().count("queue.postponed") > 3, told=live.log.read_text)
        asked = {"filename": "a.txt", "bytes": 4}
        for answer in (
            http.post("/files", files={"file": ("a.txt", b"text")}),
            http.delete(f"/files/{files[0]}"),
            http.post("/uploads", json=asked),
        ):
            assert (answer.status_code, answer.json()["error"]["type"]) == (503, "server_unavailable")
        assert httpx.get(f"{live.url}/readyz", timeout=PATIENCE_S).status_code == 503
        postgres.restart(standby=False)
        for file_id in files:
            until(partial(_settled, http, file_id), told=live.log.read_text)
            assert "libbzip2" in http.get(f"/files/{file_id}/content").json()["content"]
    assert live.stop() == 0
    for broken in ("request.failed", "slice.broken", "worker.broken", "Traceback"):
        assert broken not in live.log.read_text()
    env = environment(data=tmp_path / "sweep", **shared)
    subprocess.run([MOONSHELF, "sweep"], env=env, check=True, capture_output=True)
    ledger.balance(shared["database_url"], ObjectStore(shared["storage_url"], scratch=tmp_path))
