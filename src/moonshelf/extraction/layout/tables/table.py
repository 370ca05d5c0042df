"""Tables: an outline and the words in it, cut into cells."""

from collections.abc import Sequence
from itertools import dropwhile, pairwise

import msgspec

from moonshelf.extraction.document import Box, Cell
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import TextLine, grouped
from moonshelf.extraction.layout.tables.cells import crowded, islands, lattice, ledgers, names, wraps
from moonshelf.extraction.layout.tables.cells.lattice import Lattice
from moonshelf.extraction.layout.tables.outlines import headers
from moonshelf.extraction.layout.tables.outlines.outline import Outline

_INSIDE = 2  # edges there are outside; one more parts rows or columns
_HEAD_BODY_TOTAL = 3
_DEEPEST_HEAD = 4  # edges of rows, the upper one of the table and two within its header among them
_FULL = 4  # pieces of a line, and more
_SOLID = 1.4  # of the type size: the most pitch of lines in text
_LINES = 3  # below a header, or they say nothing about columns


class Table(msgspec.Struct, frozen=True):
    """Cells, and the runs whose words are in them."""

    box: Box
    cells: tuple[Cell, ...]
    runs: tuple[Run, ...]
    edges: tuple[float, ...] = ()  # between its columns


def cut(outline: Outline, runs: Sequence[Run]) -> Table | None:
    """Return the table that *runs* are in *outline*; None where they are too few, or in no columns and rows."""
    if not runs:
        return None
    lines = grouped(runs)
    walled = len(_xs(outline)) > _INSIDE
    extents = () if walled else _extents(outline, lines)
    words = crowded.parted(runs, extents)
    lines = grouped(words)
    xs = list(outline.edges) or (islands.gaps(extents) if extents else _xs(outline))
    ys = _ys(outline, islands.without_names_between(lines, extents), extents, walled=walled and not outline.striped)
    placed = headers.stretched(lines, ys, extents) if len(extents) > _INSIDE else words
    if len(ys) < _INSIDE + 1 or (len(xs) < _INSIDE + 1 and not (outline.booked or _boxed(outline))):
        return None
    levels = outline.levels if len(_row_edges(outline)) > _INSIDE else ()
    found = lattice.cells(Lattice(xs, ys, outline.uprights if walled else (), levels, extents), placed)
    found = names.joined(found) if extents else found
    return (
        Table(outline.box, found, tuple(runs), tuple(xs)) if sum(bool(cell.text) for cell in found) > _INSIDE else None
    )


def _extents(outline: Outline, lines: Sequence[TextLine]) -> tuple[islands.Extent, ...]:
    """Return the columns' extents; those of the rows below the header, whose words may stretch over several."""
    if outline.edges:
        return tuple(_held(extent, lines) for extent in pairwise(outline.edges))
    lines = [line for line in lines if boxes.middle(line.box)[1] > outline.body]
    found = [islands.columns(lines)]
    for edge in _row_edges(outline)[1:_DEEPEST_HEAD]:
        rest = [line for line in lines if boxes.middle(line.box)[1] > edge]
        if len(rest) >= _LINES:
            found.append(islands.columns(rest))
    fullest = max(len(line.runs) for line in lines)
    if len(lines) > _LINES and len(lines[0].runs) == fullest >= _FULL:
        found.append(islands.columns(lines[1:]))  # names may reach into the room between columns
    whole = list(dropwhile(lambda line: len(line.runs) < fullest, lines))
    if fullest >= _FULL and sum(len(line.runs) == fullest for line in whole) >= _LINES:
        found.append(islands.columns(whole))
    most = max(len(extents) for extents in found)
    extents = next(extents for extents in found if len(extents) == most)
    return tuple(islands.unspilt(islands.named(extents, lines), lines))


def _held(extent: islands.Extent, lines: Sequence[TextLine]) -> islands.Extent:
    """Return the part of a column's *extent* that its own words take; all of it where it has none."""
    left, right = extent
    words = [run.box for line in lines for run in line.runs if left - 1 <= run.box[0] and run.box[2] <= right + 1]
    return (min(box[0] for box in words), max(box[2] for box in words)) if words else extent


def _boxed(outline: Outline) -> bool:
    """Say whether strokes wall off three rows of a single column."""
    return len(_xs(outline)) == _INSIDE and len(_row_edges(outline)) > _INSIDE + 1 and len(outline.uprights) > 1


def _xs(outline: Outline) -> list[float]:
    inner = [(box[0] + box[2]) / 2 for box in outline.uprights]
    return lattice.edges([outline.box[0], *inner, outline.box[2]])


def _row_edges(outline: Outline) -> list[float]:
    inner = [(box[1] + box[3]) / 2 for box in outline.levels]
    return lattice.edges([outline.box[1], *inner, outline.box[3]])


def _ys(outline: Outline, lines: Sequence[TextLine], extents: Sequence[islands.Extent], *, walled: bool) -> list[float]:
    """Return the edges of rows: strokes where these part rows, else the lines' spacing.

    A rule below the header and one above a total do not part the rows between them.
    """
    strokes = _row_edges(outline)
    bands = [
        (bottom, [line for line in lines if top < boxes.middle(line.box)[1] < bottom])
        for top, bottom in pairwise(strokes)
    ]
    filled = [inside for _, inside in bands if inside]
    if len(strokes) > _INSIDE and (
        walled
        or len(filled) > _HEAD_BODY_TOTAL
        or _boxed(outline)
        or all(_one_row(inside, extents) for inside in filled)
        or all(len(inside) == 1 or _texts(inside, extents) for inside in filled)
    ):
        columns = extents or tuple(pairwise(_xs(outline)))
        return sorted([*strokes, *(edge for _, inside in bands for edge in ledgers.edges(inside, columns))])
    # The pitch across a stripe's edge is that between rows; a rule may have any room above and below.
    parted = outline.striped and len(bands) > _INSIDE
    least = islands.threshold([lines] if parted else [inside for _, inside in bands])
    ys = [strokes[0]]
    if outline.booked and len(bands) > 1 and _names_each(bands[0][1], extents):
        ys, bands = [*ys, bands[0][0]], bands[1:]
    for bottom, inside in bands:
        ys += [*wraps.rows(inside, islands.rows(inside, least), extents)[1:-1], bottom] if inside else []
    return ys


def _names_each(lines: Sequence[TextLine], extents: Sequence[islands.Extent]) -> bool:
    """Say whether *lines* above a book's fine rule are one row of names: none stands over several columns."""
    return bool(lines) and all(_columns_under(run, extents) <= 1 for line in lines for run in line.runs)


def _columns_under(run: Run, extents: Sequence[islands.Extent]) -> int:
    return sum(run.box[0] < right and left < run.box[2] for left, right in extents)


def _texts(lines: Sequence[TextLine], extents: Sequence[islands.Extent]) -> bool:
    """Say whether *lines* are texts side by side, each in a cell of its own: no room parts any line from the next."""
    close = all(after.box[1] - before.box[1] < _SOLID * after.size for before, after in pairwise(lines))
    return close and len(extents) > 1 and all(islands.prose(lines, extent) for extent in extents)


def _one_row(lines: Sequence[TextLine], extents: Sequence[islands.Extent]) -> bool:
    """Say whether *lines* are the cells of one row, which go on below with fewer and fewer of them."""
    filled = [islands.filled(line, extents) for line in lines]
    return all(count < filled[0] for count in filled[1:]) and filled == sorted(filled, reverse=True)
