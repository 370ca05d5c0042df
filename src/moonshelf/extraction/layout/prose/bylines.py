"""Bylines: the authors of a paper beside each other, each with what is said of them below the name."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from moonshelf.extraction.layout.lines import TextLine

_FAR = 2.0  # of the type size: the most pitch of lines that tell of one author
_APART = 0.75  # of the type size: authors stand at least so far from each other
_SEVERAL = 2

_Extent = tuple[float, float]


def parted(lines: Sequence[TextLine]) -> list[TextLine]:
    """Return *lines* from top to bottom with those of authors side by side one author after the other.

    The line of their addresses tells them: in a table of people these stand below each other.
    """
    found: list[TextLine] = []
    done = 0
    for number, line in enumerate(lines):
        if number < done or not _addressed(line):
            continue
        first, columns = _above(lines[done:], number - done)
        found += [*lines[done : done + first], *_by_author(lines[done + first : number + 1], columns)]
        done = number + 1
    return [*found, *lines[done:]] if done else list(lines)


def _addressed(line: TextLine) -> bool:
    addresses = sum("@" in run.text for run in line.runs) if len(line.runs) > 1 else 0
    return addresses >= _SEVERAL and addresses * 2 > len(line.runs) and bool(_with((), line))


def _above(lines: Sequence[TextLine], last: int) -> tuple[int, list[_Extent]]:
    """Return the first of the lines that tell of the authors, up to the *last*, and where each author's stand."""
    columns = _with((), lines[last])
    first = last
    while first and lines[first].box[1] - lines[first - 1].box[1] <= _FAR * lines[first].size:
        wider = _with(columns, lines[first - 1])
        if not wider:
            break
        columns = wider
        first -= 1
    return first, columns


def _with(columns: Sequence[_Extent], line: TextLine) -> list[_Extent]:
    """Return *columns* as wide as *line* needs them, each run of which is in one; none where it is not."""
    wider = list(columns)
    for run in line.runs:
        over = [column for column in wider if column[0] < run.box[2] and run.box[0] < column[1]]
        if len(over) > 1:
            return []
        rest = [column for column in wider if column not in over]
        sides = [run.box[0], run.box[2], *(side for column in over for side in column)]
        wider = sorted([*rest, (min(sides), max(sides))])
    apart = (after[0] - before[1] >= _APART * line.size for before, after in pairwise(wider))
    return wider if all(apart) else []


def _by_author(lines: Sequence[TextLine], columns: Sequence[_Extent]) -> Iterator[TextLine]:
    for left, right in columns:
        for line in lines:
            runs = tuple(run for run in line.runs if left <= run.box[0] and run.box[2] <= right)
            if runs:
                yield TextLine(runs)
