"""Ledgers: rows of figures with rules at totals and below groups alone, which say nothing of the rows between them."""

import re
from collections.abc import Sequence
from itertools import pairwise

from moonshelf.extraction.layout import wrapping
from moonshelf.extraction.layout.lines import TextLine
from moonshelf.extraction.layout.tables.cells import islands, wraps

_FIGURE = re.compile(r"[-+\u2013\u2212(\[]?\s?[$\u00a3\u20ac\u00a5]?\s?\d[\d.,\s]*%?[)\]]?|[-\u2013\u2014]")
_ROWS = 2  # lines with figures, or columns that have them


def edges(lines: Sequence[TextLine], extents: Sequence[islands.Extent]) -> list[float]:
    """Return the edges between rows among *lines* that stand between two rules; none where they are cells of one row.

    Cells that wrap have words in them: where lines have a name and figures in several columns, each line is a row.
    """
    counted = [_figures(line, extents) for line in lines]
    named = [bool(wraps.cell(line, extents[0])) for line in lines]
    if sum(name and len(columns) >= _ROWS for name, columns in zip(named, counted, strict=True)) < _ROWS:
        return []
    return [
        (before.box[3] + after.box[1]) / 2
        for (before, after), (above, below) in zip(pairwise(lines), pairwise(counted), strict=True)
        if (above and below) or not _one_name(before, after, extents[0])
    ]


def _figures(line: TextLine, extents: Sequence[islands.Extent]) -> set[int]:
    """Return the columns behind the first in which *line* has figures and nothing else."""
    held = {column: wraps.cell(line, extent) for column, extent in enumerate(extents) if column}
    return {column for column, runs in held.items() if runs and all(_FIGURE.fullmatch(run.text) for run in runs)}


def _one_name(before: TextLine, after: TextLine, extent: islands.Extent) -> bool:
    """Say whether the name in *before* goes on in *after*, for want of room in its column."""
    above, below = wraps.cell(before, extent), wraps.cell(after, extent)
    return bool(above and below) and not below[0].text[0].isupper() and wrapping.full(above, below, extent)
