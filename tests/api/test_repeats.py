"""An upload that is repeated because its answer was lost gets that answer; two genuine ones stay two."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from openai import OpenAI

import shelves
from api.conftest import Backend
from live import Live
from moonshelf import db
from moonshelf.people.accounts import Accounts
from moonshelf.people.keys import Keys
from moonshelf.shelf.uploads import Attempt
from patience import PATIENCE_S, until

EXTRACT: Any = "file-extract"  # Any: Kimi's purpose is not in the SDK's literal


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory, backend: Callable[[], dict[str, str]]) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("repeats")
    (folder / "tiers.toml").write_text("[few]\nrequests_per_minute = 6\nupload_bytes_per_minute = 5000\n")
    limits = {"tiers": folder / "tiers.toml", "upload_wait_s": 0}
    live = Live(folder / "data", log_level="warning", **limits, **backend()).start()
    yield live
    assert live.stop() == 0


_IN_A_HURRY = httpx.Timeout(PATIENCE_S, read=0.01)


def _send(http: httpx.Client, attempt: int, data: bytes = b"text", name: str = "a.txt") -> httpx.Response:
    headers = {"x-stainless-retry-count": str(attempt)}
    return http.post("/files", files={"file": (name, data)}, headers=headers)


def _held(http: httpx.Client) -> list[str]:
    return [one["id"] for one in http.get("/files").json()["data"]]


@contextmanager
def _losing(live: Live, answers: int) -> Iterator[int]:
    """Stand between client and server, and lose the first *answers* answers after the server has given them."""
    listener = socket.create_server(("127.0.0.1", 0))

    def pass_on() -> None:
        for number in range(answers + 1):
            client, _ = listener.accept()
            with client, socket.create_connection(("127.0.0.1", live.port)) as server:
                threading.Thread(target=_pump, args=(client, server), daemon=True).start()
                while data := server.recv(65536):
                    if number < answers:  # it is here, and nobody will ever see it
                        client.shutdown(socket.SHUT_RDWR)
                        break
                    client.sendall(data)

    threading.Thread(target=pass_on, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        return


def test_a_stock_client_whose_answer_was_lost_twice_has_one_file(server: Live) -> None:
    key = server.key()
    with (
        _losing(server, answers=2) as port,
        OpenAI(api_key=key, base_url=f"http://127.0.0.1:{port}/v1", max_retries=2) as client,
    ):
        made = client.files.create(file=("a.txt", b"some text"), purpose=EXTRACT)
    with server.http(key) as http:
        assert _held(http) == [made.id]
        assert http.get(f"/files/{made.id}/content").json()["content"] == "some text"


def test_a_client_that_left_before_the_answer_gets_it_the_next_time(server: Live) -> None:
    with server.http() as http:
        body = b"x" * 300_000
        with pytest.raises(httpx.ReadTimeout):
            http.post("/files", files={"file": ("a.bin", bytes(100) + body)}, timeout=_IN_A_HURRY)
        until(lambda: _held(http))
        held = _held(http)
        assert _send(http, 1, bytes(100) + body, "a.bin").json()["id"] == held[0]
        assert _held(http) == held


def test_of_two_equal_uploads_the_one_whose_answer_was_missed_is_repeated(alone: Callable[..., shelves.Shelf]) -> None:
    shelf = alone()
    account = shelf.account()

    def send(attempt: int) -> str:
        spooled = replace(shelf.spool(b"text"), attempt=Attempt("key", attempt, 100))
        return shelf.files.add(shelf.uploads.begin(account, size=4), spooled).id

    missed, heard = send(0), send(0)
    shelf.files.repeats.missed(missed)
    assert (send(1), send(2)) == (missed, missed)
    shelf.files.repeats.refused(Attempt("key", 0, 100))
    assert send(1) not in {missed, heard}


def test_two_genuine_uploads_stay_two(server: Live) -> None:
    with server.http() as http:
        first, second = _send(http, 0).json()["id"], _send(http, 0).json()["id"]
        assert len({first, second}) == 2
        assert _send(http, 1, b"other").json()["id"] not in {first, second}
        assert _send(http, 1, name="b.txt").json()["id"] not in {first, second}
        assert len(_held(http)) == 4


def test_another_key_of_the_same_account_repeats_nothing(limited: Live) -> None:
    database = db.connect(limited.database_url)
    accounts = Accounts(database)
    owner = accounts.create("two-keys").id
    keys = [Keys(database).create(owner) for _ in range(2)]
    database.close()
    with limited.http(keys[0]) as one, limited.http(keys[1]) as other:
        assert _send(one, 0).json()["id"] != _send(other, 1).json()["id"]


def test_what_is_repeated_after_a_refusal_is_a_new_upload(tmp_path: Path, backend: Backend) -> None:
    bounds = {"uploads_per_account": 1, "upload_wait_s": 0, "workers": 0}
    live = Live(tmp_path / "data", log_level="warning", **bounds, **backend()).start()
    with live.http() as http:
        first = _send(http, 0).json()["id"]
        with socket.create_connection(("127.0.0.1", live.port)) as holding:
            holding.sendall(
                b"POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Length: 1000\r\n"
                b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n" % http.headers["authorization"].encode()
            )
            until(live.spooled)
            assert _send(http, 0).status_code == 429
        deadline = time.monotonic() + PATIENCE_S
        while (again := _send(http, 1)).status_code == 429:
            assert time.monotonic() < deadline
        assert again.json()["id"] != first
        assert len(_held(http)) == 2
        assert _send(http, 2).json()["id"] == again.json()["id"]
    live.stop()


def test_a_repetition_is_stored_and_charged_once(limited: Live) -> None:
    database = db.connect(limited.database_url)
    accounts = Accounts(database)
    account = accounts.create("once", tier="few")
    with limited.http(Keys(database).create(account.id)) as http:
        made = _send(http, 0, b"x" * 2000).json()["id"]
        assert _send(http, 1, b"x" * 2000).json()["id"] == made
        assert _send(http, 2, b"x" * 2000).json()["id"] == made
        last = http.get("/files")
        assert len(last.json()["data"]) == 1
        assert last.headers["x-ratelimit-remaining-requests"] == "4"
    after = next(one for one in accounts.list() if one.id == account.id)
    assert (after.files, after.bytes) == (1, 2000)
    database.close()
    until(lambda: len(list((limited.data / "blobs").rglob("*"))) <= 20 and not limited.spooled())


def test_a_deleted_file_is_not_given_back(server: Live) -> None:
    with server.http() as http:
        made = _send(http, 0).json()["id"]
        http.delete(f"/files/{made}")
        assert _send(http, 1).json()["id"] != made
