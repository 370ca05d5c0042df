"""What a child gives up before it sees a byte of a document: files, network and processes; ``caps`` bounds the rest.

Each layer holds for root and for an ordinary user, and none needs a privilege. Files: Landlock. Network, processes
and what lies beyond Landlock: a seccomp filter; where it can't be had, a user and network namespace. Privileges:
dropped, and never regained.
"""

import ctypes
import os
import socket
import struct
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from moonshelf.errors import Unavailable
from moonshelf.extraction.capped.sandbox import landlock, seccomp

MODELS = "MOONSHELF_MODELS"
"""The variable that tells a child where the weights of models lie; it may read them."""

Mode = Literal["required", "best-effort"]

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _SIGKILL = 1, 4, 38, 9
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_CAPABILITY_VERSION = 0x20080522

_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share/fonts",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/fonts",
    "/dev/null",
    "/dev/urandom",
    "/proc/cpuinfo",  # OpenVINO and OpenBLAS choose their code by it
    "/proc/meminfo",
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
)


@dataclass(frozen=True, slots=True)
class Confinement:
    """What holds in a child, by trying it rather than by what was asked for."""

    filesystem: bool  # no file but libraries, models and its own scratch folder
    network: bool  # no socket to anywhere
    processes: bool  # no process of its own, no signal to another


def confine(scratch: Path, *, parent: int) -> Confinement:
    """Confine this process, which must have one thread, to *scratch*, and say what holds; it ends with *parent*."""
    libc = ctypes.CDLL(None, use_errno=True)
    _be_the_first_to_go()
    _drop_privileges(libc)
    libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)  # it died before the line above
    _settle_in(scratch)
    models = os.environ.get(MODELS)
    landlock.restrict(readable=[*libraries(), *([Path(models)] if models else ())], writable=[scratch])
    if not seccomp.install():
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    return probe()


def insist(found: Confinement, mode: Mode) -> None:
    """Raise ``Unavailable`` where files or network are not held off, unless *mode* is ``best-effort``."""
    if mode == "required" and not (found.filesystem and found.network):
        raise Unavailable("the sandbox for reading files (Landlock and seccomp; see moonshelf doctor)")


@cache
def libraries() -> tuple[Path, ...]:
    """Return what every child may read: the interpreter, the packages, the system's libraries; no one's data."""
    python = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    packages = [entry for entry in sys.path if Path(entry).name in {"site-packages", "dist-packages", "lib-dynload"}]
    prefixes = [f"{sys.base_prefix}/lib", f"{sys.prefix}/lib"]
    ours = str(Path(__file__).parent.parent.parent.parent)
    found = {Path(one) for one in (*python, *packages, *prefixes, *_SYSTEM, ours)}
    return tuple(sorted(one for one in found if found.isdisjoint(one.parents)))


def probe() -> Confinement:
    """Try the walls from inside: list the root folder, open a socket, fork."""
    return Confinement(
        filesystem=_is_refused(lambda: os.scandir("/").close()),
        network=_has_no_network(),
        processes=_is_refused(_fork),
    )


def _be_the_first_to_go() -> None:
    """When memory runs out the kernel takes a child before the server."""
    # Without Python's own layers above it: in a fresh fork every page they touch is copied, which takes a millisecond.
    with suppress(OSError):  # a hardened container forbids it; the caps hold all the same
        score = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
        os.write(score, b"600")
        os.close(score)


def _drop_privileges(libc: ctypes.CDLL) -> None:
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.capset(struct.pack("=Ii", _CAPABILITY_VERSION, 0), bytes(24))


def _settle_in(scratch: Path) -> None:
    os.umask(0o077)
    os.chdir(scratch)
    os.environ["HOME"] = os.environ["TMPDIR"] = tempfile.tempdir = str(scratch)


def _has_no_network() -> bool:
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.connect(("192.0.2.1", 9))  # sends nothing: in an empty namespace there is no route to anywhere
    except OSError:
        return True
    return False


def _is_refused(attempt: Callable[[], None]) -> bool:
    try:
        attempt()
    except OSError:
        return True
    return False


def _fork() -> None:
    if (pid := os.fork()) == 0:
        os._exit(0)
    os.waitpid(pid, 0)
