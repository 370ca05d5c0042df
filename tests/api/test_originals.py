"""Originals come back byte for byte, to their owner alone; or by a URL that the object store has signed."""

import subprocess
from pathlib import Path

import httpx
import pytest

from api.conftest import Backend
from live import MOONSHELF, Live, environment
from servers.objects import ObjectServer

BYTES = bytes(range(256)) * 10_000


def _add(http: httpx.Client) -> str:
    answer = http.post("/files", files={"file": ('Bericht \u00fc;"x".txt', b"text " + BYTES)})
    assert answer.status_code == 200, answer.text
    return f"/files/{answer.json()['id']}/original"


def test_an_original_comes_back_byte_for_byte_and_is_never_shown_as_a_page(http: httpx.Client) -> None:
    answer = http.get(_add(http))
    assert answer.status_code == 200
    assert answer.content == b"text " + BYTES
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''Bericht%20%C3%BC%3B%22x%22")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_original_is_its_owners_alone(server: Live, http: httpx.Client) -> None:
    path = _add(http)
    with server.http() as other:
        assert other.get(path).status_code == 404
    assert http.delete(path.removesuffix("/original")).status_code == 200
    assert http.get(path).status_code == 404


@pytest.fixture
def redirecting(tmp_path: Path, object_server: ObjectServer) -> str:
    return object_server.signed(tmp_path.name)


def test_a_redirect_leads_to_the_bytes_without_a_key(tmp_path: Path, redirecting: str, backend: Backend) -> None:
    settings = backend() | {"storage_url": redirecting, "download": "redirect"}  # a folder has no URLs
    live = Live(tmp_path / "data", workers=0, upload_wait_s=0, **settings).start()
    with live.http() as http, live.http() as other:
        path = _add(http)
        answer = http.get(path)
        assert answer.status_code == 307
        assert answer.headers["cache-control"] == "no-store"
        where = httpx.URL(answer.headers["location"])
        assert where.params["X-Amz-Expires"] == "300"
        assert "secret" not in str(where)
        assert httpx.get(where).content == b"text " + BYTES
        assert httpx.get(str(where).replace("Signature=", "Signature=0")).status_code == 403
        assert other.get(path).status_code == 404
    assert live.stop() == 0


def test_a_redirect_without_an_object_store_stops_the_start(tmp_path: Path) -> None:
    env = environment(data=tmp_path / "data", download="redirect")
    done = subprocess.run(
        [MOONSHELF, "serve"], env=env, cwd="/", capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode != 0
    assert "MOONSHELF_STORAGE_URL" in done.stderr
    assert "Traceback" not in done.stderr
