"""Pieces: the parts of lines, cut where a column may end, and tables; columns are made of them."""

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import TextLine
from moonshelf.extraction.layout.prose import lists
from moonshelf.extraction.layout.tables.table import Table

Item: TypeAlias = TextLine | Table

_PIECE_GAP = 1.0  # of the type size: a wider gap parts pieces that may belong to different columns
GUTTER = 0.7
"""Of the type size: the least distance between columns."""
_MARGIN_LINES = 6  # begin at the left margin of a column, at least
_ROOM, _OFF = 2.0, 0.5  # of the type size: at both sides of a centred line, and how far it is off the middle
_RAGGED = 1  # points: letters at a margin may hang out of it or stand back from it


def cut(lines: Sequence[TextLine]) -> Iterator[TextLine]:
    """Yield the parts of *lines* that may belong to different columns; whole ones as they are."""
    margins, above = _margins(lines), _above_columns(lines)
    for line in lines[:above]:
        yield line
    for line in lines[above:]:
        start = 0
        for index in range(1, len(line.runs)):
            before, after = line.runs[index - 1], line.runs[index]
            if _apart(before, after, margins) and not lists.bullet(before, after):
                yield TextLine(line.runs[start:index])
                start = index
        yield TextLine(line.runs[start:]) if start else line


def _above_columns(lines: Sequence[TextLine]) -> int:
    """Return how many lines of a page stand above its columns though they have gaps, as names of authors do.

    Each is centred over all of them, and what follows begins at the left margin.
    """
    parted = [number for number, line in enumerate(lines) if len(line.runs) > 1]
    if not parted:
        return 0
    left, _, right, _ = boxes.around(line.box for line in lines)
    for number in parted:
        line = lines[number]
        before, after = line.box[0] - left, right - line.box[2]
        if min(before, after) < _ROOM * line.size or abs(before - after) > _OFF * line.size:
            return number if number > parted[0] and before < _ROOM * line.size else 0
    return 0


def _apart(before: Run, after: Run, margins: Container[int]) -> bool:
    """Say whether two runs of a line may belong to different columns."""
    gap = after.box[0] - before.box[2]
    begins = round(after.box[0]) in margins and gap > GUTTER * min(before.size, after.size)
    return begins or gap > _PIECE_GAP * max(before.size, after.size)


def _margins(lines: Sequence[TextLine]) -> frozenset[int]:
    """Return the abscissae, in whole points, at which many lines go on after a gap: a column may begin there.

    Papers are set with a gutter of one em, which hyphens and full stops reach into.
    """
    begun = Counter(
        round(after.box[0])
        for line in lines
        for before, after in pairwise(line.runs)
        if after.box[0] - before.box[2] > GUTTER * max(before.size, after.size)
    )
    near = {edge: sum(begun[other] for other in range(edge - _RAGGED, edge + _RAGGED + 1)) for edge in begun}
    return frozenset(edge for edge, count in near.items() if count >= _MARGIN_LINES)
