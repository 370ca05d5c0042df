"""Tears: words that liteparse tears between letters, where a font's widths are not those that it was set by."""

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from msgspec.structs import replace

from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages.text_layer.layers import Item, Word
from moonshelf.extraction.pages.text_layer.signs import fold

_LONE = frozenset("bcdfghjklmnpqrtuvwxz")  # hardly any language has words of one of these letters
_OFTEN = 0.04  # of the words; formulas have as many, and are none the worse for a second look
_FEW = 20  # words, of which no share tells anything
_TOUCHING = 0.08  # of the type size: what stands so near is one word; a space takes twice that, at least


def likely(items: Sequence[Item]) -> bool:
    """Tell from lone letters whether words are torn."""
    count = sum(len(item.words) for item in items)
    lone = [word for item in items for word in item.text.split() if word in _LONE]
    return count >= _FEW and len(lone) > _OFTEN * count


def mended(items: Sequence[Item], text: Callable[[], str]) -> Sequence[Item]:
    """Return *items* of a page with the words whole that are so in its *text*, which heeds the file's own spaces.

    PDFium takes the letters of a page with little on it, as browsers print them, for lines that go down: where its text
    is torn as well, words are told by the room between their letters.
    """
    if not likely(items):
        return items
    whole = fold(text())
    places = [at for at, letter in enumerate(whole) if not letter.isspace()]
    squeezed = "".join(whole[at] for at in places)
    found = [_mended(item, squeezed, places) for item in items]
    return list(map(_touching, found)) if likely(found) else found


def _mended(item: Item, squeezed: str, places: Sequence[int]) -> Item:
    """Mend a line by the letters of the page without its spaces, and where in its text each of them stands."""
    letters = _letters(item)
    at = squeezed.find(letters) if letters else -1
    if at < 0:
        return item
    ends = accumulate(len(word.text) for word in item.words)
    return _joined(item, [places[at + end] - places[at + end - 1] > 1 for end in list(ends)[:-1]])


def _touching(item: Item) -> Item:
    """Make one word of those between which there is no room."""
    if not _letters(item):
        return item
    widest = _TOUCHING * item.size
    return _joined(item, [after.box[0] - before.box[2] > widest for before, after in pairwise(item.words)])


def _letters(item: Item) -> str:
    """Return the text of *item* without its spaces, if that is what its words say."""
    letters = "".join(item.text.split())
    return letters if "".join(word.text for word in item.words) == letters else ""


def _joined(item: Item, parted: Sequence[bool]) -> Item:
    """Return *item* with its words joined but for those between which it is *parted*."""
    words = [item.words[0]]
    for word, apart in zip(item.words[1:], parted, strict=True):
        if apart:
            words.append(word)
        else:
            words[-1] = Word(words[-1].text + word.text, boxes.around((words[-1].box, word.box)))
    return replace(item, text=" ".join(word.text for word in words), words=tuple(words))
