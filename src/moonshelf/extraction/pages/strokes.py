"""Rules and fills as liteparse finds them in a page's vector graphics."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Fill, Rule

if TYPE_CHECKING:
    from liteparse.types import VectorGraphics, VectorLine, VectorShape

_THIN = 3.0  # points; a filled rectangle up to this thick is drawn as a rule
_SHORT = 4.0  # points; shorter strokes are parts of glyphs, ticks and dots
_MOST = 5_000
"""Strokes of one page beyond this are a drawing or a map, not rules between words."""


def rules(graphics: "VectorGraphics") -> tuple[Rule, ...]:
    """Return the level and upright rules: strokes, and rectangles thin enough to be one."""
    found = [_line(line) for line in graphics.lines if line.stroke and _shows(line.stroke_color)]
    found += [
        Rule(_box(shape), _thickness(shape), _color(shape.fill_color))
        for shape in graphics.shapes
        if not shape.has_curve and _thickness(shape) <= _THIN and _filled(shape)
    ]
    kept = [one for one in _unique(found) if max(_width(one.box), _height(one.box)) >= _SHORT]
    return tuple(kept) if len(kept) <= _MOST else ()


def fills(graphics: "VectorGraphics") -> tuple[Fill, ...]:
    """Return the painted areas, in the order of painting."""
    found = [
        Fill(_box(shape), _color(shape.fill_color))
        for shape in graphics.shapes
        if _thickness(shape) > _THIN and _filled(shape)
    ]
    return tuple(found) if len(found) <= _MOST else ()


def _filled(shape: "VectorShape") -> bool:
    return shape.fill and _shows(shape.fill_color)


def _shows(argb: str | None) -> bool:
    """Say whether the colour is not wholly transparent: presentations are full of such boxes."""
    return argb is None or not argb.startswith("00")


def _line(line: "VectorLine") -> Rule:
    box = (min(line.x1, line.x2), min(line.y1, line.y2), max(line.x1, line.x2), max(line.y1, line.y2))
    return Rule(box, line.stroke_width or 1.0, _color(line.stroke_color))


def _box(shape: "VectorShape") -> Box:
    x, y, width, height = shape.bbox
    return (x, y, x + width, y + height)


def _width(box: Box) -> float:
    return box[2] - box[0]


def _height(box: Box) -> float:
    return box[3] - box[1]


def _thickness(shape: "VectorShape") -> float:
    return min(shape.bbox[2], shape.bbox[3])


def _color(argb: str | None) -> str:
    return (argb or "ff000000")[2:]


def _unique(found: Iterable[Rule]) -> Iterable[Rule]:
    return dict.fromkeys(found)
