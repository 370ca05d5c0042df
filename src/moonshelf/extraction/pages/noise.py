"""Noise: fonts of a page whose codes are told as letters of scripts that nobody writes side by side.

Their map to text is wrong, or takes the numbers of glyphs for characters, while the rest of the page is sound.
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from moonshelf.extraction.document import Origin
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout import boxes

_SIDE_BY_SIDE = 3  # scripts of one word
_SHARE = 0.3  # of what a font sets beside ASCII, in such words
# Chinese and Japanese have letters of others among their own; marks and the signs of phonetics stand by any letter.
_AMONG_OTHERS = frozenset(
    ("CJK", "HIRAGANA", "KATAKANA", "FULLWIDTH", "HALFWIDTH", "GREEK", "MATHEMATICAL", "COMBINING", "MODIFIER")
)


def found(runs: Sequence[Run]) -> Sequence[Run]:
    """Return those of *runs* that are set in a font of noise and are not hidden."""
    told, mixed = Counter[str](), Counter[str]()
    for run in runs:
        if run.text.isascii() or run.hidden:
            continue
        for word in run.text.split():
            if word.isascii():
                continue
            letters = sum(not letter.isascii() for letter in word)
            told[run.font] += letters
            if letters >= _SIDE_BY_SIDE and len(_scripts(word)) >= _SIDE_BY_SIDE:
                mixed[run.font] += letters
    noisy = {font for font, letters in mixed.items() if letters > _SHARE * told[font]}
    return [run for run in runs if run.font in noisy and not run.text.isascii() and not run.hidden] if noisy else ()


def replaced(page: PageFacts, noise: Sequence[Run], recognised: PageFacts) -> PageFacts:
    """Return *page* with the lines that are *recognised* where there is *noise*, in place of all that stands there.

    Noise that no line covers stays, and its place counts as unread.
    """
    seen = () if recognised.turned else recognised.runs
    lines = [line for line in seen if any(_over(line, run) for run in noise)]
    kept = [run for run in page.runs if run.hidden or not any(_over(line, run) for line in lines)]
    unread = tuple(run.box for run in noise if run in kept)
    origin = Origin.BOTH if lines else page.origin
    return replace(page, runs=(*kept, *lines), origin=origin, unread=(*page.unread, *unread))


def _over(line: Run, run: Run) -> bool:
    return boxes.holds(line.box, boxes.middle(run.box))


def _scripts(word: str) -> set[str]:
    return {_script(letter) for letter in word if not letter.isascii()} - _AMONG_OTHERS


@lru_cache(10_000)
def _script(letter: str) -> str:
    """Return the script of *letter*, with which its name begins; that of signs is among others'."""
    if unicodedata.category(letter)[0] not in "LM":
        return "MODIFIER"
    return unicodedata.name(letter, "").partition(" ")[0]
