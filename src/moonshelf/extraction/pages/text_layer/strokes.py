"""Rules and fills among the lines and shapes of a page."""

from collections.abc import Iterable, Sequence

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Fill, Rule
from moonshelf.extraction.pages.text_layer.layers import Shape, Stroke

_THIN = 3.0  # points; a filled rectangle up to this thick is drawn as a rule
_SHORT = 4.0  # points; shorter strokes are parts of glyphs, ticks and dots
_MOST = 5_000
"""Strokes of one page beyond this are a drawing or a map, not rules between words."""


def rules(shapes: Sequence[Shape], strokes: Sequence[Stroke]) -> tuple[Rule, ...]:
    """Return the level and upright rules: strokes, and rectangles thin enough to be one."""
    found = [Rule(line.box, line.width, _color(line.color)) for line in strokes if line.drawn and _shows(line.color)]
    found += [
        Rule(_box(shape), _thickness(shape), _color(shape.fill_color))
        for shape in shapes
        if not shape.has_curve and _thickness(shape) <= _THIN and _filled(shape)
    ]
    kept = [one for one in _unique(found) if max(_width(one.box), _height(one.box)) >= _SHORT]
    return tuple(kept) if len(kept) <= _MOST else ()


def fills(shapes: Sequence[Shape]) -> tuple[Fill, ...]:
    """Return the painted areas, in the order of painting."""
    found = [
        Fill(_box(shape), _color(shape.fill_color)) for shape in shapes if _thickness(shape) > _THIN and _filled(shape)
    ]
    return tuple(found) if len(found) <= _MOST else ()


def _filled(shape: Shape) -> bool:
    return shape.fill and _shows(shape.fill_color)


def _shows(argb: str | None) -> bool:
    """Say whether the colour is not wholly transparent: presentations are full of such boxes."""
    return argb is None or not argb.startswith("00")


def _box(shape: Shape) -> Box:
    x, y, width, height = shape.bbox
    return (x, y, x + width, y + height)


def _width(box: Box) -> float:
    return box[2] - box[0]


def _height(box: Box) -> float:
    return box[3] - box[1]


def _thickness(shape: Shape) -> float:
    return min(shape.bbox[2], shape.bbox[3])


def _color(argb: str | None) -> str:
    return (argb or "ff000000")[2:]


def _unique(found: Iterable[Rule]) -> Iterable[Rule]:
    return dict.fromkeys(found)
