"""A long day in little: small files by the thousand, each sent, read and deleted, and what is left of them.

    python bench/soak.py [FILES]

It prints what server and fork server held in memory when they had settled, after a fifth of the files, and at most
since; then open and temporary files before and after. It ends with 1 if one of the two grew by more than 50 MB, or if
anything was left.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from live import Live
from memory import family
from traffic import FILES

CLIENTS, BATCH, WARM = 4, 250, 200
MOST_GROWTH_MB = 50
_END_S = 90.0  # for the sweeper to remove what was deleted


def text(number: int) -> bytes:
    """Write a page of plain text."""
    return b"\n".join(b"Line %d of note %d says little." % (line, number) for line in range(40))


def page(number: int) -> bytes:
    """Write a web page."""
    return b"<html><title>Note</title><p>%s</p></html>" % text(number)


KINDS = (("txt", text), FILES["docx"], ("html", page), FILES["small"])


@dataclass
class Soak:
    """A server, and what its processes hold as files come and go."""

    live: Live
    scratch: Path
    failed: int = 0
    settled: dict[int, float] = field(default_factory=dict)
    most: dict[int, float] = field(default_factory=dict)

    def run(self, files: int) -> None:
        """Send, read and delete *files*."""
        numbers, done = count(), 0
        with self.live.http() as http, ThreadPoolExecutor(CLIENTS) as pool:

            def turn(number: int) -> bool:
                ending, made = KINDS[number % len(KINDS)]
                sent = http.post("/files", files={"file": (f"{number}.{ending}", made(number))})
                where = f"/files/{sent.json().get('id')}"
                answers = sent, http.get(f"{where}/content"), http.delete(where)
                return all(one.is_success for one in answers)

            while done < files:
                batch = [next(numbers) for _ in range(min(BATCH, files - done))]
                self.failed += list(pool.map(turn, batch)).count(False)
                done += len(batch)
                self._look(settling=done <= files / 5)
                print(f"{done} files, {sum(self.most.values()):.0f} MB", file=sys.stderr, flush=True)

    def left(self) -> dict[str, int]:
        """Count what a server at rest has open, and lying about."""
        pids = self._lasting()
        return {
            "open files beside the database's": sum(map(_open_files, pids)),
            "processes": len(pids),
            "temporary files": len(list(self.scratch.rglob("*"))),
            "spooled files": len(self.live.spooled()),
            "blobs": sum(path.is_file() for path in (self.live.data / "blobs").rglob("*")),
        }

    def _lasting(self) -> list[int]:
        """Name the server and the process that readers are started from, with the reader that waits to be asked."""
        return [self.live.pid, *family(self.live.pid)[1:3]]

    def _look(self, *, settling: bool) -> None:
        for pid in self._lasting()[:2]:
            held = resident_mb(pid)
            if settling or pid not in self.settled:
                self.settled[pid] = self.most[pid] = held
            self.most[pid] = max(self.most[pid], held)


def _open_files(pid: int) -> int:
    """Count what a process has open; connections to the database are kept, up to a number, for who asks next."""
    return sum(not target.startswith("moonshelf.sqlite") for target in _targets(pid))


def _targets(pid: int) -> Iterator[str]:
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since it was listed
            yield path.readlink().name


def resident_mb(pid: int) -> float:
    """Return the megabytes that a process has in memory, shared ones included."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("\nVmRSS:")[2].split()[0]) / 1024


def main(files: int) -> bool:
    """Measure, print, and say whether all was well."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as scratch:
        os.environ["TMPDIR"] = scratch  # where the server's readers have their folders
        live = Live(Path(folder) / "data", log_level="warning", sweep_s=1).start()
        soak = Soak(live, Path(scratch))
        try:
            soak.run(WARM)
            before = soak.left()
            soak.settled.clear()
            soak.run(files)
            after = _at_rest(soak, before)
        finally:
            live.kill()
    return _print(soak, before, after)


def _at_rest(soak: Soak, before: dict[str, int]) -> dict[str, int]:
    deadline = time.monotonic() + _END_S
    while not _no_more(after := soak.left(), before) and time.monotonic() < deadline:
        time.sleep(1)
    return after


def _no_more(after: dict[str, int], before: dict[str, int]) -> bool:
    return all(after[what] <= many for what, many in before.items())


def _print(soak: Soak, before: dict[str, int], after: dict[str, int]) -> bool:
    growth = [soak.most[pid] - settled for pid, settled in soak.settled.items()]
    for name, (pid, settled) in zip(("server", "fork server"), soak.settled.items(), strict=True):
        print(f"{name}: {settled:.0f} MB when settled, at most {soak.most[pid]:.0f} since")
    for what, many in before.items():
        print(f"{what}: {many} before, {after[what]} after")
    print(f"answers that were no success: {soak.failed}")
    return _no_more(after, before) and not soak.failed and max(growth) < MOST_GROWTH_MB


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
