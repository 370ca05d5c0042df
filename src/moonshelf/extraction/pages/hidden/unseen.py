"""Unseen text: what a PDF's content shows to programs and not to people, found among its text objects.

The reader of the text layer drops most of it without a word, so the objects themselves are asked: how each is
painted, where, how large, and what is painted over it.
"""

import ctypes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages.text_layer import objects
from moonshelf.extraction.pages.text_layer.objects import Content, Handle, Painted, matrix

Size: TypeAlias = tuple[float, float]

INVISIBLE, COVERED = "invisible", "covered"
BENEATH = "beneath a picture"  # which may let it show: the pixels tell
_MODES = {3: INVISIBLE, 7: INVISIBLE}  # render modes that paint nothing (ISO 32000-1, table 106)
_TINY = 0.8  # points
_COVER = 50.0  # square points; what is smaller covers no word
_MOST_COVERS = 200  # a page of more is a drawing
_OPAQUE = 255
_SHARED = 0.6  # of a run's own area
_BAND, _MOST_BANDS, _FAR = 40.0, 500, 1e7  # points, bands of one box, points
_BESIDE = 1.5  # times the height: parts of one hidden line are not further apart


def found(content: Content, *, paint: bool) -> tuple[Run, ...]:
    """Return the text in the *content* of a page that nobody sees, with the reason of each run.

    Only where *paint* says that words stand where something is painted is it asked which was painted first: that
    takes as long as all the rest.
    """
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    size, covers, mode = content.page.get_size(), _covers(content) if paint else [], raw.FPDFTextObj_GetTextRenderMode
    concealed = [
        (one, why)
        for one in content.of(raw.FPDF_PAGEOBJ_TEXT)
        if (why := _MODES.get(mode(one.handle)) or _reason(one, covers, size))
    ]
    if not concealed:
        return ()
    layer = content.page.get_textpage()
    try:
        told = _told(layer.raw)
        texts = (told.get(objects.address(one.handle), "") for one, _ in concealed)
        runs = (
            Run(text, one.box, _high(one.box), hidden=why) for text, (one, why) in zip(texts, concealed, strict=True)
        )
        return tuple(joined(runs))
    finally:
        layer.close()


def texts(content: Content) -> Sequence[Run]:
    """Return what each text object of the *content* of a page says, whether anybody sees it or not."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    layer = content.page.get_textpage()
    try:
        told = _told(layer.raw)
    finally:
        layer.close()
    found = ((one, told.get(objects.address(one.handle), "")) for one in content.of(raw.FPDF_PAGEOBJ_TEXT))
    return [Run(text, one.box, font_size(one.handle)) for one, text in found if text.strip()]


def withheld(runs: Sequence[Run], concealed: Iterable[Run]) -> tuple[Run, ...]:
    """Mark those of *runs* that are *concealed*, and add what they lack of it."""
    marked, bands = list(runs), _banded(runs)
    lacking: list[Run] = []
    for one in concealed:
        near = [index for band in _bands(one.box) for index in bands.get(band, ())]
        same = [index for index in near if _level(runs[index].box, one.box) and _same(marked[index], one)]
        for index in same:
            marked[index] = replace(marked[index], hidden=marked[index].hidden or one.hidden)
        if not same and one.hidden != BENEATH:
            lacking.append(one)
    return (*marked, *lacking)


def _banded(runs: Sequence[Run]) -> Mapping[int, Sequence[int]]:
    """Return the places of *runs* by the bands of a page that they reach into: a page may have any number of lines."""
    found: dict[int, list[int]] = {}
    for index, run in enumerate(runs):
        for band in _bands(run.box):
            found.setdefault(band, []).append(index)
    return found


def _bands(box: Box) -> Iterable[int]:
    """Return the bands of a page that *box* reaches into."""
    top, bottom = (round(min(max(edge, -_FAR), _FAR) / _BAND) for edge in (box[1], box[3]))
    return range(top, min(bottom, top + _MOST_BANDS) + 1)


def _level(box: Box, other: Box) -> bool:
    return box[1] <= other[3] and other[1] <= box[3]


def _covers(content: Content) -> Sequence[tuple[int, Box, str]]:
    """Return when and where something opaque is painted, and what that makes of words behind it."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    covers = [
        (one.order, one.box, BENEATH if one.kind == raw.FPDF_PAGEOBJ_IMAGE else COVERED)
        for one in content.of(raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE)
        if _area(one.box) > _COVER and _opaque(one, content.page.raw)
    ]
    return covers if len(covers) <= _MOST_COVERS else []


