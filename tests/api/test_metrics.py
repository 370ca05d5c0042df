"""What an operator graphs: in Prometheus's format, for admins alone, each name in the docs."""

import re
import time
from collections.abc import Mapping
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from live import ROOT, Live
from moonshelf import db
from moonshelf.people.accounts import Accounts
from moonshelf.people.keys import Keys


def _scrape(server: Live, key: str) -> dict[str, float]:
    answer = httpx.get(f"{server.url}/metrics", headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    samples = (one for family in text_string_to_metric_families(answer.text) for one in family.samples)
    return {f"{one.name}{_labels(one.labels)}": one.value for one in samples}


def _labels(stated: Mapping[str, str]) -> str:
    told = ",".join(f'{name}="{value}"' for name, value in sorted(stated.items()))
    return f"{{{told}}}" if told else ""


def test_what_was_asked_and_read_is_counted(server: Live, http: httpx.Client) -> None:
    admin = server.key(role="admin")
    before, began = _scrape(server, admin), time.monotonic()
    assert http.post("/files", files={"file": ("a.txt", b"good")}).status_code == 200
    bad = http.post("/files", files={"file": ("a.bin", bytes(range(256)))}).json()["id"]
    assert http.get(f"/files/{bad}/content").status_code == 400
    http.request("ODD", "/files")
    after, took_s = _scrape(server, admin), time.monotonic() - began
    grown = {name: value - before.get(name, 0) for name, value in after.items()}
    assert grown['moonshelf_requests_total{method="POST",route="/v1/files",status="200"}'] == 2
    assert grown['moonshelf_requests_total{method="GET",route="/v1/files/{file_id}/content",status="400"}'] == 1
    assert grown['moonshelf_requests_total{method="other",route="other",status="405"}'] == 1
    assert grown['moonshelf_request_seconds_bucket{le="+Inf",method="POST",route="/v1/files"}'] == 2
    assert grown['moonshelf_request_seconds_count{method="POST",route="/v1/files"}'] == 2
    assert 0 < grown['moonshelf_request_seconds_sum{method="POST",route="/v1/files"}'] < took_s
    assert grown["moonshelf_files_uploaded_total"] == grown["moonshelf_files"] == 2
    assert grown["moonshelf_bytes_uploaded_total"] == grown["moonshelf_files_bytes"] == 260
    assert grown["moonshelf_pages_read_total"] >= 1  # others may have left something to be read
    assert grown['moonshelf_files_unreadable_total{reason="unsupported_format"}'] == 1
    assert after["process_resident_memory_bytes"] > 2**24
    assert after["moonshelf_readers_resident_bytes"] > 2**24 or server.elsewhere  # where only pages are painted, if any
    assert after['moonshelf_machines{reads="yes"}'] == 1
    assert after['moonshelf_machines{reads="no"}'] == int(server.elsewhere)
    assert 'moonshelf_oldest_waiting_seconds{priority="bulk"}' in after
    docs = (ROOT / "docs" / "operations.md").read_text()
    for name in after:
        assert f"`{re.sub(r'_(bucket|sum|count)$', '', name.partition('{')[0])}" in docs, name


def test_each_name_is_explained_by_itself(server: Live) -> None:
    headers = {"authorization": f"Bearer {server.key(role='admin')}"}
    told = list(text_string_to_metric_families(httpx.get(f"{server.url}/metrics", headers=headers).text))
    unclear = re.compile(r"^\S+$|\b(they|them|its readers)\b")
    assert [one.name for one in told if unclear.search(one.documentation)] == []
    (build,) = (one for one in told if one.name == "moonshelf_build_info")
    assert [(one.labels, one.value) for one in build.samples] == [({"version": version("moonshelf")}, 1)]


def test_metrics_are_for_admins(server: Live, http: httpx.Client) -> None:
    assert httpx.get(f"{server.url}/metrics").status_code == 401
    answer = http.get(f"{server.url}/metrics")
    assert answer.status_code == 403
    assert "use a key of an admin's account" in answer.json()["error"]["message"]


def test_what_waits_for_a_reader_is_told_with_its_age(tmp_path: Path) -> None:
    bounds = {"workers": 0, "body_memory": "80MiB", "spool_size": "90MiB"}
    live = Live(tmp_path / "data", upload_wait_s=0, **bounds).start()
    try:
        admin = live.key(role="admin")
        with live.http(admin) as http:
            assert http.post("/files", files={"file": ("a.txt", b"some text")}).status_code == 200
            time.sleep(1.1)
            bulk = {"x-moonshelf-priority": "bulk"}
            assert http.post("/files", files={"file": ("b.txt", b"more text")}, headers=bulk).status_code == 200
            assert [one["queue_position"] for one in http.get("/files").json()["data"]] == [2, 1]
        told = _scrape(live, admin)
    finally:
        live.stop()
    normal, later = (told[f'moonshelf_oldest_waiting_seconds{{priority="{one}"}}'] for one in ("normal", "bulk"))
    assert 60 > normal > later + 0.9 > 0.9
    assert told['moonshelf_machines{reads="no"}'] == 1
    assert (told["moonshelf_slices_waiting"], told["moonshelf_slices_reading"], told["moonshelf_workers"]) == (2, 0, 0)
    assert told["moonshelf_accounts"] == 2  # the first start's, and ours
    assert told["moonshelf_arriving_memory_limit_bytes"] == 80 * 2**20
    assert told["moonshelf_arriving_spool_limit_bytes"] == 90 * 2**20


def test_metrics_are_for_keys_that_may_read(server: Live) -> None:
    with closing(db.connect(server.database_url)) as database:
        accounts = Accounts(database)
        admin = accounts.create("watcher", role="admin").id
        keys = [Keys(database).create(admin, scopes=[scope]) for scope in ("chat", "read")]
    headers = [{"authorization": f"Bearer {key}"} for key in keys]
    assert [httpx.get(f"{server.url}/metrics", headers=one).status_code for one in headers] == [403, 200]
