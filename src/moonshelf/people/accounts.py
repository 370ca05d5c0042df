"""Accounts: whom files, keys and quotas belong to."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from moonshelf import ids
from moonshelf.db import Database, now
from moonshelf.db.tables import accounts
from moonshelf.errors import InvalidRequest
from moonshelf.people import audit, names
from moonshelf.people.roles import MEMBER, ROLES

_LONGEST_NAME = 100
_GONE = "There is no such account; it may have been removed just now."

_ACCOUNTS: Select[tuple[object, ...]] = select(
    *(accounts.c.id, accounts.c.name, accounts.c.role, accounts.c.files, accounts.c.bytes),
    *(accounts.c.max_files, accounts.c.max_bytes, accounts.c.tier),
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account; ``files`` and ``bytes`` are what it holds, uploads under way included."""

    id: str
    name: str
    role: str
    files: int
    bytes: int
    max_files: int | None = None  # of its own; None: as the settings say
    max_bytes: int | None = None
    tier: str | None = None


def add(tx: Connection, name: str, *, role: str, tier: str | None = None, by: str | None = None) -> Account:
    """Add an account, *by* an admin's if one did it. Raises ``IntegrityError`` if the name is taken."""
    at = now(tx)
    account_id = ids.new("acct", at=at)
    row = {"id": account_id, "name": name, "role": role, "tier": tier, "created_at": int(at)}
    tx.execute(insert(accounts).values(row))
    audit.note(tx, by or account_id, "user.created", name)
    return Account(id=account_id, name=name, role=role, files=0, bytes=0, tier=tier)


class Accounts:
    """All there are."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def create(self, name: str, *, role: str = MEMBER, tier: str | None = None, by: str | None = None) -> Account:
        """Add an account, *by* an admin's if one did it.

        Raises ``InvalidRequest`` if the name is taken or is none, or the role is none.
        """
        if not name.strip() or len(name) > _LONGEST_NAME or not names.shows(name):
            raise InvalidRequest(f"A name has 1 to {_LONGEST_NAME} characters, and no line ends in it.")
        if role not in ROLES:
            raise InvalidRequest(f"A role is {' or '.join(ROLES)}, not {role[:64]!r}.")
        try:
            with self._db.write() as tx:
                return add(tx, name, role=role, tier=tier, by=by)
        except IntegrityError:
            raise InvalidRequest(f"There is an account named {name!r} already; choose another name.") from None

    def list(self) -> Sequence[Account]:
        """Every account, oldest first."""
        with self._db.read() as tx:
            return [
                Account(**row)
                for row in tx.execute(_ACCOUNTS.order_by(accounts.c.created_at, accounts.c.id)).mappings()
            ]

    def get(self, account_id: str) -> Account:
        """Find an account. Raises ``InvalidRequest`` if there is none of that id."""
        with self._db.read() as tx:
            row = tx.execute(_ACCOUNTS.where(accounts.c.id == account_id)).mappings().one_or_none()
        if row is None:
            raise InvalidRequest(_GONE)
        return Account(**row)

    def named(self, name: str) -> Account:
        """Find an account. Raises ``InvalidRequest`` if there is none of that name."""
        for account in self.list():
            if account.name == name:
                return account
        raise InvalidRequest(f"There is no account named {name!r}; 'moonshelf users list' shows those there are.")

    def set_tier(self, account_id: str, tier: str | None) -> None:
        """Give an account another set of limits, None for the default; it holds within a second."""
        with self._db.write() as tx:
            tx.execute(update(accounts).where(accounts.c.id == account_id).values(tier=tier))

    def allow(self, account_id: str, *, by: str, max_files: int | None, max_bytes: int | None) -> None:
        """Give the account a quota of its own, or with None that of the settings; *by* is the admin's account.

        Raises ``InvalidRequest`` if there is none of that id.
        """
        with self._db.write() as tx:
            changed = update(accounts).where(accounts.c.id == account_id)
            values = changed.values(max_files=max_files, max_bytes=max_bytes).returning(accounts.c.name)
            name = tx.execute(values).scalar_one_or_none()
            if name is None:
                raise InvalidRequest(_GONE)
            own = {"files": max_files, "bytes": max_bytes}
            said = ", ".join(f"{most:,} {what}" for what, most in own.items() if most is not None)
            audit.note(tx, by, "quota.changed", f"{name}: {said or 'as the settings say'}")
