"""Objects: what the content of a PDF's page paints, in the order in which it is painted."""

import ctypes
import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from moonshelf.extraction.document import Box
from moonshelf.extraction.layout import boxes

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

Handle: TypeAlias = Any  # PDFium's pointers, of which ctypes knows no more
Place: TypeAlias = Callable[[Box], Box]
"""Turns PDF coordinates into those of the displayed page."""

_Matrix: TypeAlias = tuple[float, float, float, float, float, float]
_MOST = 20_000  # of one page: a map may have a million
_MOST_TEXTS = 60_000  # behind so many objects only texts are of interest, up to so many of all
_LOOKED = 1_000_000  # objects, a microsecond each, among which there may be texts
_DEEPEST = 4  # forms inside forms
_WHOLE = 0.9  # of a page's area fills it


class Painted(msgspec.Struct, frozen=True, gc=False):
    """An object of the content, with its box as displayed, in the forms with these matrices, the innermost first."""

    order: int
    kind: int
    handle: Handle
    forms: tuple[_Matrix, ...]
    box: Box


class Content:
    """What *page* paints, which stays open as long as this is asked."""

    def __init__(self, page: "PdfPage", place: Place) -> None:
        from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

        self.page = page
        self.place = place
        self.whole = True  # false where there are more objects than were looked at
        self._all: list[Painted] = []
        self._looked = 0
        self._walk(page.raw, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, ())

    def pictures(self) -> tuple[Box, ...]:
        """Return the boxes of the pictures, as displayed."""
        from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

        return tuple(one.box for one in self.of(raw.FPDF_PAGEOBJ_IMAGE))

    def fineness(self) -> float:
        """Return how many pixels a point the finest picture has that fills the page; 0 where none does."""
        from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

        area, across, down = math.prod(self.page.get_size()), ctypes.c_uint(), ctypes.c_uint()
        found = [0.0]
        for one in self.of(raw.FPDF_PAGEOBJ_IMAGE):
            sides = boxes.width(one.box), boxes.height(one.box)
            if math.prod(sides) >= _WHOLE * area and raw.FPDFImageObj_GetImagePixelSize(one.handle, across, down):
                found.append(max(across.value, down.value) / max(sides))
        return max(found)

    def of(self, *kinds: int) -> list[Painted]:
        """Return the objects of these kinds, which are PDFium's, in the order of painting."""
        return [one for one in self._all if one.kind in kinds]

    def _walk(
        self,
        parent: Handle,
        count: Callable[[Handle], int],
        child: Callable[[Handle, int], Handle],
        forms: tuple[_Matrix, ...],
    ) -> None:
        from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

        kind_of, bounds_of, place, found = raw.FPDFPageObj_GetType, raw.FPDFPageObj_GetBounds, self.place, self._all
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))  # once: making them takes as long as asking
        for index in range(count(parent)):
            self._looked += 1
            if len(found) >= _MOST_TEXTS or self._looked > _LOOKED:
                self.whole = False
                return
            handle = child(parent, index)
            kind = kind_of(handle)
            if (len(found) < _MOST or kind == raw.FPDF_PAGEOBJ_TEXT) and bounds_of(handle, left, bottom, right, top):
                box = (left.value, bottom.value, right.value, top.value)
                box = place(_outside(box, forms) if forms else box)
                found.append(Painted(len(found), kind, handle, forms, box))
            if kind == raw.FPDF_PAGEOBJ_FORM and len(forms) < _DEEPEST:
                inner = (matrix(handle), *forms)
                self._walk(handle, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, inner)


def address(handle: Handle) -> int:
    """Return what tells an object from others; 0 for none."""
    return ctypes.addressof(handle.contents) if handle else 0


def matrix(handle: Handle) -> _Matrix:
    """Return how the object lies on what holds it."""
    from pypdfium2 import raw  # noqa: PLC0415 heavy: PDFium

    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(handle, found):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def _outside(box: Box, forms: Iterable[_Matrix]) -> Box:
    """Return left, bottom, right and top on the page of a *box* inside *forms* with these matrices."""
    left, bottom, right, top = box
    for a, b, c, d, e, f in forms:
        corners = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)]
        left, right = min(x for x, _ in corners), max(x for x, _ in corners)
        bottom, top = min(y for _, y in corners), max(y for _, y in corners)
    return left, bottom, right, top
