"""Children are started fast, are believed nothing, and leave nothing behind, whoever dies first."""

import gc
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moonshelf.errors import LimitReached, Unavailable
from moonshelf.extraction import markdown, reading
from moonshelf.extraction.capped import messages, rehearsal
from moonshelf.extraction.capped.caps import Caps
from moonshelf.extraction.capped.channels import Channel, Closed
from moonshelf.extraction.capped.children import Children
from moonshelf.extraction.document import Document
from moonshelf.extraction.office.sheets import workbooks
from moonshelf.extraction.office.word import documents
from moonshelf.extraction.tools import Limits, Tools
from patience import PATIENCE_S, until


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    one = Children(scratch=tmp_path, preload=("extraction.capped.hostile",), mode="required")
    yield one
    one.close()


def _pid(children: Children) -> int:
    assert children.pid is not None
    return children.pid


def _forked(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _probe(children: Children) -> messages.FromChild:
    with children.start(messages.Probe(), caps=Caps()) as child:
        return child.channel.receive(timeout_s=PATIENCE_S)


def test_a_child_answers_with_typed_messages(children: Children) -> None:
    with children.start(messages.Probe(), caps=Caps()) as child:
        assert isinstance(child.channel.receive(timeout_s=PATIENCE_S), messages.Holds)
        assert isinstance(child.channel.receive(timeout_s=PATIENCE_S), messages.Finished)
        with pytest.raises(Closed):
            child.channel.receive(timeout_s=PATIENCE_S)
        assert child.ended() == 0


def test_the_fork_server_stays_small_and_single_threaded_with_all_readers_loaded(tmp_path: Path) -> None:
    preload = (*reading._PRELOADED, "moonshelf.extraction.registry")
    children = Children(scratch=tmp_path, preload=preload, mode="required")
    try:
        _probe(children)
        assert len(list(Path(f"/proc/{_pid(children)}/task").iterdir())) == 1
        pages = int(Path(f"/proc/{_pid(children)}/statm").read_text("ascii").split()[1])
        assert pages * os.sysconf("SC_PAGE_SIZE") < 64 * 2**20
    finally:
        children.close()


@pytest.mark.parametrize(
    ("read", "members", "words"),
    [
        (
            documents.extract,
            rehearsal._LETTER,
            "# A heading\n\n1. **an item**\n\n| a cell | 1 |\n| --- | --- |\n| below | 2 |",
        ),
        (workbooks.extract, rehearsal._BOOK, "| A heading | another |\n| --- | --- |\n| 1,234.50 | 2023-03-15 |"),
    ],
)
def test_documents_of_the_rehearsal_are_read_whole(
    read: Callable[[BinaryIO, Tools], Document], members: Mapping[str, str], words: str
) -> None:
    document = read(rehearsal._packed(members), Tools(recognise=rehearsal._unseen))
    assert (document.metadata, document.warnings) == ({"keywords": "a few"}, ())
    assert markdown.to_markdown(document).strip().endswith(words)


def test_closing_a_child_kills_it_and_removes_its_folder(children: Children, tmp_path: Path) -> None:
    _probe(children)
    task = messages.ReadPages("extraction.capped.hostile:find", "test/endless", 0, 1, None, 16, Limits())
    with children.start(task, caps=Caps()) as child:
        until(lambda: len(_forked(_pid(children))) == 2)
        assert child.close() == signal.SIGKILL
    until(lambda: len(_forked(_pid(children))) == 1)  # the one that waits for its turn
    until(lambda: len(list(tmp_path.glob("moonshelf-children-*/*"))) == 1)


def test_a_hundred_children_leave_no_descriptor_and_no_process(children: Children) -> None:
    _probe(children)
    gc.collect()  # what other tests left open would be closed meanwhile
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 the listing's own descriptor must not count twice
    for _ in range(100):
        _probe(children)
    assert len(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208 see above
    until(lambda: len(_forked(_pid(children))) == 1)
    # Its control socket, the parent's pidfd, the poller, a lock, and of the waiting child a pidfd and a handover.
    until(lambda: len(os.listdir(f"/proc/{_pid(children)}/fd")) == 3 + 6)  # noqa: PTH208 see above


def test_a_fork_server_that_died_is_replaced(children: Children) -> None:
    _probe(children)
    first = _pid(children)
    child = children.start(messages.RunRecogniser("extraction.capped.hostile:load", "fast"), caps=Caps())
    assert child.channel.receive(timeout_s=PATIENCE_S) == messages.Ready()
    mine = _forked(first)
    os.kill(first, signal.SIGKILL)
    assert child.close() is None
    until(lambda: not any(map(_runs, mine)))
    assert isinstance(_probe(children), messages.Holds)
    assert _pid(children) != first


def test_folders_of_a_killed_fork_server_are_removed_by_the_next(children: Children, tmp_path: Path) -> None:
    _probe(children)
    left = set(tmp_path.glob("moonshelf-children-*"))
    first = _pid(children)
    os.kill(first, signal.SIGKILL)
    until(lambda: not _runs(first))
    _probe(children)
    assert left.isdisjoint(tmp_path.glob("moonshelf-children-*"))


def _is_gone(children: Children, pid: int) -> bool:
    return pid not in _forked(_pid(children))


def test_a_waiting_child_that_was_killed_is_replaced(children: Children) -> None:
    _probe(children)
    for _ in range(5):
        until(lambda: len(_forked(_pid(children))) == 1)
        (waiting,) = _forked(_pid(children))
        os.kill(waiting, signal.SIGKILL)
        until(partial(_is_gone, children, waiting))
        assert isinstance(_probe(children), messages.Holds)


def test_closed_children_leave_nothing(children: Children, tmp_path: Path) -> None:
    _probe(children)
    everyone = [_pid(children), *_forked(_pid(children))]
    children.close()
    assert not any(map(_runs, everyone))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Unavailable):
        _probe(children)


_SERVER = """
import io, sys
from pathlib import Path
from moonshelf.extraction.reading import Options, Reader
reader = Reader(scratch=Path(sys.argv[1]), options=Options(formats="extraction.capped.hostile:find"))
reader.check()
print(reader._children.pid, flush=True)
reader.read(io.BytesIO(b"x"), "test/endless")
"""


def test_killing_the_server_ends_all_its_children_and_removes_their_folders() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", _SERVER, scratch]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
            assert server.stdout is not None
            forking = int(server.stdout.readline())
            until(lambda: len(_forked(forking)) == 2)
            everyone = [forking, *_forked(forking)]
            server.kill()
        until(lambda: not any(map(_runs, everyone)))
        until(lambda: not list(Path(scratch).iterdir()))


def test_a_child_starts_ten_times_as_soon_as_an_interpreter_with_readers(children: Children) -> None:
    def took(start: Callable[[], object]) -> float:
        began = time.perf_counter()
        start()
        return time.perf_counter() - began

    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", "import moonshelf.extraction.registry"]
    _probe(children)
    # The best of some, because other work on the machine is no fault of ours.
    child = min(took(lambda: _probe(children)) for _ in range(20))
    assert 10 * child < min(took(lambda: subprocess.run(command, check=True, env=environment)) for _ in range(3))


def test_no_room_for_scratch_folders_is_said(tmp_path: Path) -> None:
    children = Children(scratch=tmp_path / "missing", preload=(), mode="required")
    with pytest.raises((Unavailable, Closed)):
        _probe(children)
    children.close()


def _hear_out(said: bytes) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(said)
    channel = Channel(ours, messages.FROM_CHILD, most_bytes=1000)
    try:
        while True:
            channel.receive(timeout_s=1)
    finally:
        channel.close()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_of_a_child_s_do_more_than_close_the_channel(said: bytes) -> None:
    with pytest.raises(Closed):
        _hear_out(said)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_no_message_of_a_child_s_does_more_than_close_the_channel(body: bytes) -> None:
    with pytest.raises(Closed):
        _hear_out(len(body).to_bytes(4, "big") + body)


def test_a_message_beyond_the_bound_is_refused_before_it_is_read() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall((1001).to_bytes(4, "big"))
        channel = Channel(ours, messages.FROM_CHILD, most_bytes=1000)
        with pytest.raises(Closed):
            channel.receive(timeout_s=1)
        channel.close()


def test_a_message_beyond_the_bound_is_told_as_a_limit_by_whoever_would_send_it() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        channel = Channel(ours, messages.FROM_CHILD, most_bytes=2**20)
        with pytest.raises(LimitReached, match="more than 1 MB"):
            channel.send(messages.Painted(bytes(2**20)))
        channel.close()
