"""Alignment: the pieces of a column begin, end or are centred at one place; words of justified text are not."""

from collections.abc import Callable, Sequence
from statistics import median

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import TextLine
from moonshelf.extraction.layout.tables.cells.islands import Extent

_SAME_PLACE = 0.3  # of the type size
_MOSTLY = 0.7  # of the pieces: of what gaps alone told for tables, nothing below was one (docs/decisions)
_SHORT = 4.0  # type sizes: a number, a date
_FEWEST = 2  # pieces that agree; columns of which that holds

_Place = Callable[[Box], float]


def in_columns(lines: Sequence[TextLine], extents: Sequence[Extent], around: Sequence[TextLine] = ()) -> bool:
    """Say whether what stands in the columns with these *extents* is aligned in them, as cells are.

    Text that is set from margin to margin ends at one place too. Where text among *lines* or *around* them ends with
    the last column, only short pieces may be cells that are set to the right.
    """
    columns = [_inside(lines, extent) for extent in extents]
    margins = [run.box[2] for line in (*lines, *around) for run in line.runs if _over(run, extents)]
    agreeing = [_agreeing(pieces, margins if pieces is columns[-1] else ()) for pieces in columns]
    later = sum(len(pieces) for pieces in columns[1:])
    return sum(count >= _FEWEST for count in agreeing) >= _FEWEST and sum(agreeing[1:]) >= _MOSTLY * later


def _inside(lines: Sequence[TextLine], extent: Extent) -> list[Box]:
    """Return, for each line that has something in a column, the box of that."""
    left, right = extent[0] - 1, extent[1] + 1
    held = ([run for run in line.runs if left <= run.box[0] and run.box[2] <= right] for line in lines)
    return [boxes.around(run.box for run in runs) for runs in held if runs]


def _over(run: Run, extents: Sequence[Extent]) -> bool:
    """Say whether *run* reaches over several columns."""
    return sum(left < run.box[2] and run.box[0] < right for left, right in extents) > 1


def _agreeing(pieces: Sequence[Box], margins: Sequence[float]) -> int:
    """Return how many of a column's *pieces* begin, end or are centred at one place; 0 where none agree."""
    if len(pieces) < _FEWEST:
        return 0
    size = median(boxes.height(box) for box in pieces)
    near = _SAME_PLACE * size
    places: list[_Place] = [lambda box: box[0], lambda box: boxes.middle(box)[0]]
    last = max(box[2] for box in pieces)
    if median(boxes.width(box) for box in pieces) <= _SHORT * size or all(abs(last - end) > near for end in margins):
        places.append(lambda box: box[2])
    most = max(_most_near([place(box) for box in pieces], near) for place in places)
    return most if most >= _FEWEST else 0


def _most_near(values: Sequence[float], near: float) -> int:
    """Return how many of *values* lie within *near* above one of them."""
    return max(sum(least <= value <= least + near for value in values) for least in values)
