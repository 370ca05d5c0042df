"""Flat letters: dashes, and the Chinese figure one, that liteparse drops in small print of Type 3 fonts.

PDFium tells the height of a letter of such a font by its ink, and liteparse takes no letter that is lower than half a
point. Browsers write East Asian fonts so.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec.structs import replace

from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages.text_layer.accents import Glyph
from moonshelf.extraction.pages.text_layer.layers import Item, Word

_FLAT = re.compile("[-_~\u2010-\u2015\u2212\u4e00\u4e28\u30fc\uff0d]")
_LOWEST = 0.5  # points
_SMALL = 14.0  # points: the dashes of larger letters are higher
_BESIDE = 1.5  # times the type size: what stands nearer is of one line, for a dash between spaces too
_SPACE = 0.2  # of the type size: letters further apart have a space between them
_MOST_PAIRS = 2_000_000  # of items and letters; no page of text comes near


def restored(items: Sequence[Item], text: Callable[[], str], letters: Callable[[], Iterable[Glyph]]) -> Sequence[Item]:
    """Return *items* of a page with the flat letters that its *text* has and they lack."""
    if all(item.font or item.size >= _SMALL for item in items):  # fonts of Type 3 have no name
        return items
    if len(_FLAT.findall(text())) <= sum(len(_FLAT.findall(item.text)) for item in items):
        return items
    page = list(letters())
    lost = [one for one in page if boxes.height(one.box) < _LOWEST and _FLAT.match(one.text)]
    if len(items) * len(lost) > _MOST_PAIRS:
        return items
    found: dict[int, list[Glyph]] = {}
    for one in lost:
        found.setdefault(_nearest(one, items), []).append(one)
    return [told for place, item in enumerate(items) for told in _told(item, found.get(place, ()), page)]


def _nearest(lost: Glyph, items: Sequence[Item]) -> int:
    """Return the place of the item on the line of *lost* that is nearest to it; -1 where there is none."""
    level = boxes.middle(lost.box)[1]
    near = [
        (_apart(lost, item), place)
        for place, item in enumerate(items)
        if not item.rotation and item.box[1] < level < item.box[3]
    ]
    return min(near, default=(0.0, -1))[1]


def _apart(lost: Glyph, item: Item) -> float:
    return max(0.0, lost.box[0] - item.box[2], item.box[0] - lost.box[2])


def _told(item: Item, lost: Sequence[Glyph], page: Sequence[Glyph]) -> Iterator[Item]:
    """Yield *item* with what of the *lost* letters is near it, by the letters of the *page*, and then the others."""
    near = [one for one in lost if _apart(one, item) < _BESIDE * item.size]
    yield _whole(item, near, page) if near else item
    for one in lost:
        if one not in near:
            box = (one.box[0], item.box[1], one.box[2], item.box[3])
            yield replace(item, text=one.text, box=box, words=(Word(one.text, box),))


def _whole(item: Item, lost: Sequence[Glyph], page: Sequence[Glyph]) -> Item:
    left, _, right, _ = boxes.around((item.box, *(one.box for one in lost)))
    place = (left, item.box[1], right, item.box[3])
    words: list[Word] = []
    for one in sorted((one for one in page if boxes.holds(place, boxes.middle(one.box))), key=lambda one: one.box[0]):
        box = (one.box[0], place[1], one.box[2], place[3])
        if words and box[0] - words[-1].box[2] < _SPACE * item.size:
            before = words.pop()
            words.append(Word(before.text + one.text, boxes.around((before.box, box))))
        else:
            words.append(Word(one.text, box))
    return replace(item, text=" ".join(word.text for word in words), box=place, words=tuple(words))
