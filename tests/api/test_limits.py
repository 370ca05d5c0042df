"""What a client sees of its limits: Kimi's words, true waits, and headers that add up."""

import json
import re
import select
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI

from api.conftest import Backend
from live import Live
from moonshelf import db
from moonshelf.models.meter import Meter
from moonshelf.people.accounts import Accounts
from moonshelf.people.keys import Keys
from patience import PATIENCE_S, until
from servers.upstream import STREAM, WHOLE, Script, ScriptedUpstream

TIERS = """
[small]
requests_per_minute = 3
[talk]
tokens_per_minute = 1000
[day]
tokens_per_day = 500
[bytes]
upload_bytes_per_minute = "10KiB"
[alone]
concurrency = 1
[generous]
requests_per_minute = 1000
"""
QUESTION: dict[str, Any] = {  # a request's JSON is open-ended
    "model": "scripted-large",
    "messages": [{"role": "user", "content": "Tell me a story."}],
}


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory, upstream: ScriptedUpstream, backend: Backend) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("limited")
    (folder / "tiers.toml").write_text(TIERS)
    live = Live(
        folder / "data",
        log_level="warning",
        tiers=folder / "tiers.toml",
        upstreams=upstream.roster(folder, {"scripted-large": ""}),
        upload_wait_s=0,
        **backend(),
    ).start()
    yield live
    assert live.stop() == 0


def _key(live: Live, tier: str | None, *, key_tier: str | None = None) -> str:
    database = db.connect(live.database_url)
    accounts = Accounts(database)
    value = Keys(database).create(accounts.create(f"a{time.monotonic_ns()}", tier=tier).id, tier=key_tier)
    database.close()
    return value


def _client(live: Live, tier: str | None, *, key_tier: str | None = None) -> httpx.Client:
    return live.http(_key(live, tier, key_tier=key_tier))


def _stock(live: Live, tier: str, *, max_retries: int = 0) -> OpenAI:
    return live.openai(_key(live, tier), max_retries=max_retries)


def test_every_answer_says_how_much_is_left_and_the_last_says_when_to_come_again(limited: Live) -> None:
    with _client(limited, "small") as http:
        lefts = []
        for path in ("/files", "/files/nobody", "/models"):
            answer = http.get(path)
            lefts.append(answer.headers["x-ratelimit-remaining-requests"])
            assert answer.headers["x-ratelimit-limit-requests"] == answer.headers["x-ratelimit-limit"] == "3"
        assert lefts == ["2", "1", "0"]
        refused = http.get("/files")
    assert refused.status_code == 429
    error = refused.json()["error"]
    assert error["type"] == "rate_limit_reached_error"
    assert re.fullmatch(
        r"Your account acct_\w+<key_\w+> request reached organization max RPM: 3, "
        r"please try again after (19|20) seconds",
        error["message"],
    )
    assert refused.headers["retry-after"] in {"19", "20"}
    assert 18_000 < int(refused.headers["retry-after-ms"]) <= 20_000
    assert int(refused.headers["retry-after"]) * 1_000 >= int(refused.headers["retry-after-ms"])
    assert refused.headers["x-should-retry"] == "true"
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert 50 < float(refused.headers["x-ratelimit-reset"]) <= 60
    assert refused.headers["x-ratelimit-reset-requests"] == f"{refused.headers['x-ratelimit-reset']}s"


def test_without_a_tier_there_is_no_limit_and_no_header(limited: Live) -> None:
    with _client(limited, None) as http:
        answers = [http.get("/files") for _ in range(20)]
    assert {one.status_code for one in answers} == {200}
    assert not [name for name in answers[-1].headers if "ratelimit" in name]


def test_every_answer_says_how_many_tokens_are_left_of_the_limit_that_is_nearest(
    limited: Live, upstream: ScriptedUpstream
) -> None:
    with _client(limited, "day", key_tier="talk") as http:
        assert http.get("/files").headers["x-ratelimit-limit-tokens"] in {"500", "1000"}
        upstream.answer(Script((WHOLE.replace(b'"total_tokens": 5', b'"total_tokens": 300'),)))
        assert http.post("/chat/completions", json=QUESTION).status_code == 200
        remaining = "x-ratelimit-remaining-tokens"
        until(lambda: http.get("/files/nobody").headers[remaining] == "200")  # it is settled when the answer is over
        headers = http.get("/files/nobody").headers
    assert headers["x-ratelimit-limit-tokens"] == "500"
    assert 51_000 < float(headers["x-ratelimit-reset-tokens"].removesuffix("s")) < 52_000


