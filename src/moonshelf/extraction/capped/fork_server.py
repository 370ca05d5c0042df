"""The fork server, the process that children are forked from: warm, with one thread, and never near a document itself.

It takes four descriptors for each child: a lifeline, the child's channel, the document and the file of pixels. The
lifeline is all there is to say about a child: the parent closing it kills the child, the child's end comes back over
it as a wait status, and when the parent itself is gone every child goes at once. It also owns the scratch folders,
because it outlives a parent that is killed and can still remove them.

One child is always there before it is asked for, confined and waiting: forking and confining take longer than
reading a page does.
"""

import fcntl
import gc
import importlib
import os
import select
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

from moonshelf.extraction.capped import sandbox
from moonshelf.extraction.capped.child import descriptors, tasks

PARCEL = 4
"""How many descriptors come with a request: lifeline, channel, document, pixels."""

EXPECT_PICTURES = b"\xff"
"""A request that comes alone: the children that follow shall have what looks at pixels. No niceness is so high."""

STATUS = struct.Struct("=i?")
"""The wait status of a child that ended, and whether the fork server ended it, as they stand on the lifeline."""

_PREFIX = "moonshelf-children-"
_WATCH_S = 0.5
MOST_FILES, MOST_BYTES = 1_000, 2**30
"""What a child may keep in its scratch folder."""


@dataclass(slots=True, eq=False)
class _Child:
    pid: int
    handle: int  # a pidfd: readable when the child has ended
    handover: socket.socket  # where it waits for its descriptors
    scratch: Path
    lifeline: socket.socket | None = None  # none as long as nobody has asked for it
    ended: bool = False  # by the fork server
    overflowed: bool = False  # its scratch folder


class ForkServer:
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
        self._spare: _Child | None = None

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
        self._spare = self._spare or self._fork()
        idle = len(self._children) == 1
        for key, _ in self._selector.select(None if idle else _WATCH_S):
            child: _Child | None = key.data
            if child is None:
                if key.fd == self._parent or not self._admit():
                    return False
            elif child not in self._children.values():
                continue  # buried a moment ago, at another word of this turn
            elif key.fd == child.handle:
                self._bury(child)
            else:
                self._selector.unregister(key.fileobj)
                _end(child)
        return True

    def _admit(self) -> bool:
        """Give one request, which is the niceness asked for, to a child; false at the end of requests."""
        request, descriptors, _, _ = socket.recv_fds(self._control, 1, PARCEL)
        if request == EXPECT_PICTURES and not descriptors:
            _learn_pictures()
            return True
        if not request or len(descriptors) != PARCEL:
            return False
        child, self._spare = self._spare or self._fork(), None
        while True:
            try:
                os.setpriority(os.PRIO_PROCESS, child.pid, request[0])
                socket.send_fds(child.handover, [request], descriptors[1:])
                break
            except OSError:  # something killed it while it waited
                os.kill(child.pid, signal.SIGKILL)
                self._bury(child)
                child = self._fork()
        child.handover.close()
        child.lifeline = socket.socket(fileno=descriptors[0])
        self._selector.register(child.lifeline, selectors.EVENT_READ, child)
        for descriptor in descriptors[1:]:
            os.close(descriptor)
        return True

    def _fork(self) -> _Child:
        self._count += 1
        scratch = self._root / str(self._count)
        scratch.mkdir(mode=0o700)
        handover, theirs = socket.socketpair()
        here = os.getpid()
        with theirs:
            pid = os.fork()
            if pid == 0:
                _grow_up(theirs.fileno(), scratch, here)
        child = _Child(pid, os.pidfd_open(pid), handover, scratch)
        self._children[pid] = child
        self._selector.register(child.handle, selectors.EVENT_READ, child)
        return child

    def _bury(self, child: _Child) -> None:
        """Reap an ended child, with what is left of its group, its scratch folder and its lifeline."""
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        with suppress(ProcessLookupError):  # it died before it had a group
            os.killpg(child.pid, signal.SIGKILL)  # before it is reaped, while nobody else can have the number
        _, status = os.waitpid(child.pid, 0)
        if child.overflowed:
            status = signal.SIGXFSZ  # what the kernel has for too large a file; Python's processes ignore it
        shutil.rmtree(child.scratch, ignore_errors=True)
        self._selector.unregister(child.handle)
        os.close(child.handle)
        child.handover.close()
        if child.lifeline is not None:
            with suppress(KeyError):  # the parent has closed it already
                self._selector.unregister(child.lifeline)
            with suppress(OSError):  # the parent did not stay to hear it
                child.lifeline.send(STATUS.pack(status, child.ended))
            child.lifeline.close()
        del self._children[child.pid]
        if child is self._spare:
            self._spare = None

    def _watch(self) -> None:
        for child in self._children.values():
            if _overflows(child.scratch):
                child.overflowed = True
                _end(child)


def _end(child: _Child) -> None:
    """Kill the leader: when it has ended the rest of its group follows. Who ended by itself is not ended here."""
    child.ended |= not select.select([child.handle], [], [], 0)[0]
    os.kill(child.pid, signal.SIGKILL)


def _grow_up(handover: int, scratch: Path, parent: int) -> None:
    """Turn the fresh fork into a child that holds nothing but its handover socket, and never return."""
    os.setpgid(0, 0)  # of the server's session: see main
    null = os.open(os.devnull, os.O_RDWR)
    # First out of the way of the numbers they are to have, then onto them.
    for number, one in enumerate([fcntl.fcntl(one, fcntl.F_DUPFD, 64) for one in (null, null, null, handover)]):
        os.dup2(one, number)
    os.closerange(descriptors.HANDOVER + 1, os.sysconf("SC_OPEN_MAX"))
    tasks.perform(scratch, parent)


def _learn_pictures() -> None:
    """Import what looks at pixels: a tenth of a second, which each child that does would take by itself."""
    importlib.import_module("numpy")
    importlib.import_module("cv2")
    gc.freeze()


def _overflows(scratch: Path) -> bool:
    files = size = 0
    with os.scandir(scratch) as entries:
        for entry in entries:
            files += 1
            size += entry.stat(follow_symlinks=False).st_size
            if files > MOST_FILES or size > MOST_BYTES:
                return True
    return False


def _own_folder(root: Path) -> tuple[Path, int]:
    """Make a folder for all scratch folders, and remove those of fork servers that were killed.

    A lock tells the living from the dead: it goes with the process that held it.
    """
    for old in root.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # it is in use, or another user's
            lock = os.open(old, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(old, ignore_errors=True)
            finally:
                os.close(lock)
    while True:
        own = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
        lock = os.open(own, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if own.exists():
            return own, lock
        os.close(lock)  # another fork server that starts took it for a dead one's


def main() -> None:
    """Tend children; the arguments are the control socket's number, the scratch root and what to do first.

    That is a list of modules to import, or ``module:function`` to call.
    """
    control = socket.socket(fileno=int(sys.argv[1]))
    # A group of its own, as an interrupt from the terminal is the parent's to handle. No session of its own: between
    # sessions Linux shares the processors out evenly, where no control group does, whatever their niceness.
    os.setpgid(0, 0)
    for first in sys.argv[3:]:
        module, _, function = first.partition(":")
        loaded = importlib.import_module(module)
        if function:
            getattr(loaded, function)()
    own, _lock = _own_folder(Path(sys.argv[2]))
    sandbox.libraries()  # looked up once for all children
    gc.collect()
    gc.freeze()  # or the collector would write to every page and unshare it
    try:
        ForkServer(control, own).tend()
    finally:
        shutil.rmtree(own, ignore_errors=True)


if __name__ == "__main__":
    main()
