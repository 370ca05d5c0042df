"""Uploads in parts: stock clients, any sizes in any order, and what is refused in the API's own words."""

import asyncio
import base64
import hashlib
import json
import random
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import openai
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai import AsyncOpenAI, OpenAI

from api.conftest import Backend
from live import ROOT, Live
from moonshelf import db
from moonshelf.people.accounts import Accounts
from moonshelf.people.keys import Keys
from patience import until

EXTRACT: Any = "file-extract"  # Any: Kimi's purposes are not in the SDK's literal
IMAGE: Any = "image"
PDF = ROOT / "examples" / "bzip2-manual.pdf"
MOON = (ROOT / "examples" / "moon.png").read_bytes()
MIB = 2**20


@pytest.fixture(scope="module")
def bounded(tmp_path_factory: pytest.TempPathFactory, backend: Backend) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("bounded")
    (folder / "tiers.toml").write_text("[few]\nupload_bytes_per_minute = 5000\n")
    limits = {"tiers": folder / "tiers.toml", "max_files": 3, "max_bytes": 10_000, "max_file_size": 6_000}
    live = Live(folder / "data", log_level="warning", include="hidden", **limits, **backend()).start()
    yield live
    assert live.stop() == 0


def _create(http: httpx.Client, size: int, **said: object) -> str:
    answer = http.post("/uploads", json={"filename": "a.txt", "bytes": size, "purpose": "file-extract"} | said)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def _send(http: httpx.Client, upload_id: str, data: bytes, *, attempt: int = 0) -> httpx.Response:
    headers = {"x-stainless-retry-count": str(attempt)}
    return http.post(f"/uploads/{upload_id}/parts", files={"data": ("upload", data)}, headers=headers)


def _add(http: httpx.Client, upload_id: str, data: bytes, *, attempt: int = 0) -> str:
    answer = _send(http, upload_id, data, attempt=attempt)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def _complete(http: httpx.Client, upload_id: str, part_ids: Sequence[str], **said: str) -> httpx.Response:
    return http.post(f"/uploads/{upload_id}/complete", json={"part_ids": part_ids} | said)


def _refused(answer: httpx.Response, status: int = 400, *, param: str | None = None) -> str:
    error = answer.json()["error"]
    kinds = {400: "invalid_request_error", 404: "resource_not_found_error"}
    assert (answer.status_code, error["type"], error["param"]) == (status, kinds[status], param)
    assert answer.headers["x-should-retry"] == "false"
    return str(error["message"])


def _held(live: Live, name: str) -> tuple[int, int]:
    database = db.connect(live.database_url)
    account = next(one for one in Accounts(database).list() if one.name == name)
    database.close()
    return account.files, account.bytes


def test_the_python_sdk_sends_a_file_chunk_by_chunk(client: OpenAI) -> None:
    size, digest = PDF.stat().st_size, hashlib.md5(PDF.read_bytes(), usedforsecurity=False).hexdigest()
    done = client.uploads.upload_file_chunked(
        file=PDF, mime_type="application/pdf", purpose=EXTRACT, part_size=size // 3, md5=digest
    )
    assert (done.status, done.object, done.bytes, done.filename) == ("completed", "upload", size, PDF.name)
    assert (done.expires_at - done.created_at, done.purpose) == (3600, "file-extract")
    assert done.file is not None
    assert (done.file.object, done.file.bytes, done.file.filename) == ("file", size, PDF.name)
    content = json.loads(client.files.content(done.file.id).text)
    assert "libbzip2" in content["content"]
    assert (content["file_type"], content["filename"]) == ("application/pdf", PDF.name)
    assert [file.id for file in client.files.list().data] == [done.file.id]


def test_bytes_in_memory_are_read_by_the_time_of_the_answer_and_named_apart(client: OpenAI) -> None:
    names = []
    for _ in range(2):
        done = client.uploads.upload_file_chunked(
            file=b"some text", filename="a.txt", bytes=9, mime_type="text/plain", purpose=EXTRACT, part_size=4
        )
        assert done.file is not None
        assert str(done.file.status) == "ok"
        names.append(done.file.filename)
        assert json.loads(client.files.content(done.file.id).text)["content"].strip() == "some text"
    assert names == ["a.txt", "a (1).txt"]