def test_a_key_has_limits_of_its_own_beside_its_accounts(limited: Live) -> None:
    with _client(limited, "generous", key_tier="small") as http:
        answers = [http.get("/files") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[0].headers["x-ratelimit-limit-requests"] == "3"


def test_tokens_are_charged_by_estimate_and_settled_by_usage(limited: Live, upstream: ScriptedUpstream) -> None:
    with _stock(limited, "talk") as client:
        create = client.chat.completions.with_raw_response.create
        for _ in range(3):  # 905 tokens asked each time, 5 used
            answer = create(**QUESTION, max_completion_tokens=900)
            assert answer.headers["x-ratelimit-limit-tokens"] == "1000"
            assert int(answer.headers["x-ratelimit-remaining-tokens"]) < 100
        assert "accept-encoding" not in upstream.received[-1].headers or "gzip" not in str(
            upstream.received[-1].headers["accept-encoding"]
        )
        with pytest.raises(openai.RateLimitError) as never:
            create(**QUESTION, max_completion_tokens=1000)
    assert re.search(r"request reached TPM rate limit, current:10\d\d, limit:1000", never.value.message)
    assert never.value.response.headers["x-should-retry"] == "false"
    assert "retry-after" not in never.value.response.headers


def test_a_wish_that_is_no_number_is_for_the_model_server_to_refuse(limited: Live) -> None:
    with _client(limited, "talk") as http:

        def ask(wish: bytes) -> int:
            body = json.dumps(QUESTION)[:-1].encode() + b', "max_tokens": ' + wish + b"}"
            return http.post("/chat/completions", content=body).status_code

        assert {ask(wish) for wish in (b"1e400", b"-1", b"true", b'"many"', b"null", b"[1]", b"900.5")} == {200}
        assert ask(b"9" * 400) == 429


def test_what_was_used_beyond_the_estimate_delays_the_next(limited: Live, upstream: ScriptedUpstream) -> None:
    with _stock(limited, "talk") as client:
        upstream.answer(Script((WHOLE.replace(b'"total_tokens": 5', b'"total_tokens": 1500'),)))
        client.chat.completions.create(**QUESTION)
        with pytest.raises(openai.RateLimitError) as refused:
            client.chat.completions.create(**QUESTION)
    assert 28 <= int(refused.value.response.headers["retry-after"]) <= 31


def test_a_streamed_answer_is_metered_too(limited: Live) -> None:
    with _stock(limited, "talk") as client:
        for _ in range(2):
            chunks = list(client.chat.completions.create(**QUESTION, stream=True, max_completion_tokens=800))
            assert len(chunks) == 4


def test_a_stream_ends_with_its_own_last_line_and_not_with_what_a_model_says() -> None:
    meter = Meter()
    meter.pass_by(b'data: {"content": "\\ndata: [DONE]\\n"}\n')
    assert not meter.ended()
    meter.pass_by(b"\ndata: [DO")
    meter.pass_by(b"NE]\n\n")
    assert meter.ended()


def test_a_refusal_by_the_model_server_costs_nothing(limited: Live, upstream: ScriptedUpstream) -> None:
    long = QUESTION | {"messages": [{"role": "user", "content": "Tell me a story. " * 120}]}
    with _stock(limited, "talk") as client:
        for _ in range(3):
            upstream.answer(Script((b'{"error": {"message": "no"}}',), status=400))
            with pytest.raises(openai.BadRequestError):
                client.chat.completions.create(**long, max_completion_tokens=300)


def test_a_day_that_is_used_up_is_not_worth_a_retry(limited: Live, upstream: ScriptedUpstream) -> None:
    with _stock(limited, "day", max_retries=2) as client:
        upstream.answer(Script((WHOLE.replace(b'"total_tokens": 5', b'"total_tokens": 500'),)))
        client.chat.completions.create(**QUESTION)
        asked = len(upstream.received)
        with pytest.raises(openai.RateLimitError, match=r"TPD rate limit, current: 50\d, limit: 500") as refused:
            client.chat.completions.create(**QUESTION)
    assert refused.value.response.headers["x-should-retry"] == "false"
    assert int(refused.value.response.headers["retry-after"]) > 60
    assert len(upstream.received) == asked


def test_uploads_are_limited_by_bytes_announced_or_not(limited: Live) -> None:
    def chunked() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        yield b"x" * 9_000
        yield b"\r\n--b--\r\n"

    with _client(limited, "bytes") as http:
        kind = {"content-type": "multipart/form-data; boundary=b"}
        assert http.post("/files", content=chunked(), headers=kind).status_code == 200
        refused = http.post("/files", files={"file": ("b.txt", b"x" * 9_000)})
        assert refused.status_code == 429
        assert "max upload bytes per minute: 10240, please try again after" in refused.json()["error"]["message"]
        large = http.post("/files", files={"file": ("b.txt", b"x" * 11_000)})
        assert large.headers["x-should-retry"] == "false"
        assert http.post("/files", content=chunked(), headers=kind).status_code == 200
        assert http.post("/files", content=chunked(), headers=kind).status_code == 429
        assert len(http.get("/files").json()["data"]) == 2


def test_an_upload_that_breaks_off_costs_the_bytes_that_came(limited: Live) -> None:
    key = _key(limited, "bytes")
    head = "POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    head += f"Authorization: Bearer {key}\r\nContent-Length: 9000\r\n\r\n--b\r\n"

    def breaks_off() -> bool:
        """Begin an upload and leave when something of it has come; false where it is refused."""
        with socket.create_connection(("127.0.0.1", limited.port)) as leaving:
            leaving.sendall(head.encode())
            until(lambda: limited.spooled() or select.select([leaving], [], [], 0)[0])
            return not select.select([leaving], [], [], 0)[0]

    for _ in range(2):
        until(breaks_off)
        until(lambda: not limited.spooled())
    with limited.http(key) as http:
        deadline = time.monotonic() + PATIENCE_S
        while (status := http.post("/files", files={"file": ("b.txt", b"x" * 9_000)}).status_code) == 429:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert status == 200
        whole = b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nnone\r\n' + b"x" * 9_000
        kind = {"content-type": "multipart/form-data; boundary=b"}
        assert http.post("/files", content=whole, headers=kind).status_code == 429, "what was stored was charged"


def test_one_at_a_time_is_one_at_a_time_and_a_place_is_given_back_at_once(
    limited: Live, upstream: ScriptedUpstream
) -> None:
    with _client(limited, "alone") as http:
        upstream.answer(Script(STREAM, held=(held := threading.Semaphore(1))))
        with http.stream("POST", "/chat/completions", json=QUESTION | {"stream": True}) as waiting:
            refused = http.get("/files")
            assert refused.status_code == 429
            says = "request reached max organization concurrency: 1, please try again after 1 seconds"
            assert says in refused.json()["error"]["message"]
            held.release(len(STREAM))
            waiting.read()
        assert http.get("/files").status_code == 200
        upstream.answer(Script(pause_s=30.0))
        with pytest.raises(httpx.ReadTimeout):
            http.post("/chat/completions", json=QUESTION, timeout=httpx.Timeout(PATIENCE_S, read=0.3))
        until(lambda: http.get("/files").status_code == 200)


def test_a_place_is_free_with_a_streams_own_last_line(limited: Live, upstream: ScriptedUpstream) -> None:
    with _client(limited, "alone") as http:
        upstream.answer(Script((*STREAM, b"\n"), held=(held := threading.Semaphore(len(STREAM)))))
        with http.stream("POST", "/chat/completions", json=QUESTION | {"stream": True}) as answer:
            assert "data: [DONE]" in answer.iter_lines()
            assert http.get("/files").status_code == 200, "what comes after it keeps nobody waiting"
            held.release()


def test_a_caller_who_leaves_pays_for_what_has_come(limited: Live, upstream: ScriptedUpstream) -> None:
    asked, began = QUESTION | {"stream": True, "max_completion_tokens": 900}, time.monotonic()
    with _client(limited, "talk") as http:
        upstream.answer(Script(STREAM, held=threading.Semaphore(1)))
        with http.stream("POST", "/chat/completions", json=asked) as answer:
            next(answer.iter_raw())
        until(lambda: int(http.get("/files").headers["x-ratelimit-remaining-tokens"]) > 900)
    assert time.monotonic() - began < 40, "it came back by itself, 17 a second"


def test_whoever_asks_one_after_the_other_is_never_two_at_once(limited: Live) -> None:
    with _client(limited, "alone") as http:
        assert {http.get("/files").status_code for _ in range(60)} == {200}


def test_a_stock_client_waits_as_it_is_told_and_succeeds(tmp_path: Path, backend: Backend) -> None:
    (tmp_path / "tiers.toml").write_text("[brisk]\nrequests_per_minute = 60\n")
    settings = backend() | {"tiers": str(tmp_path / "tiers.toml"), "tier": "brisk", "log_level": "warning"}
    live = Live(tmp_path / "data", **settings).start()
    with live.openai(max_retries=2) as client:
        for _ in range(62):
            client.files.list()
    assert live.stop() == 0


def test_a_tier_that_nobody_named_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "tiers.toml").write_text("[a]\nrequests_per_minute = -1\n")
    with pytest.raises(AssertionError, match="MOONSHELF_TIER: there is no tier 'gold'"):
        Live(tmp_path / "data", tier="gold").start()
    with pytest.raises(AssertionError, match=r"\[a\] requests_per_minute must be greater than 0"):
        Live(tmp_path / "data", tiers=tmp_path / "tiers.toml").start()
