"""Pictures, fonts and the like that a text spells out in ``data:`` URLs (RFC 2397): nobody reads them as letters."""

import re
from collections.abc import Sequence

_LEAST = 400  # characters: an icon of 16 pixels; a shorter one costs nothing
_DATA = re.compile(rf"(data:[\w/+.;=-]{{0,200}};base64,)([A-Za-z0-9+/_%=-]{{{_LEAST},}})")
_LEFT = "[\u2026]"


def without_data(text: str) -> tuple[str, tuple[str, ...]]:
    """Return *text* without what ``data:`` URLs hold, and a sentence on how much that was, if any."""
    if ";base64," not in text:
        return text, ()
    sizes: list[int] = []

    def left(url: re.Match[str]) -> str:
        sizes.append(len(url[2]))
        return url[1] + _LEFT

    plain = _DATA.sub(left, text)
    return plain, told(sizes)


def told(sizes: Sequence[int]) -> tuple[str, ...]:
    """Say that files of so many characters in base64 were left out, if any."""
    if not sizes:
        return ()
    files = "A file that is" if len(sizes) == 1 else f"{len(sizes)} files that are"
    verb = "was" if len(sizes) == 1 else "were"
    return (f"{files} spelt out in the text, {sum(sizes) * 3 // 4096 + 1} KB, {verb} left out.",)
