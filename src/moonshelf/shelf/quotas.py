"""How much an account may hold: each check is one statement, so that no race passes it."""

from sqlalchemy import Connection, func, select, update

from moonshelf.db import lock
from moonshelf.db.tables import accounts
from moonshelf.errors import InvalidKey
from moonshelf.errors.limits import TooManyBytes, TooManyFiles


class Quotas:
    """Files and bytes of an account, counted where they are reserved."""

    def __init__(self, *, max_files: int, max_bytes: int) -> None:
        self._max_files = max_files
        self._max_bytes = max_bytes

    @property
    def most(self) -> tuple[int, int]:
        """Files and bytes of an account that has no quota of its own."""
        return self._max_files, self._max_bytes

    def reserve(self, tx: Connection, account_id: str, *, size: int) -> None:
        """Count one file of *size* bytes (0 where nobody knows yet). Raises ``QuotaExceeded``."""
        self._charge(tx, account_id, files=1, size=size)

    def settle(self, tx: Connection, account_id: str, *, reserved: int, size: int) -> None:
        """Replace the bytes that were reserved by those that came. Raises ``QuotaExceeded``.

        Whatever the difference, the account is locked from here on: its names and documents are settled in turn.
        """
        lock(tx, accounts, account_id)
        if size != reserved:
            self._charge(tx, account_id, files=0, size=size - reserved)

    def _charge(self, tx: Connection, account_id: str, *, files: int, size: int) -> None:
        charged = tx.execute(
            update(accounts)
            .where(
                accounts.c.id == account_id,
                accounts.c.files + files <= func.coalesce(accounts.c.max_files, self._max_files),
                (accounts.c.bytes + size <= func.coalesce(accounts.c.max_bytes, self._max_bytes)) | (size <= 0),
            )
            .values(files=accounts.c.files + files, bytes=accounts.c.bytes + size)
        )
        if charged.rowcount:
            return
        most = func.coalesce(accounts.c.max_files, self._max_files).label("most")
        held = tx.execute(select(accounts.c.files, most).where(accounts.c.id == account_id)).one_or_none()
        if held is None:  # removed, and its key was trusted a moment longer
            raise InvalidKey
        if held.files + files > held.most:
            raise TooManyFiles(limit=held.most)
        raise TooManyBytes


def release(tx: Connection, account_id: str, *, size: int) -> None:
    """Give back one file of *size* bytes."""
    given = {"files": accounts.c.files - 1, "bytes": accounts.c.bytes - size}
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(given))
