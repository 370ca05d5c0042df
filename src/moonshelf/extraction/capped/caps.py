"""Caps: the bounds of one child that the kernel holds, of memory, time, files and descriptors."""

import resource
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caps:
    """Bounds of one child."""

    memory_bytes: int = 3 * 2**30  # address space
    cpu_s: int = 300
    file_bytes: int = 256 * 2**20  # of one file it writes
    descriptors: int = 256


def limit(caps: Caps) -> None:
    """Put this process under *caps*, for good."""
    for what, bound in (
        (resource.RLIMIT_AS, caps.memory_bytes),
        (resource.RLIMIT_FSIZE, caps.file_bytes),
        (resource.RLIMIT_NOFILE, caps.descriptors),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        _bound(what, bound, bound)
    # At its hard limit it would be killed without a word on why.
    _bound(resource.RLIMIT_CPU, caps.cpu_s, caps.cpu_s + 1)


def _bound(what: int, soft: int, hard: int) -> None:
    given = resource.getrlimit(what)[1]
    if given != resource.RLIM_INFINITY:
        soft, hard = min(soft, given), min(hard, given)
    resource.setrlimit(what, (soft, hard))
