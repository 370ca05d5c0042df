"""Headers: lines above the stripes of a table that name its columns, as accounts are printed."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes, islands
from moonshelf.extraction.layout.lines import TextLine, grouped
from moonshelf.extraction.layout.outlines import Outline

_CLOSE = 2.0  # of the type size: the most pitch between these lines, and to the first row
_MOST = 4
_NAMES = 2  # columns that one of the lines names at least, each by a run of its own


def included(outline: Outline, runs: Sequence[Run]) -> Outline:
    """Return *outline* reaching up over the lines that head its columns, each of them a row."""
    left, top, right, _ = outline.box
    inside = grouped(run for run in runs if boxes.holds(outline.box, boxes.middle(run.box)))
    extents = islands.columns(inside) if inside else []
    if len(extents) <= _NAMES:
        return outline
    above = grouped(run for run in runs if run.box[3] <= top + 1 and left < boxes.middle(run.box)[0] < right)
    near = _near(list(reversed(above)), inside[0])
    heads = list(takewhile(lambda line: _heads(line, extents, right), near))
    if not any(_names(line, extents) for line in heads):
        return outline
    edges = [(left, line.box[1] - 1, right, line.box[1] - 1) for line in heads]
    return replace(outline, box=boxes.around((outline.box, *edges)), levels=(*outline.levels, *edges))


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
