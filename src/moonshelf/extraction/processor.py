"""The processor: which instructions it has, as Linux tells them."""

from pathlib import Path

_FLAGS = ("flags", "Features")  # as they are named on x86 and on ARM


def flags(told: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Return the names of what the first processor has beside what all have; none where nothing is told."""
    if not told.exists():
        return frozenset()
    lines = (line.partition(":") for line in told.read_text(encoding="utf-8").splitlines())
    return next((frozenset(value.split()) for name, _, value in lines if name.strip() in _FLAGS), frozenset())
