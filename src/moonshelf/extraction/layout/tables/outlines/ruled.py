"""Ruled tables: their outlines, told by rules that meet or by rules of equal extent."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Fill, Rule, Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import TextLine, grouped
from moonshelf.extraction.layout.prose import lists
from moonshelf.extraction.layout.tables.cells import islands
from moonshelf.extraction.layout.tables.outlines import seams, unruled
from moonshelf.extraction.layout.tables.outlines.outline import Outline, tabular
from moonshelf.extraction.layout.tables.outlines.seams import Seams

_SAME_EDGE = 3.0  # points: rules that end this close together belong together
_SHORTEST = 40.0  # points: narrower chains of rules underline words
_BASELINE, _NEAR = 1.5, 12.0  # points: rules so close in height and reach underline columns of one table
_FULL, _APART = 0.8, 0.9  # of a column's width; of the type size, between columns of a table
_FULL_PAGE = 0.9  # of the page, both ways: a frame around everything is no table
_HEADLINE = 1.5  # times the usual type size
_ROWS, _BEGUN = 3, 0.6  # rules between long cells part so many at least; of them
_FRAME = 4  # strokes: a frame alone is no table
_FINE = 0.8  # of the width of a thicker rule
_ABOVE_AND_BELOW, _HEAD_LINES = 2, 3  # rules; between two, so few lines may be a header whose rows stand elsewhere


def gridded(rules: Sequence[Rule], page: Box) -> Iterator[Outline]:
    """Yield what is held together by level and upright rules that touch."""
    for group in _touching([rule.box for rule in rules]):
        levels = tuple(box for box in group if boxes.level(box))
        uprights = tuple(box for box in group if not boxes.level(box))
        box = boxes.around(group)
        if len(levels) > 1 and uprights and len(levels) + len(uprights) > _FRAME and not _frames(box, page):
            yield Outline(box, levels, uprights)


def _frames(box: Box, page: Box) -> bool:
    """Say whether *box* goes around everything on the page."""
    return all(side(box) > _FULL_PAGE * side(page) for side in (boxes.width, boxes.height))


def _touching(found: Sequence[Box]) -> list[list[Box]]:
    groups: list[tuple[Box, list[Box]]] = []
    for box in found:
        near = boxes.grown(box, _SAME_EDGE / 2)
        met: list[tuple[Box, list[Box]]] = []
        others: list[tuple[Box, list[Box]]] = []
        for group in groups:
            touched = boxes.touch(group[0], near) and any(boxes.touch(near, one) for one in group[1])
            (met if touched else others).append(group)
        whole = boxes.around([box, *(around for around, _ in met)])
        groups = [*others, (whole, [box, *(member for _, members in met for member in members)])]
    return [members for _, members in groups]


def alike(one: Box, other: Box) -> bool:
    """Say whether the two have the same sides, left and right."""
    return abs(one[0] - other[0]) <= _SAME_EDGE and abs(one[2] - other[2]) <= _SAME_EDGE


def chained(
    runs: Sequence[Run], rules: Sequence[Rule], met: Seams, fills: Sequence[Fill], page: Box
) -> Iterator[Outline]:
    """Yield what stands between level rules of the same extent, as books set their tables."""
    widths = {rule.box: rule.width for rule in rules if boxes.level(rule.box)}
    levels = list(widths)
    for whole in _chains(levels):
        booked = _booked(whole, widths)
        for chain in booked or _unmixed(whole, runs):
            if len(chain) < _ABOVE_AND_BELOW or _frames(boxes.around(chain), page) or _piecewise(chain, levels):
                continue
            head = [] if booked else unruled.painted(boxes.around(chain), fills, runs)
            found = _between(chain, levels, runs, seams.edges(chain, met), head, booked=bool(booked))
            if found:
                yield found


def _between(
    chain: Sequence[Box],
    levels: Sequence[Box],
    runs: Sequence[Run],
    edges: tuple[float, ...],
    head: Sequence[Run],
    *,
    booked: bool,
) -> Outline | None:
    """Return the table between the rules of a *chain*, with its *head* and other rows outside them, if there is one."""
    box = boxes.around(chain)
    inside = boxes.inside(box, runs)
    if not booked and _sums(box, inside, runs):
        return None
    extents = tuple(pairwise(edges)) or (islands.columns(grouped(inside)) if inside else ())
    head = [] if booked else head or unruled.head(box, levels, runs, extents)
    foot = [] if booked or not extents else unruled.foot(chain, edges or islands.gaps(extents), runs)
    lines = grouped([*head, *inside])
    told = booked or (edges and (len(chain) > _ABOVE_AND_BELOW or head or len(lines) > _HEAD_LINES))
    if not told and (lists.steps(lines) or not (tabular(lines) or _told_by_rows(chain, inside))):
        return None
    top = min((run.box[1] for run in head), default=box[1]) - (1 if head else 0)
    bottom = max((run.box[3] for run in foot), default=box[3]) + (1 if foot else 0)
    box = (box[0], top, box[2], bottom)
    inner = tuple(one for one in levels if _within(one, box))
    return Outline(box, inner, booked=booked, edges=edges)


def _sums(box: Box, inside: Sequence[Run], runs: Sequence[Run]) -> bool:
    """Say whether only figures stand in *box*, and what they are of left of it: its rules are those above sums."""
    if not inside or any(any(map(str.isalpha, run.text)) for run in inside):
        return False
    beside = [boxes.middle(run.box)[1] for run in runs if run.box[2] <= box[0]]
    lines = [boxes.middle(line.box)[1] for line in grouped(inside)]
    return sum(any(abs(y - other) < _BASELINE for other in beside) for y in lines) * 2 > len(lines)


def _told_by_rows(chain: Sequence[Box], inside: Sequence[Run]) -> bool:
    return _row_by_row(chain, inside) or _named(chain, inside)


def _within(rule: Box, box: Box) -> bool:
    return box[0] - _SAME_EDGE <= rule[0] and rule[2] <= box[2] + _SAME_EDGE and box[1] <= rule[1] <= box[3]


def _booked(chain: Sequence[Box], widths: Mapping[Box, float]) -> list[list[Box]]:
    """Part a *chain* into tables as books have them, by the *widths* of its rules: fine ones between two thick ones.

    Between these, fine ones may stand below some of the columns alone. Return nothing where some rules of the chain do
    not go with that.
    """
    thick = max(widths[rule] for rule in chain)
    found: list[list[Box]] = []
    for rule in chain:
        begins = not found or (len(found[-1]) > 1 and _thick(widths[found[-1][-1]], thick))
        if begins:
            found.append([])
        found[-1].append(rule)
    fine = [rule for rule, width in widths.items() if not _thick(width, thick)]
    whole = all(
        all(_thick(widths[table[end]], thick) for end in (0, -1))
        and any(_within(rule, boxes.around(table)) for rule in fine)
        for table in found
    )
    return found if whole and len({widths[rule] for rule in chain}) > 1 else []


def _thick(width: float, most: float) -> bool:
    return width > _FINE * most


def _row_by_row(chain: Sequence[Box], inside: Sequence[Run]) -> bool:
    """Say whether most of what stands between rules of a *chain* begins with several pieces, however long they are."""
    lines = grouped(inside)
    rows = [
        [line for line in lines if above[1] < boxes.middle(line.box)[1] < below[1]] for above, below in pairwise(chain)
    ]
    filled = [row for row in rows if row]
    return len(filled) >= _ROWS and sum(len(row[0].runs) > 1 for row in filled) >= _BEGUN * len(filled)


def _unmixed(chain: Sequence[Box], runs: Sequence[Run]) -> Iterator[list[Box]]:
    """Part *chain* where text from margin to margin stands between two tables of the same width."""
    part = [chain[0]]
    names: list[TextLine] = []
    for above, below in pairwise(chain):
        band = (above[0], above[1], above[2], below[3])
        inside = grouped(boxes.inside(band, runs))
        if _text(inside, boxes.width(band)) and not _over_each(names, inside):
            yield part
            part = []
        part.append(below)
        names = inside
    yield part


def _named(chain: Sequence[Box], inside: Sequence[Run]) -> bool:
    """Say whether what stands between the first two rules of a *chain* names the columns of all below."""
    head, body = chain[1][1], chain[-1][1]
    lines = grouped(inside)
    names = [line for line in lines if boxes.middle(line.box)[1] < head]
    return _over_each(names, [line for line in lines if head < boxes.middle(line.box)[1] < body])


def _over_each(names: Sequence[TextLine], lines: Sequence[TextLine]) -> bool:
    """Say whether a single line of *names* has a piece at the left edge of each column of *lines*, of two and more."""
    if len(names) != 1 or len(names[0].runs) < 2 or not lines:  # noqa: PLR2004 columns
        return False
    extents = islands.columns(lines, _APART)
    pairs = zip(names[0].runs, extents, strict=False)
    return len(names[0].runs) == len(extents) and all(abs(run.box[0] - left) < _BASELINE for run, (left, _) in pairs)


def _text(lines: Sequence[TextLine], width: float) -> bool:
    """Say whether *lines* are in one column, and fill it, or in several of text that is set from margin to margin.

    A headline may stand over several.
    """
    extents = islands.columns(lines, _APART)
    if len(extents) == 1:
        return any(boxes.width(line.box) > _FULL * width for line in lines)
    usual = median(run.size for line in lines for run in line.runs) if lines else 0.0
    smaller = grouped(run for line in lines for run in line.runs if run.size < _HEADLINE * usual)
    return islands.texts(smaller, islands.columns(smaller, _APART))


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
            if alike(chain[-1], box):
                chain.append(box)
                break
        else:
            chains.append([box])
    return [chain for chain in chains if len(chain) > 1 and boxes.height(boxes.around(chain)) > _SHORTEST / 2]
