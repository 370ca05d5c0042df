"""Blobs as files in a folder on this machine."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from moonshelf.errors import Unavailable
from moonshelf.storage import BlobExists, BlobKey


class LocalStore:
    """One file a blob, in 256 folders by the first two characters of its key."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: BlobKey, source: Path) -> None:
        """Sync, then link: the name appears with all of its bytes, or not at all, and takes nobody's place."""
        with _unavailable():
            target = self._made(key)
            part = self._beside(target, source)
            with part.open("rb") as written:
                os.fsync(written.fileno())
            try:
                os.link(part, target)
            except FileExistsError:
                raise BlobExists(key) from None
            finally:
                part.unlink()
            _sync_folder(target.parent)

    def open(self, key: BlobKey) -> BinaryIO:
        """Open the file; an open one outlives its own deletion."""
        with _unavailable():
            try:
                return self._path(key).open("rb")
            except FileNotFoundError:
                self._check()
                raise KeyError(key) from None

    def has(self, key: BlobKey) -> bool:
        """Look for the file."""
        with _unavailable():
            return self._path(key).exists()

    def delete(self, key: BlobKey) -> None:
        """Unlink the file."""
        with _unavailable():
            self._path(key).unlink(missing_ok=True)

    def keys(self) -> Iterator[BlobKey]:
        """Walk the folders."""
        with _unavailable():
            for path in self._root.glob("??/*"):
                yield BlobKey(path.name)

    def address(self, key: BlobKey, *, for_s: float) -> str | None:
        """Return None: a folder answers nobody."""
        del key, for_s
        return None

    def _path(self, key: BlobKey) -> Path:
        return self._root / key[:2] / key

    def _made(self, key: BlobKey) -> Path:
        path = self._path(key)
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            _sync_folder(self._root)  # a blob synced in a folder whose own name is lost would be lost too
        return path

    def _check(self) -> None:
        """Raise ``OSError`` where there is nothing at all: what somebody has the name of was kept somewhere else.

        Folders are never removed, so that is the bare place of a disk that is not mounted.
        """
        if not any(self._root.iterdir()):
            raise FileNotFoundError(errno.ENOENT, "it is empty", str(self._root))

    def _beside(self, target: Path, source: Path) -> Path:
        """Have *source* on the target's own filesystem, where a second name costs nothing."""
        if source.stat().st_dev == target.parent.stat().st_dev:
            return source
        part = target.with_name(f"{target.name}.part")
        shutil.copyfile(source, part)
        return part


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = "The disk is full: storage" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "Storage"
        raise Unavailable(what) from error
