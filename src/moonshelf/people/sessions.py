"""Sessions: who is signed in to the dashboard; and the one-time links by which somebody first gets there."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from moonshelf.db import Database, now
from moonshelf.db.tables import accounts, links, sessions
from moonshelf.errors import NotAllowed
from moonshelf.people import audit
from moonshelf.people.roles import ADMIN

LINK_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in. *csrf* must come along with whatever changes something."""

    account_id: str
    name: str
    role: str
    csrf: str
    tier: str | None = None

    @property
    def admin(self) -> bool:
        """Whether it may see and manage everything."""
        return self.role == ADMIN


class LinkUsed(NotAllowed):
    """Also said of links that never were."""

    def __init__(self) -> None:
        super().__init__("This link was used or has expired; 'moonshelf users link NAME' makes a new one.")


class Sessions:
    """Opened by a password or a link, known by the sha256 of a cookie, ended by time, sign-out or a new password."""

    def __init__(self, database: Database, *, lifetime_s: int) -> None:
        self._db = database
        self.lifetime_s = lifetime_s

    def open(self, account_id: str, *, how: str) -> str:
        """Sign the account in and return the cookie's value; *how* goes to the audit log."""
        token = secrets.token_urlsafe(32)
        with self._db.write() as tx:
            at = int(now(tx))
            tx.execute(delete(sessions).where(sessions.c.expires_at <= at))
            row = {"hash": _hash(token), "account_id": account_id, "expires_at": at + self.lifetime_s}
            tx.execute(insert(sessions).values(row))
            audit.note(tx, account_id, "session.opened", how)
        return token

    def find(self, token: str) -> Session | None:
        """Return the session of that cookie, if it still lasts."""
        wanted = (
            select(accounts.c.id, accounts.c.name, accounts.c.role, accounts.c.tier)
            .join_from(sessions, accounts)
            .where(sessions.c.hash == _hash(token))
        )
        with self._db.read() as tx:
            row = tx.execute(wanted.where(sessions.c.expires_at > int(now(tx)))).one_or_none()
        if row is None:
            return None
        return Session(account_id=row.id, name=row.name, role=row.role, csrf=_csrf(token), tier=row.tier)

    def close(self, token: str) -> None:
        """Sign out."""
        with self._db.write() as tx:
            tx.execute(delete(sessions).where(sessions.c.hash == _hash(token)))

    def invite(self, account_id: str) -> str:
        """Return the token of a new link that signs the account in, once, within a day."""
        token = secrets.token_urlsafe(32)
        with self._db.write() as tx:
            at = int(now(tx))
            tx.execute(delete(links).where(links.c.expires_at <= at))
            tx.execute(insert(links).values(hash=_hash(token), account_id=account_id, expires_at=at + LINK_S))
        return token

    def invited(self, token: str) -> str:
        """Return the name of the account that a link is for, without using it up. Raises ``LinkUsed``."""
        with self._db.read() as tx:
            wanted = select(accounts.c.name).join_from(links, accounts).where(*_living(tx, token))
            name = tx.execute(wanted).scalar_one_or_none()
        if name is None:
            raise LinkUsed
        return str(name)

    def accept(self, token: str) -> str:
        """Use a link up and return its account's id. Raises ``LinkUsed``."""
        with self._db.write() as tx:
            account_id = tx.execute(select(links.c.account_id).where(*_living(tx, token))).scalar_one_or_none()
            if account_id is None or not _used_up(tx, token):
                raise LinkUsed
        return str(account_id)


def _living(tx: Connection, token: str) -> tuple[ColumnElement[bool], ...]:
    return links.c.hash == _hash(token), links.c.expires_at > int(now(tx))


def _used_up(tx: Connection, token: str) -> bool:
    return bool(tx.execute(delete(links).where(links.c.hash == _hash(token))).rowcount)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _csrf(token: str) -> str:
    """Derive it from the cookie, which no page shows and no script can read: nothing to store, nothing to guess."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()
