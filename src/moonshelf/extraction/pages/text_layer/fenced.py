"""Fenced words: those of one item of a text layer that stand in cells of a table, with a rule between them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.fences import Fences
from moonshelf.extraction.pages.text_layer.layers import Item


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
        yield replace(item, text=text, words=words, box=boxes.around(word.box for word in words))
