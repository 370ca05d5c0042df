"""The Files API through OpenAI's Python client, in Kimi's default dialect (wire.md 2)."""

import io
import json
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI
from openai.types import FileObject
from PIL import Image

from live import Live

EXTRACT: Any = "file-extract"  # Any: Kimi's purpose is not in the SDK's literal


def _upload(client: OpenAI, name: str = "a.txt", data: bytes = b"hello", purpose: Any = EXTRACT) -> FileObject:
    return client.files.create(file=(name, data), purpose=purpose)


def _message(error: openai.APIStatusError) -> str:
    body: Any = error.response.json()
    return str(body["error"]["message"])


def test_an_upload_comes_back_ready_in_kimis_shape(http: httpx.Client) -> None:
    answer = http.post("/files", files={"file": ("我是一个文件.txt", "文件内容".encode())})
    assert answer.status_code == 200
    body = answer.json()
    keys = ["id", "object", "bytes", "created_at", "filename", "purpose", "status", "status_details"]
    assert list(body)[:8] == keys
    assert body["id"].startswith("file_")
    assert len(body["id"]) == 25
    assert body["bytes"] == 12
    assert (body["object"], body["purpose"], body["status"], body["status_details"]) == (
        "file",
        "file-extract",
        "ok",
        "",
    )
    assert body["filename"] == "我是一个文件.txt"


def test_content_is_kimis_json_as_text(http: httpx.Client) -> None:
    text = "第一行 <b>&\nsecond line\n"
    file_id = http.post("/files", files={"file": ("a.txt", text.encode())}).json()["id"]
    answer = http.get(f"/files/{file_id}/content")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith('{"content":"第一行 <b>&\\nsecond line')
    body = json.loads(answer.text)
    assert list(body) == ["content", "file_type", "filename", "title", "type"]
    assert body | {"content": ""} == {
        "content": "",
        "file_type": "text/plain",
        "filename": "a.txt",
        "title": "",
        "type": "file",
    }
    assert body["content"].rstrip("\n") == text.rstrip("\n")


def test_a_long_content_is_whole_and_says_its_length(http: httpx.Client) -> None:
    text = "\n".join(f'Line {number} of a "long" text.' for number in range(160_000))
    file_id = http.post("/files", files={"file": ("long.txt", text.encode())}).json()["id"]
    answer = http.get(f"/files/{file_id}/content")
    assert answer.json()["content"].strip() == text
    assert int(answer.headers["content-length"]) == len(answer.content) > 4 * 2**20


def test_the_sdk_uploads_retrieves_reads_and_deletes(client: OpenAI) -> None:
    made = _upload(client)
    assert client.files.retrieve(made.id).filename == "a.txt"
    assert json.loads(client.files.content(made.id).text)["content"].strip() == "hello"
    deleted = client.files.delete(made.id)
    assert (deleted.id, deleted.deleted, deleted.object) == (made.id, True, "file")
    with pytest.raises(openai.NotFoundError) as caught:
        client.files.retrieve(made.id)
    assert caught.value.type == "resource_not_found_error"
    with pytest.raises(openai.NotFoundError):
        client.files.delete(made.id)


def test_the_sdks_pagination_visits_every_file_once_and_ends(client: OpenAI) -> None:
    made = [_upload(client, f"{number}.txt").id for number in range(7)]
    assert [one.id for one in client.files.list(limit=3)] == list(reversed(made))
    assert [one.id for one in client.files.list(limit=3, order="asc")] == made
    assert [one.id for one in client.files.list()] == list(reversed(made))


def test_a_loop_that_deletes_what_it_lists_reaches_the_end(client: OpenAI) -> None:
    for number in range(5):
        _upload(client, f"{number}.txt")
    for one in client.files.list(limit=2):
        client.files.delete(one.id)
    assert list(client.files.list()) == []


