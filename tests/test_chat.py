"""Chat through a real server, with OpenAI's own client, against a model server that answers as told."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import httpx
import openai
import pytest

from gateway import KEY, serve
from patience import PATIENCE_S
from servers.upstream import STREAM, WHOLE, Script, ScriptedUpstream

UPSTREAM_KEY = "sk-the-operators-own"
QUESTION: dict[str, Any] = {  # a request's JSON is open-ended
    "model": "scripted-large",
    "messages": [{"role": "user", "content": "Tell me a story."}],
}


@pytest.fixture(scope="module", params=["granian", "uvicorn"])
def base_url(
    request: pytest.FixtureRequest, upstream: ScriptedUpstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp(request.param)
    roster = folder / "upstreams.toml"
    roster.write_text(
        f"""
        [[upstream]]
        name = "scripted"
        base_url = "{upstream.base_url}"
        key_env = "SCRIPTED_KEY"
        [[upstream.model]]
        id = "scripted-large"
        aliases = ["large", "org/large"]
        vision = true
        context_length = 262144
        [[upstream]]
        name = "nobody-there"
        base_url = "http://127.0.0.1:9/v1"
        [[upstream.model]]
        id = "down"
        """
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCRIPTED_KEY", UPSTREAM_KEY)
        with serve(request.param, folder) as url:
            yield url


@pytest.fixture(autouse=True)
def _anew(upstream: ScriptedUpstream) -> None:
    upstream.forget()


@pytest.fixture
def client(base_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=base_url, headers={"authorization": f"Bearer {KEY}"}, timeout=PATIENCE_S) as one:
        yield one


@pytest.fixture
def sdk(base_url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=base_url, api_key=KEY, max_retries=0) as one:
        yield one


def test_openais_client_gets_a_whole_answer(sdk: openai.OpenAI) -> None:
    answer = sdk.chat.completions.create(**QUESTION)
    assert answer.choices[0].message.content == "Once upon"
    assert answer.model == "scripted-large"


def test_openais_client_gets_a_stream(sdk: openai.OpenAI) -> None:
    chunks = sdk.chat.completions.create(**QUESTION, stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Once upon a time"


def test_a_request_reaches_the_model_server_byte_for_byte(client: httpx.Client, upstream: ScriptedUpstream) -> None:
    tail = {"role": "assistant", "content": "Once", "partial": True}
    body = json.dumps(
        {"tools": [], "response_format": {"type": "json_object"}, **QUESTION, "x": 1.0, "tail": tail}, indent=3
    )
    client.post("chat/completions", content=body)
    assert upstream.received[0].body == body.encode()
    assert upstream.received[0].path == "/v1/chat/completions"


def test_a_stream_comes_back_byte_for_byte(client: httpx.Client) -> None:
    answer = client.post("chat/completions", json={**QUESTION, "stream": True})
    assert answer.content == b"".join(STREAM)
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["x-accel-buffering"] == "no"


def test_a_chunk_arrives_before_the_next_is_made(client: httpx.Client, upstream: ScriptedUpstream) -> None:
    upstream.answer(Script(STREAM, held=(next_one := threading.Semaphore(1))))
    arrived = []
    with client.stream("POST", "chat/completions", json={**QUESTION, "stream": True}) as answer:
        for chunk in answer.iter_raw():
            arrived.append(chunk)
            next_one.release()
    assert arrived == list(STREAM)


def test_only_the_operators_key_reaches_the_model_server(client: httpx.Client, upstream: ScriptedUpstream) -> None:
    client.post(
        "chat/completions", json=QUESTION, headers={"cookie": "a=b", "x-api-key": KEY, "openai-organization": "o"}
    )
    headers = upstream.received[0].headers
    assert headers["authorization"] == f"Bearer {UPSTREAM_KEY}"
    assert KEY not in str(headers)
    assert not {"cookie", "openai-organization"} & headers.keys()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_model_server_that_sends_elsewhere_is_not_followed(
    client: httpx.Client, upstream: ScriptedUpstream, status: int
) -> None:
    upstream.answer(Script((b"over there",), status, {"location": f"{upstream.base_url}/elsewhere"}))
    answer = client.post("chat/completions", json=QUESTION)
    assert (answer.status_code, answer.json()["error"]["type"]) == (503, "server_unavailable")
    assert [one.path for one in upstream.received] == ["/v1/chat/completions"]


@pytest.mark.parametrize("status", [7, 99, 101, 600, 999])
def test_a_status_that_is_none_is_no_answer_and_the_server_outlives_it(
    client: httpx.Client, upstream: ScriptedUpstream, status: int
) -> None:
    upstream.answer(Script(status=status))
    answer = client.post("chat/completions", json=QUESTION)
    assert (answer.status_code, answer.json()["error"]["type"]) == (503, "server_unavailable")
    assert client.post("chat/completions", json=QUESTION).content == WHOLE


def test_headers_of_whatever_bytes_go_back_but_for_what_no_header_may_hold(
    client: httpx.Client, upstream: ScriptedUpstream
) -> None:
    told = {"content-type": "application/json", "msh-cache": "hit\xe9\u00e6\u0096\u0087", "server-timing": "a\x01b"}
    upstream.answer(Script(headers=told))
    answer = client.post("chat/completions", json=QUESTION)
    assert (answer.status_code, answer.content) == (200, WHOLE)
    assert (b"msh-cache", told["msh-cache"].encode("latin-1")) in answer.headers.raw
    assert "server-timing" not in answer.headers


def test_headers_that_name_the_operators_account_stay_here(client: httpx.Client, upstream: ScriptedUpstream) -> None:
    sent = {"set-cookie": "s=1", "msh-uid": "u", "openai-organization": "o", "x-ratelimit-remaining-requests": "7"}
    upstream.answer(Script(headers={**sent, "content-type": "application/json"}))
    answer = client.post("chat/completions", json=QUESTION)
    assert not {"set-cookie", "msh-uid", "openai-organization"} & set(answer.headers)
    assert answer.headers["x-ratelimit-remaining-requests"] == "7"


def test_a_compressed_answer_stays_compressed(client: httpx.Client, upstream: ScriptedUpstream) -> None:
    upstream.answer(Script((b"\x1f\x8b not really",), headers={"content-encoding": "gzip"}))
    with client.stream("POST", "chat/completions", json=QUESTION, headers={"accept-encoding": "gzip"}) as answer:
        assert b"".join(answer.iter_raw()) == b"\x1f\x8b not really"
    assert upstream.received[0].headers["accept-encoding"] == "gzip"


def test_who_asks_for_no_compression_has_none_asked_for(base_url: str, upstream: ScriptedUpstream) -> None:
    with closing(http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=PATIENCE_S)) as asking:
        asking.putrequest("POST", "/v1/chat/completions", skip_accept_encoding=True)
        body = json.dumps(QUESTION).encode()
        for name, value in {"authorization": f"Bearer {KEY}", "content-length": str(len(body))}.items():
            asking.putheader(name, value)
        asking.endheaders(body)
        assert asking.getresponse().status == 200
    assert upstream.received[0].headers["accept-encoding"] == "identity"


def test_an_alias_becomes_the_models_name_and_nothing_else_changes(
    client: httpx.Client, upstream: ScriptedUpstream
) -> None:
    body = b'{"tools":[{"model": "large"}], "messages": [ {"content": "\\u00e9"}],\n "model" : "large", "top_p":1.00}'
    assert client.post("chat/completions", content=body).content == WHOLE
    assert upstream.received[0].body == body.replace(b'"model" : "large"', b'"model" : "scripted-large"')
    twisted = b'{"model" : "\\u006carge", "messages": [{"model": "\\u006carge"}]}'
    assert client.post("chat/completions", content=twisted).content == WHOLE
    assert upstream.received[1].body == twisted.replace(b'"\\u006carge"', b'"scripted-large"', 1)
    endless = b'{"model": "large", "messages": [' + b", ".join([b'{"model": "large"}'] * 60) + b"]}"
    assert client.post("chat/completions", content=endless).status_code == 400


def test_a_model_servers_refusal_passes_through_with_its_retry_after(
    client: httpx.Client, upstream: ScriptedUpstream
) -> None:
    body = b'{"error":{"message":"Your account request reached TPM rate limit","type":"rate_limit_reached_error"}}'
    upstream.answer(Script((body,), status=429, headers={"retry-after": "7", "content-type": "application/json"}))
    answer = client.post("chat/completions", json=QUESTION)
    assert (answer.status_code, answer.content, answer.headers["retry-after"]) == (429, body, "7")


def test_a_model_server_that_is_down_is_said_to_be(client: httpx.Client) -> None:
    answer = client.post("chat/completions", json={**QUESTION, "model": "down"})
    assert answer.status_code == 503
    assert answer.headers["x-should-retry"] == "true"
    assert "'nobody-there' is not available" in answer.json()["error"]["message"]


def test_a_model_server_that_says_nothing_is_given_up(client: httpx.Client, upstream: ScriptedUpstream) -> None:
    upstream.answer(Script(pause_s=60))
    assert client.post("chat/completions", json=QUESTION).status_code == 503


def test_a_stream_that_breaks_is_seen_to_be_broken(client: httpx.Client, upstream: ScriptedUpstream) -> None:
    upstream.answer(Script(STREAM[:2], breaks=True))
    with pytest.raises(httpx.RemoteProtocolError):
        client.post("chat/completions", json={**QUESTION, "stream": True})


@pytest.mark.parametrize("stream", [True, False])
def test_a_caller_who_leaves_while_the_model_thinks_cancels_it(
    base_url: str, upstream: ScriptedUpstream, *, stream: bool
) -> None:
    upstream.answer(Script(pause_s=60))
    asking = http.client.HTTPConnection(urlsplit(base_url).netloc)
    body, headers = json.dumps({**QUESTION, "stream": stream}), {"authorization": f"Bearer {KEY}"}
    asking.request("POST", "/v1/chat/completions", body, headers)
    assert upstream.asked.wait(PATIENCE_S)
    assert not upstream.left.is_set()
    asking.close()
    assert upstream.left.wait(PATIENCE_S)


def test_a_caller_who_leaves_in_the_middle_of_a_stream_cancels_it(
    client: httpx.Client, upstream: ScriptedUpstream
) -> None:
    upstream.answer(Script(STREAM * 100, pause_s=0.1))
    with client.stream("POST", "chat/completions", json={**QUESTION, "stream": True}) as answer:
        next(answer.iter_raw())
    assert upstream.left.wait(PATIENCE_S)


def test_models_are_listed_as_kimi_lists_them(client: httpx.Client) -> None:
    listed = client.get("models").json()
    assert listed["object"] == "list"
    assert listed["data"][0] == {
        "id": "scripted-large",
        "object": "model",
        "created": 1,
        "owned_by": "scripted",
        "context_length": 262144,
        "supports_image_in": True,
        "supports_video_in": False,
        "supports_reasoning": False,
    }


def test_a_model_is_found_by_an_alias_with_a_slash(client: httpx.Client) -> None:
    assert client.get("models/org/large").json()["id"] == "scripted-large"
    assert client.get("models/none").status_code == 404


def test_an_unknown_model_is_refused_where_the_operator_named_models(client: httpx.Client) -> None:
    answer = client.post("chat/completions", json={**QUESTION, "model": "gpt-9"})
    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "resource_not_found_error"


@pytest.mark.parametrize(
    ("body", "param", "message"),
    [
        (b"", None, "the body is not a JSON object"),
        (b"[1]", None, "the body is not a JSON object"),
        (b'{"model": "large", "messages": [{}]', None, "the body is not a JSON object"),
        (b'{"model": "\xff", "messages": [{}]}', "model", "model must be a string"),
        (b"[" * 100_000, None, "the body is not a JSON object"),
        (b'{"messages": [{}]}', "model", "model is required"),
        (b'{"model": 7, "messages": [{}]}', "model", "model must be a string"),
        (b'{"model": "large"}', "messages", "messages is required"),
        (b'{"model": "large", "messages": []}', "messages", "messages must not be empty"),
        (b'{"model": "large", "messages": "hi"}', "messages", "messages must be a list"),
    ],
)
def test_a_senseless_request_is_refused_in_kimis_words(
    client: httpx.Client, upstream: ScriptedUpstream, body: bytes, param: str | None, message: str
) -> None:
    answer = client.post("chat/completions", content=body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["message"].startswith(f"Invalid request: {message}")
    assert (error["type"], error["param"]) == ("invalid_request_error", param)
    assert not upstream.received


def test_a_body_over_kimis_limit_is_refused(client: httpx.Client) -> None:
    answer = client.post("chat/completions", content=b" " * (100 * 2**20 + 1))
    assert answer.status_code == 400
    assert "larger than 100 MB" in answer.json()["error"]["message"]


def test_a_body_that_is_announced_as_too_large_is_refused_before_it_comes(base_url: str) -> None:
    with closing(http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=PATIENCE_S)) as asking:
        asking.putrequest("POST", "/v1/chat/completions")
        for name, value in {"authorization": f"Bearer {KEY}", "content-length": str(100 * 2**20 + 1)}.items():
            asking.putheader(name, value)
        asking.endheaders()
        assert asking.getresponse().status == 400


def test_nobody_chats_without_a_key(base_url: str, upstream: ScriptedUpstream) -> None:
    assert httpx.post(f"{base_url}/chat/completions", json=QUESTION).status_code == 401
    assert httpx.get(f"{base_url}/models").status_code == 401
    assert not upstream.received


def test_tokens_are_estimated_for_text_alone(client: httpx.Client) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 10_000}}
    messages = [{"role": "user", "content": [picture, {"type": "text", "text": "What do you see here?"}]}]
    answer = client.post("tokenizers/estimate-token-count", json={"model": "large", "messages": messages})
    assert 3 < answer.json()["data"]["total_tokens"] < 12
