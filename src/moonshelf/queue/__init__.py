"""The queue port: "there is a unit of work to do", and nothing about which.

There are tokens of two kinds. Each unit of work has one; a *quick* unit has another beside it, for servers that do
nothing else. Whoever comes second finds nothing to do, and that is all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Protocol, TypeVar

from sqlalchemy import Connection

_Claim = TypeVar("_Claim")


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Tokens that nobody has taken, quick ones apart, and the tickets of those that somebody is working for."""

    unspent: int
    taken: frozenset[str]


class Queue(Protocol):
    """Tokens, each good for one unit of work. Which unit is fairest is decided when a token is spent."""

    def push(self, tx: Connection, tokens: int, *, quick: bool = False) -> None:
        """Add *tokens*, to be spent once *tx* has committed; those of a transaction that fails find nothing to do."""

    def serve(
        self,
        claim: Callable[[Connection, str | None], _Claim | None],
        work: Callable[[_Claim], None],
        stopping: Event,
        *,
        quick: bool = False,
    ) -> None:
        """Spend tokens of a kind, one at a time, until *stopping* is set. Many threads may serve at once.

        *claim* finds a unit in the transaction that takes the token; if there is one, *work* does it. A queue that
        other machines serve too names the token's ticket, and calls *claim* with the same ticket again when whoever
        had it died. A token whose *claim* or *work* raised ``Unavailable`` is spent again later.
        """

    def wake(self) -> None:
        """Have a serving thread look at its *stopping* now."""

    def outstanding(self, tx: Connection) -> Outstanding:
        """Count what was pushed and is not done with."""
