"""Long reading: the upload answers early, content waits, and stock clients retry by themselves."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.conftest import Backend
from live import ROOT, Live
from patience import until

PDF = (ROOT / "examples" / "bzip2-manual.pdf").read_bytes()


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory, backend: Backend) -> Iterator[Live]:
    """Give a server that waits for nothing, with one worker."""
    folder = tmp_path_factory.mktemp("hasty") / "data"
    waits = {"upload_wait_s": 0, "content_wait_s": 0}
    live = Live(folder, log_level="warning", workers=1, slice_pages=1, **waits, **backend()).start()
    yield live
    live.stop()


def _upload(http: httpx.Client, number: int) -> str:
    answer = http.post("/files", files={"file": ("m.pdf", PDF + b"\n%%%d" % number)})
    body = answer.json()
    assert body["status"] == "created"
    assert {"pages_done", "pages_total", "queue_position", "eta_seconds"} <= set(body)
    return str(body["id"])


def test_content_that_is_not_ready_is_a_409_to_retry(hasty: Live) -> None:
    with hasty.http() as http:
        file_id = _upload(http, 1)
        answer = http.get(f"/files/{file_id}/content")
        http.delete(f"/files/{file_id}")  # nobody waits for it
    assert (answer.status_code, answer.json()["error"]["type"]) == (409, "conflict_error")
    assert answer.headers["x-should-retry"] == "true"
    assert int(answer.headers["retry-after"]) >= 1
    assert int(answer.headers["retry-after-ms"]) >= 1


def test_the_stock_client_gets_there_by_its_own_retries(hasty: Live) -> None:
    key = hasty.key()
    with hasty.http(key) as http:
        file_id = _upload(http, 2)
    with hasty.openai(key, max_retries=20) as client:
        assert "libbzip2" in json.loads(client.files.content(file_id).text)["content"]


def test_progress_counts_pages_up_to_all(hasty: Live) -> None:
    seen, left = [], []
    with hasty.http() as http:
        file_id = _upload(http, 3)
        while (body := http.get(f"/files/{file_id}").json())["status"] == "created":
            seen.append((body["pages_done"], body["pages_total"]))
            left.append(body["eta_seconds"])
    counted = [(done, total) for done, total in seen if total]
    assert counted
    assert {total for _, total in counted} == {38}
    assert [done for done, _ in counted] == sorted(done for done, _ in counted)
    assert counted[-1][0] > 0
    assert min(one for one in left if one is not None) >= 0
    assert all(one is None or isinstance(one, int) for one in left)


def test_slices_of_one_page_give_the_same_content_as_one_of_all(hasty: Live, tmp_path: Path, backend: Backend) -> None:
    contents = []
    for live in (hasty, Live(tmp_path / "data", log_level="warning", slice_pages=100, **backend()).start()):
        with live.openai(max_retries=20) as client:
            made = client.files.create(file=("m.pdf", PDF), purpose="file-extract")  # type: ignore[arg-type] # Kimi's
            contents.append(client.files.content(made.id).text)
        if live is not hasty:
            live.stop()
    assert contents[0] == contents[1]


def test_deleting_a_file_that_is_being_read_ends_its_reading(hasty: Live) -> None:
    with hasty.http() as http:
        file_id = _upload(http, 5)
        assert http.delete(f"/files/{file_id}").status_code == 200
        assert http.get(f"/files/{file_id}/content").status_code == 404
        after = http.post("/files", files={"file": ("a.txt", b"next")}).json()["id"]
        until(lambda: http.get(f"/files/{after}").json()["status"] != "created")
        assert http.get(f"/files/{after}").json()["status"] == "ok"
