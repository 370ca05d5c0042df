"""Names of files: what a caller sent, made fit to show, and told apart from the names an account has already."""

import re
from collections.abc import Collection

LONGEST = 255  # bytes of UTF-8, as on common filesystems; Kimi says 4096 characters of the form's field
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # controls; bidi marks that mislead
_ENCODED = {"%22": '"', "%0D": "", "%0A": "", "%5C": "\\"}  # what clients escape in a header (wire.md 7)


def clean(raw: str) -> str:
    """Take the base name of *raw*, decoded as clients encode it, without control characters, at a fitting length."""
    name = re.sub("|".join(_ENCODED), lambda found: _ENCODED[found[0].upper()], raw, flags=re.IGNORECASE)
    name = _UNFIT.sub("", re.split(r"[/\\]", name)[-1]).strip()
    if name in {"", ".", ".."}:
        return "upload"
    stem, extension = split(name)
    return _cut(stem, LONGEST - len(extension.encode())) + extension


def split(name: str) -> tuple[str, str]:
    """Split off the extension, dot included; a very long one or a leading dot starts none."""
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension.encode()) > 32:  # noqa: PLR2004 - no extension in use is longer
        return name, ""
    return stem, dot + extension


def numbered(name: str, number: int) -> str:
    """Return ``name (number).ext``, as Kimi renames duplicates (wire.md 2.8); number 0 is the name itself."""
    if number == 0:
        return name
    stem, extension = split(name)
    suffix = f" ({number})"
    return _cut(stem, LONGEST - len((suffix + extension).encode())) + suffix + extension


def free(name: str, taken: Collection[str]) -> str:
    """Return the first of ``name``, ``name (1)``, ``name (2)``, … that is not *taken*."""
    number = 0
    while numbered(name, number) in taken:
        number += 1
    return numbered(name, number)


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")
