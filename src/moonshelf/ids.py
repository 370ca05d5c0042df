"""Identifiers: opaque to callers, sortable by time for us."""

import secrets

_DIGITS = "0123456789abcdefghijklmnopqrstuv"  # base32hex, which keeps the order of the bytes


def new(prefix: str, *, at: float) -> str:
    """Make an id of *prefix*, ``_`` and 20 characters, as Kimi's look (wire.md 1), for what is made at a Unix time.

    Six bytes of time in milliseconds, six of chance: a list in the order of its ids is in the order of time, and a
    list's cursor holds even when the row it names is gone. So the time is to be the database's: machines differ.
    """
    number = int.from_bytes(int(at * 1000).to_bytes(6, "big") + secrets.token_bytes(6), "big") << 4
    return f"{prefix}_" + "".join(_DIGITS[number >> shift & 31] for shift in range(95, -1, -5))


def token() -> str:
    """Make a name of 128 random bits: for blobs and claims."""
    return secrets.token_hex(16)
