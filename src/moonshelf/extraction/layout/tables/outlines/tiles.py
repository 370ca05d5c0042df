"""Tiles: cells that are painted one by one tell columns, and what reaches over several of them or of the rows."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from msgspec.structs import replace

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.tables.cells import lattice
from moonshelf.extraction.layout.tables.outlines.outline import Outline

_COLUMNS, _ROWS = 3, 2  # edges: two columns, one row
_REACH = 2.0  # points that a run must reach over an edge to cross it
_MOST = 40_000  # places of a table


@dataclass(frozen=True)
class _Mosaic:
    """The places between the edges of tiles, and which of the *tiles* covers each, by row and column."""

    xs: Sequence[float]
    ys: Sequence[float]
    tiles: Sequence[Box]
    owners: list[list[int | None]]


def walled(outline: Outline, tiles: Sequence[Box], runs: Sequence[Run]) -> Outline:
    """Return *outline* with the walls and floors between its *tiles*; as it is where they tell no columns.

    Its own floors above them are kept.

    A place that no tile covers is a cell of its own, but for words that reach into the next one, and for places one
    below the other: the rows there belong to a cell, or are told by their words.
    """
    xs = lattice.edges(side for tile in tiles for side in (tile[0], tile[2]))
    first = min(tile[1] for tile in tiles)
    above = [level for level in outline.levels if level[1] < first]
    sides = (side for tile in tiles for side in (tile[1], tile[3]))
    ys = lattice.edges([outline.box[1], *(level[1] for level in above), *sides, outline.box[3]])
    if len(xs) < _COLUMNS or len(ys) < _ROWS or len(xs) * len(ys) > _MOST:
        return outline
    mosaic = _Mosaic(xs, ys, tiles, _owners(xs, ys, tiles))
    inside = boxes.inside(outline.box, runs)
    uprights = () if _torn(mosaic, inside) else tuple(_uprights(mosaic, inside))
    left, top, right, bottom = outline.box
    levels = ((left, top, right, top), *above, *_levels(mosaic), (left, bottom, right, bottom))
    return replace(outline, levels=levels, uprights=uprights) if uprights else outline


def _owners(xs: Sequence[float], ys: Sequence[float], tiles: Sequence[Box]) -> list[list[int | None]]:
    owners: list[list[int | None]] = [[None] * (len(xs) - 1) for _ in ys[1:]]
    across, down = ([sum(side) / 2 for side in pairwise(edges)] for edges in (xs, ys))
    for number, (left, top, right, bottom) in enumerate(tiles):
        first, last = bisect(across, left), bisect(across, right)
        for row in owners[bisect(down, top) : bisect(down, bottom)]:
            row[first:last] = [number] * (last - first)
    return owners


def _slot(edges: Sequence[float], place: float) -> int:
    return max(0, min(len(edges) - 2, bisect(edges, place) - 1))


def _torn(mosaic: _Mosaic, runs: Sequence[Run]) -> bool:
    """Say whether words that begin in a tile go on beside it."""
    for run in runs:
        row = mosaic.owners[_slot(mosaic.ys, boxes.middle(run.box)[1])]
        tile = row[_slot(mosaic.xs, run.box[0] + 1)]
        if tile is not None and run.box[2] > mosaic.tiles[tile][2] + _REACH:
            return True
    return False


def _uprights(mosaic: _Mosaic, runs: Sequence[Run]) -> Iterator[Box]:
    words: list[list[Box]] = [[] for _ in mosaic.owners]
    for run in runs:
        words[_slot(mosaic.ys, boxes.middle(run.box)[1])].append(run.box)
    for (top, bottom), row, beside in zip(pairwise(mosaic.ys), mosaic.owners, words, strict=True):
        for x, (before, after) in zip(mosaic.xs[1:-1], pairwise(row), strict=True):
            bare = before is None and after is None
            crossed = bare and any(box[0] < x - _REACH and x + _REACH < box[2] for box in beside)
            if not crossed and (bare or before != after):
                yield (x, top, x, bottom)


def _levels(mosaic: _Mosaic) -> Iterator[Box]:
    for y, (above, below) in zip(mosaic.ys[1:-1], pairwise(mosaic.owners), strict=True):
        for (left, right), upper, lower in zip(pairwise(mosaic.xs), above, below, strict=True):
            if upper != lower:
                yield (left, y, right, y)
