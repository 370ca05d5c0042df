"""Tall fonts: those that say they are several times as high as their letters, as Acrobat says of Cambria.

They give the height of all their glyphs together, of which one may be a sign of a formula that spans a page. liteparse
takes the boxes of letters to be as high, and drops a word whose box lies in another one's with the same text: of a
column of equal entries one was left.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

_HEIGHT = re.compile(rb"/(Ascent|Descent)\s+(-?)(\d+)")
_TALL = re.compile(rb"/Ascent\s+(?:[2-9]\d{3}|\d{5})")
_USUAL = {b"Ascent": b"950", b"Descent": b"250"}
"""Thousandths of the type size."""


def named(texts: Iterable[bytes]) -> bool:
    """Say whether a font in *texts* of a file says that it is so high."""
    return any(_TALL.search(text) for text in texts)


def mends(objects: Mapping[int, bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the number of what describes each tall font, and a description with the height of its letters."""
    for number, dictionary in objects.items():
        if b"/FontName" in dictionary and _TALL.search(dictionary):
            yield number, _HEIGHT.sub(_usual, dictionary)


def _usual(said: re.Match[bytes]) -> bytes:
    return b"/%b %b%b" % (said[1], said[2], min(said[3], _USUAL[said[1]], key=int))
