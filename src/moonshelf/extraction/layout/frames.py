"""Frames: cards side by side, drawn or painted around text, each of which is read by itself."""

from bisect import bisect, bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

import msgspec

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Fill, Rule, Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import grouped

_SIDE = 40.0, 20.0  # points: the least width and height of a frame
_CORNER, _ROUND = 1.5, 15.0  # points: strokes whose ends are so close meet, or have a round corner between them
_APART = 4.0  # points: cells are painted closer to each other
_MOST = 60  # on a page; more are a drawing
_LINES = 3  # in each; two are enough where the first one names what the other says

_Boxed = TypeVar("_Boxed", bound=boxes.Boxed)


class Region(msgspec.Struct, frozen=True):
    """A part of a page that is read by itself: what is written there and what is drawn."""

    runs: Sequence[Run]
    rules: Sequence[Rule]
    fills: Sequence[Fill]


def parted(whole: Region, page: Box) -> list[Region]:
    """Part the *whole* of a *page* into its frames and what stands above, between and below rows of them.

    Where there are none, or text stands beside them, it is one region as before.
    """
    found = [*_drawn(whole.rules), *_painted(whole.fills, page)]
    if not 1 < len(found) <= _MOST:
        return [whole]
    found = [box for number, box in enumerate(found) if not any(_equal(box, other) for other in found[:number])]
    groups = _side_by_side([box for box in found if _separate(box, found, whole.rules)])
    rows = [sorted(group) for group in groups if _level(group) and _cards(group, whole.runs)]
    if not rows or len(rows) < len(groups):
        return [whole]
    return [region for region in _regions(whole, rows) if region.runs]


def _regions(whole: Region, rows: Sequence[Sequence[Box]]) -> Iterator[Region]:
    """Yield what stands above each of *rows*, what is in its frames, and what stands below the last one."""
    tops = [row[0][1] for row in rows]
    outer = [boxes.grown(box, _CORNER) for row in rows for box in row]

    def bands(found: Sequence[_Boxed]) -> list[list[_Boxed]]:
        parts: list[list[_Boxed]] = [[] for _ in range(len(tops) + 1)]
        for one in found:
            middle = boxes.middle(one.box)
            if not any(boxes.holds(box, middle) for box in outer):
                parts[bisect(tops, middle[1])].append(one)
        return parts

    between = [Region(*part) for part in zip(bands(whole.runs), bands(whole.rules), bands(whole.fills), strict=True)]
    for row, above in zip(rows, between, strict=False):
        yield above
        yield from (_within(whole, box) for box in row)
    yield between[-1]


def _within(whole: Region, box: Box) -> Region:
    """Return what of the *whole* stands in *box*, but for the drawing of this."""
    outer = boxes.grown(box, _CORNER)
    rules = [rule for rule in boxes.inside(outer, whole.rules) if not _along(rule.box, box)]
    fills = [fill for fill in boxes.inside(outer, whole.fills) if not _equal(fill.box, box)]
    return Region(boxes.inside(outer, whole.runs), rules, fills)


def _equal(one: Box, other: Box) -> bool:
    return _same(one, other, 0) and _same(one, other, 1)


def _along(stroke: Box, box: Box) -> bool:
    """Say whether *stroke* is drawn along a side of *box*."""
    ends = [(box[side] - stroke[side], box[side] - stroke[side - 2]) for side in range(4)]
    return any(max(map(abs, off)) < _CORNER for off in ends)


