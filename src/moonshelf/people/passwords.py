"""Passwords: kept as argon2's hashes, and guessed at most a few times."""

import hashlib
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from moonshelf.db import Database, now
from moonshelf.db.tables import accounts, attempts, sessions
from moonshelf.errors import InvalidRequest, NotAllowed
from moonshelf.people import audit

MOST_FAILURES: Final = 5
LOCK_S: Final = 900
SHORTEST: Final = 10
_LONGEST: Final = 1_000  # argon2 takes any length, at our expense

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's least: 19 MiB, some 20 ms
_AT_ONCE = BoundedSemaphore(4)  # each takes 19 MiB: a flood of guesses must not take all memory


_NOBODYS: Final = "$argon2id$v=19$m=19456,t=2,p=1$s8FqI5Pv0Olpj1NqmQlj8w$Kx9nT9aNJep69UevEcqxW5OlOu5qz9ym3776x4c2/68"
"""Checked where there is no account, so that the answer takes as long."""


class Refused(NotAllowed):
    """Said alike of wrong names and wrong passwords."""

    def __init__(self) -> None:
        super().__init__("Name and password do not match.")


class LockedOut(NotAllowed):
    """Too many guesses, also said of names that do not exist."""

    def __init__(self) -> None:
        super().__init__(
            f"Too many wrong passwords for this name; wait {LOCK_S // 60} minutes, or ask an admin for a link."
        )


class Passwords:
    """The passwords of all accounts."""

    def __init__(self, database: Database) -> None:
        self._db = database

    shortest = SHORTEST

    def judge(self, password: str) -> None:
        """Raise ``InvalidRequest`` unless *password* can be one."""
        if not SHORTEST <= len(password) <= _LONGEST:
            raise InvalidRequest(f"A password has at least {SHORTEST} characters.")

    def set(self, account_id: str, password: str) -> None:
        """Give the account a password, and end the sessions that were opened before. Raises ``InvalidRequest``."""
        self.judge(password)
        with _AT_ONCE:
            hashed = _HASHER.hash(password)
        with self._db.write() as tx:
            tx.execute(update(accounts).where(accounts.c.id == account_id).values(password=hashed))
            tx.execute(delete(sessions).where(sessions.c.account_id == account_id))
            audit.note(tx, account_id, "password.set", "")

    def given(self, account_id: str) -> bool:
        """Tell whether the account has a password; others come in through a provider, or use keys alone."""
        with self._db.read() as tx:
            found = tx.execute(select(accounts.c.password).where(accounts.c.id == account_id)).scalar_one_or_none()
        return found is not None

    def check(self, name: str, password: str) -> str:
        """Return the id of the account of that name and password. Raises ``Refused`` or ``LockedOut``.

        The attempt is counted before the password is looked at, so that guesses at the same time can't pass the limit.
        """
        tried = _attempt(name)
        with self._db.write() as tx:
            _count(tx, tried)
            row = tx.execute(select(accounts.c.id, accounts.c.password).where(accounts.c.name == name)).one_or_none()
        if not _matches(row.password if row else None, password) or row is None:
            self._note(row.id if row else None)
            raise Refused
        with self._db.write() as tx:
            tx.execute(delete(attempts).where(attempts.c.hash == tried))
        return str(row.id)

    def _note(self, account_id: str | None) -> None:
        """Note a refusal; not of names that nobody has, of which there is no end."""
        if account_id is not None:
            with self._db.write() as tx:
                audit.note(tx, account_id, "session.refused", "")


def _attempt(name: str) -> str:
    return hashlib.sha256(name.encode(errors="replace")).hexdigest()


def _count(tx: Connection, tried: str) -> None:
    at = int(now(tx))
    tx.execute(delete(attempts).where(attempts.c.until <= at))
    ours = attempts.c.hash == tried
    counted = update(attempts).where(ours, attempts.c.failures < MOST_FAILURES)
    if tx.execute(counted.values(failures=attempts.c.failures + 1, until=at + LOCK_S)).rowcount:
        return
    try:
        with tx.begin_nested():
            tx.execute(insert(attempts).values(hash=tried, failures=1, until=at + LOCK_S))
    except IntegrityError:
        raise LockedOut from None


def _matches(hashed: str | None, password: str) -> bool:
    """Take as long for an account that is not there as for one that is."""
    with _AT_ONCE:
        try:
            _HASHER.verify(hashed or _NOBODYS, password[:_LONGEST])
        except (VerifyMismatchError, InvalidHashError):
            return False
        return hashed is not None
