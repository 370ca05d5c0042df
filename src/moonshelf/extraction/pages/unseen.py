"""Unseen text: what a PDF's content shows to programs and not to people, found among its text objects.

The reader of the text layer drops most of it without a word, so the objects themselves are asked: how each is
painted, where, how large, and what is painted over it.
"""

import ctypes
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
from msgspec.structs import replace

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

Bounds: TypeAlias = Callable[[Box], Box]
Handle: TypeAlias = Any  # PDFium's pointers, of which ctypes knows no more
_Matrix: TypeAlias = tuple[float, float, float, float, float, float]

INVISIBLE, COVERED = "invisible", "covered"
_MODES = {3: INVISIBLE, 7: INVISIBLE}  # render modes that paint nothing (ISO 32000-1, table 106)
_MOST_OBJECTS = 20_000  # of one page: a map may have a million
_DEEPEST = 4  # forms inside forms
_TINY = 0.8  # points
_COVER = 50.0  # square points; what is smaller covers no word
_MOST_COVERS = 200  # a page of more is a drawing
_OPAQUE = 255
_SHARED = 0.6  # of a run's own area
_BESIDE = 1.5  # times the height: parts of one hidden line are not further apart
_LONGEST = 20_000  # bytes of one text object


class _Painted(msgspec.Struct, frozen=True):
    """An object on the page, in the order of painting, with the box it takes as displayed."""

    order: int
    kind: int
    box: Box
    handle: Handle


def found(page: "PdfPage", bounds: Bounds, size: tuple[float, float], *, paint: bool) -> tuple[Run, ...]:
    """Return the text on *page*, of this *size* as displayed, that nobody sees, with the reason of each run.

    *bounds* turns PDF coordinates into those of the displayed page. Only where *paint* says that words stand where
    something is painted is it asked which was painted first: that takes as long as all the rest.
    """
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    painted = list(islice(_painted(page, bounds, paint=paint), _MOST_OBJECTS))
    covers = [one for one in painted if one.kind != raw.FPDF_PAGEOBJ_TEXT and _area(one.box) > _COVER and _opaque(one)]
    covers = covers if len(covers) <= _MOST_COVERS else []
    texts = (one for one in painted if one.kind == raw.FPDF_PAGEOBJ_TEXT)
    concealed = [(one, reason) for one in texts if (reason := _reason(one, covers, *size))]
    if not concealed:
        return ()
    layer = page.get_textpage()
    try:
        return tuple(
            _joined(Run(_text(layer.raw, one.handle), one.box, _high(one.box), hidden=why) for one, why in concealed)
        )
    finally:
        layer.close()


def withheld(runs: Sequence[Run], concealed: Iterable[Run]) -> tuple[Run, ...]:
    """Mark those of *runs* that are *concealed*, and add what they lack of it."""
    marked = list(runs)
    lacking: list[Run] = []
    for one in concealed:
        same = [index for index, run in enumerate(marked) if _same(run, one)]
        for index in same:
            marked[index] = replace(marked[index], hidden=marked[index].hidden or one.hidden)
        if not same:
            lacking.append(one)
    return (*marked, *lacking)


def _painted(page: "PdfPage", bounds: Bounds, *, paint: bool) -> Iterator[_Painted]:
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    painting = {raw.FPDF_PAGEOBJ_TEXT, *((raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE) if paint else ())}
    order = 0
    top = _children(page.raw, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject)
    stack: list[tuple[Iterator[Handle], tuple[_Matrix, ...]]] = [(top, ())]
    while stack:
        handle = next(stack[-1][0], None)
        order += 1
        if handle is None:
            stack.pop()
            continue
        kind, outer = raw.FPDFPageObj_GetType(handle), stack[-1][1]
        if kind == raw.FPDF_PAGEOBJ_FORM and len(stack) <= _DEEPEST:
            inner = _children(handle, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject)
            stack.append((inner, (_matrix(handle), *outer)))
        elif kind in painting and (box := _box(handle, outer)) is not None:
            yield _Painted(order, kind, bounds(box), handle)


def _children(
    parent: Handle, count: Callable[[Handle], int], child: Callable[[Handle, int], Handle]
) -> Iterator[Handle]:
    return (child(parent, index) for index in range(min(count(parent), _MOST_OBJECTS)))


