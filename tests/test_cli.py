"""The command line beside a running server, and without one."""

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import openai
import pytest
from click.testing import CliRunner

from live import MOONSHELF, ROOT, Live, environment
from moonshelf import db
from moonshelf.cli import main, servers
from moonshelf.cli.printing import table
from moonshelf.models import weights
from moonshelf.people.accounts import Accounts
from moonshelf.people.keys import Keys
from moonshelf.people.usage import Usage
from moonshelf.settings import Settings


def _moonshelf(*arguments: object, data: Path | None = None, fails: bool = False, **settings: object) -> str:
    env = environment(**settings) if data is None else environment(data=data, **settings)
    done = subprocess.run(
        [MOONSHELF, *map(str, arguments)], env=env, cwd="/", capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode != 0) == fails, done.stderr + done.stdout
    return done.stderr if fails else done.stdout


def test_the_first_start_prints_a_key_once_and_keeps_only_its_hash(tmp_path: Path) -> None:
    live = Live(tmp_path / "data").start()
    printed = live.log.read_text()
    key = next(word for word in printed.split() if word.startswith("sk-"))
    assert f"{live.url}/v1" in printed
    with live.openai(key) as client:
        assert list(client.files.list()) == []
    assert live.stop() == 0
    with closing(db.connect(live.database_url)) as database:
        counted = Usage(database, keep_s=60).sums(since=0, step_s=3_600)
    assert [one.count for one in counted if one.what == "requests"] == [1], "what was counted is kept over a stop"
    assert not any(key.encode() in path.read_bytes() for path in live.data.rglob("*") if path.is_file())
    live.log.unlink()
    live.start()
    assert "sk-" not in live.log.read_text()
    live.stop()


def test_keys_are_made_listed_and_revoked_beside_a_running_server(server: Live) -> None:
    data = server.data
    _moonshelf("users", "create", "grace", data=data)
    assert "already" in _moonshelf("users", "create", "grace", data=data, fails=True)
    value = _moonshelf("keys", "create", "--account", "grace", "--name", "laptop", data=data)
    assert value.startswith("sk-")
    assert value.count("\n") == 1
    row = next(line for line in _moonshelf("keys", "list", data=data).splitlines() if "laptop" in line)
    assert "grace" in row
    assert value.strip() not in row
    with server.openai(value.strip()) as client:
        assert list(client.files.list()) == []
        _moonshelf("keys", "revoke", row.split()[0], data=data)
        time.sleep(1.1)  # a key is trusted for a second
        with pytest.raises(openai.AuthenticationError):
            client.files.list()
    assert "grace" in _moonshelf("users", "list", data=data)


def test_an_account_is_removed_with_its_files_when_that_is_confirmed(tmp_path: Path) -> None:
    live = Live(tmp_path / "data").start()
    with live.http(live.key("grace")) as http:
        assert http.post("/files", files={"file": ("a.txt", b"a text")}).status_code == 200
        ask = [MOONSHELF, "users", "remove", "grace"]
        env = environment(data=live.data)
        no = subprocess.run(ask, env=env, cwd="/", input="n\n", capture_output=True, text=True, check=False)
        assert (no.returncode, no.stdout.count("'grace' with 1 files (6 bytes) for good?")) == (1, 1)
        assert http.get("/files").status_code == 200
        assert _moonshelf("users", "remove", "grace", "--yes", data=live.data) == "Removed account grace.\n"
        time.sleep(1.1)  # a key is trusted for a second
        assert http.get("/files").status_code == 401
    assert "only admin" in _moonshelf("users", "remove", "admin", "--yes", data=live.data, fails=True)
    assert "no account named 'grace'" in _moonshelf("users", "remove", "grace", "--yes", data=live.data, fails=True)
    assert live.stop() == 0
    assert [one for one in (live.data / "blobs").rglob("*") if one.is_file()] == []


