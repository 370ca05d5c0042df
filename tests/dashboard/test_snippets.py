"""The code that the dashboard offers to copy does what it says, word for word."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from clients.copied import LANGUAGES, run
from live import Live
from moonshelf.dashboard import snippets
from moonshelf.dashboard.chosen import Chosen
from samples.papers import pdf, text
from servers.upstream import STREAM, Script, ScriptedUpstream

QUESTION = 'It\'s "how many" apples?'


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, upstream: ScriptedUpstream) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("snippets")
    live = Live(folder / "data", log_level="warning", upstreams=upstream.roster(folder, {"scripted-large": ""})).start()
    yield live
    assert live.stop() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_is_uploaded(live: Live, tmp_path: Path, language: str) -> None:
    (tmp_path / "report.pdf").write_bytes(pdf([[text("Apples were many.", 72, 660)]]))
    key = live.key()
    said = run(language, snippets.upload(f"{live.url}/v1", key)[language], tmp_path)
    assert ("Apples were many." if language != "curl" else '"report.pdf"') in said
    with live.http(key) as http:
        assert [one["filename"] for one in http.get("/files").json()["data"]] == ["report.pdf"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_model_is_asked_about_a_file(live: Live, upstream: ScriptedUpstream, tmp_path: Path, language: str) -> None:
    key = live.key()
    with live.http(key) as http:
        file_id = http.post("/files", files={"file": ("a.txt", b"Apples were many.")}).json()["id"]
    upstream.forget()
    upstream.answer(Script(chunks=STREAM, headers={"content-type": "text/event-stream"}))
    offered = snippets.chat(f"{live.url}/v1", "scripted-large", QUESTION, Chosen([file_id]))
    said = run(language, offered[language].replace("sk-…", key), tmp_path)
    assert "upon" in said
    asked = upstream.received[-1].json
    assert asked["stream"] is True
    assert asked["messages"][-1] == {"role": "user", "content": QUESTION}
    assert "Apples were many." in asked["messages"][0]["content"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_model_is_asked_about_nothing_in_particular(
    live: Live, upstream: ScriptedUpstream, tmp_path: Path, language: str
) -> None:
    upstream.forget()
    upstream.answer(Script(chunks=STREAM, headers={"content-type": "text/event-stream"}))
    offered = snippets.chat(f"{live.url}/v1", "scripted-large", QUESTION, Chosen([]))[language]
    assert "system" not in offered
    assert "upon" in run(language, offered.replace("sk-…", live.key()), tmp_path)
    assert upstream.received[-1].json["messages"] == [{"role": "user", "content": QUESTION}]
