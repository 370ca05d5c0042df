"""The steps of docs/scaling.md, as they are printed, on a real PostgreSQL and a real object store."""

import os
import re
import signal
import subprocess
from pathlib import Path

import httpx

from live import MOONSHELF, ROOT, Live, environment, free_port
from patience import PATIENCE_S, until
from servers.objects import ObjectServer
from servers.postgres import Postgres

STEPS = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "scaling.md").read_text(), flags=re.DOTALL)


def test_the_steps_lead_from_one_machine_to_many(
    tmp_path: Path, postgres: Postgres, object_server: ObjectServer
) -> None:
    old = Live(tmp_path / "old", log_level="warning").start()
    key = old.key()
    with old.http(key) as http:
        file_id = http.post("/files", files={"file": ("a.txt", b"brought along")}).json()["id"]
    old.stop()
    install, name, move, migrate, serve, work = STEPS
    assert "[postgres,objects]" in install
    own = {
        "postgresql://moonshelf:secret@db.internal/moonshelf": postgres.database(),
        "s3://shelf/production?endpoint=https://s3.internal&region=us-east-1": object_server.url("scaling"),
    }
    for printed, real in own.items():
        assert printed in name
        name = name.replace(printed, real)
    move = move.replace("/backup/shelf", str(tmp_path / "shelf"))
    env = environment(data=old.data) | {"PATH": f"{Path(MOONSHELF).parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-ec", name + move + migrate], env=env, cwd="/", capture_output=True, check=False)
    assert done.returncode == 0, done.stderr

    port = free_port()
    serve = serve.replace("0.0.0.0", "127.0.0.1").strip() + f" --port {port}"  # noqa: S104 - not bound here
    with (tmp_path / "log").open("wb") as log:
        machines = [
            subprocess.Popen(
                ["bash", "-c", f"{name} exec {command}"],
                env=env | {"MOONSHELF_DATA": str(tmp_path / data)},
                stdout=log,
                stderr=log,
            )
            for command, data in ((serve, "web"), (work.strip(), "worker"))
        ]
    try:
        _wait_ready(port, tmp_path / "log")
        headers = {"authorization": f"Bearer {key}"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/v1", headers=headers, timeout=PATIENCE_S) as http:
            assert http.get(f"/files/{file_id}/content").json()["content"].strip() == "brought along"
            new = http.post("/files", files={"file": ("b.txt", b"read elsewhere")}).json()["id"]
            assert http.get(f"/files/{new}/content").json()["content"].strip() == "read elsewhere"
    finally:
        for machine in machines:
            machine.send_signal(signal.SIGTERM)
        assert [machine.wait(PATIENCE_S) for machine in machines] == [0, 0]


def _wait_ready(port: int, log: Path) -> None:
    def ready() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=10).status_code == 200
        except httpx.TransportError:
            return False

    until(ready, told=log.read_text)
