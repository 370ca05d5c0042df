"""Gutters: upright strips that next to nothing covers, and what stands beside and across them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from moonshelf.extraction.document import Box
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.columns import sides
from moonshelf.extraction.layout.columns.pieces import Item
from moonshelf.extraction.layout.lines import TextLine
from moonshelf.extraction.layout.tables.table import Table

_NARROWEST = 5.0  # points: a strip so wide may be a gutter
_STRAY = 0.6  # of the height covered elsewhere: what has no columns, or other ones, may cross a gutter
_STROKE_REACH = 0.2  # of the width of all, on both sides of a gutter: rules that part bands
_ACROSS = 0.9  # of the width of all: a table so wide stands in no column


def clearest(pieces: Sequence[Item], strokes: Sequence[Box]) -> float | None:
    """Return the abscissa that best parts *pieces* in two columns, if any does."""
    best, most = None, 0.0
    edges = strips(pieces)
    down = descending(pieces, strokes) if edges else []
    for edge in edges:
        share = _most_shared(down, edge, most)
        if share > most:
            best, most = edge, share
    return best


def _most_shared(down: Sequence[tuple[Box, Item | None]], edge: float, least: float) -> float:
    """Return the greatest height that two columns beside *edge* share, *least* where none share more.

    Whether they are columns takes long to say, and is asked from the highest on.
    """
    beside = [(_shared(left, right), left, right) for _, left, right in bands(down, edge)]
    for share, left, right in sorted(beside, key=lambda side: -side[0]):
        if share <= least:
            break
        if sides.columnar(left, right):
            return share
    return least


def strips(pieces: Sequence[Item]) -> list[float]:
    """Return the right edges of the upright strips that next to no piece covers, tables across all aside."""
    found = [piece.box for piece in pieces if isinstance(piece, TextLine) or not _across(piece, pieces)]
    heights = [(box, boxes.height(box)) for box in found]
    turns = sorted([*((box[0], height) for box, height in heights), *((box[2], -height) for box, height in heights)])
    covered = list(accumulate(change for _, change in turns))
    open_to = _STRAY * max(covered, default=0.0)
    return [
        after
        for (before, _), (after, _), height in zip(turns, turns[1:], covered, strict=False)
        if after - before >= _NARROWEST and height <= open_to
    ]


def _across(table: Table, pieces: Sequence[Item]) -> bool:
    left, _, right, _ = boxes.around(piece.box for piece in pieces)
    return boxes.width(table.box) >= _ACROSS * (right - left)


def _shared(left: Sequence[Item], right: Sequence[Item]) -> float:
    return min(sum(boxes.height(piece.box) for piece in side) for side in (left, right))


def descending(pieces: Sequence[Item], strokes: Sequence[Box]) -> list[tuple[Box, Item | None]]:
    """Return *pieces*, and *strokes* with what they reach across at least, from top to bottom."""
    reach = _STROKE_REACH * boxes.width(boxes.around(piece.box for piece in pieces)) if pieces and strokes else 0.0
    inner = [(left + reach, top, right - reach, bottom) for left, top, right, bottom in strokes]
    cuts = [(box, None) for box in inner if box[0] < box[2]]
    return sorted([*((piece.box, piece) for piece in pieces), *cuts], key=lambda one: one[0][1])


def bands(down: Iterable[tuple[Box, Item | None]], edge: float) -> Iterator[tuple[list[Item], list[Item], list[Item]]]:
    """Yield what crosses *edge*, then what stands left and right of it below, from top to bottom."""
    crossing: list[Item] = []
    left: list[Item] = []
    right: list[Item] = []
    for box, piece in down:
        if piece is None and not box[0] < edge < box[2]:
            continue
        if piece is not None and box[2] <= edge:
            left.append(piece)
        elif piece is not None and box[0] >= edge - 1:
            right.append(piece)
        else:
            if left or right:
                yield crossing, left, right
                crossing, left, right = [], [], []
            crossing += [piece] if piece else []
    yield crossing, left, right
