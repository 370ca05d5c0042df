"""Headers: lines that name the columns of a table, above its stripes too, and what they stretch over."""

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import takewhile

from msgspec.structs import replace

from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import TextLine, grouped
from moonshelf.extraction.layout.tables.cells import islands
from moonshelf.extraction.layout.tables.outlines.outline import Outline

_CLOSE = 2.0  # of the type size: the most pitch between these lines, and to the first row
_MOST = 4
_CENTRE, _SHARE = 0.6, 0.1  # of the type size, and of a group of columns: how far its name may be off its middle
_NAMES = 2  # columns that one of the lines names at least, each by a run of its own


def included(outline: Outline, runs: Sequence[Run]) -> Outline:
    """Return *outline* reaching up over the lines that head its columns, each of them a row."""
    left, top, right, _ = outline.box
    inside = grouped(boxes.inside(outline.box, runs))
    extents = islands.columns(inside) if inside else []
    if len(extents) <= _NAMES:
        return outline
    above = grouped(run for run in runs if run.box[3] <= top + 1 and left < boxes.middle(run.box)[0] < right)
    near = _near(list(reversed(above)), inside[0])
    heads = list(takewhile(lambda line: _heads(line, extents, right), near))
    if not any(_names(line, extents) for line in heads):
        return outline
    edges = [(left, line.box[1] - 1, right, line.box[1] - 1) for line in heads]
    return replace(outline, box=boxes.around((outline.box, *edges)), levels=(*outline.levels, *edges), body=top)


def _near(above: Sequence[TextLine], first: TextLine) -> list[TextLine]:
    """Return the lines *above*, from the lowest up, that stand close to each other and to the *first* row."""
    kept: list[TextLine] = []
    below = first
    for line in above[:_MOST]:
        if below.box[1] - line.box[1] > _CLOSE * max(line.size, below.size):
            break
        kept.append(line)
        below = line
    return kept


def _heads(line: TextLine, extents: Sequence[islands.Extent], right: float) -> bool:
    """Say whether *line* leaves the first column free, and stands over the others."""
    return line.box[0] > extents[0][1] and line.box[2] <= right + line.size


def _names(line: TextLine, extents: Sequence[islands.Extent]) -> bool:
    """Say whether the runs of *line* stand over columns of their own."""
    over = [_over(run, extents) for run in line.runs]
    apart = sum(map(len, over)) == len(set().union(*over))
    return len(over) >= _NAMES and all(over) and apart


def _over(run: Run, extents: Sequence[islands.Extent]) -> set[int]:
    return {column for column, (left, right) in enumerate(extents) if left < run.box[2] and run.box[0] < right}


def stretched(lines: Sequence[TextLine], ys: Sequence[float], extents: Sequence[islands.Extent]) -> list[Run]:
    """Return the runs of a table's *lines*, those of its header stretched over the columns that they name together.

    The lines above the first one that names all columns name groups of columns, of equal number each. A line that
    shares its row, of all those between *ys*, with others is a part of what stands there, and no name by itself.
    """
    most = max(len(_beyond(line, extents)) for line in lines)
    above = list(takewhile(lambda line: len(_beyond(line, extents)) < most, lines))
    rows = Counter(bisect(ys, boxes.middle(line.box)[1]) for line in lines)
    alone = {id(line) for line in above if rows[bisect(ys, boxes.middle(line.box)[1])] == 1}
    heads = alone if len(above) <= _MOST else set()
    pairs = zip(lines, [*lines[1:], lines[-1]], strict=True)
    return [
        run for line, below in pairs for run in (_grouping(line, below, extents) if id(line) in heads else line.runs)
    ]


def _beyond(line: TextLine, extents: Sequence[islands.Extent]) -> list[Run]:
    """Return the runs of *line* that stand right of the first column."""
    return [run for run in line.runs if run.box[0] > extents[0][1]]


def _grouping(line: TextLine, below: TextLine, extents: Sequence[islands.Extent]) -> Sequence[Run]:
    """Return the runs of *line*, stretched where they are centred on groups of columns, or begin where these do.

    Only where the line *below* names the columns of each group does a run at the left of a group tell that it is one.
    """
    groups = _groups(_beyond(line, extents), extents[1:], _centred)
    if not groups:
        named = sorted({column for run in below.runs for column in _over(run, extents)})
        beneath = [extents[column] for column in named]
        over = [run for run in line.runs if beneath and run.box[2] > beneath[0][0]]
        groups = _groups(over, beneath, _leading) if named[-1:] == [len(extents) - 1] else {}
    return [groups.get(id(run), run) for run in line.runs]


def _groups(
    named: Sequence[Run], columns: Sequence[islands.Extent], stands: Callable[[Run, islands.Extent], bool]
) -> dict[int, Run]:
    """Return the runs that name groups of *columns*, as wide as these, by their identity; none where one does not."""
    if not named or len(columns) % len(named) or len(columns) == len(named):
        return {}
    each = len(columns) // len(named)
    pairs = [(run, (columns[n * each][0], columns[(n + 1) * each - 1][1])) for n, run in enumerate(named)]
    if not all(stands(run, group) for run, group in pairs):
        return {}
    return {
        id(run): replace(run, box=(min(left, run.box[0]), run.box[1], max(right, run.box[2]), run.box[3]))
        for run, (left, right) in pairs
    }


def _centred(run: Run, group: islands.Extent) -> bool:
    return abs(boxes.middle(run.box)[0] - sum(group) / 2) <= max(_CENTRE * run.size, _SHARE * (group[1] - group[0]))


def _leading(run: Run, group: islands.Extent) -> bool:
    return abs(run.box[0] - group[0]) <= _CENTRE * run.size and run.box[2] <= group[1]
