"""Formats whose readers misbehave, each in its own way, on page 3 of 5 where they have pages."""

import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from moonshelf.errors import CorruptDocument, EncryptedDocument, LimitReached
from moonshelf.extraction import parts
from moonshelf.extraction.capped import messages
from moonshelf.extraction.capped.child.descriptors import CHANNEL
from moonshelf.extraction.document import Block, Document, Kind, Page
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.format import Flowing, Paged, Pages, finder
from moonshelf.extraction.tools import Line, Raster, Recognise, Tools

PAGES = 5
BAD = 3


def facts(number: int, text: str = "") -> PageFacts:
    """Return a page of one line, at another height on each: it must not look like a running header."""
    words = text or f"Words of page {number}."
    top = 150.0 + 13 * (number * 7 % 31)
    return PageFacts(number, 612.0, 792.0, runs=(Run(words, (72.0, top, 300.0, top + 12), 12.0),))


class Book:
    """Five pages, the third of which is read by *bad*."""

    def __init__(self, bad: Callable[[int], PageFacts], pages: int = PAGES) -> None:
        self.metadata: Mapping[str, str] = {"title": "A book"}
        self._bad = bad
        self._pages = pages

    def __len__(self) -> int:
        return self._pages

    def read(self, number: int) -> PageFacts:
        return self._bad(number) if number == BAD else facts(number)

    def close(self) -> None:
        """Nothing is held."""


def crash(_number: int) -> PageFacts:
    ctypes.string_at(0)
    raise AssertionError


def loop(_number: int) -> PageFacts:
    while True:
        pass


def sleep(_number: int) -> PageFacts:
    while True:
        time.sleep(3600)


def allocate(_number: int) -> PageFacts:
    held = []
    while True:
        held.append(bytearray(64 * 2**20))


def killed(number: int) -> PageFacts:
    """Stand in for whoever ends this process from outside, of which none is known by its own status."""
    os.kill(os.getpid(), signal.SIGKILL)
    return facts(number)


def doze(number: int) -> PageFacts:
    time.sleep(1.1)
    return facts(number)


def leave(_number: int) -> PageFacts:
    os._exit(0)


def stumble(_number: int) -> PageFacts:
    raise KeyError("a bug")


def refuse(number: int) -> PageFacts:
    raise CorruptDocument(f"page {number} is torn")


def flood(_number: int) -> PageFacts:
    while True:
        os.write(CHANNEL, b"\xff" * 65536)


def mutter(_number: int) -> PageFacts:
    os.write(CHANNEL, (5).to_bytes(4, "big") + b"hello")
    return facts(BAD)


def lying(message: msgspec.Struct) -> Callable[[int], PageFacts]:
    """Return a way to read a page that says *message* before, as whoever took the child over could."""

    def lie(number: int) -> PageFacts:
        body = msgspec.msgpack.encode(message)
        os.write(CHANNEL, len(body).to_bytes(4, "big") + body)
        return facts(number)

    return lie


def fill(_number: int) -> PageFacts:
    for name in range(100_000):
        Path(f"{name}").write_bytes(bytes(4 * 2**20))
    raise AssertionError


def _tried(**attempts: Callable[[], object]) -> str:
    found = {}
    for name, attempt in attempts.items():
        try:
            found[name] = f"yes: {attempt()}"
        except (OSError, MemoryError) as error:
            found[name] = type(error).__name__
    return " ".join(f"{name}={outcome};" for name, outcome in found.items())


def _connect(port: int, family: socket.AddressFamily) -> None:
    with socket.socket(family) as one:
        one.connect(("127.0.0.1" if family == socket.AF_INET else "::1", port))


_PR_GET_DUMPABLE = 3
_BOUNDS = (
    *(resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE),
    *(resource.RLIMIT_CORE, resource.RLIMIT_MSGQUEUE, resource.RLIMIT_MEMLOCK),
)


