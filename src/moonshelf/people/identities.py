"""Identities: which account is somebody's whom an OpenID provider knows, by its issuer and subject and nothing else.

A name or an address that looks alike gives nobody an account: whoever owns it connects it, signed in.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from moonshelf.db import Database, now
from moonshelf.db.tables import accounts, identities, journeys
from moonshelf.errors import NotAllowed
from moonshelf.people import audit
from moonshelf.people.accounts import add
from moonshelf.people.openid import Person
from moonshelf.people.roles import ADMIN, MEMBER

JOURNEY_S: Final = 600


@dataclass(frozen=True, slots=True)
class Journey:
    """Somebody who is at the provider: where they wanted to go, and the account to connect, if that is the purpose."""

    wanted: str
    account_id: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    """What an account is connected with."""

    issuer: str
    subject: str
    name: str  # as the provider said it last


class Identities:
    """Who is who, and who is on the way."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def depart(self, *, wanted: str, account_id: str | None = None) -> str:
        """Remember that somebody goes to the provider, and return the secret of this one sign-in."""
        secret = secrets.token_urlsafe(32)
        row = {"hash": _hash(secret), "wanted": wanted, "account_id": account_id}
        with self._db.write() as tx:
            at = int(now(tx))
            tx.execute(delete(journeys).where(journeys.c.expires_at <= at))
            tx.execute(insert(journeys).values(row | {"expires_at": at + JOURNEY_S}))
        return secret

    def arrive(self, secret: str) -> Journey:
        """End a journey; each ends once. Raises ``NotAllowed`` where there is none."""
        ours = journeys.c.hash == _hash(secret)
        with self._db.write() as tx:
            row = tx.execute(select(journeys).where(ours, journeys.c.expires_at > int(now(tx)))).one_or_none()
            if row is None or not tx.execute(delete(journeys).where(ours)).rowcount:
                raise NotAllowed("This sign-in was used or took too long; please begin again.")
        return Journey(row.wanted, row.account_id)

    def enter(self, person: Person) -> str:
        """Return the id of the person's account, made where there is none. Raises ``NotAllowed``."""
        with self._db.write() as tx:
            if (found := _found(tx, person)) is not None:
                return found
        try:
            with self._db.write() as tx:
                role = ADMIN if person.admin else MEMBER
                made = add(tx, person.name, role=role)
                _connect(tx, made.id, person, follows=True)
                return made.id
        except IntegrityError:
            with self._db.write() as tx:  # perhaps the same person, in another tab at the same moment
                if (found := _found(tx, person)) is not None:
                    return found
            raise NotAllowed(
                f"There is an account named {person.name!r} already. If it is yours, sign in to it with its password "
                "and connect it on its own page; or ask an admin."
            ) from None

    def connect(self, account_id: str, person: Person) -> None:
        """Let the person sign in to an account that is there. Raises ``NotAllowed`` where they have another."""
        try:
            with self._db.write() as tx:
                tx.execute(delete(identities).where(identities.c.account_id == account_id))
                _connect(tx, account_id, person, follows=False)
                audit.note(tx, account_id, "identity.connected", f"{person.name} {person.issuer}")
        except IntegrityError:
            raise NotAllowed(f"{person.name} has another account here already; sign in with it.") from None

    def disconnect(self, account_id: str) -> None:
        """Take the way in through the provider away from an account."""
        with self._db.write() as tx:
            if tx.execute(delete(identities).where(identities.c.account_id == account_id)).rowcount:
                audit.note(tx, account_id, "identity.disconnected", "")

    def of(self, account_id: str) -> Identity | None:
        """Return what the account is connected with, if it is."""
        wanted = select(identities.c.issuer, identities.c.subject, identities.c.name)
        with self._db.read() as tx:
            row = tx.execute(wanted.where(identities.c.account_id == account_id)).mappings().one_or_none()
        return Identity(**row) if row else None


def _found(tx: Connection, person: Person) -> str | None:
    """Return the person's account; its role is the provider's to say where the account came from there."""
    theirs = (identities.c.issuer == person.issuer) & (identities.c.subject == person.subject)
    row = tx.execute(select(identities.c.account_id, identities.c.follows).where(theirs)).one_or_none()
    if row is None:
        return None
    tx.execute(update(identities).where(theirs).values(name=person.name))
    if row.follows and person.admin is not None:
        role = ADMIN if person.admin else MEMBER
        changed = update(accounts).where(accounts.c.id == row.account_id, accounts.c.role != role)
        if tx.execute(changed.values(role=role)).rowcount:
            audit.note(tx, row.account_id, "role.changed", role)
    return str(row.account_id)


def _connect(tx: Connection, account_id: str, person: Person, *, follows: bool) -> None:
    row = {"issuer": person.issuer, "subject": person.subject, "account_id": account_id}
    tx.execute(insert(identities).values(row | {"name": person.name, "follows": follows}))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
