"""Openings: what is painted through a clipping path of several rectangles shows as so many areas.

Some writers of PDF paint the background of a row at once, and let it show in its cells (ISO 32000-1, 8.5.4).
"""

import ctypes
from collections.abc import Iterable, Iterator

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Fill
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages.text_layer.objects import Content, Handle

_CORNERS = 5  # points of a rectangle, of which the last is the first again
_MOST = 100  # rectangles of one path
_PATHS = 2_000  # of one page


def parted(fills: Iterable[Fill], content: Content) -> tuple[Fill, ...]:
    """Return *fills* with those that show through several rectangles as so many areas."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    shown: dict[Box, list[Box]] = {}
    for one in content.of(raw.FPDF_PAGEOBJ_PATH)[:_PATHS]:
        openings = [] if one.forms else list(_openings(one.handle))  # matrices of forms do not hold for what clips
        if openings:
            shown[_whole(one.box)] = [boxes.common(one.box, content.place(opening)) for opening in openings]
    return tuple(Fill(box, fill.color) for fill in fills for box in shown.get(_whole(fill.box), [fill.box]))


def _whole(box: Box) -> Box:
    """Return *box* in whole points: two libraries tell the same area."""
    left, top, right, bottom = map(round, box)
    return (left, top, right, bottom)


def _openings(handle: Handle) -> Iterator[Box]:
    """Yield the rectangles that *handle* is clipped to, if it is clipped to several."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    clip = raw.FPDFPageObj_GetClipPath(handle)
    if raw.FPDFClipPath_CountPaths(clip) < 1:
        return
    count = raw.FPDFClipPath_CountPathSegments(clip, 0)
    if not _CORNERS < count <= _CORNERS * _MOST or count % _CORNERS:
        return
    corners = [_point(raw.FPDFClipPath_GetPathSegment(clip, 0, index)) for index in range(count)]
    rectangles = [corners[first : first + _CORNERS] for first in range(0, count, _CORNERS)]
    if all(_upright(rectangle) for rectangle in rectangles):
        yield from (boxes.around((*corner, *corner) for corner in rectangle) for rectangle in rectangles)


def _point(segment: Handle) -> tuple[float, float]:
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    x, y = ctypes.c_float(), ctypes.c_float()
    raw.FPDFPathSegment_GetPoint(segment, x, y)
    return x.value, y.value


def _upright(corners: list[tuple[float, float]]) -> bool:
    across, down = ({corner[axis] for corner in corners} for axis in (0, 1))
    return corners[0] == corners[-1] and len(set(corners)) == len(across) * len(down)