def _matrix(form: Handle) -> _Matrix:
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(form, matrix):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _box(handle: Handle, outer: Iterable[_Matrix]) -> tuple[float, float, float, float] | None:
    """Return left, bottom, right and top on the page of an object inside forms with these matrices."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    edges = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(handle, *edges):
        return None
    left, bottom, right, top = (edge.value for edge in edges)
    for a, b, c, d, e, f in outer:
        corners = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)]
        left, right = min(x for x, _ in corners), max(x for x, _ in corners)
        bottom, top = min(y for _, y in corners), max(y for _, y in corners)
    return left, bottom, right, top


def _opaque(one: _Painted) -> bool:
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    if raw.FPDFPageObj_HasTransparency(one.handle):
        return False
    if one.kind == raw.FPDF_PAGEOBJ_IMAGE:
        return _photograph(one.handle)
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(one.handle, mode, stroke)
    channels = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFPageObj_GetFillColor(one.handle, *channels)
    return bool(mode.value) and channels[3].value == _OPAQUE and _rectangle(one.handle)


def _photograph(handle: Handle) -> bool:
    """Say whether an image paints all of its box: a stencil of one bit paints letters and lets the rest show."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    about = raw.FPDF_IMAGEOBJ_METADATA()
    return bool(raw.FPDFImageObj_GetImageMetadata(handle, None, about)) and about.bits_per_pixel > 1


def _rectangle(path: Handle) -> bool:
    """Say whether *path* is one rectangle, upright or nearly so: other shapes leave parts of their box bare."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    count = raw.FPDFPath_CountSegments(path)
    segments = [raw.FPDFPath_GetPathSegment(path, index) for index in range(count)] if count in {4, 5} else []
    x, y = ctypes.c_float(), ctypes.c_float()
    points = {(x.value, y.value) for one in segments if raw.FPDFPathSegment_GetPoint(one, x, y)}
    return len(points) == 4 and len({x for x, _ in points}) == len({y for _, y in points}) == 2  # noqa: PLR2004 corners


def _reason(one: _Painted, covers: Sequence[_Painted], width: float, height: float) -> str:
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    if mode := _MODES.get(raw.FPDFTextObj_GetTextRenderMode(one.handle)):
        return mode
    left, top, right, bottom = one.box
    if right <= 0 or bottom <= 0 or left >= width or top >= height:
        return "off-page"
    if min(right - left, bottom - top) < _TINY:
        return "tiny" if _font_size(one.handle) < _TINY else ""
    covered = any(cover.order > one.order and _inside(one.box, cover.box) for cover in covers)
    return COVERED if covered else ""


def _font_size(handle: Handle) -> float:
    """Return the type size in points as displayed."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    size = ctypes.c_float()
    raw.FPDFTextObj_GetFontSize(handle, size)
    _, b, _, d, _, _ = _matrix(handle)
    return size.value * max(abs(b), abs(d))


def _text(layer: Handle, handle: Handle) -> str:
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    length = min(raw.FPDFTextObj_GetText(handle, layer, None, 0), _LONGEST)
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    raw.FPDFTextObj_GetText(handle, layer, buffer, length)
    return bytes(buffer).decode("utf-16-le", "ignore").replace("\0", "")


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    """Join what follows on one line for the same reason, and drop what has no letters."""
    line: Run | None = None
    for run in runs:
        if line is not None and _follows(line, run):
            line = replace(line, text=line.text + _space(line, run) + run.text, box=boxes.around((line.box, run.box)))
            continue
        if line is not None and line.text.strip():
            yield replace(line, text=line.text.strip())
        line = run
    if line is not None and line.text.strip():
        yield replace(line, text=line.text.strip())


def _follows(line: Run, run: Run) -> bool:
    gap = run.box[0] - line.box[2]
    level = boxes.shared_height(line.box, run.box) > _SHARED * min(_high(line.box), _high(run.box))
    return line.hidden == run.hidden and level and abs(gap) < _BESIDE * max(line.size, run.size)


def _space(line: Run, run: Run) -> str:
    return " " if run.box[0] - line.box[2] > 0.2 * line.size and not line.text.endswith(" ") else ""


def _same(run: Run, concealed: Run) -> bool:
    """Say whether *run* is a part of what is *concealed*, or holds it: by its place, and by its letters."""
    one, other = "".join(run.text.split()), "".join(concealed.text.split())
    shared = boxes.shared_width(run.box, concealed.box) * boxes.shared_height(run.box, concealed.box)
    near = shared >= _SHARED * min(_area(run.box), _area(concealed.box))
    return near and bool(one) and (one in other or (other in one and len(other) * 2 > len(one)))


def _inside(box: Box, cover: Box) -> bool:
    left, top, right, bottom = box
    return cover[0] - 1 <= left and cover[1] - 1 <= top and right <= cover[2] + 1 and bottom <= cover[3] + 1


def _area(box: Box) -> float:
    return boxes.width(box) * boxes.height(box)


def _high(box: Box) -> float:
    return boxes.height(box)
