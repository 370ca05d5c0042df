"""Tables: found by their rules, by their fills, or by gaps that align, and cut into cells."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from moonshelf.extraction.document import Box, Cell
from moonshelf.extraction.facts import Fill, Rule, Run
from moonshelf.extraction.layout import boxes, breaks, islands, lattice, lists
from moonshelf.extraction.layout.lattice import Lattice
from moonshelf.extraction.layout.lines import TextLine, grouped

_SAME_EDGE = 3.0  # points: rules that end this close together belong together
_SHORTEST = 40.0  # points: narrower chains of rules underline words
_WHITE = 0xF0  # of 0xFF in each colour: nobody sees such a rule on paper
_BASELINE, _NEAR = 1.5, 12.0  # points: rules so close in height and reach underline columns of one table
_TALL_ROW = 90.0  # points: rules further apart than this belong to different things
_FULL_PAGE = 0.9  # of the page, both ways: a frame around everything is no table
_INSIDE = 2  # edges there are outside; one more parts rows or columns
_HEAD_BODY_TOTAL = 3
_DEEPEST_HEAD = 4  # edges of rows, the upper one of the table and two within its header among them
_FRAME = 4  # strokes: a frame alone is no table
_TIGHT = 1.6  # of the type size: lines with less pitch belong together
_FAR = 3.2  # of the type size: lines with more pitch are not of one open table
_LINES = 3  # an open table, which has neither rules nor fills, has at least so many
_CELL_LINES = 5  # of one cell, between lines that hold several
_OPEN_STRAIT = 0.9  # of the type size: its columns stand at least so far apart
_OPEN_PARTED = 0.45  # of its lines hold several runs
_PARTED = 0.3  # of the lines between rules hold several runs, or what they hold is no table
_CELL_LENGTH = 60  # letters: longer pieces beside each other are columns of prose


@dataclass(frozen=True)
class Table:
    """Cells, and the runs whose words are in them."""

    box: Box
    cells: tuple[Cell, ...]
    runs: tuple[Run, ...]
    edges: tuple[float, ...] = ()  # between its columns


def drawn(runs: Sequence[Run], rules: Sequence[Rule], fills: Sequence[Fill], page: Box) -> list[Table]:
    """Find the tables that are drawn with rules or fills among *runs*, from top to bottom."""
    rules = [rule for rule in rules if int(min(rule.color[i : i + 2] for i in (0, 2, 4)), 16) < _WHITE]
    tables = list(_broken(runs, rules, page))
    taken = {id(run) for table in tables for run in table.runs}
    for found in (_ruled(rules, page), _striped(runs, fills, page), _chained(runs, rules, page)):
        for region in found:
            inside = [run for run in runs if boxes.holds(region.box, boxes.middle(run.box))]
            table = None if any(id(run) in taken for run in inside) else _cut(region, inside)
            if table:
                tables.append(table)
                taken.update(id(run) for run in table.runs)
    return sorted(tables, key=lambda table: table.box[1])


@dataclass(frozen=True)
class _Region:
    """Where a table is, and the strokes in it; a stripe counts as strokes along its upper and lower side."""

    box: Box
    levels: tuple[Box, ...] = ()
    uprights: tuple[Box, ...] = ()


def _broken(runs: Sequence[Run], rules: Sequence[Rule], page: Box) -> Iterator[Table]:
    """Yield the tables that begin in one column and end in the next."""
    levels = [rule.box for rule in rules if _level(rule.box) and boxes.width(rule.box) > _SHORTEST]
    columns = [box for box in levels if boxes.width(box) < boxes.width(page) / 2]
    taken: set[int] = set()
    for rest in breaks.over_columns(columns, runs):
        inner = [r.box for r in rules if _level(r.box) and boxes.touch(r.box, rest.first)]
        table = _cut(_Region(rest.first, tuple(inner)), rest.moved)
        if table and taken.isdisjoint(map(id, rest.runs)):
            taken.update(map(id, rest.runs))
            box = (*rest.first[:3], max(run.box[3] for run in rest.runs if run.box[0] < rest.first[2]))
            yield Table(box, table.cells, rest.runs, table.edges)


def _level(box: Box) -> bool:
    return boxes.width(box) >= boxes.height(box)


def _ruled(rules: Sequence[Rule], page: Box) -> Iterator[_Region]:
    """Yield what is held together by level and upright rules that touch."""
    for group in _touching([rule.box for rule in rules]):
        levels = tuple(box for box in group if _level(box))
        uprights = tuple(box for box in group if not _level(box))
        box = boxes.around(group)
        if len(levels) > 1 and uprights and len(levels) + len(uprights) > _FRAME and not _frames(box, page):
            yield _Region(box, levels, uprights)


def _frames(box: Box, page: Box) -> bool:
    """Say whether *box* goes around everything on the page."""
    return all(side(box) > _FULL_PAGE * side(page) for side in (boxes.width, boxes.height))


def _touching(found: Sequence[Box]) -> list[list[Box]]:
    groups: list[tuple[Box, list[Box]]] = []
    for box in found:
        near = boxes.grown(box, _SAME_EDGE / 2)
        met = [group for group in groups if boxes.touch(group[0], near) and any(boxes.touch(near, b) for b in group[1])]
        members = [box, *(member for group in met for member in group[1])]
        groups = [group for group in groups if group not in met] + [(boxes.around(members), members)]
    return [members for _, members in groups]


def _alike(one: Box, other: Box) -> bool:
    return abs(one[0] - other[0]) <= _SAME_EDGE and abs(one[2] - other[2]) <= _SAME_EDGE


def _striped(runs: Sequence[Run], fills: Sequence[Fill], page: Box) -> Iterator[_Region]:
    """Yield stacks of fills with the same sides."""
    stripes = _stripes([fill.box for fill in fills if boxes.height(fill.box) < boxes.height(page) / 4])
    for stack in _stacks([box for box in stripes if boxes.width(box) > _SHORTEST]):
        if len(stack) > 1:
            box = boxes.around(stack)
            bottom = _last_row(runs, box, stack)
            sides = [(box[0], y, box[2], y) for stripe in stack for y in (stripe[1], stripe[3])]
            whole = (box[0], box[1], box[2], bottom)
            yield _Region(whole, (*sides, (box[0], bottom, box[2], bottom)))


def _stripes(found: Iterable[Box]) -> list[Box]:
    """Put together what is painted cell by cell along a row."""
    stripes: list[Box] = []
    for box in sorted(found, key=lambda box: (round(box[1]), round(box[3]), box[0])):
        last = stripes[-1] if stripes else box
        level = abs(last[1] - box[1]) < _BASELINE and abs(last[3] - box[3]) < _BASELINE
        if stripes and level and box[0] - last[2] < _BASELINE:
            stripes[-1] = boxes.around((last, box))
        else:
            stripes.append(box)
    return stripes


def _stacks(found: Iterable[Box]) -> list[list[Box]]:
    """Group boxes of the same sides that follow each other down the page."""
    stacks: list[list[Box]] = []
    for box in sorted(found, key=lambda box: box[1]):
        for stack in stacks:
            if _alike(stack[-1], box) and box[1] - max(one[3] for one in stack) < _TALL_ROW:
                stack.append(box)
                break
        else:
            stacks.append([box])
    return stacks


def _last_row(runs: Sequence[Run], box: Box, stack: Sequence[Box]) -> float:
    """Return the bottom of the unfilled row that may follow the last stripe."""
    inside = [run for run in runs if boxes.holds(stack[-1], boxes.middle(run.box))]
    if not inside:
        return box[3]
    padding = min(run.box[1] for run in inside) - stack[-1][1]
    below = [run for run in runs if run.box[1] >= box[3] - 1 and box[0] <= run.box[0] and run.box[2] <= box[2]]
    bottom = box[3]
    for line in grouped(below):
        reach = padding + 2 if bottom == box[3] else 0.45 * line.size
        if line.box[1] - bottom > reach or (bottom == box[3] and len(line.runs) == 1):
            break
        bottom = line.box[3]
    return bottom + max(0.0, padding) if bottom > box[3] else box[3]


def _chained(runs: Sequence[Run], rules: Sequence[Rule], page: Box) -> Iterator[_Region]:
    """Yield what stands between level rules of the same extent, as books set their tables."""
    levels = [rule.box for rule in rules if _level(rule.box)]
    for chain in _chains(levels):
        box = boxes.around(chain)
        inner = tuple(
            one for one in levels if box[0] - 3 <= one[0] and one[2] <= box[2] + 3 and box[1] <= one[1] <= box[3]
        )
        inside = [run for run in runs if boxes.holds(box, boxes.middle(run.box))]
        if not _frames(box, page) and not _piecewise(chain, levels) and _tabular(grouped(inside)):
            yield _Region(box, inner)


def _piecewise(chain: Sequence[Box], levels: Sequence[Box]) -> bool:
    """Say whether each rule of *chain* goes on close beside it: such rules underline single columns of a table."""
    return all(
        any(
            abs(one[1] - other[1]) < _BASELINE and 0 < max(other[0] - one[2], one[0] - other[2]) < _NEAR
            for other in levels
        )
        for one in chain
    )


def _chains(levels: Sequence[Box]) -> list[list[Box]]:
    chains: list[list[Box]] = []
    for box in sorted((box for box in levels if boxes.width(box) > _SHORTEST), key=lambda box: box[1]):
        for chain in chains:
            if _alike(chain[-1], box):
                chain.append(box)
                break
        else:
            chains.append([box])
    return [chain for chain in chains if len(chain) > 1 and boxes.height(boxes.around(chain)) > _SHORTEST / 2]


def _tabular(lines: Sequence[TextLine]) -> bool:
    """Say whether most lines hold several pieces that are short enough to be cells."""
    if len(lines) < 2:  # noqa: PLR2004  a header and a row
        return False
    parted = sum(len(line.runs) > 1 for line in lines)
    longest = median(max(len(run.text) for run in line.runs) for line in lines)
    return parted >= 2 and parted >= _PARTED * len(lines) and longest <= _CELL_LENGTH  # noqa: PLR2004


def _cut(region: _Region, runs: Sequence[Run]) -> Table | None:
    if not runs:
        return None
    lines = grouped(runs)
    walled = len(_xs(region)) > _INSIDE
    extents = () if walled else _extents(region, lines)
    xs = islands.gaps(extents) if extents else _xs(region)
    ys = _ys(region, lines, walled=walled)
    if len(ys) < _INSIDE + 1 or (len(xs) < _INSIDE + 1 and not _boxed(region)):
        return None
    levels = region.levels if len(_row_edges(region)) > _INSIDE and ys == _row_edges(region) else ()
    found = lattice.cells(Lattice(xs, ys, region.uprights if walled else (), levels, extents), runs)
    return (
        Table(region.box, found, tuple(runs), tuple(xs)) if sum(bool(cell.text) for cell in found) > _INSIDE else None
    )


def _extents(region: _Region, lines: Sequence[TextLine]) -> tuple[islands.Extent, ...]:
    """Return the columns' extents; those of the rows below the header, whose words may stretch over several."""
    found = [islands.columns(lines)]
    for edge in _row_edges(region)[1:_DEEPEST_HEAD]:
        rest = [line for line in lines if boxes.middle(line.box)[1] > edge]
        if len(rest) >= _LINES:
            found.append(islands.columns(rest))
    most = max(len(extents) for extents in found)
    return tuple(next(extents for extents in found if len(extents) == most))


