"""An outline: where on a page a table is, before its words are cut into cells."""

from collections.abc import Sequence
from statistics import median

import msgspec

from moonshelf.extraction.document import Box
from moonshelf.extraction.layout.lines import TextLine

_PARTED = 0.3  # of the lines between rules hold several runs, or what they hold is no table
_CELL_LENGTH = 60  # letters: longer pieces beside each other are columns of prose


class Outline(msgspec.Struct, frozen=True):
    """Where a table is, and the strokes in it; a stripe counts as strokes along its upper and lower side."""

    box: Box
    levels: tuple[Box, ...] = ()
    uprights: tuple[Box, ...] = ()
    body: float = 0.0  # where the rows begin that tell its columns, if it has a header above its drawing
    striped: bool = False  # each of its edges parts two rows
    edges: tuple[float, ...] = ()  # of its columns, where the pieces of its rules tell them
    booked: bool = False  # thick rules above and below, and fine ones between, leave no doubt


def tabular(lines: Sequence[TextLine]) -> bool:
    """Say whether most lines hold several pieces that are short enough to be cells."""
    if len(lines) < 2:  # noqa: PLR2004  a header and a row
        return False
    parted = sum(len(line.runs) > 1 for line in lines)
    longest = median(max(len(run.text) for run in line.runs) for line in lines)
    return parted >= 2 and parted >= _PARTED * len(lines) and longest <= _CELL_LENGTH  # noqa: PLR2004
