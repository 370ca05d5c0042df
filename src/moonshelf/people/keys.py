"""Keys: the bearer keys that speak for accounts, and who is calling by one."""

import hashlib
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Select, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from moonshelf import ids
from moonshelf.db import Database, now
from moonshelf.db.tables import accounts, keys
from moonshelf.errors import InvalidKey, InvalidRequest, Unavailable
from moonshelf.limits.gate import Caller
from moonshelf.people import audit, names

_TRUST_S = 1.0  # how long a revoked key may go on working
_USED_S = 60  # how exact "last used" is
_SHORTEST_KEY = 20
_MOST_TRUSTED = 10_000
_LONGEST_NAME = 200

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

_KEYS: Select[tuple[object, ...]] = select(
    *(keys.c.id, accounts.c.name.label("account"), keys.c.hint, keys.c.name),
    *(keys.c.created_at, keys.c.last_used_at, keys.c.revoked_at, keys.c.expires_at, keys.c.scopes, keys.c.tier),
).join_from(keys, accounts)


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


class Keys:
    """All there are. Who called within the last second is trusted without a look at the database."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._trusted: dict[str, tuple[float, Caller | None]] = {}  # hash of a key -> until when, whose it is

    def create(
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
        if not names.shows(name):
            raise InvalidRequest("A name of a key has characters that can be seen, on one line.")
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

    def all(self) -> Sequence[Key]:
        """Every key, revoked ones too, oldest first."""
        return self._keys(_KEYS)

    def of(self, account_id: str) -> Sequence[Key]:
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
            # A database that cannot be written, as its disk is full, can still be read from.
            with suppress(Unavailable), self._db.write(durable=False) as tx:
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