def test_what_is_said_of_an_account_and_its_key_holds(tmp_path: Path) -> None:
    data = tmp_path / "data"
    _moonshelf("users", "create", "ada", "--admin", "--tier", "kimi-1", data=data)
    said = ("--account", "ada", "--name", "reader", "--scope", "read", "--tier", "kimi-0", "--days", 3)
    value = _moonshelf("keys", "create", *said, data=data).strip()
    assert "no tier 'gold'" in _moonshelf("keys", "create", "--tier", "gold", data=data, fails=True)
    assert "no tier 'gold'" in _moonshelf("users", "tier", "ada", "gold", data=data, fails=True)
    with closing(db.connect(f"sqlite:///{data / 'moonshelf.sqlite'}")) as database:
        accounts = Accounts(database)
        caller = Keys(database).authenticate(value)
        assert (caller.tier, caller.key_tier, *caller.scopes) == ("kimi-1", "kimi-0", "read")
        (key,) = Keys(database).of(caller.account_id)
        assert key.expires_at is not None
        assert 259_100 < key.expires_at - time.time() <= 259_200
        assert accounts.named("ada").role == "admin"
        _moonshelf("users", "tier", "ada", data=data)
        assert Keys(database).authenticate(value).tier is None
        Keys(database).create(caller.account_id, name="over", lasts_s=0)
    states = [line.split()[-1] for line in _moonshelf("keys", "list", data=data).splitlines()]
    assert states == ["STATE", "active", "expired"]


def test_a_link_opens_the_dashboard_once(server: Live) -> None:
    _moonshelf("users", "create", "linked", data=server.data)
    link = _moonshelf("users", "link", "linked", data=server.data, public_url=server.url).strip()
    where, _, token = link.partition("?token=")
    assert where == f"{server.url}/dashboard/enter"
    form = {"token": token, "password": "correct horse battery"}
    assert [httpx.post(where, data=form).status_code for _ in range(2)] == [303, 403]


def test_a_key_may_be_given_and_must_look_like_one(tmp_path: Path) -> None:
    value = "sk-chosen-by-the-operator"
    assert _moonshelf("keys", "create", "--value", value, data=tmp_path / "data").strip() == value
    assert "taken" in _moonshelf("keys", "create", "--value", value, data=tmp_path / "data", fails=True)
    assert "starts with 'sk-'" in _moonshelf("keys", "create", "--value", "secret", data=tmp_path / "data", fails=True)
    assert "no account" in _moonshelf("keys", "create", "--account", "nobody", data=tmp_path / "data", fails=True)


def test_two_servers_never_share_a_folder(server: Live) -> None:
    says = _moonshelf("serve", "--port", "1", "--data", server.data, fails=True)
    assert "in use by another server; stop that one" in says
    assert "Traceback" not in says


def test_no_schema_is_taken_from_under_a_running_server(server: Live) -> None:
    says = _moonshelf("migrate", "--back", data=server.data, fails=True)
    assert "in use by another server; stop that one" in says
    with server.http() as http:
        assert http.post("/files", files={"file": ("a.txt", b"a text")}).status_code == 200


def test_a_misspelt_setting_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    says = _moonshelf("serve", data=tmp_path, max_flies="3", fails=True)
    assert "MOONSHELF_MAX_FLIES" in says
    assert "did you mean MOONSHELF_MAX_FILES?" in says
    assert "docs/settings.md" in says
    assert "MOONSHELF_WORKERS" in _moonshelf("serve", data=tmp_path, workers="many", fails=True)