def _break_out(source: BinaryIO, _tools: Tools) -> Document:
    """Try every way out; the document is the port that listens, and the path of a planted file."""
    port, _, planted = source.read().decode().partition(" ")
    said = _tried(
        inet=lambda: _connect(int(port), socket.AF_INET),
        inet6=lambda: _connect(int(port), socket.AF_INET6),
        unix=lambda: socket.socket(socket.AF_UNIX),
        netlink=lambda: socket.socket(socket.AF_NETLINK),
        datagrams=lambda: socket.socketpair(type=socket.SOCK_DGRAM),
        planted=lambda: Path(planted).read_text("utf-8"),
        passwd=lambda: Path("/etc/passwd").read_text("utf-8"),
        environ=lambda: Path("/proc/1/environ").read_bytes(),
        write=lambda: Path(planted).write_text("x", encoding="utf-8"),
        beside=lambda: Path("../beside").write_text("x", encoding="utf-8"),
        library=lambda: Path(os.__file__).with_name("intruder.py").write_text("x", encoding="utf-8"),
        remove=lambda: Path(planted).unlink(),
        rename=lambda: Path(planted).rename("mine"),
        link=lambda: Path("hard").hardlink_to(planted),
        mode=lambda: Path(planted).chmod(0o777),
        times=lambda: os.utime(planted),
        fork=os.fork,
        run=lambda: subprocess.run([sys.executable, "-V"], check=False),
        signal=lambda: os.kill(os.getppid(), 0),
        group=lambda: os.kill(-1, 0),
        leave=os.setsid,
        memfile=lambda: os.memfd_create("more"),
        memory=lambda: len(bytearray(8 * 2**30)),
        descriptors=lambda: sorted(_open_descriptors()),
        folder=lambda: Path("folder").mkdir(),
        environment=lambda: sorted(os.environ),
        bounds=lambda: [resource.getrlimit(one)[1] for one in _BOUNDS],
        dumpable=lambda: ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0),
        scratch=lambda: Path("notes").write_text("fine", encoding="utf-8"),
    )
    return Document(pages=(Page(1, blocks=(Block(Kind.PARAGRAPH, said),)),))


def _open_descriptors() -> list[int]:
    held = []
    for number in range(256):
        try:
            os.fstat(number)
        except OSError:
            continue
        held.append(number)
    return held


def _threads(_source: BinaryIO, _tools: Tools) -> Document:
    """Start threads until no more can be had."""
    started = 0
    stop = threading.Event()
    try:
        while started < 100_000:
            threading.Thread(target=stop.wait, daemon=True).start()
            started += 1
    except (RuntimeError, MemoryError):
        stop.set()
    return _text(f"{started} threads")


def _text(text: str) -> Document:
    return Document(pages=(Page(1, blocks=(Block(Kind.PARAGRAPH, text),)),), metadata={"title": "A note"})


def _echo(source: BinaryIO, _tools: Tools) -> Document:
    return _text(source.read().decode("utf-8", "surrogatepass"))


def _niceness(_source: BinaryIO, _tools: Tools) -> Document:
    return _text(f"{os.getpriority(os.PRIO_PROCESS, 0)} of session {os.getsid(0)}")


def _drawing(_source: BinaryIO, tools: Tools) -> Document:
    tools.before_drawing()
    return _text("drawn")


def _dozing(_source: BinaryIO, _tools: Tools) -> Document:
    time.sleep(1.1)
    return _text("awake")


def _napping(_source: BinaryIO, _tools: Tools) -> Document:
    time.sleep(2)
    return _text("awake")


def _encrypted(_source: BinaryIO, _tools: Tools) -> Pages:
    raise EncryptedDocument


def _corrupt(_source: BinaryIO, _tools: Tools) -> Pages:
    raise CorruptDocument("its head is missing")


def _crash_opening(_source: BinaryIO, _tools: Tools) -> Pages:
    ctypes.string_at(0)
    raise AssertionError


def _endless(_source: BinaryIO, _tools: Tools) -> Document:
    sleep(0)
    raise AssertionError


def _crashing(_source: BinaryIO, _tools: Tools) -> Document:
    crash(0)
    raise AssertionError


def _killed(_source: BinaryIO, _tools: Tools) -> Document:
    killed(0)
    raise AssertionError


def _well(_source: BinaryIO, _tools: Tools) -> Pages:
    return Book(lambda number: facts(number, f"Rescued page {number}."))


def _only_in_company(_source: BinaryIO, _tools: Tools) -> Pages:
    """Crash on page 3, but only where another page was read before."""
    book = Book(facts)
    before: list[int] = []

    class Moody(Book):
        def read(self, number: int) -> PageFacts:
            before.append(number)
            return crash(number) if number == BAD and len(before) > 1 else book.read(number)

    return Moody(facts)


def _long(_source: BinaryIO, _tools: Tools) -> Pages:
    return Book(facts, pages=40)


def _pictured(_source: BinaryIO, tools: Tools) -> Pages:
    """Have page 3 recognised, from a picture whose first pixel says what the recogniser shall do."""

    def see(number: int) -> PageFacts:
        _source.seek(0)
        pixels = (_source.read(3) + bytes(4 * 2 * 3))[: 4 * 2 * 3]
        return facts(number, " ".join(line.text for line in tools.recognise(Raster(4, 2, pixels))))

    return Book(see)


