"""Machines that share PostgreSQL and an object store lose nothing when any of them dies, and say 503 meanwhile."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, text

import ledger
from live import MOONSHELF, ROOT, Live, Reader, environment
from moonshelf import db
from moonshelf.dashboard.visits import COOKIE
from moonshelf.db.tables import paces, slices
from moonshelf.errors import GivenUp
from moonshelf.people.accounts import Accounts
from moonshelf.people.audit import Audit
from moonshelf.people.keys import Keys
from moonshelf.people.sessions import Sessions
from moonshelf.people.usage import Usage
from moonshelf.settings import Settings
from moonshelf.shelf.waiting import Bell
from moonshelf.storage.objects import ObjectStore
from moonshelf.work.slices import MOST_ATTEMPTS
from patience import PATIENCE_S, until
from served import served
from servers.objects import ObjectServer
from servers.postgres import Postgres

_SKEWED = str(Path(__file__).parent / "skewed")
PDF = (ROOT / "examples" / "bzip2-manual.pdf").read_bytes()


@dataclass(frozen=True)
class _Site:
    """What the machines share."""

    folder: Path
    postgres: Postgres
    objects: ObjectServer
    settings: dict[str, object]

    def web(self, name: str = "web", **settings: object) -> Live:
        return Live(self.folder / name, **{"workers": 0, **self.settings, **settings}).start()

    def reader(self, name: str) -> Reader:
        return Reader(self.folder / name, settings=self.settings, concurrency=1).start()

    def claims(self) -> set[str]:
        with closing(db.connect(str(self.settings["database_url"]))) as database, database.read() as tx:
            return {
                str(claim) for claim in tx.execute(select(slices.c.claim).where(slices.c.state == "claimed")).scalars()
            }

    def strike(self, reader: Reader, how: signal.Signals) -> set[str]:
        """Send *reader*, the only one there is, a signal in the middle of a slice, and return what it had claimed."""
        while True:
            until(self.claims)
            reader.signal(signal.SIGSTOP)
            if lost := self.claims():
                reader.signal(how)
                return lost
            reader.signal(signal.SIGCONT)  # it had just come to an end

    def claimed_since(self, before: set[str]) -> bool:
        return bool(self.claims() - before)

    def fall_silent(self) -> None:
        """Have every worker be silent for a minute, which spares the test the wait until the killed are missed."""
        with closing(db.connect(str(self.settings["database_url"]))) as database, database.write() as tx:
            tx.execute(text("UPDATE pgqueuer SET heartbeat = heartbeat - interval '1 minute'"))

    def balance(self) -> None:
        """Sweep, then hold the books against the blobs."""
        env = environment(data=self.folder / "sweep", **self.settings)
        subprocess.run([MOONSHELF, "sweep"], env=env, check=True, capture_output=True, timeout=60)
        url, storage = str(self.settings["database_url"]), str(self.settings["storage_url"])
        ledger.balance(url, ObjectStore(storage, scratch=self.folder))


@pytest.fixture
def site(machines: tuple[Postgres, ObjectServer], tmp_path: Path) -> _Site:
    return _prepared(machines, tmp_path)


@pytest.fixture(scope="module")
def pair(
    machines: tuple[Postgres, ObjectServer], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[_Site, Live, Live]]:
    """Give two web machines that no test kills."""
    site = _prepared(machines, tmp_path_factory.mktemp("pair"))
    first, second = site.web("first"), site.web("second")
    yield site, first, second
    assert first.stop() == second.stop() == 0


def _prepared(machines: tuple[Postgres, ObjectServer], folder: Path) -> _Site:
    postgres, objects = machines
    shared: dict[str, object] = {"database_url": postgres.database(), "log_level": "info"}
    shared |= {"storage_url": objects.url(folder.name) + "&timeout=2s", "lease_s": 3, "sweep_s": 1}
    return _Site(folder, postgres, objects, shared | {"upload_wait_s": 0, "max_files": 100_000})


def _pdf(number: int) -> bytes:
    return PDF + f"% {number}".encode()  # other bytes, so that each copy is read


def _add(http: httpx.Client, data: bytes, name: str = "a.pdf") -> str:
    answer = http.post("/files", files={"file": (name, data)})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def _settled(http: httpx.Client, file_id: str) -> bool:
    return bool(http.get(f"/files/{file_id}").json()["status"] != "created")


def _read(http: httpx.Client, files: list[str]) -> None:
    for file_id in files:
        until(partial(_settled, http, file_id))
        assert http.get(f"/files/{file_id}").json()["status"] == "ok"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_a_lost_workers_slice_is_read_elsewhere_within_fifteen_seconds(site: _Site, how: signal.Signals) -> None:
    web, first = site.web(), site.reader("first")
    first.wait_ready()
    second = site.reader("second")  # is not there yet when the first takes a slice
    with web.http() as http:
        files = [_add(http, _pdf(number)) for number in range(4)]
        lost = site.strike(first, how)
        second.wait_ready()
        until(lambda: lost.isdisjoint(site.claims()), within_s=15)
        _read(http, files)
        contents = [http.get(f"/files/{file_id}/content").text for file_id in files]
        if how == signal.SIGSTOP:  # it wakes up too late: what it has counts for nothing
            first.signal(signal.SIGCONT)
            time.sleep(2)
            assert first.stop() == 0
        else:
            first.kill()
        assert contents == [http.get(f"/files/{file_id}/content").text for file_id in files]
    assert second.stop() == 0
    assert web.stop() == 0
    site.balance()


def test_content_wakes_on_one_machine_when_another_has_read_it(
    pair: tuple[_Site, Live, Live], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, sender, _ = pair
    never = {"look_s": 10 * PATIENCE_S}  # whoever is not called waits in vain
    monkeypatch.setattr(Bell.__init__, "__kwdefaults__", never)
    given = Settings.model_validate({"data": tmp_path, "workers": 0, "content_wait_s": PATIENCE_S, **site.settings})
    with served(given) as http, ThreadPoolExecutor(1) as pool:
        with sender.http(http.headers["authorization"].removeprefix("Bearer ")) as uploads:
            file_id = _add(uploads, b"hello", "a.txt")
            waiting = pool.submit(http.get, f"/files/{file_id}/content")
            reader = site.reader("reader")
            assert waiting.result().json()["content"].strip() == "hello"
            uploads.delete(f"/files/{file_id}")
        assert http.get(f"/files/{file_id}").status_code == 404
    assert reader.stop() == 0


class _Senders:
    """Upload whatever happens; remember what was acknowledged, and what was answered instead."""

    def __init__(self, web: Live, key: str) -> None:
        self.kept: dict[str, str] = {}
        self.refused: list[httpx.Response] = []
        self._web = web
        self._key = key
        self._stopping = threading.Event()

    def stop(self) -> None:
        self._stopping.set()

    def run(self, number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - chance, not secrets
        with self._web.http(self._key) as http:
            while not self._stopping.is_set():
                said = f"{number} {chance.random()} " * chance.randint(1, 2000)
                try:
                    answer = http.post("/files", files={"file": ("a.txt", said.encode())})
                except httpx.TransportError:
                    time.sleep(0.1)  # the web machine itself was killed
                    continue
                if answer.status_code == 200:
                    self.kept[answer.json()["id"]] = said
                else:
                    self.refused.append(answer)
                    time.sleep(0.2)


def test_a_repeated_upload_is_known_on_every_machine_and_so_is_what_was_refused(pair: tuple[_Site, Live, Live]) -> None:
    _, first, second = pair
    key = first.key()

    def send(live: Live, attempt: int, purpose: str = "file-extract") -> httpx.Response:
        headers = {"x-stainless-retry-count": str(attempt)}
        with live.http(key) as http:
            return http.post("/files", files={"file": ("a.txt", b"text")}, data={"purpose": purpose}, headers=headers)

    made = send(first, 0).json()["id"]
    assert send(second, 1).json()["id"] == made
    assert send(first, 0, "file-excerpt").status_code == 400
    again = send(second, 1).json()["id"]
    assert again != made
    assert send(first, 2).json()["id"] == again


@pytest.mark.timeout(600)
def test_whatever_dies_no_acknowledged_file_is_lost_or_stuck(site: _Site) -> None:
    web, readers = site.web(), [site.reader("first"), site.reader("second")]
    for reader in readers:
        reader.wait_ready()
    senders = _Senders(web, web.key())
    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(senders.run, number) for number in range(3)]
        time.sleep(1)
        readers[0].kill()
        site.postgres.kill()
        time.sleep(2)
        site.postgres.start()
        readers[0].start()
        time.sleep(1)
        site.objects.kill()
        time.sleep(1)
        site.objects.start()
        time.sleep(1)
        web.kill()
        web.start()
        time.sleep(1)
        senders.stop()
        for one in running:
            one.result()
    assert senders.kept
    assert senders.refused
    for answer in senders.refused:
        assert answer.status_code == 503, answer.text
        assert int(answer.headers["retry-after"]) >= 1
    with web.http(senders._key) as http:
        _read(http, list(senders.kept))
        for file_id, said in senders.kept.items():
            assert http.get(f"/files/{file_id}/content").json()["content"].strip() == said.strip()
    until(lambda: not ledger.under_way(str(site.settings["database_url"])))  # what the killed had is given up
    assert [*(reader.stop() for reader in readers), web.stop()] == [0, 0, 0]
    site.balance()


def test_no_file_is_given_up_while_the_object_store_is_gone_and_one_that_hangs_stops_uploads_alone(site: _Site) -> None:
    patient = str(site.settings["storage_url"]).replace("timeout=2s", "timeout=5s")
    web = site.web(storage_url=patient, lease_s=60)
    key = web.key()
    bodies = [bytes(6 * 2**20)] * 3 + [b"known"] * 50  # more than there are threads
    with web.http(key) as http, ThreadPoolExecutor(len(bodies)) as pool:
        known = _add(http, b"known", "a.txt")
        site.objects.kill()
        try:
            reader = site.reader("reader")
            until(lambda: reader.log.read_text().count("queue.postponed") > MOST_ATTEMPTS)
            assert httpx.get(f"{web.url}/readyz", timeout=60).status_code == 503
            assert web.spooled() == []
        finally:
            site.objects.start()
        _read(http, [known])
        said = http.get(f"/files/{known}/content").text
        site.objects.signal(signal.SIGSTOP)
        try:
            sent = [pool.submit(http.post, "/files", files={"file": ("a.txt", body)}) for body in bodies]
            until(lambda: len(web.spooled()) == len(bodies))
            time.sleep(1.1)  # what was asked within a second is not looked up
            answers = [http.get(path) for path in ("/files", f"/files/{known}", f"/files/{known}/content")]
            assert not any(one.done() for one in sent)
            refused = next(as_completed(sent)).result()
        finally:
            site.objects.signal(signal.SIGCONT)
        assert [one.status_code for one in answers] == [200] * 3
        assert answers[2].text == said
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) >= 1
        made = [answer.json()["id"] for one in sent if (answer := one.result()).status_code == 200]
        assert {one.result().status_code for one in sent} <= {200, 503}
        assert {one["id"] for one in http.get("/files").json()["data"]} == {known, *made}
        until(lambda: all(one["status"] != "created" for one in http.get("/files").json()["data"]))
    assert [reader.stop(), web.stop()] == [0, 0]
    site.balance()


def test_a_slice_that_three_workers_died_of_is_not_tried_again(site: _Site) -> None:
    web = site.web()
    with web.http() as http:
        file_id = _add(http, PDF)
        for _ in range(MOST_ATTEMPTS):
            before, reader = site.claims(), site.reader("reader")
            until(partial(site.claimed_since, before))
            reader.kill()
            assert http.get(f"/files/{file_id}").json()["status"] == "created"
            site.fall_silent()
        reader = site.reader("reader")
        until(lambda: http.get(f"/files/{file_id}").json()["status"] != "created")
        file = http.get(f"/files/{file_id}").json()
        assert (file["status"], file["status_details"]) == ("error", str(GivenUp(attempts=MOST_ATTEMPTS)))
        _read(http, [_add(http, b"text", "a.txt")])  # the fourth lives on
    assert [reader.stop(), web.stop()] == [0, 0]
    site.balance()


def test_a_clock_that_is_a_year_ahead_takes_nothing_from_others(site: _Site, monkeypatch: pytest.MonkeyPatch) -> None:
    web = site.web()
    monkeypatch.setenv("PYTHONPATH", _SKEWED)
    said = subprocess.run([sys.executable, "-c", "import time; print(time.time())"], capture_output=True, check=True)
    assert float(said.stdout) > time.time() + 86_400
    ahead = site.web("ahead", workers=1, usage_days=30)
    monkeypatch.undo()
    with closing(db.connect(web.database_url)) as database:
        accounts, sessions = Accounts(database), Sessions(database, lifetime_s=3600)
        owner = accounts.create("owner").id
        key = Keys(database).create(owner, lasts_s=3600)
        cookie, link = sessions.open(owner, how="password"), sessions.invite(accounts.create("guest").id)
        with web.http(key) as http, ahead.http(key) as there:
            file = {"file": ("a.txt", b"kept")}
            form = {"expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"}
            first = {"x-stainless-retry-count": "0"}
            file_id = http.post("/files", files=file, data=form, headers=first).json()["id"]
            _read(http, [file_id])
            time.sleep(2.5)  # two rounds of the sweeper that is ahead
            entered = {"token": link, "password": "correct horse battery"}
            assert httpx.post(f"{ahead.url}/dashboard/enter", data=entered).status_code == 303
            assert http.get(f"/files/{file_id}").status_code == 200
            assert there.post("/files", files=file, headers={"x-stainless-retry-count": "1"}).json()["id"] == file_id
            in_turn = [file_id, *(_add(one, b"kept", "a.txt") for one in (there, http, there, http))]
            for one in (http, there):
                assert [file["id"] for file in one.get("/files").json()["data"]] == in_turn[::-1]
                newer = one.get("/files", params={"after": in_turn[1], "order": "asc"}).json()["data"]
                assert [file["id"] for file in newer] == in_turn[2:]
        for live in (web, ahead):
            page = httpx.get(f"{live.url}/dashboard/keys", headers={"cookie": f"{COOKIE}={cookie}"})
            assert page.status_code == 200
            page = httpx.get(f"{live.url}/dashboard/usage", headers={"cookie": f"{COOKIE}={cookie}"})
            assert "Pages over time, 1 in all" in page.text
        command = [MOONSHELF, "keys", "create", "--account", "owner", "--days", "1"]
        env = environment(data=site.folder / "ahead", **site.settings) | {"PYTHONPATH": _SKEWED}
        subprocess.run(command, env=env, check=True, capture_output=True)
        lasting = Keys(database).of(owner)[-1]
        assert lasting.created_at < time.time() + 60
        assert 0 < (lasting.expires_at or 0) - time.time() <= 86_400
        with database.read() as tx:
            assert all(at < time.time() + 60 for at in tx.execute(select(paces.c.at)).scalars())
        noted = {entry.action: entry for entry in Audit(database, keep_s=0).latest(limit=100)}
        assert {"key.created", "session.opened", "password.set"} <= noted.keys()
        assert noted["password.set"].at < time.time() + 60
    assert [ahead.stop(), web.stop()] == [0, 0]
    with closing(db.connect(web.database_url)) as database:
        used = Usage(database, keep_s=0).sums(since=0, step_s=3600)
    assert {"files", "pages", "requests"} <= {one.what for one in used}
    assert all(one.at < time.time() for one in used)
    site.balance()
