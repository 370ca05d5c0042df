"""Repeated uploads: an SDK that never saw the answer sends the file again, and should get the answer it missed.

Clients made by Stainless, OpenAI's among them, count their attempts in ``x-stainless-retry-count``. A repetition is
one of an upload that was answered only if no later attempt was refused in between: then that refusal is what is being
repeated, and the file is a new one.
"""

import hashlib
import time
from collections import OrderedDict
from typing import Final, TypeVar

from sqlalchemy import Connection, delete, insert, select, update

from moonshelf.tables import files, repeats
from moonshelf.uploads import Attempt, Spooled

_WINDOW_S: Final = 900.0  # ten minutes of an SDK's own timeout, and its pauses
_MOST_KEPT: Final = 10_000


class Repeats:
    """What is known of attempts: files that were made, in the database; refusals and deliveries, in this process."""

    def __init__(self) -> None:
        self._refused: OrderedDict[Attempt, float] = OrderedDict()
        self._delivered: OrderedDict[str, None] = OrderedDict()

    def note(self, tx: Connection, attempt: Attempt, spooled: Spooled, *, file_id: str) -> None:
        """Remember that *attempt* became the file *file_id*."""
        row = {"identity": _identity(attempt, spooled), "attempt": attempt.number, "at": time.time()}
        tx.execute(insert(repeats).values(file_id=file_id, **row))

    def find(self, tx: Connection, attempt: Attempt, spooled: Spooled) -> str | None:
        """Return the file that an earlier attempt of the same upload became, and count this attempt as its too."""
        if not attempt.number:
            return None
        now = time.time()
        before = self._refused.get(Attempt(attempt.key_id, attempt.number - 1, attempt.length), 0.0)
        rows = tx.execute(
            select(repeats.c.file_id)
            .join_from(repeats, files, repeats.c.file_id == files.c.id)
            .where(
                repeats.c.identity == _identity(attempt, spooled),
                repeats.c.attempt < attempt.number,
                repeats.c.at > max(now - _WINDOW_S, before),
            )
            .order_by(repeats.c.at.desc())
        ).scalars()
        found = sorted(rows, key=lambda file_id: file_id in self._delivered)  # those that nobody heard of first
        if not found:
            return None
        tx.execute(update(repeats).where(repeats.c.file_id == found[0]).values(attempt=attempt.number))
        return str(found[0])

    def refused(self, attempt: Attempt) -> None:
        """Note that *attempt* came to no file."""
        _keep(self._refused, attempt, time.time())

    def delivered(self, file_id: str) -> None:
        """Note that the caller was still there when it was told of the file."""
        _keep(self._delivered, file_id, None)

    def sweep(self, tx: Connection) -> None:
        """Forget what nobody repeats any more."""
        tx.execute(delete(repeats).where(repeats.c.at < time.time() - _WINDOW_S))


_K = TypeVar("_K")
_V = TypeVar("_V")


def _keep(kept: OrderedDict[_K, _V], key: _K, value: _V) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > _MOST_KEPT:
        kept.popitem(last=False)


def _identity(attempt: Attempt, spooled: Spooled) -> str:
    parts = (attempt.key_id, spooled.filename, spooled.purpose, str(spooled.size), spooled.sha256)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
