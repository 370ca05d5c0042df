"""The examples run as they are printed: Python, Node and curl, against a live server and a scripted model."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from api.conftest import Backend
from clients import stock
from live import ROOT, Live, environment
from servers.upstream import ScriptedUpstream


@pytest.fixture(scope="module")
def chatting(tmp_path_factory: pytest.TempPathFactory, upstream: ScriptedUpstream, backend: Backend) -> Iterator[Live]:
    """Give a server whose chats go to a scripted model that answers to Kimi's name."""
    folder = tmp_path_factory.mktemp("chatting")
    large, seeing = 'aliases = ["kimi-k2-turbo-preview"]', 'aliases = ["kimi-k2.5"]\nvision = true'
    roster = upstream.roster(folder, {"scripted-large": large, "scripted-seeing": seeing})
    live = Live(folder / "data", log_level="warning", upstreams=roster, **backend()).start()
    yield live
    assert live.stop() == 0


def _python(live: Live, name: str, *arguments: str) -> str:
    env = environment() | {"OPENAI_BASE_URL": f"{live.url}/v1", "OPENAI_API_KEY": live.key()}
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / name, *arguments],
        env=env, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_single_file_is_read_and_asked_about(chatting: Live, upstream: ScriptedUpstream) -> None:
    upstream.forget()
    assert _python(chatting, "single_file.py").strip() == "Once upon"
    sent = upstream.received[-1].json
    assert sent["model"] == "scripted-large"
    assert [message["role"] for message in sent["messages"]] == ["system", "system", "user"]
    assert "libbzip2" in sent["messages"][1]["content"]
    assert sent["messages"][1]["content"].startswith('{"content":"')


def test_many_files_become_a_message_each(chatting: Live, upstream: ScriptedUpstream) -> None:
    upstream.forget()
    assert _python(chatting, "many_files.py", "examples/bzip2-manual.pdf", "README.md").strip() == "Once upon a time"
    messages = upstream.received[-1].json["messages"]
    assert [message["role"] for message in messages] == ["system", "system", "user"]
    assert '"filename":"README.md"' in messages[1]["content"]


def test_the_deprecated_way_reads_content_too(chatting: Live) -> None:
    assert _python(chatting, "retrieve_content.py").startswith('{"content":"')


@pytest.mark.parametrize("part_size", [100_000, 64 * 2**20])
def test_python_and_node_send_a_file_in_parts(
    chatting: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part_size: int
) -> None:
    monkeypatch.setenv("PART_SIZE", str(part_size))
    size = (ROOT / "examples" / "bzip2-manual.pdf").stat().st_size
    printed = _python(chatting, "in_parts.py")
    assert printed.startswith(f'completed bzip2-manual.pdf {size}\n{{"content":"')
    env = {"OPENAI_BASE_URL": f"{chatting.url}/v1", "OPENAI_API_KEY": chatting.key()}
    assert stock.node(ROOT / "examples" / "in_parts.mjs", folder=tmp_path, env=env, cwd=ROOT) == printed


def test_python_asks_about_an_image(chatting: Live, upstream: ScriptedUpstream) -> None:
    upstream.forget()
    assert _python(chatting, "image.py").split("\n") == ["Once upon", "Once upon", ""]
    _saw_the_moon(upstream, times=2)


def test_python_asks_about_a_video(chatting: Live, upstream: ScriptedUpstream) -> None:
    upstream.forget()
    media, cost, answer = _python(chatting, "video.py").splitlines()
    assert "'duration': 4.0" in media
    assert "total_tokens" in cost
    assert answer == "Once upon"
    _saw_it_wane(upstream)


def test_curl_asks_about_an_image_and_a_video(chatting: Live, upstream: ScriptedUpstream) -> None:
    upstream.forget()
    assert '"media":{"width":480,"height":320' in _shell(chatting, "image.sh")
    _saw_the_moon(upstream, times=1)
    upstream.forget()
    assert '"codec":"mpeg4"' in _shell(chatting, "video.sh")
    _saw_it_wane(upstream)


def test_node_asks_about_an_image_and_a_video(chatting: Live, upstream: ScriptedUpstream, tmp_path: Path) -> None:
    env = {"OPENAI_BASE_URL": f"{chatting.url}/v1", "OPENAI_API_KEY": chatting.key()}
    upstream.forget()
    assert stock.node(ROOT / "examples" / "image.mjs", folder=tmp_path, env=env, cwd=ROOT) == "Once upon\nOnce upon\n"
    _saw_the_moon(upstream, times=2)
    upstream.forget()
    printed = stock.node(ROOT / "examples" / "video.mjs", folder=tmp_path, env=env, cwd=ROOT)
    assert "duration: 4" in printed
    assert printed.rstrip().endswith("Once upon a time")
    _saw_it_wane(upstream)


def _saw_the_moon(upstream: ScriptedUpstream, *, times: int) -> None:
    """Hold what the model was shown against the file, pixel by pixel."""
    shown = [one for request in upstream.received for one in request.pictures]
    assert len(shown) == times
    with Image.open(ROOT / "examples" / "moon.png") as moon:
        for one in shown:
            assert one.tobytes() == moon.tobytes()


def _saw_it_wane(upstream: ScriptedUpstream) -> None:
    """Hold the pictures of the video to getting brighter, as the moon does in it."""
    (request,) = upstream.received
    assert [one for one in request.texts if one.startswith("[00:00:0")] == sorted(request.texts[1:-1])
    light = [sum(one.convert("L").resize((32, 24)).tobytes()) for one in request.pictures]
    assert len(light) == 16
    assert all(after > before * 0.99 for before, after in pairwise(light))
    assert light[-1] > 1.5 * light[0]


def _shell(live: Live, name: str) -> str:
    stock.curl("--version")
    env = environment() | {"OPENAI_BASE_URL": f"{live.url}/v1", "OPENAI_API_KEY": live.key()}
    done = subprocess.run([ROOT / "examples" / name], env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def test_curl_uploads_lists_reads_and_deletes(chatting: Live) -> None:
    assert _shell(chatting, "files.sh").splitlines()[-1].startswith('{"deleted":true,"id":"file_')


def test_node_uploads_streams_and_files_and_streams_an_answer(chatting: Live, tmp_path: Path) -> None:
    env = {"OPENAI_BASE_URL": f"{chatting.url}/v1", "OPENAI_API_KEY": chatting.key()}
    printed = stock.node(ROOT / "examples" / "chat.mjs", folder=tmp_path, env=env, cwd=ROOT)
    assert printed.startswith("bzip2-manual.pdf | bzip2-manual (1).pdf")
    assert printed.rstrip().endswith("Once upon a time")
