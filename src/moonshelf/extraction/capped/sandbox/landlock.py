"""Landlock: leave a process only the files it is given, whoever it runs as (Linux 5.13 and later)."""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
_VERSION_FLAG = 1
_PATH_BENEATH = 1

_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_REMOVE_FILE, _MAKE_REG = 1 << 5, 1 << 8
_TRUNCATE = 1 << 14  # from version 3
_READ = _READ_FILE | _READ_DIR
# Plain files only: no folders, whose depth might exhaust whoever cleans up, and nothing that is not a file.
_READ_AND_WRITE = _READ | _WRITE_FILE | _REMOVE_FILE | _MAKE_REG | _TRUNCATE
_ON_A_FILE = _WRITE_FILE | _READ_FILE | _TRUNCATE

# How many access rights each version of the interface knows: its first bits.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_ALL_TCP = 0b11  # bind and connect, from version 4
_ALL_SCOPES = 0b11  # abstract Unix sockets and signals, from version 6
_TCP_VERSION, _SCOPE_VERSION = 4, 6


def restrict(*, readable: Iterable[Path], writable: Iterable[Path]) -> None:
    """Take every file from the calling thread but those beneath the given paths; none where the kernel can't.

    Paths that don't exist are left out. Files already open stay so. ``PR_SET_NO_NEW_PRIVS`` must be set. It cannot
    be undone. From version 4 on TCP is refused too, from version 6 signals to processes outside.
    """
    held = _version()
    if not held:
        return
    handled = (1 << _RIGHTS[min(held, max(_RIGHTS))]) - 1
    attributes = struct.pack("=QQQ", handled, _ALL_TCP * (held >= _TCP_VERSION), _ALL_SCOPES * (held >= _SCOPE_VERSION))
    size = 24 if held >= _SCOPE_VERSION else 16 if held >= _TCP_VERSION else 8
    ruleset = _call(_CREATE_RULESET, attributes, size, 0)
    if ruleset < 0:
        return
    try:
        for path in readable:
            _allow(ruleset, path, _READ & handled)
        for path in writable:
            _allow(ruleset, path, _READ_AND_WRITE & handled)
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _version() -> int:
    """Return the version of the kernel's interface, 0 where there is none or it is switched off."""
    return max(0, _call(_CREATE_RULESET, None, 0, _VERSION_FLAG))


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what can't be reached need not be allowed
    try:
        if not stat.S_ISDIR(os.fstat(beneath).st_mode):
            rights &= _ON_A_FILE
        if _call(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, beneath), 0):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(path))
    finally:
        os.close(beneath)


def _call(number: int, *arguments: bytes | int | None) -> int:
    return int(ctypes.CDLL(None, use_errno=True).syscall(number, *arguments))
