"""Centred numbers: one or two figures alone in the middle of their line, which liteparse takes for those of pages.

It drops them wherever on the page they stand, so that a cell of a table may lack its number. Those above or below all
else are numbers of pages indeed.
"""

import ctypes
from collections.abc import Iterator, Sequence

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages.text_layer.objects import Content, Handle

_OFF = 0.05  # of the page's width: how far the middle of the number is off that of the page
_WIDE = 2.0  # times the height of its figures: two are 1.6 wide
_LONGEST = 8  # code units; a number with the spaces around it
_ABOVE, _BELOW = 0.3, 0.3  # of the height of figures: what a line has above and below them


def lost(runs: Sequence[Run], content: Content) -> Iterator[Run]:
    """Yield the numbers in the middle of the page, between other lines, that are in its *content* and not in *runs*."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    width = content.page.get_size()[0]
    found = [one for one in content.of(raw.FPDF_PAGEOBJ_TEXT) if _centred(one.box, width)]
    lone = [one for one in found if not any(boxes.holds(run.box, boxes.middle(one.box)) for run in runs)]
    if lone and runs:
        first, last = min(run.box[3] for run in runs), max(run.box[1] for run in runs)
        lone = [one for one in lone if first < one.box[1] and one.box[3] < last]
    if not lone:
        return
    layer = content.page.get_textpage()
    try:
        for one in lone:
            text = _text(one.handle, layer.raw)
            if text.isascii() and text.isdigit():
                yield Run(text, _line(one.box), round(boxes.height(one.box) * (1 + _ABOVE), 1))
    finally:
        layer.close()


def _centred(box: Box, width: float) -> bool:
    left, top, right, bottom = box
    return abs(left + right - width) < 2 * _OFF * width and 0 < right - left < _WIDE * (bottom - top)


def _line(box: Box) -> Box:
    high = boxes.height(box)
    return (box[0], box[1] - _ABOVE * high, box[2], box[3] + _BELOW * high)


def _text(handle: Handle, layer: Handle) -> str:
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    buffer = (ctypes.c_ushort * _LONGEST)()
    count = raw.FPDFTextObj_GetText(handle, layer, buffer, ctypes.sizeof(buffer))
    return bytes(buffer).decode("utf-16-le", "ignore").split("\0")[0].strip() if count <= ctypes.sizeof(buffer) else ""
