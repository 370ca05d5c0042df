"""Alphabets: fonts of formulas that say a letter is U+1D453 where it is an italic ``f``.

Readers of text layers that count in units of sixteen bits drop such letters. A formula is read as well without its
style.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from moonshelf.extraction.pages.text_layer.fonts.ligatures import MAPPED, Mend

_FORMULAS = rb"/BaseFont\s*/[^\s/<>\[\]]*(?:math|mi\d|mib|txmi)"
_NAMED = re.compile(_FORMULAS, re.IGNORECASE)
_STYLED = range(0x1D400, 0x1D800)
"""Mathematical alphanumeric symbols."""


def named(texts: Iterable[bytes]) -> bool:
    """Say whether a font in *texts* of a file has the name of one for formulas."""
    return any(_NAMED.search(text) for text in texts)


def mends(objects: Mapping[int, bytes]) -> Iterator[tuple[int, Mend]]:
    """Yield the number of the map to text of each font for formulas, and what puts it right."""
    for dictionary in objects.values():
        mapped = MAPPED.search(dictionary)
        if mapped and _NAMED.search(dictionary):
            yield int(mapped[1]), _plain


def _plain(told: Mapping[int, str]) -> Mapping[int, str]:
    """Return what is *told* of each code, with letters in place of their styles."""
    return {code: "".join(map(_unstyled, text)) for code, text in told.items()}


def _unstyled(letter: str) -> str:
    return unicodedata.normalize("NFKC", letter) if ord(letter) in _STYLED else letter