def test_the_async_client_sends_parts_side_by_side(server: Live) -> None:
    data = random.Random(7).randbytes(3_000_000)  # noqa: S311 - chance, not secrets
    pieces = [data[at : at + 250_000] for at in range(0, len(data), 250_000)]

    async def send() -> str:
        async with AsyncOpenAI(api_key=server.key(), base_url=f"{server.url}/v1") as client:
            said: Any = {"mime_type": "application/octet-stream", "purpose": "file-extract"}
            upload = await client.uploads.create(filename="a.bin", bytes=len(data), **said)
            assert upload.status == "pending"
            assert upload.file is None
            parts = await asyncio.gather(*(client.uploads.parts.create(upload.id, data=piece) for piece in pieces))
            assert {(part.object, part.upload_id) for part in parts} == {("upload.part", upload.id)}
            done = await client.uploads.complete(upload.id, part_ids=[part.id for part in parts])
            assert done.file is not None
            got = await client.get(f"/files/{done.file.id}/original", cast_to=httpx.Response)
            return hashlib.sha256(got.content).hexdigest()

    assert asyncio.run(send()) == hashlib.sha256(data).hexdigest()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.binary(min_size=1, max_size=3_000), min_size=1, max_size=6).flatmap(
        lambda pieces: st.tuples(st.just(pieces), st.permutations(range(len(pieces))))
    )
)
def test_parts_of_any_size_that_come_in_any_order_make_the_file(
    server: Live, sent: tuple[list[bytes], list[int]]
) -> None:
    pieces, order = sent
    data = b"".join(pieces)
    with server.http() as http:
        upload = _create(http, len(data))
        ids = {number: _add(http, upload, pieces[number]) for number in order}
        file = _complete(http, upload, [ids[number] for number in range(len(pieces))]).json()["file"]
        assert http.get(f"/files/{file['id']}/original").content == data


def test_the_largest_part_is_taken_and_a_larger_one_refused(server: Live) -> None:
    data = random.Random(3).randbytes(64 * MIB)  # noqa: S311 - chance, not secrets
    with server.http() as http:
        upload = _create(http, len(data) + 10)
        says = _refused(_send(http, upload, data + bytes(100_000)), param="data")
        assert says == "Part size is too large, max part size is 64MB, please send smaller parts"
        assert _refused(_send(http, upload, data + b"x"), param="data") == says
        ids = [_add(http, upload, data), _add(http, upload, bytes(10))]
        file = _complete(http, upload, ids).json()["file"]
        got = hashlib.sha256(http.get(f"/files/{file['id']}/original").content)
        assert got.digest() == hashlib.sha256(data + bytes(10)).digest()
        http.delete(f"/files/{file['id']}")