def _opaque(one: Painted, page: Handle) -> bool:
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    if raw.FPDFPageObj_HasTransparency(one.handle):
        return False
    if one.kind == raw.FPDF_PAGEOBJ_IMAGE:
        return _photograph(one.handle, page)
    mode, stroke, tint, alpha = ctypes.c_int(), ctypes.c_int(), ctypes.c_uint(), ctypes.c_uint()
    raw.FPDFPath_GetDrawMode(one.handle, mode, stroke)
    raw.FPDFPageObj_GetFillColor(one.handle, tint, tint, tint, alpha)
    return bool(mode.value) and alpha.value == _OPAQUE and _rectangle(one.handle)


def _photograph(handle: Handle, page: Handle) -> bool:
    """Say whether an image paints all of its box: a stencil of one bit paints letters and lets the rest show."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    about = raw.FPDF_IMAGEOBJ_METADATA()
    return bool(raw.FPDFImageObj_GetImageMetadata(handle, page, about)) and about.bits_per_pixel > 1


def _rectangle(path: Handle) -> bool:
    """Say whether *path* is one rectangle, upright or nearly so: other shapes leave parts of their box bare."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    count = raw.FPDFPath_CountSegments(path)
    segments = [raw.FPDFPath_GetPathSegment(path, index) for index in range(count)] if count in {4, 5} else []
    x, y = ctypes.c_float(), ctypes.c_float()
    points = {(x.value, y.value) for one in segments if raw.FPDFPathSegment_GetPoint(one, x, y)}
    return len(points) == 4 and len({x for x, _ in points}) == len({y for _, y in points}) == 2  # noqa: PLR2004 corners


def _reason(one: Painted, covers: Sequence[tuple[int, Box, str]], size: Size) -> str:
    left, top, right, bottom = one.box
    if right <= 0 or bottom <= 0 or left >= size[0] or top >= size[1]:
        return "off-page"
    if right - left < _TINY or bottom - top < _TINY:
        blank = right <= left and bottom <= top  # a space, as every fifth object is
        return "tiny" if not blank and font_size(one.handle) < _TINY else ""
    if not covers or covers[-1][0] < one.order:  # the last one is painted before
        return ""
    behind = {why for order, cover, why in covers if order > one.order and _inside(one.box, cover)}
    return COVERED if COVERED in behind else "".join(behind)


def font_size(handle: Handle) -> float:
    """Return the type size in points as displayed."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    size = ctypes.c_float()
    raw.FPDFTextObj_GetFontSize(handle, size)
    _, b, _, d, _, _ = matrix(handle)
    return size.value * max(abs(b), abs(d))


def _told(layer: Handle) -> Mapping[int, str]:
    """Return what each object of a page says, by its address: PDFium looks through the whole page for each by itself.

    As it does, a space behind the last letter of an object is told of that too.
    """
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    told: dict[int, list[str]] = {}
    before = 0
    for index in range(raw.FPDFText_CountChars(layer)):
        letter, shown = (
            chr(raw.FPDFText_GetUnicode(layer, index)),
            objects.address(raw.FPDFText_GetTextObject(layer, index)),
        )
        if before and shown != before and letter == " ":
            told[before].append(letter)
        if shown:
            told.setdefault(shown, []).append(letter)
        before = shown
    return {one: _whole("".join(letters)) for one, letters in told.items()}


def _whole(text: str) -> str:
    """Put letters together that come as two halves, and drop what is none."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore").replace("\0", "")


def joined(runs: Iterable[Run]) -> Iterator[Run]:
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
