"""Repeated uploads: an SDK that never saw the answer sends the file again, and should get the answer it missed.

Clients made by Stainless, OpenAI's among them, count their attempts in ``x-stainless-retry-count``. A repetition is
one of an upload that was answered only if no later attempt was refused in between: then that refusal is what is being
repeated, and the file is a new one. All of it is kept in the database, as the next attempt may reach another machine.
"""

import hashlib
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, select, update

from moonshelf.db import Database, now
from moonshelf.db.tables import files, repeats
from moonshelf.shelf.uploads import Attempt, Spooled

_WINDOW_S: Final = 900.0  # ten minutes of an SDK's own timeout, and its pauses
_HIGHEST: Final = 62  # attempt that has a bit of its own


class Repeats:
    """What is known of attempts: the files that were made, what was refused since, and whose answer was missed."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def note(self, tx: Connection, attempt: Attempt, spooled: Spooled, *, file_id: str) -> None:
        """Remember that *attempt* became the file *file_id*."""
        row = {"identity": _identity(attempt, spooled), "attempt": attempt.number, "at": now(tx)}
        row |= {"key_id": attempt.key_id, "length": attempt.length}
        tx.execute(insert(repeats).values(file_id=file_id, **row))

    def find(self, tx: Connection, attempt: Attempt, spooled: Spooled) -> str | None:
        """Return the file that an earlier attempt of the same upload became, and count this attempt as its too."""
        if not attempt.number:
            return None
        found = tx.execute(
            select(repeats.c.file_id)
            .join_from(repeats, files, repeats.c.file_id == files.c.id)
            .where(
                repeats.c.identity == _identity(attempt, spooled),
                repeats.c.attempt < attempt.number,
                repeats.c.at > now(tx) - _WINDOW_S,
                repeats.c.refused.bitwise_and(_bit(attempt.number - 1)) == 0,
            )
            .order_by(repeats.c.missed.desc(), repeats.c.at.desc())  # those that nobody heard of first
            .limit(1)
        ).scalar_one_or_none()
        if found is None:
            return None
        tx.execute(update(repeats).where(repeats.c.file_id == found).values(attempt=attempt.number))
        return str(found)

    def refused(self, attempt: Attempt, *, blob: str | None = None) -> None:
        """Note that *attempt* came to no file that anybody heard of.

        If the database went away as it was told of the file of *blob*, there may be that file nonetheless: then the
        next attempt is to find it.

        It is worth a note only beside a file that the next attempt might be taken for. Nearly always there is none,
        and then refusing costs a look and no write.
        """
        with self._db.read() as tx:
            its = *_alike(tx, attempt), ~_has(blob)
            if tx.execute(select(repeats.c.file_id).where(*its).limit(1)).first() is None:
                return
        with self._db.write() as tx:
            tx.execute(update(repeats).where(*its).values(refused=repeats.c.refused.bitwise_or(_bit(attempt.number))))

    def missed(self, file_id: str) -> None:
        """Note that the caller had left before it was told of the file."""
        with self._db.write() as tx:
            tx.execute(update(repeats).where(repeats.c.file_id == file_id).values(missed=True))

    def sweep(self, tx: Connection) -> None:
        """Forget what nobody repeats any more."""
        tx.execute(delete(repeats).where(repeats.c.at < now(tx) - _WINDOW_S))


def _alike(tx: Connection, attempt: Attempt) -> tuple[ColumnElement[bool], ...]:
    """Hold for files whose bodies were as long: what was in a refused one is not known."""
    since = repeats.c.at > now(tx) - _WINDOW_S
    return repeats.c.key_id == attempt.key_id, repeats.c.length == attempt.length, since


def _has(blob: str | None) -> ColumnElement[bool]:
    return exists().where(files.c.id == repeats.c.file_id, files.c.blob == blob)


def _bit(number: int) -> int:
    return 1 << min(number, _HIGHEST)


def _identity(attempt: Attempt, spooled: Spooled) -> str:
    parts = (attempt.key_id, spooled.filename, spooled.purpose, str(spooled.size), spooled.sha256)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
