"""Machines are restarted one after the other: the code before the newest migration works on its schema, beside ours."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import psycopg
import pytest

from live import MOONSHELF, ROOT, Live, environment
from moonshelf import db
from moonshelf.db import machines, schema
from moonshelf.db.machines import Machine
from moonshelf.errors.installation import MachinesRunning
from moonshelf.people.accounts import Accounts
from moonshelf.people.keys import Keys
from servers.objects import ObjectServer
from servers.postgres import Postgres

_VERSIONS = "src/moonshelf/migrations/versions"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the newest code that has all migrations but the newest."""
    *known, newest = sorted(path.name for path in (ROOT / _VERSIONS).glob("0*.py"))
    try:
        code = _git("archive", _newest_with(known), "src")
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"this is no clone with its history: {getattr(error, 'stderr', None) or error!r}")
    folder = tmp_path_factory.mktemp("before")
    subprocess.run(["tar", "--extract"], cwd=folder, input=code, check=True, timeout=60)
    assert not (folder / _VERSIONS / newest).exists()
    environment = {"PYTHONPATH": str(folder / "src")}
    which = [sys.executable, "-c", "import moonshelf; print(moonshelf.__file__)"]
    assert str(folder) in subprocess.run(which, env=environment, check=True, capture_output=True, text=True).stdout
    return folder / "src"


def _newest_with(known: list[str]) -> str:
    """Find the last commit at which the migrations were these."""
    last = "HEAD"
    for changed in _git("log", "--format=%H", "--", _VERSIONS).decode().split():
        paths = _git("ls-tree", "--name-only", changed, f"{_VERSIONS}/").decode().split()
        if known == sorted(name for path in paths if (name := Path(path).name).startswith("0")):
            return last
        last = f"{changed}^"
    raise OSError("no commit has all migrations but the newest")


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, timeout=60).stdout


@contextmanager
def _machine(folder: Path, code: Path | None = None, **settings: object) -> Iterator[Live]:
    """Run a server of *code*, or of ours."""
    with pytest.MonkeyPatch.context() as patch:
        if code is not None:
            patch.setenv("PYTHONPATH", str(code))
        live = Live(folder, log_level="warning", **settings).start()
    try:
        yield live
        assert live.stop() == 0
    finally:
        live.kill()
    log = live.log.read_text()
    assert "Traceback" not in log, log


def _used(live: Live, key: str) -> str:
    """Upload through *live*, read, list and delete, and return a file that stays."""
    with live.http(key) as http:
        kept, gone = (http.post("/files", files={"file": ("a.txt", b"a text")}).json()["id"] for _ in range(2))
        assert http.get(f"/files/{kept}/content").json()["content"].strip() == "a text"
        assert kept in [one["id"] for one in http.get("/files").json()["data"]]
        assert http.delete(f"/files/{gone}").status_code == 200
    return str(kept)


def test_the_code_before_the_newest_migration_works_on_its_schema_and_one_step_back(
    tmp_path: Path, before: Path, postgres: Postgres, object_server: ObjectServer
) -> None:
    shared = {"database_url": postgres.database(), "storage_url": object_server.url(tmp_path.name)}
    database = db.connect(shared["database_url"])
    schema.migrate(database)
    account = Accounts(database).create("ada").id
    key = Keys(database).create(account)
    files = []
    # The old one takes uploads and the new one reads them, then the other way round.
    for web, reader in ((before, None), (None, before)):
        with (
            _machine(tmp_path / "web", web, workers=0, **shared) as live,
            _machine(tmp_path / "reader", reader, workers=1, **shared),
        ):
            files.append(_used(live, key))
    database.close()
    command = [MOONSHELF, "migrate", "--back"]
    subprocess.run(command, env=environment(data=tmp_path / "back", **shared), check=True, capture_output=True)
    with _machine(tmp_path / "back", before, **shared) as old:
        files.append(_used(old, key))
        with old.http(key) as http:
            assert [one["id"] for one in http.get("/files").json()["data"]] == files[::-1]


def test_a_step_back_is_refused_beside_a_machine_of_this_release(tmp_path: Path, postgres: Postgres) -> None:
    settings = {"database_url": postgres.database()}
    command = [MOONSHELF, "migrate", "--back"]
    env = environment(data=tmp_path / "back", **settings)
    with (
        _machine(tmp_path / "web", None, workers=1, **settings),
        _machine(tmp_path / "reader", None, workers=1, **settings),
    ):
        done = subprocess.run(command, env=env, check=False, capture_output=True, text=True)
        assert done.returncode == 1
        assert f"are running on {socket.gethostname()}; stop them, then go back." in done.stderr
    assert "Traceback" not in done.stderr
    subprocess.run(command, env=env, check=True, capture_output=True)


@pytest.mark.parametrize("newest", [True, False])
def test_a_step_back_waits_for_machines_that_need_the_schema_alone(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch, *, newest: bool
) -> None:
    monkeypatch.setattr(schema, "_ENDING_S", 0.1)
    url = postgres.database()
    there = machines.name(Machine("other", reads=True, schema=schema.newest() if newest else "0001"))
    with closing(db.connect(url)) as database, psycopg.connect(url, application_name=there):
        schema.migrate(database)
        with pytest.raises(MachinesRunning, match="other") if newest else nullcontext():
            schema.step_back(database)
