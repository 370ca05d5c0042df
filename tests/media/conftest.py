"""A server whose one model server has models of every ability."""

from collections.abc import Iterator

import pytest
from openai import OpenAI

from live import Live
from servers.upstream import ScriptedUpstream


@pytest.fixture(scope="session")
def upstream() -> Iterator[ScriptedUpstream]:
    with ScriptedUpstream() as scripted:
        yield scripted


@pytest.fixture(scope="session")
def seen_by(tmp_path_factory: pytest.TempPathFactory, upstream: ScriptedUpstream) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("seeing")
    models = {
        "seeing": "vision = true\nimage_side = 512",
        "jpegs": 'vision = true\nimage_formats = ["jpeg"]',
        "watching": "vision = true\nvideo = true",
        "keeping": "vision = true\nown_files = true",
        "blind": "",
    }
    live = Live(folder / "data", log_level="warning", upstreams=upstream.roster(folder, models), video_frames=4).start()
    yield live
    assert live.stop() == 0


@pytest.fixture
def client(seen_by: Live, upstream: ScriptedUpstream) -> Iterator[OpenAI]:
    upstream.forget()
    with seen_by.openai() as made:
        yield made
