"""Gaps: pages of whose words liteparse leaves many out, as where the codes of a font stand for nothing."""

import re
from collections.abc import Callable, Iterable

from moonshelf.extraction.facts import Run
from moonshelf.extraction.pages.text_layer.layers import Layer

_LOST = 0.25  # of the different words that PDFium reads
_KEPT = 0.9  # of its characters: a page that has them lost no words
_WORD = re.compile(r"\w{3,}")


def wide(layer: Layer, told: Iterable[Run], text: Callable[[], str], shown: Callable[[], str]) -> bool:
    """Tell whether *layer* has lost many of the words in PDFium's *text* of the page, and in what is *shown* of it.

    What is *told* of the page may hold words that *layer* lost, as those are that others are printed over. Characters
    do not tell it: a text may be printed twice, and liteparse drops the dots that lead to a page's number.
    """
    kept = "".join("".join(item.text for item in layer.items).split())
    if len(kept) >= _KEPT * len("".join(text().split())):
        return False
    kept += "".join("".join(run.text for run in told).split())
    return _lost(kept, text()) and _lost(kept, shown())


def _lost(kept: str, text: str) -> bool:
    words = {word.casefold() for word in _WORD.findall(text)}
    whole = kept.casefold()
    return sum(word not in whole for word in words) > _LOST * len(words)
