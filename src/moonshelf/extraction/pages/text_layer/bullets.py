"""Bullets: the discs, circles and squares that browsers draw before the items of lists."""

from bisect import bisect_left
from collections.abc import Sequence

from msgspec.structs import replace

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages.text_layer.layers import Shape

_BULLET = "\u2022"
_ROUND = 0.6  # points: by which height and width may differ
_SIZE = (0.15, 0.6)  # of the type size
_GAP = (0.15, 2.5)  # of the type size, to the item
_MOST = 500  # of a page: more are the points of a chart


def marked(runs: Sequence[Run], shapes: Sequence[Shape]) -> Sequence[Run]:
    """Return *runs*, with a bullet before those that a small shape, as high as it is wide, stands in front of."""
    found = [
        (x, y, x + width, y + height)
        for x, y, width, height in (shape.bbox for shape in shapes if shape.fill or shape.stroke)
        if abs(width - height) < _ROUND and width > 0
    ]
    if not found or len(found) > _MOST:
        return runs
    level = sorted((run for run in runs if not run.rotation and not run.hidden), key=lambda run: run.box[0])
    lefts = [run.box[0] for run in level]
    items: dict[int, Run] = {}
    for box in found:
        item = next((run for run in level[bisect_left(lefts, box[2]) :] if _level(box, run)), None)
        if item is not None and _before(box, item) and not any(boxes.touch(box, run.box) for run in level):
            items[id(item)] = replace(item, text=f"{_BULLET} {item.text}", box=(box[0], *item.box[1:]))
    return [items.get(id(run), run) for run in runs]


def _level(box: Box, run: Run) -> bool:
    return abs(boxes.middle(run.box)[1] - boxes.middle(box)[1]) < run.size / 2


def _before(box: Box, item: Run) -> bool:
    gap, size = item.box[0] - box[2], item.size
    return _SIZE[0] * size < boxes.width(box) < _SIZE[1] * size and _GAP[0] * size < gap < _GAP[1] * size
