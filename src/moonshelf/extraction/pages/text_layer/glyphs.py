"""Runs of characters among the items of a page's text layer."""
# ruff: noqa: FURB136 - min and max of two take several times as long, and every word of a page is looked at

import math
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.mirror import LEFTWARD
from moonshelf.extraction.notation import symbol_fonts
from moonshelf.extraction.pages.text_layer.layers import Item

GAP = 0.55
"""Words further apart than this part of the type size are runs of their own: they may be cells of a table."""

_MOST_SLANTED = 25.0  # degrees
_LINE = 1.35  # of the type size: the height of a line's box
_TINY = 0.8  # points; print is hard to read below 4
_BOLD_WEIGHT = 600
# The short names are those of TeX's fonts.
_BOLD = re.compile(r"bold|black|heavy|-medi|W[6-9]\b|(?:cm|ec|sf)(?:ss)?bx|cmb\d|sfsx", re.IGNORECASE)
_ITALIC = re.compile(r"ital|obli|slant|(?:cm|ec|sf)(?:bx)?(?:ti|sl|si)\d", re.IGNORECASE)
_MONOSPACE = re.compile(
    r"mono(?!type)|nimbusmon|monaco|courier|gyrecursor|consol|menlo|typewriter|(?:cm|ec|sf)(?:sl|it|vt)?tt|inconsolata"
    r"|\bcode|(?:source|fira|cascadia)code|andale|lettergothic",
    re.IGNORECASE,
)
_TELLING = 3  # letters; of fewer the space around them blurs the width
_ONE_WIDTH = 1.15  # from the widest letter to the narrowest, the space beside them aside
# What stands at the left of a word that is read from right to left ends it.
_OUTER_SIGNS = re.compile(f"^([.,:;!?\u060c\u061b\u061f]*)({LEFTWARD.pattern}(?:.*{LEFTWARD.pattern})?)([.,:;!?]*)$")
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")


def runs(item: Item, width: float, height: float) -> Iterator[Run]:
    """Yield the runs of *item*, split at wide gaps, on a page of this size.

    The reader puts words that are read from right to left in an order of its own: each of them is a run.
    """
    if not item.text.isascii() and LEFTWARD.search(item.text):
        for word in item.words:
            clean = _clean(word.text, item.font)
            if clean:
                yield _run(item, clean, word.box, hidden=_hidden(item, word.box, width, height))
        return
    pieces: Iterable[tuple[str, Box]] = _pieces(item) if level(item) else [(item.text, item.box)]
    for text, box in pieces:
        clean = _clean(text, item.font)
        if clean:
            yield _run(item, clean, box, hidden=_hidden(item, box, width, height))


def words(item: Item, width: float, height: float) -> Iterator[Run]:
    """Yield each word of *item* as a run of its own, on a page of this size."""
    for _, _, text, box in _places(item):
        clean = _clean(text, item.font)
        if clean:
            yield _run(item, clean, box, hidden=_hidden(item, box, width, height))


def level(item: Item) -> bool:
    """Say whether *item* is set to be read without turning the page."""
    return not item.rotation or round(item.rotation) % 360 == 0 or _slanted(item)


def _slanted(item: Item) -> bool:
    """Say whether letters only lean, as browsers set those of fonts without italics: the reader calls that turned.

    What is turned goes down the page, so its box is higher than a line.
    """
    angle = min(item.rotation % 360, -item.rotation % 360)
    drop = math.sin(math.radians(angle)) * boxes.width(item.box)
    return 0 < angle < _MOST_SLANTED and boxes.height(item.box) < _LINE * item.size + drop / 2


def _clean(text: str, font: str) -> str:
    clean = (text if text.isprintable() else _NOT_TEXT.sub("", symbol_fonts.shown(text, font))).strip()
    return clean if clean.isascii() else _OUTER_SIGNS.sub(r"\3\2\1", clean)