def _sighted(number: int) -> PageFacts:
    return facts(number, "sighted" if {"numpy", "cv2"} <= sys.modules.keys() else "blind")


def load(speed: str) -> Recognise:
    """Return a recogniser that names what it sees, or misbehaves as the first pixel says."""
    seen = 0
    meeting = threading.Barrier(2)

    def met(*, within_s: float = 1) -> bool:
        with suppress(threading.BrokenBarrierError):
            meeting.wait(within_s)
        return not meeting.broken

    def recognise(raster: Raster) -> Sequence[Line]:
        nonlocal seen
        seen += 1
        match raster.pixels[:3]:
            case b"die":
                crash(0)
            case b"end":
                killed(0)
            case b"zzz":
                sleep(0)
            case b"big":
                raise LimitReached("the picture is too dense")
            case b"two":
                return [Line("two at once" if met(within_s=60) else "one alone", (0, 0, 4, 2), 0.9)]
            case b"bad":
                met()
                crash(0)
            case b"odd" if met():
                sleep(0)  # until the other one ends us both
        return [Line(f"{speed} {raster.width}x{raster.height} seen {seen} by {os.getpid()}", (0, 0, 4, 2), 0.9)]

    return recognise


def unloadable(_speed: str) -> Recognise:
    raise OSError("no models")


def _paged(name: str, *engines: Callable[[int], PageFacts]) -> Paged:
    def opener(bad: Callable[[int], PageFacts]) -> Callable[[BinaryIO, Tools], Pages]:
        return lambda _source, _tools: Book(bad)

    return Paged(name, {f".{name}": f"test/{name}"}, tuple(map(opener, engines)))


def _rescued(number: int) -> PageFacts:
    return facts(number, f"Rescued page {number}.")


def _blank(number: int) -> PageFacts:
    return PageFacts(number, 612.0, 792.0)


find = finder(
    _paged("sound", facts),
    _paged("sighted", _sighted),
    _paged("crash", crash),
    _paged("crash-rescued", crash, crash, _rescued),
    _paged("crash-blank", crash, _blank),
    _paged("loop", loop),
    _paged("sleep-rescued", sleep, _rescued),
    _paged("allocate", allocate),
    _paged("leave", leave),
    _paged("killed", killed),
    _paged("dozing-page", doze),
    _paged("killed-rescued", killed, _rescued),
    _paged("stumble", stumble),
    _paged("refuse", refuse, refuse),
    _paged("refuse-rescued", refuse, _rescued),
    _paged("flood", flood),
    _paged("mutter", mutter),
    _paged("repeat", lying(messages.PageRead(1, parts.unread(1, "forged"), failed=False))),
    _paged("skip", lying(messages.PageRead(BAD + 1, parts.unread(BAD + 1, "forged"), failed=False))),
    _paged("exaggerate", lying(messages.Opened(10**9, {}))),
    _paged("finish", lying(messages.Composed(0, 0, "", PAGES, degraded=False))),
    _paged("fill", fill),
    Paged("moody", {".m": "test/moody"}, (_only_in_company,)),
    Paged("long", {".l": "test/long"}, (_long,)),
    Paged("pictured", {".p": "test/pictured"}, (_pictured,)),
    Paged("encrypted", {".e": "test/encrypted"}, (_encrypted, _well)),
    Paged("corrupt", {".c": "test/corrupt"}, (_corrupt, _corrupt)),
    Paged("corrupt-rescued", {".d": "test/corrupt-rescued"}, (_corrupt, _well)),
    Paged("crash-opening", {".o": "test/crash-opening"}, (_crash_opening,)),
    Paged("crash-opening-rescued", {".r": "test/crash-opening-rescued"}, (_crash_opening, _well)),
    Flowing("echo", {".echo": "test/echo"}, _echo),
    Flowing("niceness", {".nice": "test/niceness"}, _niceness),
    Flowing("drawing", {".draw": "test/drawing"}, _drawing),
    Flowing("dozing", {".doze": "test/dozing"}, _dozing),
    Flowing("napping", {".nap": "test/napping"}, _napping),
    Flowing("break-out", {".out": "test/break-out"}, _break_out),
    Flowing("threads", {".threads": "test/threads"}, _threads),
    Flowing("endless", {".endless": "test/endless"}, _endless),
    Flowing("killed-whole", {".killed": "test/killed-whole"}, _killed),
    Flowing("crashing", {".crashing": "test/crashing"}, _crashing),
)
