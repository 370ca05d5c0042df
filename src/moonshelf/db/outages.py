"""Outages: which errors say that a database is away, and not that a statement is wrong."""

from typing import Final

_TAKES_NO_WRITES: Final = frozenset({"25006", "0A000"})
"""PostgreSQL's codes where it became a standby, or its keeper shut it as its disk is nearly full.

The second is what a standby says to the beginning of a transaction that would write; no statement of ours is one that
PostgreSQL does not support.
"""


def is_outage(error: BaseException | None, *kinds: type[BaseException]) -> bool:
    """Tell whether *error* of a driver is of those *kinds*, or of a database that nobody may write to at the moment."""
    return isinstance(error, kinds) or getattr(error, "sqlstate", None) in _TAKES_NO_WRITES
