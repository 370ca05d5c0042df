"""Fenced words: those of one item of a text layer that stand in cells of a table, with a rule between them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.fences import Fences
from moonshelf.extraction.pages.text_layer.layers import Item, Word

_LETTERS, _TALL = 3, 1.5  # letters, and times as high as wide
_UPWARDS = 270.0  # degrees clockwise: the way in which nearly all words stand that do


def parted(items: Sequence[Item], fences: Fences) -> Sequence[Item]:
    """Return *items* of a page cut where one of *fences* stands between their words."""
    return [part for item in items for part in _parts(item, fences)] if fences else items


def _parts(item: Item, fences: Fences) -> Iterator[Item]:
    pairs = enumerate(pairwise(item.words), 1)
    cuts = [at for at, (one, other) in pairs if fences.between(one.box, other.box)]
    if not cuts or " ".join(word.text for word in item.words) != item.text:
        yield item
        return
    for start, stop in pairwise([0, *cuts, len(item.words)]):
        words = item.words[start:stop]
        text = " ".join(word.text for word in words)
        turned = item.rotation or (_UPWARDS if len(words) == 1 and _stands(words[0]) else 0.0)
        yield replace(item, text=text, words=words, box=boxes.around(word.box for word in words), rotation=turned)


def _stands(word: Word) -> bool:
    """Say whether *word* is higher than wide, as the name of a narrow column is that stands on end."""
    few = len(word.text) < _LETTERS or not word.text.isascii()
    return not few and boxes.height(word.box) > _TALL * boxes.width(word.box)
