"""Departures: how an account ends, with its ways in, its files and what was read of them."""

import structlog
from sqlalchemy import delete, select, update

from moonshelf.db import Database, lock
from moonshelf.db.tables import accounts, files, identities, journeys, keys, links, multipart_uploads, sessions, uploads
from moonshelf.errors import InvalidRequest
from moonshelf.people import audit
from moonshelf.people.roles import ADMIN, MEMBER
from moonshelf.shelf.files import Files
from moonshelf.shelf.uploads import Uploads

_WAYS_IN = (keys, sessions, links, identities, journeys)

_log = structlog.get_logger()


class Departures:
    """Accounts that are removed; one whose removal broke off is there still, closed, and is removed again."""

    def __init__(self, database: Database, files: Files, uploads: Uploads) -> None:
        self._db = database
        self._files = files
        self._uploads = uploads

    def remove(self, account_id: str, *, by: str | None = None) -> None:
        """Remove an account and all that is its own, *by* an admin's if one did it.

        Nobody comes in any more, and nothing new is let in, before the first file goes; calls with a key that was used
        within the last second may still see what is left. Raises ``InvalidRequest`` where there is no such account, or
        no admin beside it.
        """
        name = self._close(account_id)
        self._files.clear(account_id)
        while not self._end(account_id, name, by or account_id):
            self._files.clear(account_id)  # an upload became a file meanwhile
        _log.info("account.removed", account=account_id)

    def _close(self, account_id: str) -> str:
        """End all ways into the account and return its name."""
        with self._db.write() as tx:
            # Locked, or two admins who remove each other at the same moment leave none.
            admins = select(accounts.c.id).where(accounts.c.role == ADMIN).order_by(accounts.c.id).with_for_update()
            left = set(tx.execute(admins).scalars())
            name = tx.execute(select(accounts.c.name).where(accounts.c.id == account_id)).scalar_one_or_none()
            if name is None:
                raise InvalidRequest("There is no such account; it may have been removed just now.")
            if left == {account_id}:
                raise InvalidRequest(f"{name!r} is the only admin; make another account an admin's first.")
            for table in _WAYS_IN:
                tx.execute(delete(table).where(table.c.account_id == account_id))
            closed = {"password": None, "role": MEMBER, "max_files": 0}
            tx.execute(update(accounts).where(accounts.c.id == account_id).values(closed))
        return str(name)

    def _end(self, account_id: str, name: str, by: str) -> bool:
        """Remove the account itself, with what is on its way in; false where it has files."""
        with self._db.write() as tx:
            its = select(uploads.c.id).where(uploads.c.account_id == account_id).order_by(uploads.c.id)
            leases = tx.execute(its).scalars().all()
            for lease_id in leases:  # all of them first: with the end of one the account is locked too
                lock(tx, uploads, lease_id)
            for lease_id in leases:
                self._uploads.end(tx, lease_id)
            lock(tx, accounts, account_id)
            if tx.execute(select(files.c.id).where(files.c.account_id == account_id).limit(1)).first() is not None:
                return False
            for table in (*_WAYS_IN, multipart_uploads):
                tx.execute(delete(table).where(table.c.account_id == account_id))
            tx.execute(delete(accounts).where(accounts.c.id == account_id))
            audit.note(tx, by, "user.removed", f"{name} ({account_id})")
        return True