def test_a_server_that_cannot_listen_says_so_and_makes_no_key(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        says = _moonshelf("serve", "--port", taken.getsockname()[1], data=tmp_path, fails=True)
    assert "Address already in use" in says
    assert "--port" in says
    assert _moonshelf("keys", "list", data=tmp_path).count("\n") == 1


def test_addresses_of_both_kinds_are_written_as_urls_have_them() -> None:
    told = [servers._base_url(Settings(), host, 8000) for host in ("127.0.0.1", "::1", "0.0.0.0", "::")]  # noqa: S104 - said, not bound
    near, near6 = "http://127.0.0.1:8000/v1", "http://[::1]:8000/v1"
    assert told == [near, near6, near, near6]
    assert servers._base_url(Settings(public_url="https://shelf"), "0.0.0.0", 8000) == "https://shelf/v1"  # noqa: S104 - as above


def test_a_server_listens_on_the_address_that_a_name_stands_for(tmp_path: Path) -> None:
    live = Live(tmp_path / "data").at("localhost").start()
    assert live.stop() == 0
    log = live.log.read_text()
    assert f"Base URL  {live.url}/v1\n" in log
    assert re.search(rf"event=server.ready version=\S+ address=127.0.0.1 port={live.port}\n", log)
    assert log.endswith("event=server.stopped\n")
    says = _moonshelf("serve", "--host", "nowhere.invalid", data=tmp_path / "none", fails=True)
    assert says.startswith("Error: The server cannot listen on nowhere.invalid, port 8000 (")


def test_a_worker_without_a_database_to_share_is_told_what_it_lacks(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["worker", "--data", str(tmp_path / "data")])
    assert (told.exit_code, told.output) == (
        1,
        "Error: A worker needs MOONSHELF_DATABASE_URL; with SQLite, 'moonshelf serve' reads alone.\n",
    )
    assert not (tmp_path / "data").exists()


def test_folders_that_cannot_be_written_are_named_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    says = _moonshelf("keys", "list", data=tmp_path / "file" / "data", fails=True)
    assert says.startswith(f"The data folder {tmp_path}/file/data cannot be used (Not a directory); choose a folder")
    says = _moonshelf("export", tmp_path / "file" / "backup", data=tmp_path / "data", fails=True)
    assert f"{tmp_path}/file/backup cannot be written to (Not a directory)" in says


def test_nobody_else_on_the_machine_may_read_what_is_kept(tmp_path: Path) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup"
    data.mkdir(mode=0o755)  # as systemd makes it
    _moonshelf("keys", "create", data=data)
    _moonshelf("export", backup, data=data)
    private = [path for path in (*data.iterdir(), backup) if path.stat().st_mode & 0o077 == 0]
    assert set(private) == {*data.iterdir(), backup}
    assert data / "moonshelf.sqlite" in private


def test_names_give_the_terminal_no_commands(capsys: pytest.CaptureFixture[str]) -> None:
    table([("NAME",), ("\x1b[2Jgone\n",)])
    assert capsys.readouterr().out == "NAME\n\ufffd[2Jgone\ufffd\n"


def test_a_key_lasts_as_long_as_can_be_counted(tmp_path: Path) -> None:
    assert "range 1<=x<=36500" in _moonshelf("keys", "create", "--days", "9" * 30, data=tmp_path, fails=True)


def test_a_database_that_cannot_be_used_is_named_with_the_reason_and_no_password(tmp_path: Path) -> None:
    with _refusing() as port:
        for scheme in ("postgresql", "postgres"):
            url = f"{scheme}://me:hidden@127.0.0.1:{port}/shelf"
            says = _moonshelf("keys", "list", data=tmp_path, database_url=url, fails=True)
            assert says.startswith(
                'Error: MOONSHELF_DATABASE_URL cannot be used: connection failed: connection to server at "127.0.0.1"'
            )
            assert says.endswith("Connection refused; see to PostgreSQL, or put the URL right.\n")
            assert "hidden" not in says
        url = f"postgresql://127.0.0.1:{port}/shelf?colour=blue"
        says = _moonshelf("migrate", data=tmp_path, database_url=url, fails=True)
        assert says.startswith(
            'Error: MOONSHELF_DATABASE_URL cannot be used: invalid connection option "colour"; see to'
        )
    (tmp_path / "moonshelf.sqlite").write_bytes(b"no database at all" * 100)
    says = _moonshelf("keys", "list", data=tmp_path, fails=True)
    remedy = "see to its disk and its owner, or bring back a copy"
    assert says == f"Error: {tmp_path}/moonshelf.sqlite cannot be used: file is not a database; {remedy}.\n"


def test_extract_prints_markdown_and_goes_on_after_a_bad_file(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("a note")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert "libbzip2" in _moonshelf("extract", ROOT / "examples" / "bzip2-manual.pdf")
    paths = [tmp_path / "bad.pdf", tmp_path / "note.txt"]
    done = subprocess.run(
        [MOONSHELF, "extract", *paths], env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "a note" in done.stdout
    assert "bad.pdf" in done.stderr


def test_extract_reads_what_comes_through_a_pipe() -> None:
    manual = (ROOT / "examples" / "bzip2-manual.pdf").read_bytes()
    for name in ("-", "/dev/stdin"):
        done = subprocess.run(
            [MOONSHELF, "extract", name], env=environment(), input=manual, capture_output=True, check=False
        )
        assert b"libbzip2" in done.stdout, done.stderr


def test_help_teaches_every_command() -> None:
    said = _moonshelf("--help")
    for command in ("serve", "keys", "users", "extract", "models", "migrate", "sweep", "doctor"):
        assert command in said
        told = CliRunner().invoke(main, [command, "--help"], prog_name="moonshelf")
        assert told.output.startswith(f"Usage: moonshelf {command}")


def test_models_are_listed_and_an_unknown_one_is_named(tmp_path: Path) -> None:
    assert "moonshelf models pull" in _moonshelf("models", "list", models=tmp_path)
    assert "smolvlm-256m-instruct" in _moonshelf("models", "list", models=tmp_path)
    assert "There is no model" in _moonshelf("models", "pull", "gpt-9", models=tmp_path, fails=True)


def test_pulling_a_model_that_is_there_prints_its_path(tmp_path: Path) -> None:
    there = weights.path(weights.QWEN, tmp_path)
    there.write_bytes(b"weights")
    assert _moonshelf("models", "pull", models=tmp_path).strip() == str(there)


def test_doctor_says_what_holds(tmp_path: Path) -> None:
    said = _moonshelf("doctor", data=tmp_path / "data")
    assert "readers see no file but their own" in said
    assert "readers have none" in said
    assert "database" not in said  # there is none yet, and asking has made none
    assert not (tmp_path / "data").exists()


def test_doctor_tries_what_the_settings_name_and_touches_nothing(server: Live, tmp_path: Path) -> None:
    said = _moonshelf("doctor", data=server.data)
    assert re.search(r"^database +ready$", said, re.MULTILINE)
    assert re.search(r"^storage +ready$", said, re.MULTILINE)
    with _refusing() as port:
        settings = {"limits_url": f"valkey://127.0.0.1:{port}", "storage_url": _store_at(port)}
        done = subprocess.run(
            [MOONSHELF, "doctor"],
            env=environment(data=tmp_path, **settings),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert re.search(
        r"^storage +MOONSHELF_STORAGE_URL cannot be used: .*/shelf/probe.*; see to", done.stdout, re.MULTILINE
    )
    assert re.search(r"^limits +MOONSHELF_LIMITS_URL cannot be used: .*refused; see to", done.stdout, re.MULTILINE)
    assert "hidden" not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_start_beside_a_store_out_of_reach_says_so_and_goes_on(tmp_path: Path) -> None:
    with _refusing() as port:
        live = Live(
            tmp_path / "data", limits_url=f"valkey://127.0.0.1:{port}", storage_url=_store_at(port), tier="kimi-0"
        )
        live.launch()
        try:
            deadline = time.monotonic() + 30
            while live.log.read_text().count("Warning: ") < 2:
                assert time.monotonic() < deadline, live.log.read_text()
                time.sleep(0.05)
            told = [line for line in live.log.read_text().splitlines() if line.startswith("Warning: ")]
            assert re.match(
                r"Warning: MOONSHELF_STORAGE_URL cannot be used: .*; see to the store, or put the URL", told[0]
            )
            assert re.match(r"Warning: MOONSHELF_LIMITS_URL cannot be used: .*refused; see to Valkey, or put", told[1])
            assert "hidden" not in live.log.read_text()
            live.wait_alive()
            assert httpx.get(f"{live.url}/readyz", timeout=30).status_code == 503
            with live.http() as http:
                refused = http.get("/files")
            assert refused.status_code == 503
            assert "retry-after" in refused.headers
        finally:
            assert live.stop() == 0


@contextmanager
def _refusing() -> Iterator[int]:
    """Give a port that refuses connections for as long."""
    with socket.socket() as refusing:
        refusing.bind(("127.0.0.1", 0))  # and listens not
        yield refusing.getsockname()[1]


def _store_at(port: int) -> str:
    key = "access_key_id=shelf&secret_access_key=hidden"
    return f"s3://shelf?endpoint=http://127.0.0.1:{port}&region=us-east-1&{key}"