def test_images_are_measured_and_what_is_none_is_refused_while_the_upload_stays(client: OpenAI) -> None:
    said: Any = {"mime_type": "image/png", "purpose": "image", "filename": "moon.png"}
    upload = client.uploads.create(bytes=len(MOON), **said)
    halves = MOON[: len(MOON) // 2], MOON[len(MOON) // 2 :]
    first, second = (client.uploads.parts.create(upload.id, data=half).id for half in halves)
    with pytest.raises(openai.BadRequestError, match="unsupported image format"):
        client.uploads.complete(upload.id, part_ids=[second, first])
    done = client.uploads.complete(upload.id, part_ids=[first, second])
    assert done.file is not None
    assert (str(done.file.status), done.file.purpose) == ("ok", "image")
    assert done.file.to_dict()["media"] == {"width": 480, "height": 320, "codec": "png", "frames": 1}


def test_what_is_said_when_it_is_created_holds_for_the_file(bounded: Live) -> None:
    with bounded.http() as http:
        after = {"anchor": "created_at", "seconds": 3600}
        for include, shown in (("formulas", "formulas"), (None, "hidden")):
            said = {} if include is None else {"include": include}
            upload = _create(http, 4, filename="C:\\tmp\\r%22.txt", expires_after=after, **said)
            answer = _complete(http, upload, [_add(http, upload, b"text")]).json()
            file = answer["file"]
            assert (answer["filename"], file["include"]) == ('r".txt', shown)
            assert file["expires_at"] - file["created_at"] == 3600
            http.delete(f"/files/{file['id']}")


@pytest.mark.parametrize(
    ("said", "says", "param"),
    [
        ({"bytes": 0}, "File size is zero", "bytes"),
        ({"bytes": 6_001}, "File size is too large", "bytes"),
        ({"bytes": -1}, "$.bytes", None),
        ({"bytes": True}, "$.bytes", None),
        ({"bytes": "4"}, "$.bytes", None),
        ({"bytes": 1e40}, "$.bytes", None),
        ({"filename": None}, "$.filename", None),
        ({"purpose": "fine-tune"}, "Invalid purpose: fine-tune", "purpose"),
        ({"include": "everything"}, "include is formulas or hidden", None),
        ({"expires_after": {"seconds": 3599}}, "expires_after.seconds is from", None),
        ({"expires_after": {"seconds": 3600, "anchor": "now"}}, "anchor", None),
        ({"expires_after": {"anchor": "created_at"}}, "seconds", None),
    ],
)
def test_what_makes_no_sense_is_refused_and_reserves_nothing(
    bounded: Live, said: dict[str, object], says: str, param: str | None
) -> None:
    name = f"senseless-{said}"
    with bounded.http(bounded.key(name)) as http:
        whole = {"filename": "a.txt", "bytes": 4, "purpose": "file-extract"} | said
        assert says in _refused(http.post("/uploads", json=whole), param=param)
    assert _held(bounded, name) == (0, 0)


def test_bodies_that_are_no_json_or_too_long_are_refused(http: httpx.Client) -> None:
    for path in ("/uploads", f"/uploads/{_create(http, 4)}/complete"):
        for body in (
            b"",
            b"[]",
            b"{",
            b"\xff",
            b"null",
            b'{"filename": "\\ud800", "bytes": 4, "part_ids": 4}',
            b'{"a":' * 5000,
        ):
            _refused(http.post(path, content=body))
        assert "larger than 1 MB" in _refused(http.post(path, content=bytes(MIB + 1)))
    longest = b'{"filename": "a", "bytes": 4}'.ljust(MIB)
    assert http.post("/uploads", content=longest).status_code == 200


def test_forms_without_data_are_refused_and_leave_the_upload_as_it_was(http: httpx.Client) -> None:
    upload = _create(http, 4)
    path = f"/uploads/{upload}/parts"
    assert "no 'data' part" in _refused(http.post(path, files={"file": ("a", b"text")}))
    assert "no 'data' part" in _refused(http.post(path, files={"data": (None, b"text")}))
    assert "multipart/form-data with a part 'data'" in _refused(http.post(path, json={"data": "text"}))
    assert "the part is empty" in _refused(_send(http, upload, b""))
    assert _complete(http, upload, [_add(http, upload, b"text")]).status_code == 200


def test_parts_that_do_not_make_the_file_are_refused_and_those_that_do_are_taken(http: httpx.Client) -> None:
    upload = _create(http, 8)
    first, second = (_add(http, upload, data) for data in (b"some", b"text"))
    assert "would be 9 bytes together" in _refused(_send(http, upload, b"x"))
    other = _create(http, 4)
    foreign = _add(http, other, b"else")
    assert "4 bytes together" in _refused(_complete(http, upload, [first]), param="part_ids")
    assert "named 2 times" in _refused(_complete(http, upload, [first, first]), param="part_ids")
    for unknown in (foreign, "part_none", "", "\x00"):
        assert "No such UploadPart" in _refused(_complete(http, upload, [first, unknown]), param="part_ids")
    digest = hashlib.md5(b"sometext", usedforsecurity=False).hexdigest()
    said = _refused(_complete(http, upload, [second, first], md5=digest), param="md5")
    assert digest in said
    base64ed = base64.b64encode(bytes.fromhex(digest)).decode()
    _refused(_complete(http, upload, [first, second], md5=base64ed), param="md5")
    soon = {"x-moonshelf-priority": "soon"}
    answer = http.post(f"/uploads/{upload}/complete", json={"part_ids": [first, second]}, headers=soon)
    assert "'interactive' or 'bulk'" in _refused(answer)
    done = _complete(http, upload, [first, second], md5=digest.upper())
    assert http.get(f"/files/{done.json()['file']['id']}/original").content == b"sometext"


def test_a_completed_upload_is_completed_for_good(http: httpx.Client) -> None:
    upload = _create(http, 4)
    part = _add(http, upload, b"text")
    done = _complete(http, upload, [part]).json()
    assert _complete(http, upload, [part]).json() == done
    assert _complete(http, upload, []).json() == done
    assert "is completed, not pending" in _refused(_send(http, upload, b"x"), param="id")
    assert "is completed, not pending" in _refused(http.post(f"/uploads/{upload}/cancel"), param="id")
    assert len(http.get("/files").json()["data"]) == 1
    http.delete(f"/files/{done['file']['id']}")
    assert "No such File object" in _refused(_complete(http, upload, [part]), 404, param="id")


def test_a_cancelled_upload_gives_its_place_back_and_takes_no_more(server: Live) -> None:
    with server.http(server.key("cancelling")) as http:
        upload = _create(http, 4)
        part = _add(http, upload, b"text")
        assert _held(server, "cancelling") == (1, 4)
        for _ in range(2):
            cancelled = http.post(f"/uploads/{upload}/cancel").json()
            assert (cancelled["status"], cancelled["id"]) == ("cancelled", upload)
        assert _held(server, "cancelling") == (0, 0)
        assert "is cancelled, not pending" in _refused(_send(http, upload, b"text"), param="id")
        assert "is cancelled, not pending" in _refused(_complete(http, upload, [part]), param="id")


def test_an_upload_of_another_account_is_none(server: Live) -> None:
    with server.http() as http, server.http() as stranger:
        upload = _create(http, 4)
        part = _add(http, upload, b"text")
        for there, whose in ((upload, stranger), ("upload_none", http), ("file_none", http)):
            for answer in (
                _send(whose, there, b"x"),
                _complete(whose, there, [part]),
                whose.post(f"/uploads/{there}/cancel"),
            ):
                assert _refused(answer, 404, param="id") == f"No such Upload object: {there}"
        assert _complete(http, upload, [part]).status_code == 200
        assert http.get(f"/uploads/{upload}").status_code == 404
        assert http.get("/uploads").status_code == 405


def test_keys_without_the_scope_to_write_may_do_nothing_of_it(server: Live) -> None:
    database = db.connect(server.database_url)
    accounts = Accounts(database)
    owner = accounts.create("reader-of-parts").id
    key = Keys(database).create(owner, scopes=["read"])
    database.close()
    with server.http(key) as http:
        for path in ("", "/upload_x/parts", "/upload_x/complete", "/upload_x/cancel"):
            assert http.post(f"/uploads{path}", json={}).status_code == 403


def test_an_upload_counts_in_the_quota_from_its_start(bounded: Live) -> None:
    with bounded.http(bounded.key("counting")) as http:
        upload = _create(http, 6_000)
        body = {"filename": "b.txt", "bytes": 4_001, "purpose": "file-extract"}
        assert "exceeded the max file size" in _refused(http.post("/uploads", json=body))
        assert "exceeded the max file size" in _refused(http.post("/files", files={"file": ("b.txt", bytes(4_001))}))
        full = [_create(http, 1) for _ in range(2)]
        assert "exceeded the max file count 3" in _refused(http.post("/uploads", json=body | {"bytes": 1}))
        part_ids = [_add(http, upload, b"x" * 3_000), _add(http, upload, b"y" * 3_000)]  # and parts count in none
        assert _complete(http, upload, part_ids).status_code == 200
        for one in full:
            http.post(f"/uploads/{one}/cancel")
        assert _held(bounded, "counting") == (1, 6_000)


def test_racing_clients_get_exactly_the_places_there_are(bounded: Live) -> None:
    key = bounded.key("racing")

    def send(_: int) -> bool:
        with bounded.http(key) as http:
            body = {"filename": "a.txt", "bytes": 4, "purpose": "file-extract"}
            created = http.post("/uploads", json=body)
            if created.status_code == 400:
                return False
            upload = created.json()["id"]
            return _complete(http, upload, [_add(http, upload, b"text")]).status_code == 200

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(send, range(16))) == 3
    assert _held(bounded, "racing") == (3, 12)


