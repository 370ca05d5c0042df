"""The limits port: how much may pass in a time, and how much at once, counted wherever the installation keeps count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Rate:
    """So many units in a period, all of them at once if nothing came before."""

    amount: int
    period_s: float


@dataclass(frozen=True, slots=True)
class Charge:
    """*cost* units asked of a bucket; 0 only asks how it stands and always passes, a settlement may have less."""

    bucket: str
    rate: Rate
    cost: int = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """One of *most* places that a bucket has; *token* is its holder's own."""

    bucket: str
    most: int
    token: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a charge stands: whole units that are left, seconds until all are back, and until it would pass.

    ``wait_s`` is 0 for what passes, and infinite for what never can: more was asked than there ever is.
    """

    remaining: int
    reset_s: float
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a request: a standing for each charge, and the slot for which there was no place."""

    standings: tuple[Standing, ...]
    full: Slot | None = None

    @property
    def passed(self) -> bool:
        """Whether everything was taken; else nothing was."""
        return self.full is None and not any(one.wait_s for one in self.standings)


class Limits(Protocol):
    """Buckets of GCRA, the generic cell rate algorithm, and slots; exact however many ask at once.

    All but ``close`` raise ``Unavailable`` where the counts are out of reach.
    """

    remote: bool
    """Whether calls wait for another process: then they want a thread of their own."""

    def take(self, charges: Sequence[Charge], slots: Sequence[Slot] = ()) -> Verdict:
        """Take all of it or nothing."""

    def settle(self, charges: Sequence[Charge]) -> None:
        """Charge what was spent in the end, whether or not it fits: what is too much delays the next."""

    def renew(self, slots: Sequence[Slot]) -> None:
        """Say that these are still held; one that is not renewed for a minute is given back."""

    def leave(self, slots: Sequence[Slot]) -> None:
        """Give places back. What is not held is no error."""

    def check(self) -> None:
        """Try whether the counts are in reach."""

    def sweep(self) -> None:
        """Forget what no longer limits anything."""

    def close(self) -> None:
        """Let go of connections."""


SLOT_S = 60.0
"""Seconds after which a slot that nobody renews is given back: its holder died."""
