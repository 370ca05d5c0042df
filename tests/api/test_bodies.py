"""Upload bodies as clients really send them, and as they should not (wire.md 7)."""

from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from live import Live
from moonshelf import db
from moonshelf.errors import InvalidRequest
from moonshelf.http.uploads.form import Form
from moonshelf.people.accounts import Accounts

BOUNDARY = "----boundary"


def _part(name: str, value: bytes, *, filename: str | None = None, head: str = "") -> bytes:
    disposition = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename is not None else "")
    return f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n{head}\r\n".encode() + value + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def _post(http: httpx.Client, body: bytes | Iterator[bytes]) -> httpx.Response:
    return http.post("/files", content=body, headers={"content-type": f"multipart/form-data; boundary={BOUNDARY}"})


def test_the_file_may_come_first_in_chunks_without_a_length(http: httpx.Client) -> None:
    whole = _part("file", b"hello", filename="a.txt") + _part("purpose", b"file-extract") + END
    answer = _post(http, (whole[at : at + 3] for at in range(0, len(whole), 3)))
    assert (answer.status_code, answer.json()["bytes"], answer.json()["status"]) == (200, 5, "ok")


def test_a_purpose_is_assumed_and_a_part_needs_no_content_type(http: httpx.Client) -> None:
    assert _post(http, _part("file", b"x", filename="a.txt") + END).json()["purpose"] == "file-extract"


def test_names_are_decoded_and_only_the_base_name_kept(http: httpx.Client) -> None:
    sent = {"a%22b.txt": 'a"b.txt', "C:\\tmp\\r.txt": "r.txt", "/x/é文.txt": "é文.txt"}
    for raw, name in sent.items():
        assert _post(http, _part("file", b"x", filename=raw) + END).json()["filename"] == name


def test_a_filename_field_overrides_the_parts_name(http: httpx.Client) -> None:
    body = _part("filename", b"better.txt") + _part("file", b"x", filename="upload") + END
    assert _post(http, body).json()["filename"] == "better.txt"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (END, "no 'file' part"),
        (_part("purpose", b"file-extract") + END, "no 'file' part"),
        (_part("file", b"x") + END, "no 'file' part"),
        (_part("file", b"x", filename="a.txt"), "last boundary"),
        (_part("file", b"x", filename="a") + _part("file", b"y", filename="b") + END, "more than one file"),
        (b"no multipart at all", "multipart body is broken"),
        (b"".join(_part("x", b"y") for _ in range(40)) + END, "more than 32 parts"),
        (_part("purpose", b"x" * 20_000) + END, "too long"),
    ],
)
def test_broken_forms_are_refused_with_a_sentence(http: httpx.Client, body: bytes, says: str) -> None:
    answer = _post(http, body)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")
    assert says in answer.json()["error"]["message"]


def test_another_kind_of_body_is_refused(http: httpx.Client) -> None:
    answer = http.post("/files", json={"file": "x"})
    assert answer.status_code == 400
    assert "multipart/form-data" in answer.json()["error"]["message"]


def test_a_boundary_that_is_none_is_refused(http: httpx.Client) -> None:
    for boundary in ("", "x" * 300):
        kind = {"content-type": f"multipart/form-data; boundary={boundary}"}
        answer = http.post("/files", content=_part("file", b"x", filename="a.txt") + END, headers=kind)
        assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


def test_a_name_from_before_unicode_is_read_as_western(http: httpx.Client) -> None:
    head = b'--%s\r\nContent-Disposition: form-data; name="file"; filename="\xe9t\xe9.txt"\r\n\r\nx\r\n'
    assert _post(http, head % BOUNDARY.encode() + END).json()["filename"] == "été.txt"


def test_a_priority_that_is_none_is_refused(http: httpx.Client) -> None:
    files = {"file": ("a.txt", b"x")}
    for priority, status in {"bulk": 200, "interactive": 200, "urgent": 400}.items():
        assert http.post("/files", files=files, headers={"x-moonshelf-priority": priority}).status_code == status


def test_a_name_that_dotnet_sends_is_the_one_meant(http: httpx.Client) -> None:
    head = "Content-Disposition: form-data; name=file; filename=\"=?utf-8?B?5oql5ZGKIDEudHh0?=\"; filename*=utf-8''{}"
    body = f"--{BOUNDARY}\r\n{head.format('%E6%8A%A5%E5%91%8A%201.txt')}\r\n\r\nx\r\n".encode() + END
    assert _post(http, body).json()["filename"] == "报告 1.txt"


def test_refused_uploads_hold_nothing(server: Live) -> None:
    key = server.key("refused")
    with server.http(key) as http:
        for _ in range(3):
            assert _post(http, _part("file", b"x", filename="a.txt")).status_code == 400
    assert not server.spooled()
    with closing(db.connect(server.database_url)) as database:
        account = Accounts(database).named("refused")
    assert (account.files, account.bytes) == (0, 0)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400), st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_any_bytes_in_any_pieces_parse_or_are_refused(data: bytes, sizes: list[int]) -> None:
    form, at = Form(b"b"), 0
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n' + data
    try:
        while at < len(body):
            size = sizes[at % len(sizes)]
            list(form.feed(body[at : at + size]))
            at += size
    except InvalidRequest:
        return
    assert form.filename == "f"


@settings(max_examples=100)
@given(st.binary(max_size=3000).filter(lambda data: b"--b" not in data), st.integers(1, 500))
def test_the_files_bytes_come_out_as_they_went_in(data: bytes, size: int) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n' + data + b"\r\n--b--\r\n"
    form = Form(b"b")
    got = b"".join(piece for at in range(0, len(body), size) for piece in form.feed(body[at : at + size]))
    assert got == data
    assert form.ended


_NEARLY = st.lists(st.sampled_from([b"\r", b"\n", b"-", b"--b", b"\r\n--", b"\r\n", b"b", b"x"]), max_size=40).map(
    b"".join
)


@settings(max_examples=300)
@given(
    _NEARLY.filter(lambda data: b"\r\n--b" not in data + b"\r\n--"), st.lists(st.integers(1, 9), min_size=1, max_size=9)
)
def test_what_looks_like_a_boundary_and_is_none_is_the_files(data: bytes, sizes: list[int]) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    body = head + data + b'\r\n--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nimage\r\n--b--\r\n'
    form, at, got = Form(b"b"), 0, b""
    while at < len(body):
        size = sizes[at % len(sizes)]
        got += b"".join(form.feed(body[at : at + size]))
        at += size
    assert got == data
    assert form.ended
    assert form.fields == {"purpose": "image"}
