"""Listings: code, and whatever else is set in letters of one width, kept as it stands."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import SENTENCE_END, TextLine, ideographic

_BLANK = 1.7  # of the type size: a pitch above this leaves a line empty
_APART = 3.2  # of the type size: listings further apart are two


def listing(lines: Sequence[TextLine]) -> bool:
    """Say whether all is set in letters of one width; ideographs always are, so they say nothing."""
    return all(line.monospace for line in lines) and not any(ideographic(line.text) for line in lines)


def goes_on(last: TextLine, line: TextLine) -> bool:
    """Say whether *line* belongs to the listing that *last* is of, an empty line between them or none."""
    return last.monospace and line.monospace and 0 <= line.box[1] - last.box[1] <= _APART * line.size


def ends_a_sentence(last: TextLine, line: TextLine, left: float, right: float) -> bool:
    """Say whether *line* is but the last words of the prose above, which are set as code.

    *left* and *right* are the margins of both; the line above is full, and its sentence goes on.
    """
    among = line.monospace and not last.monospace and not SENTENCE_END.search(last.text)
    return among and line.box[0] - left < line.size / 2 and right - last.box[2] < boxes.width(line.runs[0].box)


def text(lines: Sequence[TextLine]) -> str:
    """Return *lines* with their indents, inner spaces and empty lines, as far as the letters' one width tells them."""
    left = min(line.box[0] for line in lines)
    letter = max(1.0, median(boxes.width(run.box) / len(run.text) for line in lines for run in line.runs))
    return "\n".join(_rows(lines, left, letter))


def _rows(lines: Sequence[TextLine], left: float, letter: float) -> Iterator[str]:
    yield _spaced(lines[0], left, letter)
    for above, line in pairwise(lines):
        if line.box[1] - above.box[1] > _BLANK * line.size:
            yield ""
        yield _spaced(line, left, letter)


def _spaced(line: TextLine, left: float, letter: float) -> str:
    spaced = " " * round((line.runs[0].box[0] - left) / letter) + line.runs[0].text
    for before, after in pairwise(line.runs):
        spaced += " " * max(1, round((after.box[0] - before.box[2]) / letter)) + after.text
    return spaced
