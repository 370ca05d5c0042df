"""Children of the fork server, as the server holds them: started, spoken to, ended, and never left behind."""

import os
import resource
import selectors
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from moonshelf.errors import Unavailable
from moonshelf.extraction.capped import messages
from moonshelf.extraction.capped.caps import Caps
from moonshelf.extraction.capped.channels import Channel, Closed
from moonshelf.extraction.capped.fork_server import EXPECT_PICTURES, STATUS
from moonshelf.extraction.capped.sandbox import MODELS, Mode

_REACTION_S = 10.0  # for the fork server to bury a child: it waits for nothing but the kernel
_LAST_WORDS_S = 1.0  # for a child whose channel closed to end by itself, so that its own status can be told
_TAKING_S = 30.0  # for a child to take a message off its socket
_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM)


class Child:
    """A running child; closing it kills it, and returns when nothing of it is left."""

    def __init__(self, lifeline: socket.socket, channel: socket.socket, pixels: int) -> None:
        self.channel = Channel(channel, messages.FROM_CHILD)
        self.pixels = pixels
        self._lifeline = lifeline
        self._status: int | None = None
        self._ours = False
        self._closed = False

    @property
    def interrupted(self) -> bool:
        """Whether something else ended it: an operator, or the kernel where memory had run out."""
        return self._status in _FROM_OUTSIDE and not self._ours

    def close(self) -> int | None:
        """End the child if it still runs; return its wait status, None where the fork server itself has died."""
        if not self._closed:
            self._closed = True
            self.channel.close()
            os.close(self.pixels)
            self._status = self._bury()
        return self._status

    def ended(self) -> int | None:
        """Wait for a child that is about to end by itself, then do as ``close`` does."""
        if not self._closed:
            with selectors.DefaultSelector() as selector:
                selector.register(self._lifeline, selectors.EVENT_READ)
                selector.select(_LAST_WORDS_S)
        return self.close()

    def release(self) -> None:
        """Leave a child that has finished to the fork server; what is left of it goes in a few milliseconds."""
        if not self._closed:
            self._closed = True
            self.channel.close()
            os.close(self.pixels)
            self._lifeline.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _bury(self) -> int | None:
        with self._lifeline as lifeline:
            try:
                lifeline.shutdown(socket.SHUT_WR)
                lifeline.settimeout(_REACTION_S)
                word = lifeline.recv(STATUS.size)
            except OSError:
                return None
        if len(word) != STATUS.size:
            return None
        status, self._ours = STATUS.unpack(word)
        return int(status)


class Children:
    """Starts children, from any thread. The process they are forked from is started on need."""

    def __init__(self, *, scratch: Path, preload: Iterable[str], mode: Mode, models: Path | None = None) -> None:
        self._scratch = scratch
        self._preload = tuple(preload)
        self._mode = mode
        self._models = models
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process that children are forked from, if there is one by now."""
        return self._process.pid if self._process else None

    def start(self, task: messages.Task, *, caps: Caps, nice: int = 0, document: int | None = None) -> Child:
        """Start a child on *task*; *document* is an open file that it will own. Raises ``Unavailable``.

        Its niceness is set before it gets the task: it may not set that itself, as it could set anybody's.
        """
        lifeline, their_lifeline = socket.socketpair()
        channel, their_channel = socket.socketpair()
        channel.settimeout(_TAKING_S)
        child = Child(lifeline, channel, os.memfd_create("pixels", os.MFD_CLOEXEC))
        try:
            with their_lifeline, their_channel, Path(os.devnull).open("rb") as nothing:
                shown = nothing.fileno() if document is None else document
                self._hand_over([their_lifeline.fileno(), their_channel.fileno(), shown, child.pixels], nice=nice)
            child.channel.send(messages.Order(task, caps, self._mode))
        except Closed as error:
            child.close()
            raise Unavailable("the process that readers are started from") from error
        except BaseException:
            child.close()
            raise
        return child

    def resident_bytes(self) -> int:
        """Return what that process and its children have in memory; what they share with it is counted once."""
        if (server := self.pid) is None:
            return 0
        shared = _resident(server)
        with suppress(OSError):  # it has just died
            forked = Path(f"/proc/{server}/task/{server}/children").read_text().split()
            return shared + sum(max(0, _resident(int(one)) - shared) for one in forked)
        return 0

    def expect_pictures(self) -> None:
        """Have the children that follow know how to look at pixels; before, it would be memory for nothing."""
        with self._lock:
            if self._control is not None:
                with suppress(OSError):  # it has died; another one learns it when the next recogniser starts
                    self._control.send(EXPECT_PICTURES)

    def close(self) -> None:
        """End all children and the process they are forked from, and wait for it; none will start any more."""
        with self._lock:
            self._closed = True
            self._end()

    def _hand_over(self, descriptors: list[int], *, nice: int) -> None:
        with self._lock:
            for _ in range(0 if self._closed else 2):  # once more where the first finds that the process has died
                control = self._control or self._begin()
                try:
                    socket.send_fds(control, [bytes([nice])], descriptors)
                except OSError:
                    self._end()
                else:
                    return
        raise Unavailable("the process that readers are started from")

    def _begin(self) -> socket.socket:
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 our own interpreter and module
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "moonshelf.extraction.capped.fork_server",
                    str(theirs.fileno()),
                    str(self._scratch),
                    *self._preload,
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=_environment(self._models),
            )
        self._control = control
        return control

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.wait()
        self._control = self._process = None


def _environment(models: Path | None) -> dict[str, str]:
    """Return all that readers see of the environment: the same everywhere, and no secret of the server's."""
    return {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
        "PYTHONHASHSEED": "0",  # the same bytes in, the same bytes out
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "OPENBLAS_NUM_THREADS": "1",  # numpy starts its threads when imported, and the fork server may have none
        **({MODELS: str(models)} if models else {}),
    }


def _resident(pid: int) -> int:
    with suppress(OSError):  # it has just ended
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    return 0
