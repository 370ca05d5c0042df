"""Glosses: notes in the margin beside running text, which goes on past them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.columns.pieces import Item
from moonshelf.extraction.layout.lines import TextLine, grouped
from moonshelf.extraction.layout.tables.table import Table

_OFTEN, _LINES = 2, 5  # lines of text for each of notes, and of all text, at least
_NARROW = 0.45  # of the width of the text
_SAME_EDGE = 2.0  # points
_WORDED, _FULL = 0.6, 0.8  # of the letters; of the width of the text, which half of its lines fill
_TIGHT = 1.6  # of the type size: the most pitch of lines of one note


def beside(text: Sequence[Item], notes: Sequence[Item]) -> bool:
    """Say whether *notes* stand in the margin of *text*: narrow, set to one edge, and beside lines amid sentences.

    What names the rows of a table, or is named there, stands beside the first line of each.
    """
    if len(text) < _LINES or not _narrow(notes, text) or any(isinstance(piece, Table) for piece in notes):
        return False
    lines = [piece for piece in text if isinstance(piece, TextLine)]
    held = grouped(run for piece in notes if isinstance(piece, TextLine) for run in piece.runs)
    if len(lines) < max(_LINES, _OFTEN * len(held)) or not _to_one_edge(held) or not _worded(held):
        return False
    width = max(line.box[2] for line in lines) - min(line.box[0] for line in lines)
    if sum(line.box[2] - line.box[0] > _FULL * width for line in lines) * 2 < len(lines):
        return False
    starts = [_level(first, lines) for first in _firsts(held)]
    return sum(line is not None and line.text[0].islower() for line in starts) * 2 >= len(starts)


def _narrow(notes: Sequence[Item], text: Sequence[Item]) -> bool:
    """Say whether *notes* take little room beside *text*, which most columns do not."""
    left, right = min(piece.box[0] for piece in notes), max(piece.box[2] for piece in notes)
    most = max(piece.box[2] for piece in text) - min(piece.box[0] for piece in text)
    return right - left <= _NARROW * most


def _to_one_edge(lines: Sequence[TextLine]) -> bool:
    lefts, rights = [line.box[0] for line in lines], [line.box[2] for line in lines]
    return min(max(lefts) - min(lefts), max(rights) - min(rights)) < _SAME_EDGE


def _worded(lines: Sequence[TextLine]) -> bool:
    text = "".join(line.text for line in lines)
    return sum(map(str.isalpha, text)) >= _WORDED * len(text)


def _firsts(lines: Sequence[TextLine]) -> Iterator[TextLine]:
    """Yield the first line of each note."""
    ordered = sorted(lines, key=lambda line: line.box[1])
    yield ordered[0]
    yield from (line for above, line in pairwise(ordered) if line.box[1] - above.box[1] > _TIGHT * line.size)


def _level(note: TextLine, lines: Sequence[TextLine]) -> TextLine | None:
    """Return the one of *lines* that *note* stands beside."""
    height = boxes.middle(note.box)[1]
    return next((line for line in lines if line.box[1] <= height <= line.box[3]), None)
