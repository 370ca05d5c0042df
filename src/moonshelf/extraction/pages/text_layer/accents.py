"""Accents: letters put together on the page from a letter and a mark printed over it, as TeX's older fonts do.

The reader of text layers leaves the mark beside its letter, and drops letters around it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import grouped, joined
from moonshelf.extraction.pages.text_layer import glyphs
from moonshelf.extraction.pages.text_layer.layers import Item

_MARKS = {
    "\u00b4": "\u0301",
    "\u02c6": "\u0302",
    "\u02dc": "\u0303",
    "\u00af": "\u0304",
    "\u02d8": "\u0306",
    "\u02d9": "\u0307",
    "\u00a8": "\u0308",
    "\u02da": "\u030a",
    "\u02dd": "\u030b",
    "\u02c7": "\u030c",
    "\u00b8": "\u0327",
    "\u02db": "\u0328",
}
"""Marks that take a place of their own, and those that combine with the letter before them."""

_DOTLESS = {"\u0131": "i", "\u0237": "j"}
"""Letters without their dot, which only stand below marks."""

_ANY_MARK = re.compile(f"[{''.join(_MARKS)}]")

_LEVEL = 0.5  # of the lower box: glyphs so much side by side are on one line
_WITHIN = 0.15  # of the type size: letters of a word stand no further apart
_BAND = 24.0  # points: lines are looked for in bands this high, so that a long page costs no more than its length
_MOST_PAIRS = 2_000_000  # of marks and letters; no page of text comes near
_PART = 0.5  # of a word's area: so much of it is in the mended word, or it is another


class Glyph(msgspec.Struct, frozen=True):
    """A character as it is set, with the box from its own place to the next one's."""

    text: str
    box: Box
    size: float


def loose(items: Iterable[Item]) -> bool:
    """Say whether marks stand among *items* that are no part of a letter."""
    return any(_ANY_MARK.search(item.text) for item in items)


def mended(items: Sequence[Item], characters: Sequence[Glyph], size: tuple[float, float]) -> Iterator[Run]:
    """Yield the runs of *items*, on a page of this *size*, with the words made whole that have marks over letters."""
    words = list(_words(characters))
    near = [boxes.grown(word.box, glyphs.GAP * word.size) for word in words]
    touched = [item for item in items if glyphs.level(item) and _meets(item.box, near)]
    ids = {id(item) for item in touched}
    for item in items:
        if id(item) not in ids:
            yield from glyphs.runs(item, *size)
    kept = [run for item in touched for run in glyphs.words(item, *size) if not _replaced(run, words)]
    styles = [run for item in touched for run in glyphs.words(item, *size)]
    yield from _whole([*kept, *(styled(word, styles) for word in words)])


def _meets(box: Box, places: Iterable[Box]) -> bool:
    return any(boxes.touch(box, place) for place in places)


def _words(characters: Sequence[Glyph]) -> Iterator[Run]:
    """Yield the words with a letter that a mark stands over."""
    shown = [one for one in characters if one.text.strip() and one.text not in _MARKS]
    marks = [one for one in characters if one.text in _MARKS]
    if len(marks) * len(shown) > _MOST_PAIRS:
        return
    bands = _bands(shown)
    letters = {base: whole for mark in marks for base in _near(mark, bands) if (whole := _letter(mark, shown[base]))}
    taken: set[int] = set()
    for base in letters:
        if base not in taken:
            word = _around(base, shown, _near(shown[base], bands))
            taken.update(word)
            text = "".join(letters.get(number, shown[number].text) for number in word)
            yield Run(text, boxes.around(shown[number].box for number in word), shown[base].size)


def _bands(shown: Sequence[Glyph]) -> Mapping[int, Sequence[int]]:
    """Return the numbers of the glyphs *shown* in each level band of the page."""
    bands: dict[int, list[int]] = {}
    for number, one in enumerate(shown):
        bands.setdefault(int(boxes.middle(one.box)[1] // _BAND), []).append(number)
    return bands


def _near(one: Glyph, bands: Mapping[int, Sequence[int]]) -> Iterator[int]:
    """Yield the numbers of the glyphs that may stand on the line of *one*."""
    band = int(boxes.middle(one.box)[1] // _BAND)
    return (number for near in (band - 1, band, band + 1) for number in bands.get(near, ()))


def _letter(mark: Glyph, base: Glyph) -> str:
    """Return the letter that *mark* makes of *base*, if it stands over it and there is such a letter."""
    if not base.text.isalpha() or not _over(mark, base):
        return ""
    whole = unicodedata.normalize("NFC", _DOTLESS.get(base.text, base.text) + _MARKS[mark.text])
    return whole if len(whole) == 1 else ""


def _over(mark: Glyph, letter: Glyph) -> bool:
    return letter.box[0] < boxes.middle(mark.box)[0] < letter.box[2] and _beside(mark, letter)


def _beside(one: Glyph, other: Glyph) -> bool:
    least = min(boxes.height(one.box), boxes.height(other.box))
    return boxes.shared_height(one.box, other.box) > _LEVEL * least


def _around(base: int, shown: Sequence[Glyph], near: Iterable[int]) -> list[int]:
    """Return the glyphs, of those *near*, of the word that holds *base*, from left to right."""
    middle = shown[base]
    line = sorted((n for n in near if _beside(shown[n], middle)), key=lambda n: shown[n].box[0])
    first = last = line.index(base)
    while first and shown[line[first]].box[0] - shown[line[first - 1]].box[2] < _WITHIN * middle.size:
        first -= 1
    while last + 1 < len(line) and shown[line[last + 1]].box[0] - shown[line[last]].box[2] < _WITHIN * middle.size:
        last += 1
    return line[first : last + 1]


def _replaced(run: Run, words: Iterable[Run]) -> bool:
    area = boxes.width(run.box) * boxes.height(run.box)
    shared = (boxes.shared_width(run.box, word.box) * boxes.shared_height(run.box, word.box) for word in words)
    return any(one >= _PART * area for one in shared)


def styled(word: Run, styles: Sequence[Run]) -> Run:
    """Return *word* set as the nearest of *styles* on its line is."""
    level = [run for run in styles if boxes.shared_height(run.box, word.box)]
    if not level:
        return word
    nearest = min(level, key=lambda run: abs(boxes.middle(run.box)[0] - boxes.middle(word.box)[0]))
    box = (word.box[0], nearest.box[1], word.box[2], nearest.box[3])
    return replace(nearest, text=word.text, box=box)


def _whole(words: Sequence[Run]) -> Iterator[Run]:
    """Join the words of each line as far as no wide gap parts them, and they are set alike."""
    for line in grouped(words):
        held = [line.runs[0]]
        for run in line.runs[1:]:
            near = run.box[0] - held[-1].box[2] <= glyphs.GAP * run.size
            if near and (run.font, run.hidden) == (held[0].font, held[0].hidden):
                held.append(run)
                continue
            yield _one(held)
            held = [run]
        yield _one(held)


def _one(runs: Sequence[Run]) -> Run:
    return replace(runs[0], text=joined(runs), box=boxes.around(run.box for run in runs))