def _places(item: Item) -> Iterator[tuple[int, int, str, Box]]:
    """Yield where in its text each word of *item* begins and ends, the word, and its box.

    The reader tells no words of formulas, which it writes in LaTeX: what stands between words is one of its own, from
    the word before to the one behind it.
    """
    whole, end = item.text, 0
    left, top, right, bottom = item.box
    for word in item.words:
        here = whole.find(word.text, end)
        if here < 0:
            break
        box = word.box
        if whole[end:here].strip():
            yield end, here, whole[end:here], (left, top, max(left, box[0]), bottom)
        end, left = here + len(word.text), box[2]
        yield here, end, word.text, box
    if whole[end:].strip():
        yield end, len(whole), whole[end:], (left, top, max(left, right), bottom)


def _pieces(item: Item) -> Iterable[tuple[str, Box]]:
    """Cut the item's own text, which has its spaces right, where neighbouring words stand far apart."""
    widest = GAP * item.size
    box = _unbroken(item, widest)
    return [(item.text, box)] if box else _parted(item, widest)


def _unbroken(item: Item, widest: float) -> Box | None:
    """Return the box around the words of *item* if they are its text, and none is further than *widest* from others."""
    if not item.text or item.text != " ".join([word.text for word in item.words]):
        return None
    left, top, right, bottom = item.words[0].box
    for word in item.words:  # as in ``boxes.around``: two loops would take twice as long
        x0, y0, x1, y1 = word.box
        if x0 - right > widest:
            return None
        left = x0 if x0 < left else left
        top = y0 if y0 < top else top
        right = x1 if x1 > right else right
        bottom = y1 if y1 > bottom else bottom
    return (left, top, right, bottom)


def _parted(item: Item, widest: float) -> Iterator[tuple[str, Box]]:
    """Yield the parts of *item* between which there is more than *widest*."""
    whole = item.text
    start = end = 0
    held: list[Box] = []
    reach = 0.0
    for begins, ends, _, box in _places(item):
        if held and box[0] - reach > widest:
            yield whole[start:end], boxes.around(held)
            start, held = begins, []
        reach = max(reach, box[2]) if held else box[2]
        held.append(box)
        end = ends
    if held:
        yield whole[start:], boxes.around(held)


def _run(item: Item, text: str, box: Box, *, hidden: str) -> Run:
    bold, italic, monospace = _style(item.font)
    turned = round(item.rotation) % 360
    lean = item.rotation if turned and level(item) else 0.0
    return Run(
        text=text,
        box=box,
        # The reader takes a lean off the height twice over.
        size=item.size / math.cos(math.radians(2 * lean)) if lean else item.size,
        font=item.font,
        bold=bold or item.weight >= _BOLD_WEIGHT,
        italic=italic or bool(lean),
        monospace=monospace and _of_one_width(item),
        color=item.color[2:],
        rotation=0.0 if lean else float(turned),
        hidden=hidden,
    )


@lru_cache(1_000)
def _style(font: str) -> tuple[bool, bool, bool]:
    """Say whether a font of this name is bold, italic and of one width."""
    return bool(_BOLD.search(font)), bool(_ITALIC.search(font)), bool(_MONOSPACE.search(font))


def _of_one_width(item: Item) -> bool:
    """Say whether all letters are as wide as each other; the name is only that of the font of the first."""
    pitches = [boxes.width(word.box) / len(word.text) for word in item.words if len(word.text) >= _TELLING]
    return not pitches or max(pitches) < _ONE_WIDTH * min(pitches)


def _hidden(item: Item, box: Box, width: float, height: float) -> str:
    return unseen(box, item.size, width, height) or ("transparent" if item.color[:2] == "00" else "")


def unseen(box: Box, size: float, width: float, height: float) -> str:
    """Return why nobody sees letters of this *size* at *box* on a page of *width* and *height*; nothing if one may."""
    if box[2] <= 0 or box[3] <= 0 or box[0] >= width or box[1] >= height:
        return "off-page"
    return "tiny" if size < _TINY else ""
