"""The code that the dashboard offers to copy does what it says, word for word."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from live import Live, environment
from moonshelf.dashboard import snippets
from papers import pdf, text
from scripted_upstream import STREAM, Script, ScriptedUpstream
from stock import node

LANGUAGES = ("Python", "Node", "curl")
QUESTION = 'It\'s "how many" apples?'


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, upstream: ScriptedUpstream) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("snippets")
    live = Live(folder / "data", log_level="warning", upstreams=upstream.roster(folder, {"scripted-large": ""})).start()
    yield live
    assert live.stop() == 0


def _run(language: str, offered: Mapping[str, str], folder: Path) -> str:
    code = offered[language]
    if language == "Node":
        script = folder / "written" / "snippet.mjs"
        script.parent.mkdir()
        script.write_text(code)
        return node(script, folder=folder, env=environment(), cwd=folder)
    if "jq" in code and not shutil.which("jq"):
        pytest.skip("jq is not installed")
    command = [sys.executable, "-c", code] if language == "Python" else ["bash", "-ec", code]
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_is_uploaded(live: Live, tmp_path: Path, language: str) -> None:
    (tmp_path / "report.pdf").write_bytes(pdf([[text("Apples were many.", 72, 660)]]))
    key = live.key()
    said = _run(language, snippets.upload(f"{live.url}/v1", key), tmp_path)
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
    offered = snippets.chat(f"{live.url}/v1", "scripted-large", QUESTION, [file_id])
    said = _run(language, {name: code.replace("sk-…", key) for name, code in offered.items()}, tmp_path)
    assert "upon" in said
    asked = upstream.received[-1].json
    assert asked["stream"] is True
    assert asked["messages"][-1] == {"role": "user", "content": QUESTION}
    assert "Apples were many." in asked["messages"][0]["content"]