def test_bytes_of_parts_are_charged_and_those_of_a_repetition_are_not(bounded: Live) -> None:
    database = db.connect(bounded.database_url)
    accounts = Accounts(database)
    account = accounts.create("charged", tier="few")
    with bounded.http(Keys(database).create(account.id)) as http:
        upload = _create(http, 4_000)
        first = _add(http, upload, b"x" * 2_000)
        for attempt in (1, 2):
            assert _add(http, upload, b"x" * 2_000, attempt=attempt) == first
        second = _add(http, upload, b"y" * 2_000)
        assert _send(http, upload, b"y" * 2_000).status_code == 429
        assert _complete(http, upload, [first, second]).status_code == 200
    database.close()


def test_a_part_that_breaks_off_is_forgotten_and_may_come_again(server: Live) -> None:
    with server.http() as http:
        upload = _create(http, 100_000)
        with socket.create_connection(("127.0.0.1", server.port)) as broken:
            head = (
                f"POST /v1/uploads/{upload}/parts HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n"
                f"Authorization: {http.headers['authorization']}\r\n"
                "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
                '--b\r\nContent-Disposition: form-data; name="data"; filename="upload"\r\n\r\n'
            )
            broken.sendall(head.encode() + bytes(50_000))
            until(server.spooled)
        until(lambda: not server.spooled())
        assert _complete(http, upload, [_add(http, upload, bytes(100_000))]).status_code == 200


def test_refused_parts_are_seen_by_stock_clients_and_leave_nothing(server: Live) -> None:
    with server.openai() as client:
        upload = client.uploads.create(filename="a.bin", bytes=10, mime_type="text/plain", purpose=EXTRACT)
        with pytest.raises(openai.BadRequestError, match="Part size is too large"):
            client.uploads.parts.create(upload.id, data=bytes(70 * MIB))
        with pytest.raises(openai.NotFoundError, match="No such Upload object"):
            client.uploads.parts.create("upload_none", data=bytes(10 * MIB))
        assert client.uploads.cancel(upload.id).status == "cancelled"
    until(lambda: not server.spooled())
