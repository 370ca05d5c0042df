"""The lattice of a table: the edges between its rows and columns, and what is walled off from what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from moonshelf.extraction.document import Box, Cell
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import grouped
from moonshelf.extraction.layout.prose import paragraphs

_SAME_EDGE = 3.0  # points: strokes this close are one edge
_WALL = 0.6  # of a cell's side: a stroke that long parts it from its neighbour
_REACH = 2.0  # points a run must reach into a column to cover it


@dataclass(frozen=True)
class Lattice:
    """Edges from left to right and from top to bottom; strokes that part cells, where a table draws any.

    ``extents`` are the columns' own words from left to right, where columns were told by them and not by strokes.
    """

    xs: Sequence[float]
    ys: Sequence[float]
    uprights: Sequence[Box] = ()
    levels: Sequence[Box] = ()
    extents: Sequence[tuple[float, float]] = ()


@dataclass
class _Place:
    """A cell in the making."""

    row: int
    column: int
    last_row: int
    last_column: int
    runs: list[Run]


def edges(positions: Iterable[float]) -> list[float]:
    """Return *positions* in order, those that are too close to tell apart as one."""
    found: list[list[float]] = []
    for position in sorted(positions):
        if found and position - found[-1][-1] <= _SAME_EDGE:
            found[-1].append(position)
        else:
            found.append([position])
    return [sum(group) / len(group) for group in found]


def cells(lattice: Lattice, runs: Sequence[Run]) -> tuple[Cell, ...]:
    """Return the cells of a table with the text of *runs* in them."""
    places = _placed(lattice, runs)
    _merge(lattice, places)
    found = {id(place): place for place in places.values()}
    return tuple(
        Cell(
            row=place.row,
            column=place.column,
            text=paragraphs.text([line.text for line in grouped(place.runs)]),
            row_span=place.last_row - place.row + 1,
            column_span=place.last_column - place.column + 1,
            header=place.row == 0,
        )
        for place in sorted(found.values(), key=lambda place: (place.row, place.column))
    )


def _placed(lattice: Lattice, runs: Sequence[Run]) -> dict[tuple[int, int], _Place]:
    rows, columns = len(lattice.ys) - 1, len(lattice.xs) - 1
    places = {(r, c): _Place(r, c, r, c, []) for r in range(rows) for c in range(columns)}
    for run in sorted(runs, key=lambda run: run.box[0]):
        row = _slot(lattice.ys, boxes.middle(run.box)[1])
        first, last = _covered(lattice, run.box)
        place = places[row, first]
        for column in range(first + 1, last + 1):
            place = _join(places, place, places[row, column])
        place.runs.append(run)
    return places


def _slot(edge: Sequence[float], position: float) -> int:
    return max(0, min(len(edge) - 2, sum(position >= one for one in edge) - 1))


def _covered(lattice: Lattice, box: Box) -> tuple[int, int]:
    """Return the first and last column that *box* reaches into."""
    if lattice.extents:
        reached = [
            index
            for index, (left, right) in enumerate(lattice.extents)
            if min(right, box[2]) - max(left, box[0]) > min(_REACH, (right - left) / 2)
        ]
        if reached:
            return reached[0], reached[-1]
    column = _slot(lattice.xs, boxes.middle(box)[0])
    return column, column


def _join(places: dict[tuple[int, int], _Place], one: _Place, other: _Place) -> _Place:
    """Make one cell of two that together fill a rectangle; leave them where they don't."""
    if one is other:
        return one
    top, left = min(one.row, other.row), min(one.column, other.column)
    bottom, right = max(one.last_row, other.last_row), max(one.last_column, other.last_column)
    inside = {id(places[r, c]) for r in range(top, bottom + 1) for c in range(left, right + 1)}
    if inside != {id(one), id(other)}:
        return one
    whole = _Place(top, left, bottom, right, one.runs + other.runs)
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            places[row, column] = whole
    return whole


def _merge(lattice: Lattice, places: dict[tuple[int, int], _Place]) -> None:
    """Join neighbours with no stroke between them, unless both hold text of their own.

    An edge between rows at which nothing is drawn is told by their words, and parts all columns.
    """
    rows, columns = range(len(lattice.ys) - 1), range(len(lattice.xs) - 1)
    if lattice.uprights:
        walls = [_at(edge, lattice.uprights, across=0) for edge in lattice.xs]
        for row in rows:
            for column in columns[:-1]:
                place, right = places[row, column], places[row, column + 1]
                side = (lattice.ys[place.row], lattice.ys[place.last_row + 1])
                if not _drawn(walls[right.column], side, along=1):
                    _join_empty(places, place, right)
    if lattice.levels:
        floors = [_at(edge, lattice.levels, across=1) for edge in lattice.ys]
        for row in rows[:-1]:
            for column in columns:
                place, below = places[row, column], places[row + 1, column]
                side = (lattice.xs[place.column], lattice.xs[place.last_column + 1])
                if floors[below.row] and not _drawn(floors[below.row], side, along=0):
                    _join_empty(places, place, below)


def _join_empty(places: dict[tuple[int, int], _Place], one: _Place, other: _Place) -> None:
    if one is not other and not (one.runs and other.runs):
        _join(places, one, other)


def _at(edge: float, strokes: Sequence[Box], *, across: int) -> list[Box]:
    """Return those of *strokes* that are drawn at *edge*, a place across them."""
    return [stroke for stroke in strokes if abs((stroke[across] + stroke[across + 2]) / 2 - edge) <= _SAME_EDGE]


def _drawn(strokes: Sequence[Box], side: tuple[float, float], *, along: int) -> bool:
    """Say whether *strokes* are drawn along most of the common *side* of two neighbours."""
    first, last = side
    length = sum(max(0.0, min(stroke[along + 2], last) - max(stroke[along], first)) for stroke in strokes)
    return length >= _WALL * (last - first)