def _boxed(region: _Region) -> bool:
    """Say whether strokes wall off three rows of a single column."""
    return len(_xs(region)) == _INSIDE and len(_row_edges(region)) > _INSIDE + 1 and len(region.uprights) > 1


def _xs(region: _Region) -> list[float]:
    inner = [(box[0] + box[2]) / 2 for box in region.uprights]
    return lattice.edges([region.box[0], *inner, region.box[2]])


def _row_edges(region: _Region) -> list[float]:
    inner = [(box[1] + box[3]) / 2 for box in region.levels]
    return lattice.edges([region.box[1], *inner, region.box[3]])


def _ys(region: _Region, lines: Sequence[TextLine], *, walled: bool) -> list[float]:
    """Return the edges of rows: strokes where these part rows, else the lines' spacing.

    A rule below the header and one above a total do not part the rows between them.
    """
    strokes = _row_edges(region)
    filled = sum(any(top < boxes.middle(line.box)[1] < bottom for line in lines) for top, bottom in pairwise(strokes))
    if len(strokes) > _INSIDE and (walled or filled > _HEAD_BODY_TOTAL or _boxed(region)):
        return strokes
    bands = [
        (bottom, [line for line in lines if top < boxes.middle(line.box)[1] < bottom])
        for top, bottom in pairwise(strokes)
    ]
    least = islands.threshold([inside for _, inside in bands])
    ys = [strokes[0]]
    for bottom, inside in bands:
        ys += [*islands.rows(inside, least)[1:-1], bottom] if inside else []
    return ys


