"""Runs of characters as liteparse finds them in a page's text layer."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run

if TYPE_CHECKING:
    from liteparse.types import TextItem, WordBox

GAP = 0.55
"""Words further apart than this part of the type size are runs of their own: they may be cells of a table."""

_TINY = 0.8  # points; print is hard to read below 4
_BOLD_WEIGHT = 600
_BOLD = re.compile(r"bold|black|heavy|-medi|W[6-9]\b", re.IGNORECASE)
_ITALIC = re.compile(r"ital|obli|slant", re.IGNORECASE)
_MONOSPACE = re.compile(r"mono(?!type)|courier|consol|menlo|typewriter|CMTT|inconsolata|\bcode", re.IGNORECASE)
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")


def runs(item: "TextItem", width: float, height: float) -> Iterator[Run]:
    """Yield the runs of *item*, split at wide gaps, on a page of this size."""
    pieces = _pieces(item) if level(item) else [(item.text, bounds(item))]
    for text, box in pieces:
        clean = _NOT_TEXT.sub("", text).strip()
        if clean:
            yield _run(item, clean, box, hidden=_hidden(item, box, width, height))


def words(item: "TextItem", width: float, height: float) -> Iterator[Run]:
    """Yield each word of *item* as a run of its own, on a page of this size."""
    for word in item.words:
        box, clean = bounds(word), _NOT_TEXT.sub("", word.text).strip()
        if clean:
            yield _run(item, clean, box, hidden=_hidden(item, box, width, height))


def level(item: "TextItem") -> bool:
    """Say whether *item* is set to be read without turning the page."""
    return round(item.rotation) % 360 == 0


def _size(item: "TextItem") -> float:
    return item.font_height or item.height * 0.8


def bounds(item: "TextItem | WordBox") -> Box:
    """Return the box of *item*."""
    return (item.x, item.y, item.x + item.width, item.y + item.height)


def _pieces(item: "TextItem") -> Iterator[tuple[str, Box]]:
    """Cut the item's own text, which has its spaces right, where neighbouring words stand far apart."""
    widest = GAP * _size(item)
    start, end, box = 0, 0, None
    for word in item.words:
        here = item.text.find(word.text, end)
        if here < 0:
            break
        place = bounds(word)
        if box is None:
            box = place
        elif place[0] - box[2] > widest:
            yield item.text[start:end], box
            start, box = here, place
        else:
            box = (min(box[0], place[0]), min(box[1], place[1]), max(box[2], place[2]), max(box[3], place[3]))
        end = here + len(word.text)
    else:
        if box is not None:
            yield item.text[start:], box
            return
    rest = bounds(item)
    yield item.text[start:], (rest[0] if box is None else box[0], rest[1], rest[2], rest[3])


def _run(item: "TextItem", text: str, box: Box, *, hidden: str) -> Run:
    font = item.font_name or ""
    return Run(
        text=text,
        box=box,
        size=_size(item),
        font=font,
        bold=(item.font_weight or 0) >= _BOLD_WEIGHT or bool(_BOLD.search(font)),
        italic=bool(_ITALIC.search(font)),
        monospace=bool(_MONOSPACE.search(font)),
        color=(item.fill_color or "ff000000")[2:],
        rotation=float(round(item.rotation) % 360),
        hidden=hidden,
    )


def _hidden(item: "TextItem", box: Box, width: float, height: float) -> str:
    if box[2] <= 0 or box[3] <= 0 or box[0] >= width or box[1] >= height:
        return "off-page"
    if _size(item) < _TINY:
        return "tiny"
    if (item.fill_color or "ff")[:2] == "00":
        return "transparent"
    return ""
