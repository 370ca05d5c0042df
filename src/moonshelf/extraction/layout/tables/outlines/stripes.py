"""Stripes: tables whose rows are painted, or their cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Fill, Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import TextLine, grouped
from moonshelf.extraction.layout.tables.cells import islands, lattice
from moonshelf.extraction.layout.tables.outlines import headers, tiles
from moonshelf.extraction.layout.tables.outlines.outline import Outline
from moonshelf.extraction.layout.tables.outlines.ruled import alike

_SHORTEST = 40.0  # points: what is narrower lies behind words, not rows
_SAME = 1.5  # points: areas with edges that close to each other are painted along one row
_BESIDE = 3.0  # points: the most room between the cells of a row
_TALL_ROW = 90.0  # points: stripes further apart than this belong to different things, unless a row is between them
_CELL_WIDTH = 0.7  # of a table
_STACKS = 50  # side by side on a page, or among each other; more are a drawing
_LARGER = 1.3  # times the type size of rows: a heading
_LEADING = 0.45  # of the type size: the most room between lines of a cell
_ROOM = 2.0  # points: by how much the room between a row and the next stripe may be more than that within a stripe
_NAMED = 2  # columns, of which half have a name in the row above their stripes
_PADDING = 1.2  # of the type size: the most room above, below and between the lines of an unpainted row


@dataclass
class Stripe:
    """What is painted side by side: a row, or cells of which some go on along the rows below."""

    box: Box
    tiles: list[Fill]

    def ends(self) -> list[float]:
        """Return the left and right of each cell."""
        return [end for tile in self.tiles for end in (tile.box[0], tile.box[2])]


class Stack:
    """Stripes below each other, with the same sides or with sides where their cells have some."""

    def __init__(self, first: Stripe) -> None:
        self.box = first.box
        self.stripes = [first]
        self._ends = lattice.edges(first.ends())

    def fits(self, stripe: Stripe) -> bool:
        """Say whether *stripe* has the same sides and parts its cells there, or begins and ends where cells do."""
        if not alike(self.box, stripe.box):
            return all(_near(end, self._ends) for end in (stripe.box[0], stripe.box[2]))
        few, many = sorted([self._ends[1:-1], lattice.edges(stripe.ends())[1:-1]], key=len)
        return 2 * sum(_near(end, many) for end in few) >= len(few)

    def heads(self, stripe: Stripe) -> bool:
        """Say whether *stripe* is painted as the first one is, and not as those that follow it."""
        first, last, color = (one.tiles[0].color for one in (self.stripes[0], self.stripes[-1], stripe))
        return len(self.stripes) > 1 and color == first != last

    def crossed(self, line: TextLine) -> bool:
        """Say whether a piece of *line* reaches over the end of a cell."""
        inner = self._ends[1:-1]
        return any(run.box[0] < end - _BESIDE and end + _BESIDE < run.box[2] for run in line.runs for end in inner)

    def add(self, stripe: Stripe) -> None:
        """Put *stripe* below the others."""
        self.stripes.append(stripe)
        self.box = boxes.around((self.box, stripe.box))
        self._ends = sorted([*self._ends, *(end for end in stripe.ends() if not _near(end, self._ends))])

    def columns(self) -> int:
        """Return how many columns its cells tell."""
        return len(self._ends) - 1

    def tiles(self) -> list[Box]:
        """Return what is painted, from top to bottom."""
        return [tile.box for stripe in self.stripes for tile in stripe.tiles]


def _near(place: float, places: Sequence[float]) -> bool:
    return any(abs(place - one) < _BESIDE for one in places)


def striped(runs: Sequence[Run], fills: Sequence[Fill], page: Box) -> Iterator[Outline]:
    """Yield what stands in stripes, with the lines above it that head its columns."""
    low = [fill for fill in fills if boxes.height(fill.box) < boxes.height(page) / 4]
    for stack in _stacks([stripe for stripe in _stripes(low) if boxes.width(stripe.box) > _SHORTEST], runs):
        if len(stack.stripes) > 1 or _headed(stack, runs):
            outline = _outline(stack, runs)
            headed = headers.included(outline, runs)
            if headed is outline and (above := _unpainted(runs, stack)):
                outline = _outline(stack, runs, above)
                headed = headers.included(outline, runs)
            yield headed if headed is not outline else tiles.walled(outline, stack.tiles(), runs)


def _outline(stack: Stack, runs: Sequence[Run], above: Sequence[float] = ()) -> Outline:
    left, _, right, _ = stack.box
    bottom = _end(runs, stack)
    edges = [*above, *(y for one in stack.stripes for y in (one.box[1], one.box[3])), bottom]
    levels = tuple((left, y, right, y) for y in edges)
    return Outline((left, edges[0], right, bottom), levels, striped=True)


def _stripes(found: Sequence[Fill]) -> list[Stripe]:
    """Put together what is painted cell by cell along a row."""
    done: list[Stripe] = []
    reached: list[Stripe] = []  # those that reach down to where we are
    for fill in sorted(found, key=lambda fill: (round(fill.box[1]), fill.box[0])):
        box = fill.box
        done += [one for one in reached if one.box[3] <= box[1]]
        reached = [one for one in reached if one.box[3] > box[1]]
        met = [one for one in reached if _beside(one.box, box)]
        if len(met) == 1:
            met[0].tiles.append(fill)
            met[0].box = boxes.around((met[0].box, box))
            continue
        whole = Stripe(boxes.around((box, *(one.box for one in met))), [*(t for one in met for t in one.tiles), fill])
        reached = [*(one for one in reached if one not in met), whole]
    return sorted([*done, *reached], key=lambda one: one.box[1])


def _beside(one: Box, other: Box) -> bool:
    """Say whether one area ends where the other begins, or the two are of one row and overlap."""
    if min(abs(one[2] - other[0]), abs(other[2] - one[0])) < _BESIDE:
        return True
    level = abs(one[1] - other[1]) < _SAME and abs(one[3] - other[3]) < _SAME
    return level and boxes.shared_width(one, other) > 0


def _stacks(found: Sequence[Stripe], runs: Sequence[Run]) -> list[Stack]:
    """Put together stripes that follow each other down the page."""
    stacks: list[Stack] = []
    for stripe in found:
        for stack in stacks[: -_STACKS - 1 : -1]:
            if stack.fits(stripe) and _follows(stack, stripe, runs):
                stack.add(stripe)
                break
        else:
            stacks.append(Stack(stripe))
    return stacks


def _follows(stack: Stack, stripe: Stripe, runs: Sequence[Run]) -> bool:
    """Say whether what stands above *stripe* are rows that are not painted, and no text between two tables."""
    gap = (stripe.box[0], stack.box[3], stripe.box[2], stripe.box[1])
    inside = boxes.inside(gap, runs)
    if not inside:
        return boxes.height(gap) < _TALL_ROW
    lines = grouped(inside)
    usual = median([run.size for run in boxes.inside(stack.box, runs)] or [inside[0].size])
    if any(line.size > _LARGER * usual for line in lines):
        return False
    rows = [line for line in lines if len(line.runs) > 1 and not stack.crossed(line)]
    if stack.heads(stripe) and len(rows) < len(lines):
        return False
    if rows and any(len(line.runs) == 1 and stack.crossed(line) for line in lines):
        return False  # text between two tables, of which the lower one has names that are not painted
    if boxes.height(gap) >= _TALL_ROW:
        narrow = all(boxes.width(run.box) < _CELL_WIDTH * boxes.width(gap) for run in inside)
        return narrow and lines[0] in rows
    return bool(rows) or _fill(lines, gap)


def _fill(lines: Sequence[TextLine], gap: Box) -> bool:
    """Say whether *lines* leave no more room in a *gap*, nor between them, than those of a row do."""
    bottoms, tops = [gap[1], *(line.box[3] for line in lines)], [*(line.box[1] for line in lines), gap[3]]
    return all(below - above <= _PADDING * lines[0].size for above, below in zip(bottoms, tops, strict=True))


def _headed(stack: Stack, runs: Sequence[Run]) -> bool:
    """Say whether a single stripe names columns, and each line below it is a row of as many cells."""
    left, _, right, bottom = stack.box
    named = [tile for tile in stack.stripes[0].tiles if boxes.inside(tile.box, runs)]
    below = (left, bottom, right, _end(runs, stack))
    lines = grouped(boxes.inside(below, runs))
    rows = all(1 < len(line.runs) == len(named) and not stack.crossed(line) for line in lines)
    apart = all(after.box[1] - before.box[3] >= _LEADING * after.size for before, after in pairwise(lines))
    return bool(lines) and rows and apart


def _unpainted(runs: Sequence[Run], stack: Stack) -> list[float]:
    """Return the tops of the rows above the first stripe that are not painted: names, or a row and the names above."""
    left, top, right, _ = stack.box
    first, *others = (stripe.tiles[0].color for stripe in stack.stripes)
    inside = boxes.inside(stack.stripes[0].box, runs)
    columns = max(stack.columns(), len(islands.columns(grouped(inside)))) if inside else 0
    if columns < _NAMED or (others and first not in others):
        return []  # the first stripe names the columns
    above = [run for run in runs if left <= run.box[0] and run.box[2] <= right and run.box[3] <= top + 1]
    padding = min(run.box[1] for run in inside) - top if len(stack.stripes) > 1 else 0.0
    found: list[float] = []
    begun = top
    for line in reversed(grouped(above)):
        room, named = begun - line.box[3], len(line.runs) > 1 and len(line.runs) * 2 >= columns
        near = room <= max(0.0 if found else padding + _ROOM, _LEADING * line.size)
        if stack.crossed(line) or not (near or (named and found and room <= 2 * (padding + _ROOM))):
            break
        begun = line.box[1]
        if found and near:
            found[0] = begun - 1
        elif named:
            found.insert(0, begun - 1)
    return found


def _end(runs: Sequence[Run], stack: Stack) -> float:
    """Return the bottom of the unpainted row that may follow the last stripe, or of all rows below a single one."""
    box, last = stack.box, stack.stripes[-1].box
    inside = boxes.inside(last, runs)
    if not inside:
        return box[3]
    padding = min(run.box[1] for run in inside) - last[1]
    below = [run for run in runs if run.box[1] >= box[3] - 1 and box[0] <= run.box[0] and run.box[2] <= box[2]]
    bottom = box[3]
    for line in grouped(below):
        row = len(line.runs) > 1 and not stack.crossed(line)
        reach = padding + _ROOM if bottom == box[3] else _LEADING * line.size
        if row and len(stack.stripes) == 1:
            reach = max(reach, 2 * padding + _ROOM)
        if line.box[1] - bottom > reach or (bottom == box[3] and not row):
            break
        bottom = line.box[3]
    return bottom + max(0.0, padding) if bottom > box[3] else box[3]
