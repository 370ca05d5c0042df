"""Whatever accounts do in whatever order, each has what a model of a few lines says, and no more is counted."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import ClassVar

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from api.conftest import Backend
from live import Live
from moonshelf import db
from moonshelf.people.accounts import Accounts

MOST_FILES, MOST_BYTES, LARGEST = 3, 60, 30
PEOPLE = ("ada", "ben")
NOBODY = "file_00000000000000000000"

people = st.sampled_from(PEOPLE)
names = st.sampled_from(["a.txt", "a (1).txt", "b", "文件.txt", "c/../a.txt"])
texts = st.lists(st.sampled_from(["one", "two", "文字", "ü"]), min_size=1, max_size=12).map(" ".join)
bodies = st.one_of(texts.map(str.encode), st.just(b""))
picks = st.integers(0, 7)


@dataclass
class _Upload:
    """One in parts: what it was announced with, and its parts in the order in which they came."""

    name: str
    size: int
    parts: dict[str, bytes] = field(default_factory=dict)
    status: str = "pending"
    file_id: str | None = None


@dataclass
class _Shelf:
    """What one account should have: names and bytes by id, oldest first."""

    http: Sequence[httpx.Client]
    name: str
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    uploads: dict[str, _Upload] = field(default_factory=dict)

    @property
    def held(self) -> tuple[int, int]:
        reserved = [one.size for one in self.uploads.values() if one.status == "pending"]
        return len(self.files) + len(reserved), sum(len(data) for _, data in self.files.values()) + sum(reserved)

    def refusals(self, size: int) -> set[str]:
        """Name the codes of everything that speaks against one file more of that size."""
        files, held = self.held
        return {
            code
            for code, against in {
                "empty_file": not size,
                "file_too_large": size > LARGEST,
                "too_many_files": files >= MOST_FILES,
                "too_many_bytes": held + size > MOST_BYTES,
            }.items()
            if against
        }

    def free_name(self, name: str) -> str:
        name = name.rpartition("/")[2]
        stem, dot, extension = name.partition(".")
        tried = (name, *(f"{stem} ({number}){dot}{extension}" for number in range(1, 99)))
        taken = {taken for taken, _ in self.files.values()}
        return next(one for one in tried if one not in taken)


class Histories(RuleBasedStateMachine):
    """Two accounts, on one machine or on two that share everything."""

    machines: ClassVar[Sequence[Live]]

    def __init__(self) -> None:
        super().__init__()
        machines = self.machines
        self._stack, self._database = ExitStack(), db.connect(machines[0].database_url)
        self._stack.callback(self._database.close)
        self._shelves = {person: self._shelf(machines, person) for person in PEOPLE}
        self._gone: list[str] = [NOBODY]

    def _shelf(self, machines: Sequence[Live], person: str) -> _Shelf:
        name = f"{person} {id(self)} {len(Accounts(self._database).list())}"
        key = machines[0].key(name)
        return _Shelf([self._stack.enter_context(one.http(key)) for one in machines], name)

    def teardown(self) -> None:
        self._stack.close()

    def _any(self, pick: int) -> tuple[str, dict[str, tuple[str, bytes]]]:
        """Choose an id of whomever it is, or one that nobody has; with the files of its owner."""
        known = [(file_id, shelf.files) for shelf in self._shelves.values() for file_id in shelf.files]
        known += [(file_id, {}) for file_id in self._gone]
        return known[pick % len(known)]

    @rule(who=people, pick=picks, name=names, data=bodies)
    def send(self, who: str, pick: int, name: str, data: bytes) -> None:
        shelf = self._shelves[who]
        answer = _machine(shelf, pick).post("/files", files={"file": (name, data)})
        self._settled(shelf, answer, name, data)

    @rule(who=people, pick=picks, name=names, data=texts)
    def send_in_pieces(self, who: str, pick: int, name: str, data: str) -> None:
        """Without a length, and with the file first."""
        head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = [head.encode(), data.encode(), b"\r\n--b\r\nContent-Disposition: form-data; ", b'name="purpose"\r\n\r\n']
        body.append(b"file-extract\r\n--b--\r\n")
        headers, shelf = {"content-type": "multipart/form-data; boundary=b"}, self._shelves[who]
        answer = _machine(shelf, pick).post("/files", content=iter(body), headers=headers)
        self._settled(shelf, answer, name, data.encode())

    def _settled(self, shelf: _Shelf, answer: httpx.Response, name: str, data: bytes) -> None:
        if refusals := shelf.refusals(len(data)):
            assert answer.status_code == 400, answer.text
            assert answer.json()["error"]["code"] in refusals
            return
        assert answer.status_code == 200, answer.text
        file = answer.json()
        assert (file["filename"], file["bytes"]) == (shelf.free_name(name), len(data))
        shelf.files[file["id"]] = file["filename"], data

    @rule(who=people, pick=picks, purpose=st.sampled_from(["batch", "image"]))
    def send_what_is_refused(self, who: str, pick: int, purpose: str) -> None:
        form = {"purpose": purpose}
        answer = _machine(self._shelves[who], pick).post("/files", files={"file": ("a.txt", b"no image")}, data=form)
        assert answer.status_code == 400, answer.text

    @rule(who=people, pick=picks, which=picks)
    def look(self, who: str, pick: int, which: int) -> None:
        shelf, (file_id, owned) = self._shelves[who], self._any(which)
        http = _machine(shelf, pick)
        file, content = http.get(f"/files/{file_id}"), http.get(f"/files/{file_id}/content")
        original = http.get(f"/files/{file_id}/original")
        if owned is not shelf.files:
            assert (file.status_code, original.status_code) == (404, 404)
            # One that was deleted through another machine may be answered for a second more.
            assert content.status_code == 404 or (len(shelf.http) > 1 and file_id in self._gone)
            return
        name, data = owned[file_id]
        assert (file.json()["id"], file.json()["filename"], file.json()["bytes"]) == (file_id, name, len(data))
        assert original.content == data
        assert content.json()["content"].strip() == data.decode()
        assert content.json()["filename"] == name

    @rule(who=people, pick=picks, which=picks)
    def delete(self, who: str, pick: int, which: int) -> None:
        shelf, (file_id, owned) = self._shelves[who], self._any(which)
        answer = _machine(shelf, pick).delete(f"/files/{file_id}")
        if owned is not shelf.files:
            assert answer.status_code == 404
            return
        assert answer.json() == {"deleted": True, "id": file_id, "object": "file"}
        del shelf.files[file_id]
        self._gone.append(file_id)

    @rule(who=people, pick=picks, limit=st.integers(1, 3), oldest=st.booleans(), after=st.none() | picks)
    def walk(self, who: str, pick: int, limit: int, oldest: bool, after: int | None) -> None:  # noqa: FBT001 - drawn by name
        shelf, begun = self._shelves[who], None if after is None else self._any(after)[0]
        order = "asc" if oldest else "desc"
        wanted = sorted(shelf.files, reverse=not oldest)
        if begun is not None:
            wanted = [one for one in wanted if (one > begun if oldest else one < begun)]
        page = _machine(shelf, pick).get("/files", params={"limit": limit, "order": order, "after": begun or ""}).json()
        assert [one["id"] for one in page["data"]] == wanted[:limit]
        assert page["has_more"] == (len(wanted) > limit)

    @rule(who=people, pick=picks, name=names, size=st.integers(0, LARGEST + 1))
    def announce(self, who: str, pick: int, name: str, size: int) -> None:
        shelf, said = self._shelves[who], {"filename": name, "bytes": size, "purpose": "file-extract"}
        answer = _machine(shelf, pick).post("/uploads", json=said)
        if refusals := shelf.refusals(size):
            assert answer.status_code == 400, answer.text
            assert answer.json()["error"]["code"] in refusals
            return
        assert answer.json()["status"] == "pending", answer.text
        shelf.uploads[answer.json()["id"]] = _Upload(name, size)

    @rule(who=people, by=people, pick=picks, which=picks, data=bodies)
    def send_a_part(self, who: str, by: str, pick: int, which: int, data: bytes) -> None:
        if (found := _upload(self._shelves[who], which)) is None:
            return
        upload_id, upload = found
        answer = _machine(self._shelves[by], pick).post(f"/uploads/{upload_id}/parts", files={"data": ("x", data)})
        if who != by:
            assert answer.status_code == 404
        elif not data or upload.status != "pending" or sum(map(len, upload.parts.values())) + len(data) > upload.size:
            assert answer.status_code == 400, answer.text
        else:
            upload.parts[answer.json()["id"]] = data

    @rule(who=people, pick=picks, which=picks)
    def complete(self, who: str, pick: int, which: int) -> None:
        shelf = self._shelves[who]
        if (found := _upload(shelf, which)) is None:
            return
        upload_id, upload = found
        answer = _machine(shelf, pick).post(f"/uploads/{upload_id}/complete", json={"part_ids": list(upload.parts)})
        data = b"".join(upload.parts.values())
        if upload.status == "completed" and upload.file_id in shelf.files:
            assert answer.json()["file"]["id"] == upload.file_id
        elif upload.status == "pending" and len(data) == upload.size:
            file = answer.json()["file"]
            upload.status, upload.file_id = "completed", file["id"]
            assert (file["filename"], file["bytes"]) == (shelf.free_name(upload.name), len(data))
            shelf.files[file["id"]] = file["filename"], data
        else:
            assert answer.status_code in ({404} if upload.status == "completed" else {400}), answer.text

    @rule(who=people, pick=picks, which=picks)
    def cancel(self, who: str, pick: int, which: int) -> None:
        if (found := _upload(self._shelves[who], which)) is None:
            return
        upload_id, upload = found
        answer = _machine(self._shelves[who], pick).post(f"/uploads/{upload_id}/cancel")
        if upload.status == "completed":
            assert answer.status_code == 400, answer.text
            return
        assert answer.json()["status"] == "cancelled"
        upload.status = "cancelled"

    @invariant()
    def holds_what_it_should(self) -> None:
        held = {one.name: (one.files, one.bytes) for one in Accounts(self._database).list()}
        assert {shelf.name: held[shelf.name] for shelf in self._shelves.values()} == {
            shelf.name: shelf.held for shelf in self._shelves.values()
        }


def _machine(shelf: _Shelf, pick: int) -> httpx.Client:
    return shelf.http[pick % len(shelf.http)]


def _upload(shelf: _Shelf, which: int) -> tuple[str, _Upload] | None:
    known = list(shelf.uploads.items())
    return known[which % len(known)] if known else None


@pytest.fixture(scope="module")
def machines(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[Live]]:
    """Give one machine alone, or two that share database and object store; both read."""
    folder, shared = tmp_path_factory.mktemp("histories"), backend()
    bounds = {"max_files": MOST_FILES, "max_bytes": MOST_BYTES, "max_file_size": LARGEST, "log_level": "warning"}
    named = ("first", "second") if shared else ("alone",)
    started = [Live(folder / name, workers=1, **bounds, **shared).start() for name in named]
    yield started
    assert [live.stop() for live in started] == [0] * len(started)
    assert all("Traceback" not in live.log.read_text() for live in started)


@pytest.mark.timeout(600)
def test_each_account_has_what_a_model_says_whatever_is_done_in_whatever_order(machines: Sequence[Live]) -> None:
    bounds = settings(max_examples=20, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(type("Here", (Histories,), {"machines": machines}), settings=bounds)
