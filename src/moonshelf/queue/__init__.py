"""The queue port: "there is a unit of work to do", and nothing about which."""

from collections.abc import Callable
from threading import Event
from typing import Protocol

from sqlalchemy import Connection


class Queue(Protocol):
    """Tokens, each good for one unit of work. Which unit is fairest is decided when a token is spent."""

    def push(self, tx: Connection, tokens: int) -> None:
        """Add *tokens*, to be spent once *tx* has committed; those of a transaction that fails find nothing to do."""

    def serve(self, work: Callable[[], None], stopping: Event) -> None:
        """Call *work* for each token, one at a time, until *stopping* is set. Many threads may serve at once.

        *work* is called now and then without a token too, so a lost one delays its work and loses nothing. A token
        whose *work* raised ``Unavailable`` is spent again later.
        """