def test_a_list_says_where_it_begins_and_ends(http: httpx.Client) -> None:
    empty = http.get("/files").json()
    assert empty == {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}
    ids = [http.post("/files", files={"file": ("a.txt", b"x")}).json()["id"] for _ in range(3)]
    page = http.get("/files", params={"limit": 2}).json()
    assert (page["first_id"], page["last_id"], page["has_more"]) == (ids[2], ids[1], True)
    rest = http.get("/files", params={"limit": 2, "after": ids[1]}).json()
    assert ([one["id"] for one in rest["data"]], rest["has_more"]) == ([ids[0]], False)
    assert http.get("/files", params={"purpose": "image"}).json()["data"] == []


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "x"}, {"limit": "10001"}, {"limit": "0" * 8 + "1" + "9" * 30}, {"order": "up"}]
)
def test_a_senseless_list_query_is_refused(http: httpx.Client, query: dict[str, str]) -> None:
    answer = http.get("/files", params=query)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


def test_duplicate_names_are_numbered(client: OpenAI) -> None:
    names = [_upload(client, "report.txt").filename for _ in range(3)]
    assert names == ["report.txt", "report (1).txt", "report (2).txt"]


def test_one_account_never_sees_anothers_files(server: Live, client: OpenAI) -> None:
    made = _upload(client)
    with server.openai() as stranger:
        assert list(stranger.files.list()) == []
        for attempt in (stranger.files.retrieve, stranger.files.content, stranger.files.delete):
            with pytest.raises(openai.NotFoundError):
                attempt(made.id)
    assert client.files.retrieve(made.id).id == made.id


def test_images_and_videos_are_kept_for_models_that_see(client: OpenAI) -> None:
    made_of = io.BytesIO()
    Image.new("RGB", (2, 2)).save(made_of, "GIF")
    made = _upload(client, "dot.gif", made_of.getvalue(), "image")
    assert (made.purpose, made.status) == ("image", "ok")
    with pytest.raises(openai.BadRequestError, match="ms://"):
        client.files.content(made.id)
    with pytest.raises(openai.BadRequestError, match="unsupported image format: text/plain"):
        _upload(client, "no.png", b"just text", "image")
    with pytest.raises(openai.BadRequestError, match="unsupported image format: image/svg"):
        _upload(client, "a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image")


def test_errors_speak_kimis_words(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        _upload(client, purpose="fine-tune")
    assert _message(caught.value) == "Invalid purpose: fine-tune, only file-extract, image and video accepted"
    assert caught.value.type == "invalid_request_error"
    with pytest.raises(openai.BadRequestError) as caught:
        _upload(client, data=b"")
    assert _message(caught.value) == "File size is zero, please confirm and re-upload the file"
    assert list(client.files.list()) == []


def test_keys_that_are_missing_or_wrong_are_401(server: Live) -> None:
    bare = httpx.get(f"{server.url}/v1/files")
    assert (bare.status_code, bare.json()["error"]["type"]) == (401, "invalid_authentication_error")
    assert bare.json()["error"]["message"] == "Invalid Authentication"
    with server.openai("sk-wrong") as stranger, pytest.raises(openai.AuthenticationError) as caught:
        stranger.files.list()
    assert caught.value.type == "incorrect_api_key_error"


def test_a_bearer_may_be_written_in_any_case_and_is_nothing_else(server: Live) -> None:
    key = server.key()
    nobody, wrong = "invalid_authentication_error", "incorrect_api_key_error"
    said = {"": nobody, "Bearer": nobody, key: nobody, f"Basic {key}": nobody}
    said |= {f"Bearer {key} x": wrong, f"bearer {key}": "", f"BEARER   {key}": ""}
    for header, kind in said.items():
        answer = httpx.get(f"{server.url}/v1/files", headers={"authorization": header}).json()
        assert answer.get("error", {}).get("type", "") == kind, header


def test_every_answer_carries_one_request_id_thrice(http: httpx.Client) -> None:
    answer = http.get("/files/file_nothere")
    assert answer.headers["x-request-id"] == answer.headers["msh-request-id"] == answer.json()["error"]["request_id"]
    other = http.get("/files")
    assert other.headers["x-request-id"] == other.headers["msh-request-id"] != answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/nowhere", ""),
        ("POST", "/files/", ""),
        ("PUT", "/files", "GET, HEAD, POST"),
        ("PATCH", "/files/file_x", "DELETE, GET, HEAD"),
        ("GET", f"/{'long' * 5_000}", ""),
    ],
)
def test_unknown_routes_and_methods_are_json_errors(http: httpx.Client, method: str, path: str, allowed: str) -> None:
    answer = http.request(method, path)
    assert answer.status_code == (405 if allowed else 404)
    assert answer.headers.get("allow", "") == allowed
    assert answer.headers["x-should-retry"] == "false"
    assert allowed in answer.json()["error"]["message"]
    assert len(answer.json()["error"]["message"]) < 300
    assert answer.json()["error"]["type"] == "resource_not_found_error"
    assert answer.json()["error"]["request_id"] == answer.headers["x-request-id"]


