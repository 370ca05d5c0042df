"""Tears: words that liteparse tears between letters, where a font's widths are not those that it was set by."""

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages.text_layer.layers import Item, Word
from moonshelf.extraction.pages.text_layer.signs import fold

_LONE = frozenset("bcdfghjklmnpqrtuvwxz")  # hardly any language has words of one of these letters
_OFTEN = 0.04  # of the words; formulas have as many, and are none the worse for a second look
_FEW = 20  # words, of which no share tells anything


def likely(items: Sequence[Item]) -> bool:
    """Tell from lone letters whether words are torn."""
    count = sum(len(item.words) for item in items)
    lone = [word for item in items for word in item.text.split() if word in _LONE]
    return count >= _FEW and len(lone) > _OFTEN * count


def mended(items: Sequence[Item], text: Callable[[], str]) -> Sequence[Item]:
    """Return *items* of a page with the words whole that are so in its *text*, which heeds the file's own spaces."""
    if not likely(items):
        return items
    whole = fold(text())
    places = [at for at, letter in enumerate(whole) if not letter.isspace()]
    squeezed = "".join(whole[at] for at in places)
    return [_mended(item, squeezed, places) for item in items]


def _mended(item: Item, squeezed: str, places: Sequence[int]) -> Item:
    """Mend a line by the letters of the page without its spaces, and where in its text each of them stands."""
    letters = "".join(item.text.split())
    at = squeezed.find(letters)
    if at < 0 or "".join(word.text for word in item.words) != letters:
        return item
    words = tuple(_joined(item.words, lambda end: places[at + end] - places[at + end - 1] > 1))
    return replace(item, text=" ".join(word.text for word in words), words=words)


def _joined(words: Sequence[Word], parted: Callable[[int], bool]) -> Iterator[Word]:
    """Join words between which the page has no space, told by how many letters of the line stand before."""
    held, end = words[0], len(words[0].text)
    for word in words[1:]:
        if parted(end):
            yield held
            held = word
        else:
            held = Word(held.text + word.text, boxes.around((held.box, word.box)))
        end += len(word.text)
    yield held
