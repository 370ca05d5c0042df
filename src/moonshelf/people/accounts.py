"""Accounts and their keys: who is calling."""

import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Connection, Select, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from moonshelf import ids
from moonshelf.db import Database, now
from moonshelf.db.tables import accounts, keys
from moonshelf.errors import InvalidKey, InvalidRequest
from moonshelf.limits.gate import Caller
from moonshelf.people import audit
from moonshelf.people.roles import MEMBER, ROLES

_TRUST_S = 1.0  # how long a revoked key may go on working
_USED_S = 60  # how exact "last used" is
_SHORTEST_KEY = 20
_MOST_TRUSTED = 10_000
_LONGEST_NAME = 200  # of a key
_LONGEST_ACCOUNT = 100
_GONE = "There is no such account; it may have been removed just now."

Scope = Literal["read", "write", "chat"]
SCOPES: Final[tuple[Scope, ...]] = ("read", "write", "chat")
"""What a key may be allowed: to see files, to upload and delete them, to ask models."""

_FIND = (
    select(
        *(keys.c.id, keys.c.account_id, keys.c.last_used_at, keys.c.expires_at, keys.c.scopes),
        *(keys.c.tier.label("key_tier"), accounts.c.tier),
    )
    .join_from(keys, accounts)
    .where(keys.c.hash == bindparam("hash"), keys.c.revoked_at.is_(None))
    .limit(1)
)

_ACCOUNTS: Select[tuple[object, ...]] = select(
    *(accounts.c.id, accounts.c.name, accounts.c.role, accounts.c.files, accounts.c.bytes),
    *(accounts.c.max_files, accounts.c.max_bytes, accounts.c.tier),
)
_KEYS: Select[tuple[object, ...]] = select(
    *(keys.c.id, accounts.c.name.label("account"), keys.c.hint, keys.c.name),
    *(keys.c.created_at, keys.c.last_used_at, keys.c.revoked_at, keys.c.expires_at, keys.c.scopes, keys.c.tier),
).join_from(keys, accounts)


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


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it may be shown: its value is not kept."""

    id: str
    account: str
    hint: str
    name: str
    created_at: int
    last_used_at: int | None
    revoked_at: int | None
    expires_at: int | None
    scopes: str  # parted by spaces
    tier: str | None = None

    def living(self, *, now: float) -> bool:
        """Tell whether it still opens anything."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


def add(tx: Connection, name: str, *, role: str, tier: str | None = None, by: str | None = None) -> Account:
    """Add an account, *by* an admin's if one did it. Raises ``IntegrityError`` if the name is taken."""
    at = now(tx)
    account_id = ids.new("acct", at=at)
    row = {"id": account_id, "name": name, "role": role, "tier": tier, "created_at": int(at)}
    tx.execute(insert(accounts).values(row))
    audit.note(tx, by or account_id, "user.created", name)
    return Account(id=account_id, name=name, role=role, files=0, bytes=0, tier=tier)


