"""Shapes on a slide: where they stand, in which order they are read, and what their placeholders inherit."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from moonshelf.extraction.document import Box
from moonshelf.extraction.office.elements import find
from moonshelf.extraction.office.openxml import MC, A, P, Package, chosen, whole
from moonshelf.extraction.office.slides.scales import UNSCALED, Scale

if TYPE_CHECKING:
    from lxml.etree import _Element

EMU = 12_700  # English metric units in a point
_SAME_LINE = 12.0  # points by which the tops of neighbours may differ
_LEAVES = frozenset(f"{P}{name}" for name in ("sp", "graphicFrame", "pic", "cxnSp"))
_NOT_VISUAL, _PLACEHOLDER = f"{P}nvPr", f"{P}ph"
_TITLES = {"ctrTitle": "title", "title": "ctrTitle"}  # stand in for each other between slide, layout and master


class Shape(msgspec.Struct, frozen=True):
    """A leaf of the tree of shapes. ``role`` is its placeholder's type, "obj" where none is stated, or empty."""

    element: "_Element"
    role: str
    box: Box | None
    inherits: "tuple[_Element, ...]" = ()  # the same placeholder on the layout and on the master


class Placeholders:
    """Placeholders of a slide's layout and master, which give those of the slide their places and bullets."""

    def __init__(self, package: Package, slide: str) -> None:
        self.parts: list[str] = []
        for layout in package.related(slide, "slideLayout")[:1]:
            self.parts = [layout, *package.related(layout, "slideMaster")[:1]]
        roots = [root for part in self.parts if (root := package.kept(part)) is not None]
        self._holders = [_holders(root) for root in roots]
        self.styles = [style for root in roots for style in root.iter(f"{P}bodyStyle")]

    def behind(self, own: "_Element") -> "tuple[_Element, ...]":
        """Return what the placeholder that says *own* of itself inherits from, nearest first."""
        found = (next((shape for other, shape in one if _matches(own, other)), None) for one in self._holders)
        return tuple(shape for shape in found if shape is not None)


def leaves(tree: "_Element", placeholders: Placeholders | None = None) -> list[Shape]:
    """Return the shapes below *tree* in reading order: the title, then from the top down, groups kept together."""
    shapes = [one for group in _ordered(_units(tree, UNSCALED, placeholders)) for one in group]
    return sorted(shapes, key=lambda shape: shape.role not in _TITLES)


def outside(box: Box | None, width: float, height: float) -> bool:
    """Whether a shape that fills *box* is off a slide of this size; nobody knows where one is not stated."""
    if box is None or not width or not height:
        return False
    left, top, right, bottom = box
    before = (left < 0 and right <= 0) or (top < 0 and bottom <= 0)  # a shape without a size may stand in the corner
    return before or left >= width or top >= height


def _units(tree: "Iterable[_Element]", scale: Scale, placeholders: Placeholders | None) -> Iterator[list[Shape]]:
    for element in tree:
        if element.tag in _LEAVES:
            own = _placeholder(element)
            role = "" if own is None else own.get("type", "obj")
            inherits = placeholders.behind(own) if placeholders and own is not None else ()
            yield [Shape(element, role, _box(element, inherits, scale), inherits)]
        elif element.tag == f"{P}grpSp":
            inner = _ordered(_units(element, _inside(element, scale), placeholders))
            yield [shape for unit in inner for shape in unit]
        elif element.tag == f"{MC}AlternateContent":
            for child in chosen(element):
                yield from _units((child,), scale, placeholders)


def _ordered(units: Iterator[list[Shape]]) -> list[list[Shape]]:
    """Sort by lines from the top, then from the left; what has no place keeps to the front."""
    placed: list[tuple[float, float, list[Shape]]] = []
    for unit in units:
        boxes = [shape.box for shape in unit if shape.box]
        if unit:
            placed.append((min((b[1] for b in boxes), default=-1e9), min((b[0] for b in boxes), default=-1e9), unit))
    placed.sort(key=lambda one: one[0])
    lines: list[list[tuple[float, float, list[Shape]]]] = []
    for one in placed:
        if lines and one[0] - lines[-1][0][0] <= _SAME_LINE:
            lines[-1].append(one)
        else:
            lines.append([one])
    return [unit for line in lines for _, _, unit in sorted(line, key=lambda one: one[1])]


def _box(element: "_Element", inherits: "tuple[_Element, ...]", scale: Scale) -> Box | None:
    for one in (element, *inherits):
        if frame := _frame(one):
            return scale.box(frame) if one is element else frame
    return None


def _frame(element: "_Element") -> Box | None:
    transform = (
        find(element, f"{P}xfrm") if element.tag == f"{P}graphicFrame" else find(element, f"{P}spPr", f"{A}xfrm")
    )
    return None if transform is None else _extent(transform, "off", "ext")


def _inside(group: "_Element", scale: Scale) -> Scale:
    transform = find(group, f"{P}grpSpPr", f"{A}xfrm")
    outer = None if transform is None else _extent(transform, "off", "ext")
    inner = None if transform is None else _extent(transform, "chOff", "chExt")
    if outer is None or inner is None or inner[0] == inner[2] or inner[1] == inner[3]:
        return scale
    return scale.inside(inner, outer)


def _extent(transform: "_Element", offset: str, size: str) -> Box | None:
    place, extent = find(transform, f"{A}{offset}"), find(transform, f"{A}{size}")
    if place is None or extent is None:
        return None
    figures = (place.get("x"), place.get("y"), extent.get("cx"), extent.get("cy"))
    left, top, width, height = (whole(figure) / EMU for figure in figures)
    return left, top, left + width, top + height


def _holders(root: "_Element") -> "list[tuple[_Element, _Element]]":
    """Return the placeholders of a layout or master, each with its shape."""
    shapes = ((_placeholder(shape), shape) for shape in root.iter(f"{P}sp"))
    return [(own, shape) for own, shape in shapes if own is not None]


def _placeholder(element: "_Element") -> "_Element | None":
    """Return what says that *element* holds a place; it stands in the first child, as all that is not seen."""
    for one in element:
        if (unseen := find(one, _NOT_VISUAL)) is not None:
            return find(unseen, _PLACEHOLDER)
    return None


def _matches(own: "_Element", other: "_Element") -> bool:
    kind, theirs = own.get("type", "obj"), other.get("type", "obj")
    if own.get("idx", "0") == other.get("idx", "0") and own.get("idx"):
        return True
    return kind in (theirs, _TITLES.get(theirs)) or (kind == "obj" and theirs == "body")
