"""PostgreSQL has no connection left, or goes away during a commit: 503, nothing lost, nothing twice, quotas exact."""

import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path

import httpx
import psycopg
import pytest

import ledger
from live import MOONSHELF, Live, environment
from moonshelf.db import engines
from moonshelf.settings import Settings
from moonshelf.storage.objects import ObjectStore
from patience import until
from served import served
from servers.objects import ObjectServer
from servers.postgres import Postgres
from servers.relay import Relay, What


def _send(http: httpx.Client, data: bytes, attempt: int = 0) -> httpx.Response:
    headers = {"x-stainless-retry-count": str(attempt)}
    return http.post("/files", files={"file": ("a.txt", data)}, headers=headers)


def _sent(http: httpx.Client, data: bytes) -> httpx.Response:
    """Send *data* again until it is taken, less often with each time."""
    answers: list[httpx.Response] = []

    def is_taken() -> bool:
        answers.append(_send(http, data, len(answers)))
        if answers[-1].status_code == 503:
            assert int(answers[-1].headers["retry-after"]) >= 1
            time.sleep(0.2 * 1.05 ** len(answers))
            return False
        assert answers[-1].status_code == 200, answers[-1].text
        return True

    until(is_taken)
    return answers[-1]


def test_when_every_connection_is_taken_the_rest_is_503_and_nothing_is_lost(
    machines: tuple[Postgres, ObjectServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres, objects = machines
    url, storage = postgres.database(), objects.url(tmp_path.name)
    monkeypatch.setattr(engines, "_POOL_WAIT_S", 0.5)
    given = Settings(data=tmp_path / "data", workers=0, upload_wait_s=0, database_url=url, storage_url=storage)
    with served(given) as http, psycopg.connect(url) as holder, ThreadPoolExecutor(40) as pool:
        assert _send(http, b"before").status_code == 200
        holder.execute("LOCK TABLE accounts IN EXCLUSIVE MODE")  # whoever charges a quota waits, with a connection
        sent = [pool.submit(_send, http, b"%d" % number) for number in range(40)]
        refused = next(one for one in _ended(sent) if one.status_code != 200)
        holder.rollback()
        answers = [one.result() for one in sent]
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) >= 1
        assert {one.status_code for one in answers} == {200, 503}
        listed = {one["id"] for one in http.get("/files").json()["data"]}
        assert {one.json()["id"] for one in answers if one.status_code == 200} <= listed
        assert len(listed) == 1 + sum(one.status_code == 200 for one in answers)
        assert _send(http, b"after").status_code == 200


def _ended(sent: list[Future[httpx.Response]]) -> Iterator[httpx.Response]:
    for one in as_completed(sent):
        yield one.result()


@pytest.fixture(scope="module")
def relayed(
    machines: tuple[Postgres, ObjectServer], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Live, Relay, dict[str, object]]]:
    """Give a server that reaches PostgreSQL through a relay, and nothing that commits beside its uploads."""
    postgres, objects = machines
    folder, relay = tmp_path_factory.mktemp("relayed"), Relay(postgres.database()).start()
    settings: dict[str, object] = {"database_url": relay.url, "storage_url": objects.url(folder.name)}
    settings |= {"workers": 0, "upload_wait_s": 0, "lease_s": 1}
    live = Live(folder / "data", log_level="warning", sweep_s=3600, **settings).start()
    yield live, relay, settings
    assert live.stop() == 0
    relay.stop()
    assert "Traceback" not in live.log.read_text()


@pytest.mark.parametrize("what", ["question", "answer"])
def test_a_commit_that_nobody_knows_of_makes_one_file_and_not_two(
    relayed: tuple[Live, Relay, dict[str, object]], machines: tuple[Postgres, ObjectServer], what: What
) -> None:
    live, relay, settings = relayed
    postgres = machines[0]

    def restart() -> None:
        postgres.kill()
        postgres.start()

    with live.http() as http:
        http.get("/files")  # the key is known now
        relay.lose(what, of=1000)
        assert _send(http, b"as always").status_code == 200
        commits = relay.commits
    assert commits >= 2
    for number in range(1, commits + 1):
        data = f"{what} {number}".encode()
        with live.http() as http:
            http.get("/files")
            relay.lose(what, of=number, then=restart if number == commits else lambda: None)
            answer = _sent(http, data)
            assert relay.commits >= number, "nothing was lost"
            listed = http.get("/files").json()["data"]
            assert [one["id"] for one in listed] == [answer.json()["id"]]
            assert http.get(f"/files/{answer.json()['id']}/original").content == data
    until(lambda: not ledger.under_way(live.database_url))  # nor what was given up
    env = environment(data=live.data, **settings)
    subprocess.run([MOONSHELF, "sweep"], env=env, check=True, capture_output=True)
    ledger.balance(live.database_url, ObjectStore(str(settings["storage_url"]), scratch=live.data))