class Accounts:
    """Accounts, and the bearer keys that speak for them."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._trusted: dict[str, tuple[float, Caller | None]] = {}  # hash of a key -> until when, whose it is

    def create(self, name: str, *, role: str = MEMBER, tier: str | None = None, by: str | None = None) -> Account:
        """Add an account, *by* an admin's if one did it.

        Raises ``InvalidRequest`` if the name is taken or is none, or the role is none.
        """
        if not name.strip() or len(name) > _LONGEST_ACCOUNT or not name.isprintable():
            raise InvalidRequest(f"A name has 1 to {_LONGEST_ACCOUNT} characters, and no line ends in it.")
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
        self._trusted.clear()

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

    def create_key(
        self,
        account_id: str,
        *,
        name: str = "",
        value: str | None = None,
        tier: str | None = None,
        scopes: Sequence[str] = SCOPES,
        lasts_s: int | None = None,
    ) -> str:
        """Add a key and return its value: the only time anybody sees it. Raises ``InvalidRequest``.

        It ends after *lasts_s*, or never.
        """
        if not scopes or not set(scopes) <= set(SCOPES):
            raise InvalidRequest(f"A key has one or more of the scopes {', '.join(SCOPES)}.")
        value = value or "sk-" + secrets.token_urlsafe(32)
        if not value.startswith("sk-") or len(value) < _SHORTEST_KEY:
            raise InvalidRequest(f"A key starts with 'sk-' and has at least {_SHORTEST_KEY} characters.")
        row = {
            "account_id": account_id,
            "hash": _hash(value),
            "hint": f"sk-…{value[-4:]}",
            "name": name[:_LONGEST_NAME],
            "tier": tier,
            "scopes": " ".join(one for one in SCOPES if one in scopes),
        }
        try:
            with self._db.write() as tx:
                at = now(tx)
                ends = None if lasts_s is None else int(at) + lasts_s
                made = {"id": ids.new("key", at=at), "created_at": int(at), "expires_at": ends}
                tx.execute(insert(keys).values(row | made))
                audit.note(tx, account_id, "key.created", f"{row['name']} {row['hint']}".strip())
        except IntegrityError:
            raise InvalidRequest("That key is taken; choose another value.") from None
        return value

    def all_keys(self) -> Sequence[Key]:
        """Every key, revoked ones too, oldest first."""
        return self._keys(_KEYS)

    def keys_of(self, account_id: str) -> Sequence[Key]:
        """List the keys of an account, revoked ones too, oldest first."""
        return self._keys(_KEYS.where(keys.c.account_id == account_id))

    def _keys(self, wanted: Select[tuple[object, ...]]) -> Sequence[Key]:
        with self._db.read() as tx:
            return [Key(**row) for row in tx.execute(wanted.order_by(keys.c.created_at, keys.c.id)).mappings()]

    def revoke(self, key_id: str, *, account_id: str | None = None) -> None:
        """End a key, of *account_id* alone if it is given; requests that carry it fail within a second.

        Raises ``InvalidRequest`` if there is none.
        """
        wanted = select(keys.c.account_id, keys.c.name, keys.c.hint)
        with self._db.write() as tx:
            key = tx.execute(wanted.where(keys.c.id == key_id, keys.c.revoked_at.is_(None))).one_or_none()
            if key is None or account_id not in {None, key.account_id}:
                raise InvalidRequest(f"There is no living key {key_id!r}; 'moonshelf keys list' shows those there are.")
            tx.execute(update(keys).where(keys.c.id == key_id).values(revoked_at=int(now(tx))))
            audit.note(tx, key.account_id, "key.revoked", f"{key.name} {key.hint}".strip())
        self._trusted.clear()

    def trusted(self, value: str) -> Caller | None:
        """Return who calls with a key that was checked within the last second; touches no database."""
        until, caller = self._trusted.get(_hash(value), (0.0, None))
        return caller if until > time.monotonic() else None

    def authenticate(self, value: str) -> Caller:
        """Return who calls with *value*. Raises ``InvalidKey``."""
        hashed = _hash(value)
        with self._db.read() as tx:
            row = tx.execute(_FIND, {"hash": hashed}).one_or_none()
            at = now(tx)
        if row is None or (row.expires_at is not None and row.expires_at <= at):
            raise InvalidKey
        if (row.last_used_at or 0) < at - _USED_S:
            with self._db.write(hasty=True) as tx:
                tx.execute(update(keys).where(keys.c.id == row.id).values(last_used_at=int(at)))
        if len(self._trusted) >= _MOST_TRUSTED:
            self._trusted.clear()
        caller = Caller(
            row.account_id, row.id, tier=row.tier, key_tier=row.key_tier, scopes=frozenset(row.scopes.split())
        )
        self._trusted[hashed] = (time.monotonic() + _TRUST_S, caller)
        return caller


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
