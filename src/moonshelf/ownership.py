"""Ownership: what a running server holds for itself alone, its data folder or a spool of its own."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from moonshelf.errors.installation import FolderInUse
from moonshelf.settings import Settings
from moonshelf.wiring import Services


@contextmanager
def hold(services: Services) -> Iterator[None]:
    """Hold what this process needs for itself: the whole data folder, or a spool where the database is shared.

    The kernel lets go of the locks when the process dies. What a dead server left behind is cleared here, because
    nobody else can be using it. Raises ``FolderInUse`` where another server runs on the folder.
    """
    spools = services.settings.data / "spool"
    if services.ports.database.shared:
        _clear_dead(spools)
        with _locked(spools / f"{services.ports.spool.name}.lock"):
            services.ports.spool.mkdir(mode=0o700)
            try:
                yield
            finally:
                shutil.rmtree(services.ports.spool)
                (spools / f"{services.ports.spool.name}.lock").unlink()
        return
    with _locked(services.settings.data / "lock"):
        shutil.rmtree(spools)
        spools.mkdir(mode=0o700)
        yield


@contextmanager
def hold_folder(settings: Settings) -> Iterator[None]:
    """Keep servers off the data folder, if the database is in it. Raises ``FolderInUse`` where one runs."""
    if settings.database_url is None and settings.data.exists():
        with _locked(settings.data / "lock"):
            yield
    else:
        yield


def _clear_dead(spools: Path) -> None:
    """Remove the spools whose locks nobody holds."""
    for path in spools.glob("*.lock"):
        with suppress(FolderInUse), _locked(path):
            shutil.rmtree(path.with_suffix(""), ignore_errors=True)
            path.unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderInUse(path.parent) from None
        yield
    finally:
        os.close(handle)
