"""An upload that is refused early is seen as the error it is by curl, Python and Node (wire.md 7)."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import openai
import pytest

from api.conftest import Backend
from clients import stock
from live import ROOT, Live
from patience import PATIENCE_S

SIZE = 40 * 2**20
SAYS = "File size is too large, max file size is 1MB, please confirm and re-upload the file"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory, backend: Backend) -> Iterator[Live]:
    """Give a server that takes files of a megabyte at most."""
    folder, small = tmp_path_factory.mktemp("strict"), {"max_file_size": "1MiB", "workers": 0, "upload_wait_s": 0}
    small |= {"max_bytes": "2MiB"}
    live = Live(folder / "data", log_level="warning", **small, **backend()).start()
    yield live
    assert live.stop() == 0


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file of 40 MB."""
    path = tmp_path_factory.mktemp("big") / "big.bin"
    path.write_bytes(bytes(SIZE))
    return path


def test_python_sees_the_error(strict: Live, big: Path) -> None:
    with strict.openai() as client, pytest.raises(openai.BadRequestError, match=SAYS):
        client.files.create(file=big, purpose="user_data")
    with strict.openai("sk-nobody") as client, pytest.raises(openai.AuthenticationError):
        client.files.create(file=big, purpose="user_data")


def test_node_sees_the_error_for_streams_and_files(strict: Live, big: Path, tmp_path: Path) -> None:
    script = ROOT / "tests" / "node" / "refused.mjs"
    for key, says in [(strict.key(), f"BadRequestError 400 400 {SAYS}"), ("sk-nobody", "AuthenticationError 401 401")]:
        env = {"OPENAI_BASE_URL": f"{strict.url}/v1", "OPENAI_API_KEY": key}
        lines = stock.node(script, big, folder=tmp_path, env=env, cwd=ROOT).splitlines()
        assert [line[: len(says)] for line in lines] == [says, says]


@pytest.mark.parametrize("expect", ["Expect: 100-continue", "Expect:"])
def test_curl_sees_the_error_at_once(strict: Live, big: Path, expect: str) -> None:
    began = time.monotonic()
    auth = f"Authorization: Bearer {strict.key()}"
    answer = stock.curl(f"{strict.url}/v1/files", "-H", auth, "-H", expect, "-F", f"file=@{big}")
    assert json.loads(answer)["error"]["message"] == SAYS
    assert time.monotonic() - began < 10


def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(strict: Live) -> None:
    with strict.http() as http:
        assert http.post("/files", files={"file": ("a.txt", b"x" * 2**20)}).status_code == 200
        refused = http.post("/files", files={"file": ("a.txt", b"x" * (2**20 + 1))})
    assert (refused.status_code, refused.json()["error"]["message"]) == (400, SAYS)


def test_the_body_of_a_file_that_just_fits_the_quota_may_be_longer_than_what_is_left(strict: Live) -> None:
    with strict.http() as http:
        sent = [http.post("/files", files={"file": ("a.txt", b"x" * 2**20)}).status_code for _ in range(3)]
    assert sent == [200, 200, 400]


def test_a_purpose_that_is_none_is_refused_as_soon_as_it_is_there(strict: Live) -> None:
    form = b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nnothing\r\n'
    form += b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'

    async def begun() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", strict.port)
        writer.write(
            b"POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 900000\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n\r\n" % strict.key().encode() + form
        )
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_S)
        writer.close()
        return answer

    assert asyncio.run(begun()).startswith(b"HTTP/1.1 400")


def test_a_length_that_is_too_large_is_refused_before_any_body(strict: Live) -> None:
    with closing(HTTPConnection("127.0.0.1", strict.port, timeout=PATIENCE_S)) as asking:
        asking.putrequest("POST", "/v1/files")
        for name, value in {
            "authorization": f"Bearer {strict.key()}",
            "content-type": "multipart/form-data; boundary=b",
            "content-length": str(2 * 2**20),
            "expect": "100-continue",
        }.items():
            asking.putheader(name, value)
        asking.endheaders()  # and waits to be asked for the body
        answer = asking.getresponse()
        assert (answer.status, json.loads(answer.read())["error"]["message"]) == (400, SAYS)
