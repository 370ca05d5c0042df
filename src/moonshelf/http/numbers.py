"""Whole numbers as callers write them: in a query, a form or a header."""

from typing import Final

_MOST_DIGITS: Final = 9  # what fits into 32 bits, in whatever it is computed with or kept


def whole(said: str, default: int) -> int:
    """Return the number that *said* is; whatever else it says, or too many digits, counts as *default*."""
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS else default