def aligned(lines: Sequence[TextLine]) -> Iterator[tuple[int, int, Table]]:
    """Yield first, last + 1 and the table itself of *lines*, one column's from top to bottom, whose gaps align."""
    start = 0
    while start < len(lines):
        stop = _extent(lines, start)
        table = _open_table(lines[start:stop]) if stop - start >= _LINES else None
        if table:
            yield start, stop, table
        start = stop if table else start + 1


def _several(line: TextLine) -> bool:
    """Say whether *line* holds several pieces, a bullet aside."""
    return len(line.runs) - lists.bullet(line.runs[0].text) > 1


def _extent(lines: Sequence[TextLine], start: int) -> int:
    """Return where the group of parted lines that starts at *start* ends."""
    if not _several(lines[start]):
        return start + 1
    stop, last_parted = start + 1, start + 1
    before = islands.columns(lines[start:stop], _OPEN_STRAIT)
    while len(before) > 1 and stop < len(lines) and stop - last_parted < _CELL_LINES:
        line = lines[stop]
        if line.box[1] - lines[stop - 1].box[1] > _FAR * line.size or _across(line, before):
            break
        together = islands.columns([*lines[start:last_parted], line], _OPEN_STRAIT)
        if len(together) < len(before):
            break
        stop += 1
        if _several(line):
            last_parted, before = stop, together
    return _wrapped(lines, last_parted, stop)


def _wrapped(lines: Sequence[TextLine], first: int, stop: int) -> int:
    """Return the end of the last cell's further lines."""
    while first < stop and lines[first].box[1] - lines[first - 1].box[1] < _TIGHT * lines[first].size:
        first += 1
    return first


def _across(line: TextLine, extents: Sequence[islands.Extent]) -> bool:
    """Say whether *line* is text across several columns: it follows the table."""
    return len(line.runs) == 1 and sum(left < line.box[2] and line.box[0] < right for left, right in extents) > 1


def _open_table(lines: Sequence[TextLine]) -> Table | None:
    parted = sum(_several(line) for line in lines)
    if parted < _LINES or parted < _OPEN_PARTED * len(lines) or not _tabular(lines):
        return None
    runs = [run for line in lines for run in line.runs]
    return _cut(_Region(boxes.around(run.box for run in runs)), runs)
