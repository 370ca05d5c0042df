"""What a child cannot do, tried from inside it, as root and as an ordinary user."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import msgspec
import pytest

from moonshelf.errors import Unavailable
from moonshelf.extraction.capped import sandbox
from moonshelf.extraction.capped.caps import Caps
from moonshelf.extraction.capped.sandbox import Confinement, seccomp
from moonshelf.extraction.capped.terms import PATIENT
from moonshelf.extraction.reading import Haste, Options, Reader, Terms

_NOBODY = 65534


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    options = Options(formats="extraction.capped.hostile:find", caps=Caps(memory_bytes=2**30))
    with tempfile.TemporaryDirectory() as scratch, Reader(scratch=Path(scratch), options=options) as one:
        yield one


def _text(reader: Reader, kind: str, document: bytes) -> str:
    joined = reader.read(BytesIO(document), f"test/{kind}").joined
    assert joined is not None
    return joined.markdown.decode()


@pytest.fixture(scope="module")
def outcome(reader: Reader) -> Iterator[dict[str, str]]:
    """Return what became of each way out, with a listener on loopback and a file in the temporary folder."""
    with (
        tempfile.NamedTemporaryFile("w", suffix=".secret") as planted,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        planted.write("the operator's key")
        planted.flush()
        said = _text(reader, "break-out", f"{server.getsockname()[1]} {planted.name}".encode())
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()
        assert Path(planted.name).read_text("utf-8") == "the operator's key"
        yield dict(one.split("=", 1) for one in said.removesuffix(";").split("; "))


@pytest.mark.parametrize(("haste", "niceness"), [("patient", PATIENT), ("brisk", 0), ("quick", 0)])
def test_only_what_is_patient_gives_way(reader: Reader, haste: Haste, niceness: int) -> None:
    joined = reader.read(BytesIO(b"how nice"), "test/niceness", terms=Terms(haste)).joined
    assert joined is not None
    # Between sessions Linux may not look at niceness at all.
    assert joined.markdown.decode().strip() == f"{niceness} of session {os.getsid(0)}"


@pytest.mark.parametrize("way", ["inet", "inet6", "unix", "netlink", "datagrams"])
def test_a_child_reaches_no_network(outcome: dict[str, str], way: str) -> None:
    assert outcome[way] == "PermissionError"


@pytest.mark.parametrize("way", ["planted", "passwd", "environ"])
def test_a_child_reads_no_file_of_the_machine(outcome: dict[str, str], way: str) -> None:
    assert outcome[way] == "PermissionError"


@pytest.mark.parametrize("way", ["write", "beside", "library", "remove", "rename", "mode", "times", "folder"])
def test_a_child_changes_nothing_but_files_in_its_scratch_folder(outcome: dict[str, str], way: str) -> None:
    assert outcome[way] == "PermissionError"


def test_a_child_links_no_file_into_its_scratch_folder(outcome: dict[str, str]) -> None:
    assert outcome["link"] in {"PermissionError", "OSError"}


@pytest.mark.parametrize("way", ["fork", "run", "signal", "group", "leave"])
def test_a_child_starts_and_signals_no_process(outcome: dict[str, str], way: str) -> None:
    assert outcome[way] == "PermissionError"


def test_a_child_gets_no_memory_beyond_its_cap_nor_beside_it(outcome: dict[str, str]) -> None:
    assert outcome["memory"] == "MemoryError"
    assert outcome["memfile"] == "PermissionError"


def test_a_child_holds_no_descriptor_but_its_own(outcome: dict[str, str]) -> None:
    standard, channel, document, pixels, own_memory_figures = [0, 1, 2], 4, 5, 6, 64
    assert outcome["descriptors"] == f"yes: {[*standard, channel, document, pixels, own_memory_figures]}"


def test_a_child_is_held_to_its_caps_and_leaves_no_image_of_itself(outcome: dict[str, str]) -> None:
    caps = Caps(memory_bytes=2**30)
    held = [caps.memory_bytes, caps.cpu_s + 1, caps.file_bytes, caps.descriptors, 0, 0, 0]
    assert outcome["bounds"] == f"yes: {held}"
    assert outcome["dumpable"] == "yes: 0"


def test_a_child_knows_nothing_of_the_servers_environment(outcome: dict[str, str]) -> None:
    known = {"HOME", "LC_ALL", "OPENBLAS_NUM_THREADS", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED"}
    assert outcome["environment"] == f"yes: {sorted(known | {'PYTHONPATH', 'TMPDIR', 'TZ'})}"


def test_a_child_may_write_to_its_scratch_folder(outcome: dict[str, str]) -> None:
    assert outcome["scratch"] == "yes: 4"


def test_threads_are_bounded_by_the_memory_cap(reader: Reader) -> None:
    assert 1 <= int(_text(reader, "threads", b"x").split()[0]) < 200


def test_the_probe_says_that_all_walls_hold(reader: Reader) -> None:
    assert reader.check() == Confinement(filesystem=True, network=True, processes=True)


def test_walls_hold_for_an_ordinary_user() -> None:
    scratch = Path(tempfile.mkdtemp())  # pytest's own folders are closed to other users
    scratch.chmod(0o777)
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setresgid(_NOBODY, _NOBODY, _NOBODY)
                os.setresuid(_NOBODY, _NOBODY, _NOBODY)
            theirs.send(msgspec.json.encode(sandbox.confine(scratch, parent=parent)))
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    shutil.rmtree(scratch)
    with ours, theirs:
        ours.settimeout(0)
        found = msgspec.json.decode(ours.recv(1000), type=Confinement)
    assert found == Confinement(filesystem=True, network=True, processes=True)


@pytest.mark.parametrize("missing", ["filesystem", "network"])
def test_a_missing_wall_stops_reading_unless_the_operator_says_otherwise(missing: str) -> None:
    held = {"filesystem": True, "network": True, "processes": True, missing: False}
    found = Confinement(**held)
    with pytest.raises(Unavailable, match="sandbox"):
        sandbox.insist(found, "required")
    sandbox.insist(found, "best-effort")


def test_nobody_s_data_is_among_the_libraries() -> None:
    allowed = sandbox.libraries()
    for private in (Path.home(), Path("/etc"), Path(tempfile.gettempdir()), Path("/"), Path("/proc"), Path.cwd()):
        assert private not in allowed
        assert not any(one in private.parents for one in allowed)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_made_for_both_machines(machine: str) -> None:
    code = seccomp.assemble(machine, 42)
    length = len(code) // 8
    assert len(code) % 8 == 0
    assert length < 4096  # BPF_MAXINSNS
    for at in range(length):
        opcode, if_true, if_false = code[at * 8], code[at * 8 + 2], code[at * 8 + 3]
        if opcode & 0x07 == 0x05:  # a jump must land inside
            assert at + 1 + max(if_true, if_false) < length
