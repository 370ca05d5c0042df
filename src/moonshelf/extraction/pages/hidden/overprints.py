"""Overprints: words that others are printed over, as by a stamp, which liteparse drops with the rest of their line.

A person sees both, so they are shown like all others.
"""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages.hidden import unseen
from moonshelf.extraction.pages.text_layer.objects import Content

_FEW = 2  # characters that one reader has more than the other on sound pages
_OVER = 0.2  # of the smaller box: lines that touch are not printed over each other
_LINE = 1.2  # of the type size
_MOST_PAIRS = 2_000_000


def added(runs: tuple[Run, ...], content: Content, text: Callable[[], str]) -> tuple[Run, ...]:
    """Return *runs* with what objects of the *content* say under others, where they lack a part of PDFium's *text*."""
    kept = _letters("".join([run.text for run in runs]))
    if len(kept) + _FEW >= len(_letters(text())):
        return runs
    objects = unseen.texts(content)
    lacking: Sequence[Run] = unseen.withheld(runs, objects)[len(runs) :]
    if len(lacking) * len(objects) > _MOST_PAIRS:
        return runs
    said = _plain(kept)
    lacking = [one for one in lacking if _lacks(said, kept, one)]
    beneath = (one for one in lacking if any(_printed_over(one, other) for other in objects))
    # Between spaces, as no gap parts them from what is printed over them.
    return (*runs, *(replace(one, text=f" {one.text} ") for one in unseen.joined(beneath)))


def _lacks(said: str, kept: str, one: Run) -> bool:
    """Say whether *one* is nowhere in what was *said*, nor in *kept*, which holds the signs of that too.

    A mark over letters is a part of a word, and quotation marks are not written alike by all readers.
    """
    plain = _plain(one.text)
    return plain not in said if plain else _letters(one.text) not in kept


def _letters(text: str) -> str:
    return "".join(text.split())


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _printed_over(one: Run, other: Run) -> bool:
    if _letters(one.text) == _letters(other.text):
        return False  # itself, or the same once more, as bold letters are made
    over = _line(other)
    shared = boxes.shared_width(one.box, over) * boxes.shared_height(one.box, over)
    return shared > _OVER * min(boxes.width(box) * boxes.height(box) for box in (one.box, over))


def _line(run: Run) -> Box:
    """Return the place that liteparse gives to *run*: as high as its line, however low its letters are."""
    left, top, right, bottom = run.box
    return (left, min(top, bottom - _LINE * run.size), right, bottom)
