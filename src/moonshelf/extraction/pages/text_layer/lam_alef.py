"""Lam and alef: two letters of Arabic that are drawn as one, which PDFium turns round with the rest of their line.

The map of the font tells both in the order in which they are read, and PDFium takes them for two that follow each
other from left to right (ISO 32000-1, 9.10.3).
"""

import re
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from moonshelf.extraction.document import Box
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages.text_layer.layers import Item, Word

TURNED = re.compile("[\u0622\u0623\u0625\u0627]\u0644")
"""An alef before a lam: the article, or the two in the wrong order."""


def mended(items: Sequence[Item], drawn: Callable[[], Sequence[Box]]) -> Sequence[Item]:
    """Return *items* with the letters in order that are *drawn* as one, which have these boxes on the page."""
    if not any(TURNED.search(item.text) for item in items if not item.text.isascii()):
        return items
    ligatures = drawn()
    return [_mended(item, ligatures) for item in items] if ligatures else items


def _mended(item: Item, ligatures: Sequence[Box]) -> Item:
    near = [box for box in ligatures if boxes.holds(item.box, boxes.middle(box))]
    if not near:
        return item
    text, words = item.text, [_turned(word, near) for word in item.words]
    for before, after in zip(item.words, words, strict=True):
        text = text.replace(before.text, after.text, 1) if before is not after else text
    return replace(item, text=text, words=tuple(words))


def _turned(word: Word, ligatures: Sequence[Box]) -> Word:
    """Return *word* with each pair turned that stands where one of *ligatures* does, if letters are about as wide."""
    here = [box for box in ligatures if boxes.holds(word.box, boxes.middle(box))]
    places = [found.start() for found in TURNED.finditer(word.text)] if here else []
    if not places:
        return word
    letters = list(word.text)
    for box in here:
        share = (word.box[2] - boxes.middle(box)[0]) / max(boxes.width(word.box), 1.0)
        at = min(places, key=lambda place: abs((place + 1) / len(letters) - share))
        letters[at : at + 2] = [word.text[at + 1], word.text[at]]
    return Word("".join(letters), word.box)
