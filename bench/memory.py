"""What a server's processes hold in memory."""

import os
from contextlib import suppress
from pathlib import Path


def family(pid: int) -> list[int]:
    """Return *pid* and every process that came of it."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            with suppress(OSError):  # a thread that has just ended
                found += map(int, task.read_text().split())
    return found


class Memory:
    """What a server holds: itself, the process that readers are started from, and what of its children stays.

    A reader lives for a moment. To look at it in /proc, or to ask the kernel which pages are shared, has whoever buries
    it wait, for hundreds of milliseconds on a busy machine: one short file in ten waited for the bench. So only
    children that were there at the last look count, the recogniser above all, with what they have more than their
    parent.
    """

    def __init__(self, server: int) -> None:
        self._server = server
        self._seen: set[int] = set()

    def look(self) -> float:
        """Return the megabytes."""
        pages = _resident(self._server)
        for forking in _children(self._server):
            here, shared = set(_children(forking)), _resident(forking)
            pages += shared + sum(max(0, _resident(one) - shared) for one in here & self._seen)
            self._seen = here
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _children(pid: int) -> list[int]:
    return [int(one) for task in Path(f"/proc/{pid}/task").glob("*/children") for one in task.read_text().split()]


def _resident(pid: int) -> int:
    """Return the pages that *pid* has in memory; none, if it has just ended."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return 0
