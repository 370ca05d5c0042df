"""Soundness: whether the text layer of a page says what the page shows, or must be borne out by recognition."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from string import ascii_letters

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages.hidden import scan_layers
from moonshelf.extraction.pages.hidden.unseen import BENEATH
from moonshelf.extraction.pages.text_layer.layers import Item

_WHOLE = 0.9  # of both sides of a page: a picture so wide and high is a scan, or what all is printed on
_STAMP = 20  # bytes: what is printed on a scan that has no text layer, such as its number
_PICTURED = 0.5  # of the page: pictures that large may hold the text, where the text layer has little
_LEAST_SIDE = 25.0  # points of a picture that counts
_FEW = 500  # bytes: those of letters or, for as many words, of a third as many ideographs

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_MOST_CONTROLS = 0.05  # of the characters: codes of glyphs in place of letters; private signs are bullets and icons
_OTHERS = bytes(set(range(256)).difference(ascii_letters.encode()))
_VOWELS = b"aeiouAEIOU"
_LEAST_VOWELS = 0.2  # of Latin letters: all languages have more than 0.3, and letters put in place of others 0.1
_TELLING = 30  # letters; a few may be an abbreviation
_SHARE = 0.15  # of a page's letters: a font of fewer sets labels, and not what there is to read

SCAN = 0.7
"""The trust in what another recogniser read, and hid behind the picture or before it."""


def trust(items: Sequence[Item], told: Sequence[Run], page: PageFacts) -> float | None:
    """Return how many letters must be recognised for each of a text layer's own to be taken instead.

    None means that the layer, which has these *items*, needs no recognition beside it. *page* holds its runs, and
    *told* what was known of these before any pixel was looked at.
    """
    if not items:
        return SCAN
    if _is_garbled(items):
        return 0.0
    length = sum(len(item.text.encode()) for item in items)
    if _is_scan(told, page, length):
        return SCAN
    return 1.0 if length < _FEW and _pictured(page) >= _PICTURED else None


def _is_garbled(items: Iterable[Item]) -> bool:
    """Say whether a font's map to text is wrong: its glyphs are told as controls, or as letters without vowels."""
    parts = defaultdict[str, list[str]](list)
    for item in items:
        parts[item.font].append(item.text)
    texts = list(map("".join, parts.values()))
    controls = sum(len(_CONTROL.findall(text)) for text in texts if not text.isprintable())
    if controls > _MOST_CONTROLS * sum(map(len, texts)):
        return True
    latin = [text.encode("ascii", "ignore").translate(None, _OTHERS) for text in texts]
    least = max(_TELLING, _SHARE * sum(map(len, latin)))
    return any(_is_voiceless(text) for text in (b"".join(latin), *latin) if len(text) >= least)


def _is_voiceless(latin: bytes) -> bool:
    vowels = len(latin) - len(latin.translate(None, _VOWELS))
    return vowels < _LEAST_VOWELS * len(latin)


def _is_scan(told: Sequence[Run], page: PageFacts, length: int) -> bool:
    """Say whether *page* is a picture: with text for programs behind or before it, or hardly anything printed on it."""
    if scan_layers.hold_most(page):
        return True
    if not any(_is_whole(box, page) for box in page.pictures):
        return False
    beneath = scan_layers.letters(run for run in told if run.hidden == BENEATH)
    return length < _STAMP or beneath * 2 > scan_layers.letters(told)


def _is_whole(box: Box, page: PageFacts) -> bool:
    return boxes.width(box) > _WHOLE * page.width and boxes.height(box) > _WHOLE * page.height


def _pictured(page: PageFacts) -> float:
    """Return how much of *page* its pictures take, those aside that everything is printed on."""
    sides = [(boxes.width(box), boxes.height(box)) for box in page.pictures if not _is_whole(box, page)]
    return sum(wide * high for wide, high in sides if min(wide, high) >= _LEAST_SIDE) / (page.width * page.height)
