"""The audit log: who signed in, made keys, deleted files; written in the transaction of the deed itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from moonshelf import ids
from moonshelf.db import Database, now
from moonshelf.db.tables import accounts, audit

_WHO = func.coalesce(accounts.c.name, audit.c.account_id).label("account")
_LONGEST = 300  # characters of a subject: file names are as long as their owners please


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done; *account* is the name of who did it, or the id where that account was removed."""

    id: str
    at: int
    account: str
    action: str
    subject: str


def note(tx: Connection, account_id: str, action: str, subject: str) -> None:
    """Write down that the account did *action*, such as ``key.created``, to *subject*."""
    at = now(tx)
    row = {"id": ids.new("evt", at=at), "at": int(at), "account_id": account_id}
    tx.execute(insert(audit).values(row | {"action": action, "subject": subject[:_LONGEST]}))


class Audit:
    """What was noted, to be read and in time forgotten."""

    def __init__(self, database: Database, *, keep_s: float) -> None:
        self._db = database
        self._keep_s = keep_s

    def latest(self, *, limit: int, before: str | None = None, action: str = "") -> Sequence[Entry]:
        """Return the newest entries, older than the one with the id *before*; of kind *action* alone if it is given."""
        wanted = select(audit.c.id, audit.c.at, _WHO, audit.c.action, audit.c.subject)
        wanted = wanted.select_from(audit.outerjoin(accounts, accounts.c.id == audit.c.account_id))
        if before:
            wanted = wanted.where(audit.c.id < before)
        if action:
            wanted = wanted.where(audit.c.action == action)
        with self._db.read() as tx:
            rows = tx.execute(wanted.order_by(audit.c.id.desc()).limit(limit)).mappings()
            return [Entry(**row) for row in rows]

    def expire(self) -> None:
        """Forget what is older than it is to be kept."""
        with self._db.write() as tx:
            tx.execute(delete(audit).where(audit.c.at < now(tx) - self._keep_s))
