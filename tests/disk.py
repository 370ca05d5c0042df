"""A disk whose power is cut: it keeps what was synced, and forgets the rest.

SIGKILL can't show a missing fsync, because the kernel goes on and writes everything. This layer sees each fsync that
Python code makes and can lay out a folder as it would be found after the cut: names of a folder last only if the
folder was synced after they were made, bytes of a file only if the file was. SQLite syncs by itself, in C, so its
files are taken as they are; that it was told to sync fully is a test of its own.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path


class Disk:
    """Watches the folder *root* from now on; what is there already counts as durable."""

    def __init__(self, root: Path, *, ignored: Callable[[Path], bool] = lambda _: False) -> None:
        """Let syncs of what is *ignored* not reach the disk, as on a broken one."""
        self._root = root
        self._ignored = ignored
        self._fsync = os.fsync
        self._names: dict[Path, dict[str, int]] = {}
        self._bytes: dict[int, bytes] = {}
        for path in [root, *root.rglob("*")]:
            self._keep(path)

    def fsync(self, handle: int) -> None:
        """Stand in for ``os.fsync``."""
        self._fsync(handle)
        path = Path(f"/proc/self/fd/{handle}").readlink()
        if path.is_relative_to(self._root) and not self._ignored(path):
            self._keep(path)

    def after_power_cut(self, target: Path) -> Path:
        """Lay out in *target* what the disk would hold now."""
        self._lay_out(self._root, target)
        for path in self._root.glob("moonshelf.sqlite*"):
            shutil.copy(path, target / path.name)
        return target

    def _keep(self, path: Path) -> None:
        if path.is_dir():
            self._names[path] = {one.name: one.stat().st_ino for one in path.iterdir()}
        elif path.is_file():
            self._bytes[path.stat().st_ino] = path.read_bytes()

    def _lay_out(self, folder: Path, target: Path) -> None:
        target.mkdir(parents=True, exist_ok=True)
        for name, inode in self._names.get(folder, {}).items():
            if folder / name in self._names or (folder / name).is_dir():
                self._lay_out(folder / name, target / name)
            else:
                (target / name).write_bytes(self._bytes.get(inode, b""))