def _drawn(rules: Sequence[Rule]) -> Iterator[Box]:
    """Yield the boxes that two strokes down and two across are drawn around; their corners may be round."""
    # Without the calls of ``boxes``: most pages have rules, and few of them frames.
    least, high = _SIDE
    down = [box for box in (rule.box for rule in rules) if box[3] - box[1] > high and box[2] - box[0] < box[3] - box[1]]
    down.sort(key=lambda box: (round(box[1]), round(box[3]), box[0]))
    pairs = [pair for pair in pairwise(down) if pair[1][2] - pair[0][0] > least and _same(*pair, 1)]
    if len(pairs) < 2:  # noqa: PLR2004 side by side
        return
    across = sorted((rule.box for rule in rules if boxes.level(rule.box)), key=_height)
    for sides in map(boxes.around, pairs):
        ends = [_end(across, sides, sides[1] - _ROUND), _end(across, sides, sides[3] - _CORNER)]
        if None not in ends:
            yield boxes.around((sides, *filter(None, ends)))


def _end(across: Sequence[Box], sides: Box, first: float) -> Box | None:
    """Return the stroke that closes two *sides*, of those *across* that stand at *first* or little lower."""
    near = across[bisect_left(across, first, key=_height) : bisect(across, first + _ROUND + _CORNER, key=_height)]
    return next((stroke for stroke in near if _closes(stroke, sides)), None)


def _height(stroke: Box) -> float:
    return stroke[1]


def _same(one: Box, other: Box, along: int) -> bool:
    """Say whether two boxes begin and end alike, from left to right or from top to bottom."""
    return abs(one[along] - other[along]) < _CORNER and abs(one[along + 2] - other[along + 2]) < _CORNER


def _closes(stroke: Box, sides: Box) -> bool:
    """Say whether a level *stroke* is drawn above or below two *sides*, as far from their ends as it is from them."""
    inset = stroke[0] - sides[0]
    if not -_CORNER < inset < _ROUND or abs(sides[2] - stroke[2] - inset) > _CORNER:
        return False
    return min(abs(sides[1] - stroke[1] - inset), abs(stroke[3] - sides[3] - inset)) < _CORNER


def _painted(fills: Sequence[Fill], page: Box) -> Iterator[Box]:
    most = boxes.width(page) / 2
    for fill in fills:
        if _SIDE[0] < boxes.width(fill.box) < most and boxes.height(fill.box) > _SIDE[1]:
            yield fill.box


def _separate(box: Box, others: Iterable[Box], rules: Sequence[Rule]) -> bool:
    """Say whether no other frame is near *box* and no stroke goes on from it, as those of a grid do."""
    near = boxes.grown(box, _APART)
    if any(other != box and boxes.touch(near, other) for other in others):
        return False
    outer = boxes.grown(box, _CORNER)
    return all(boxes.common(rule.box, outer) == rule.box for rule in rules if boxes.touch(near, rule.box))


def _side_by_side(found: Iterable[Box]) -> list[list[Box]]:
    """Put together frames that have some height in common."""
    groups: list[list[Box]] = []
    for box in sorted(found, key=lambda box: box[1]):
        if groups and box[1] < max(one[3] for one in groups[-1]):
            groups[-1].append(box)
        else:
            groups.append([box])
    return [group for group in groups if len(group) > 1]


def _level(group: Sequence[Box]) -> bool:
    """Say whether frames begin at one height; where they don't, they are read as columns are."""
    tops = [box[1] for box in group]
    return max(tops) - min(tops) < _CORNER


def _cards(group: Sequence[Box], runs: Sequence[Run]) -> bool:
    """Say whether each frame of *group* has a text of its own, and nothing else stands beside them."""
    _, top, _, bottom = boxes.around(group)
    others = sum(top < boxes.middle(run.box)[1] < bottom for run in runs)
    for box in group:
        held = boxes.inside(boxes.grown(box, _CORNER), runs)
        others -= len(held)
        if not _text(held) or any(run.box[0] < box[0] or run.box[2] > box[2] for run in held):
            return False
    return not others


def _text(runs: Sequence[Run]) -> bool:
    """Say whether *runs* are more than a cell, the content of a field or the name of a column."""
    lines = grouped(runs)
    named = len(lines) > 1 and (lines[0].size != lines[1].size or lines[0].bold != lines[1].bold)
    return named or len(lines) >= _LINES
