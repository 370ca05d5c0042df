"""The terms of a piece of work: how soon its caller wants it, what it hears on the way, and when it no longer cares."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from moonshelf.extraction.capped.channels import Cancel, never

PATIENT: Final = 15
"""The niceness of what takes long: where processors are short, short work and the API get thirty times its share."""

_QUICK_S: Final = 1.0  # of the processor: twice what is expected of what is called quick; others wait for no more

Haste = Literal["patient", "brisk", "quick"]
"""Patient work gives way to all else where processors are short; brisk work does not. Nor does quick work, which is
cancelled when it turns out slow: when a picture is to be recognised, or after a second of the processor."""

OnProgress = Callable[[int, int], None]
"""Told how many pages of the slice are done, and how many the document has."""


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Soon after *cancelled* says so, whatever is done on these terms ends with ``Cancelled``."""

    haste: Haste = "patient"
    progress: OnProgress = _silent
    cancelled: Cancel = never

    @property
    def quick(self) -> bool:
        """Whether it is worth doing only if it is done soon."""
        return self.haste == "quick"

    @property
    def most_cpu_s(self) -> float | None:
        """Seconds of the processor after which it is cancelled; None where it may take what its caps allow."""
        return _QUICK_S if self.quick else None

    @property
    def nice(self) -> int:
        """The niceness of the children that do it."""
        return PATIENT if self.haste == "patient" else 0


UNHURRIED: Final = Terms()