def test_what_cannot_be_read_stays_visible_with_its_reason(client: OpenAI) -> None:
    made = _upload(client, "broken.pdf", b"%PDF-1.7\nthis is no PDF at all")
    assert made.status == "error"
    reason = str(made.status_details)
    assert reason
    assert client.files.retrieve(made.id).status == "error"
    with pytest.raises(openai.BadRequestError) as caught:
        client.files.content(made.id)
    assert _message(caught.value) == f"text extract error: {reason}"
    assert caught.value.response.headers["x-should-retry"] == "false"


def test_an_executable_is_named_as_unsupported(client: OpenAI) -> None:
    made = _upload(client, "tool.pdf", b"\x7fELF\x02\x01\x01" + bytes(200))
    assert made.status == "error"
    assert "cannot be read" in str(made.status_details)


def test_the_same_bytes_again_are_answered_from_what_was_read(client: OpenAI) -> None:
    one, two = _upload(client, "one.txt", b"same"), _upload(client, "two.txt", b"same")
    texts = [json.loads(client.files.content(made.id).text) for made in (one, two)]
    assert [text["filename"] for text in texts] == ["one.txt", "two.txt"]
    assert texts[0]["content"] == texts[1]["content"]
    client.files.delete(one.id)
    assert json.loads(client.files.content(two.id).text)["content"] == texts[1]["content"]


def test_expires_after_is_kept_as_openai_says(client: OpenAI) -> None:
    made = client.files.create(
        file=("a.txt", b"x"), purpose=EXTRACT, expires_after={"anchor": "created_at", "seconds": 3600}
    )
    assert made.expires_at == made.created_at + 3600
    for seconds in (1, 2_592_001, "000003600" + "9" * 30):  # the last is none that a database can count to
        wanted: Any = {"anchor": "created_at", "seconds": seconds}
        with pytest.raises(openai.BadRequestError, match="expires_after"):
            client.files.create(file=("a.txt", b"x"), purpose=EXTRACT, expires_after=wanted)


@pytest.mark.parametrize("said", [{"expires_after[anchor]": "created_at"}, {"expires_after": '{"seconds": 3600}'}])
def test_an_expiry_that_says_no_seconds_is_refused_and_not_forgotten(http: httpx.Client, said: dict[str, str]) -> None:
    answer = http.post("/files", files={"file": ("a.txt", b"x")}, data=said)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")
    assert "expires_after" in answer.json()["error"]["message"]


def test_content_that_was_read_a_moment_ago_is_gone_with_its_file(client: OpenAI) -> None:
    made = _upload(client)
    for _ in range(3):
        client.files.content(made.id)
    client.files.delete(made.id)
    with pytest.raises(openai.NotFoundError):
        client.files.content(made.id)
