"""The process that children are forked from: warm, with one thread, and never near a document itself.

It takes four descriptors for each child: a lifeline, the child's channel, the document and the file of pixels. The
lifeline is all there is to say about a child: the parent closing it kills the child, the child's end comes back over
it as a wait status, and when the parent itself is gone every child goes at once. It also owns the scratch folders,
because it outlives a parent that is killed and can still remove them.
"""

import fcntl
import gc
import importlib
import os
import selectors
import shutil
import signal
import socket
import struct
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from moonshelf.extraction import tasks

PARCEL = 4
"""How many descriptors come with a request: lifeline, channel, document, pixels."""

STATUS = struct.Struct("=i")
"""The wait status of a child that ended, as it stands on the lifeline."""

_PREFIX = "moonshelf-"
_WATCH_S = 0.5
_MOST_FILES, _MOST_BYTES = 1_000, 2**30  # of a scratch folder


@dataclass(frozen=True, slots=True)
class _Child:
    pid: int
    handle: int  # a pidfd: readable when the child has ended
    lifeline: socket.socket
    scratch: Path


class Nursery:
    """The children that live, and the loop that looks after them."""

    def __init__(self, control: socket.socket, root: Path) -> None:
        self._control = control
        self._root = root
        self._count = 0
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ, None)
        # Told apart from a closed control socket because a fork of the parent may hold that open.
        self._parent = os.pidfd_open(os.getppid())
        self._selector.register(self._parent, selectors.EVENT_READ, None)
        self._children: dict[int, _Child] = {}

    def tend(self) -> None:
        """Start, watch and bury children until the parent is gone; then kill those that are left."""
        try:
            while self._turn():
                self._watch()
        finally:
            for child in list(self._children.values()):
                os.kill(child.pid, signal.SIGKILL)
                self._bury(child)

    def _turn(self) -> bool:
        for key, _ in self._selector.select(_WATCH_S if self._children else None):
            match key.data:
                case None if key.fd == self._parent or not self._admit():
                    return False
                case _Child() as child if key.fd == child.handle:
                    self._bury(child)
                case _Child() as child:
                    # Only the leader: when it has ended the rest of its group follows.
                    self._selector.unregister(child.lifeline)
                    os.kill(child.pid, signal.SIGKILL)
        return True

    def _admit(self) -> bool:
        """Fork a child for one request; false at the end of requests."""
        request, descriptors, _, _ = socket.recv_fds(self._control, 1, PARCEL)
        if not request or len(descriptors) != PARCEL:
            return False
        self._count += 1
        scratch = self._root / str(self._count)
        scratch.mkdir(mode=0o700)
        here = os.getpid()
        pid = os.fork()
        if pid == 0:
            _grow_up(descriptors[1:], scratch, here)
        lifeline = socket.socket(fileno=descriptors[0])
        for descriptor in descriptors[1:]:
            os.close(descriptor)
        child = _Child(pid, os.pidfd_open(pid), lifeline, scratch)
        self._children[pid] = child
        self._selector.register(child.handle, selectors.EVENT_READ, child)
        self._selector.register(child.lifeline, selectors.EVENT_READ, child)
        return True

    def _bury(self, child: _Child) -> None:
        """Reap an ended child, with what is left of its group, its scratch folder and its lifeline."""
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        with suppress(ProcessLookupError):  # it died before it had a group
            os.killpg(child.pid, signal.SIGKILL)  # before it is reaped, while nobody else can have the number
        _, status = os.waitpid(child.pid, 0)
        shutil.rmtree(child.scratch, ignore_errors=True)
        self._selector.unregister(child.handle)
        if child.lifeline in self._selector.get_map():
            self._selector.unregister(child.lifeline)
        os.close(child.handle)
        with suppress(OSError):  # the parent did not stay to hear it
            child.lifeline.send(STATUS.pack(status))
        child.lifeline.close()
        del self._children[child.pid]

    def _watch(self) -> None:
        for child in self._children.values():
            if _overflows(child.scratch):
                os.kill(child.pid, signal.SIGKILL)


def _grow_up(descriptors: list[int], scratch: Path, nursery: int) -> None:
    """Turn the fresh fork into a child that holds nothing but its own descriptors, and never return."""
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    # First out of the way of the numbers they are to have, then onto them.
    kept = [fcntl.fcntl(one, fcntl.F_DUPFD, 64) for one in [null, null, null, *descriptors]]
    for number, one in enumerate(kept):
        os.dup2(one, number)
    os.closerange(len(kept), os.sysconf("SC_OPEN_MAX"))
    tasks.perform(scratch, nursery)


def _overflows(scratch: Path) -> bool:
    files = size = 0
    with os.scandir(scratch) as entries:
        for entry in entries:
            files += 1
            size += entry.stat(follow_symlinks=False).st_size
            if files > _MOST_FILES or size > _MOST_BYTES:
                return True
    return False


def _own_folder(root: Path) -> tuple[Path, int]:
    """Make a folder for all scratch folders, and remove those of nurseries that were killed.

    A lock tells the living from the dead: it goes with the process that held it.
    """
    for old in root.glob(f"{_PREFIX}*"):
        lock = os.open(old, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(old, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(lock)
    own = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
    lock = os.open(own, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return own, lock


def main() -> None:
    """Tend children; the arguments are the control socket's number, the scratch root and modules to load first."""
    control = socket.socket(fileno=int(sys.argv[1]))
    os.setsid()  # an interrupt from the terminal is the parent's to handle
    for name in sys.argv[3:]:
        importlib.import_module(name)
    own, _lock = _own_folder(Path(sys.argv[2]))
    gc.collect()
    gc.freeze()  # or the collector would write to every page and unshare it
    try:
        Nursery(control, own).tend()
    finally:
        shutil.rmtree(own, ignore_errors=True)


if __name__ == "__main__":
    main()
