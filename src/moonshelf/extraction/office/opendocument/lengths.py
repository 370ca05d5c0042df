"""Lengths as OpenDocument writes them."""

import re

_UNITS = {"in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pt": 1.0, "pc": 12.0, "px": 0.75}
_LENGTH = re.compile(r"(-?[0-9]{1,9}(?:\.[0-9]{1,9})?)(in|cm|mm|pt|pc|px)")


def points(length: str | None) -> float:
    """Return a length in points; nothing, where it is none."""
    found = _LENGTH.fullmatch(length or "")
    return float(found[1]) * _UNITS[found[2]] if found else 0.0
