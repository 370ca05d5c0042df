"""Islands: rows and columns of a table told by where its words stand and where none do."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from statistics import median
from typing import TypeAlias

from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import TextLine, ideographic

Extent: TypeAlias = tuple[float, float]

STRAIT = 0.5  # of the type size: columns of what is known to be a table stand at least so far apart
_LINE = 0.8  # of the type size: the least pitch of lines
LEADING = 1.65
"""Of the type size: the most pitch of lines within a cell."""

_MIDDLE = 0.2  # of the type size: how far a name may be off the middle of its rows
_SEVERAL, _MOSTLY = 3, 0.6  # columns; of lines: cells of so many columns don't all go on with line after line
_SPILT = 0.2  # of a table's lines at most are set from margin to margin with wide spaces
_STRETCHED = 2.5  # of the type size: the widest space in such a line
_FULL, _LETTERS = 0.7, 14  # of a column's lines and of its width; letters in a line
_COLUMN_LINES = 6  # columns of fewer lines may be cells
_TWO_LEVELS = 1.2  # the pitch between rows is at least this much more than that within a cell
_MANY, _TWO_CLEAR_LEVELS = 16, 1.3  # pitches; the same where a single one of so many is wider
_TWO_EVEN_LEVELS, _EVEN = 1.12, 1.08  # the same where the pitches within cells are all alike, and how much so


def columns(lines: Sequence[TextLine], strait: float = STRAIT) -> list[Extent]:
    """Return left and right of each column of *lines*, which stand *strait* type sizes apart.

    Spanning runs are set aside.
    """
    rows = [[(run.box[0], run.box[2]) for run in line.runs] for line in lines]
    least = strait * median([run.size for line in lines for run in line.runs] or [0.0])
    bridges = _bridging(rows)
    kept = []
    for number, row in enumerate(rows):
        # What stands alone, as headings of rows do, may all but touch the next column: it would make one of the two.
        near = least if len(row) == 1 else -1.0
        for left, right in row:
            reach = (left, right + near)
            if not (bridges(reach) and _spans(reach, rows, number)):
                kept.append((left, right))
    if not kept:
        return []
    kept.sort()
    found = [kept[0]]
    for left, right in kept[1:]:
        if left - found[-1][1] < least:
            found[-1] = (found[-1][0], max(found[-1][1], right))
        else:
            found.append((left, right))
    return found


def _bridging(rows: Sequence[Sequence[Extent]]) -> Callable[[Extent], bool]:
    """Return what says whether a run reaches over the gap between two others of a row, without which none spans.

    Most runs don't, and asking about all rows for each would take as long as all else.
    """
    parted = sorted((before[1], after[0]) for row in rows for before, after in pairwise(row))
    begins = [begin for begin, _ in parted]
    nearest = list(accumulate((end for _, end in reversed(parted)), min))[::-1]

    def bridges(run: Extent) -> bool:
        first = bisect_right(begins, run[0] + 1)
        return first < len(nearest) and nearest[first] < run[1]

    return bridges


def _spans(run: Extent, rows: Sequence[Sequence[Extent]], own: int) -> bool:
    """Say whether *run* stretches over several columns: half of the rows it overlaps hold two runs there."""
    left, right = run[0] + 1, run[1]
    overlapped = several = 0
    for number, row in enumerate(rows):
        if number == own or row[0][0] >= right:
            continue
        beneath = 0
        for start, end in row:
            if start >= right:
                break  # so do all others of the row
            beneath += end > left
        if beneath:
            overlapped += 1
            several += beneath > 1
    return several > 0 and several * 2 >= overlapped


def unspilt(extents: Sequence[Extent], lines: Sequence[TextLine]) -> list[Extent]:
    """Return *extents* without those that hold but the last words of lines set from margin to margin in a cell.

    Such a line goes on below, in the column before.
    """
    rows = [[_in(line, extent) for extent in extents] for line in lines]
    kept = list(extents[:1])
    for column in range(1, len(extents)):
        held = [number for number, row in enumerate(rows) if row[column]]
        few = 0 < len(held) <= max(1, _SPILT * len(lines))
        if few and all(_spilt(lines[number], rows[number : number + 2], column) for number in held):
            kept[-1] = (kept[-1][0], extents[column][1])
        else:
            kept.append(extents[column])
    return kept


def named(extents: Sequence[Extent], lines: Sequence[TextLine]) -> list[Extent]:
    """Return *extents* with those as one of which one holds but a word of the first or last line, the next all others.

    A name may stand at one end of its column and what it names at the other, before it in all of a table or behind it.
    """
    found = list(extents)
    for line in (lines[0], lines[-1]):
        found = _whole(found, line, [other for other in lines if other is not line])
    return found


def _whole(extents: Sequence[Extent], line: TextLine, others: Sequence[TextLine]) -> list[Extent]:
    held = [bool(_in(line, extent)) for extent in extents]
    alone = [
        here and not any(_in(other, extent) for other in others) for here, extent in zip(held, extents, strict=True)
    ]
    if not any(alone):
        return list(extents)
    pairs = [number for number in range(len(extents) - 1) if held[number] is not held[number + 1]]
    before = [number for number in pairs if alone[number]]
    behind = [number for number in pairs if alone[number + 1]]
    room = [sum(extents[number + 1][0] - extents[number][1] for number in one) for one in (before, behind)]
    joined = before if (-len(before), room[0]) <= (-len(behind), room[1]) else behind
    found: list[Extent] = []
    for number, extent in enumerate(extents):
        found.append((found.pop()[0], extent[1]) if number - 1 in joined else extent)
    return found


def _in(line: TextLine, extent: Extent) -> list[Run]:
    return [run for run in line.runs if run.box[0] < extent[1] and extent[0] < run.box[2]]


def filled(line: TextLine, extents: Sequence[Extent]) -> int:
    """Return in how many of the columns *line* has words."""
    return sum(bool(_in(line, extent)) for extent in extents)


def _spilt(line: TextLine, rows: Sequence[Sequence[Sequence[Run]]], column: int) -> bool:
    """Say whether what *line* has in *column* follows a word in the column before, which goes on in the next line.

    *rows* are the runs of both lines by column.
    """
    if len(rows) == 1 or not rows[0][column - 1] or not rows[1][column - 1] or rows[1][column]:
        return False
    near = rows[0][column][0].box[0] - rows[0][column - 1][-1].box[2] < _STRETCHED * line.size
    return near and rows[1][column - 1][0].box[1] - line.box[1] < LEADING * line.size


def prose(lines: Sequence[TextLine], extent: Extent) -> bool:
    """Say whether a column is full of text, from its top to its foot and from margin to margin."""
    left, right = extent
    held = ([run for run in line.runs if 2 * left <= run.box[0] + run.box[2] <= 2 * right] for line in lines)
    inside = [(boxes.around(run.box for run in runs), sum(len(run.text) for run in runs)) for runs in held if runs]
    full = sum(boxes.width(box) > _FULL * (right - left) and letters >= _LETTERS for box, letters in inside)
    return full > _FULL * len(lines)


def texts(lines: Sequence[TextLine], extents: Sequence[Extent]) -> bool:
    """Say whether each column is text of so many lines that they are no cell."""
    held = [[line for line in lines if _in(line, extent)] for extent in extents]
    return all(len(own) >= _COLUMN_LINES and prose(own, extent) for own, extent in zip(held, extents, strict=True))


def gaps(extents: Sequence[Extent]) -> list[float]:
    """Return the edges of columns with these extents: in the middle between neighbours, and at both ends."""
    between = [(one[1] + other[0]) / 2 for one, other in pairwise(extents)]
    return [extents[0][0] - 1, *between, extents[-1][1] + 1]


def rows(lines: Sequence[TextLine], least: float | None = None) -> list[float]:
    """Return the edges between rows of *lines*: where the pitch is clearly wider than within cells, or than *least*."""
    least = threshold([lines]) if least is None else least
    pitches = _pitches(lines)
    inner = [
        (before.box[3] + after.box[1]) / 2
        for before, after, pitch in zip(lines, lines[1:], pitches, strict=False)
        if pitch > least
    ]
    return [lines[0].box[1] - 1, *inner, max(line.box[3] for line in lines) + 1]


def without_names_between(lines: Sequence[TextLine], extents: Sequence[Extent]) -> Sequence[TextLine]:
    """Return *lines* without those that name two rows: they stand in the first column alone, half-way between these."""
    if len(extents) < _SEVERAL or len(lines) <= _SEVERAL:
        return lines
    edge = extents[0][1]
    alone = [line.runs[-1].box[0] <= edge for line in lines]
    if not any(alone):
        return lines
    others = [line for line, one in zip(lines, alone, strict=True) if not one]
    usual = median([below.box[1] - above.box[1] for above, below in pairwise(others)] or [0.0])
    return [
        line
        for number, line in enumerate(lines)
        if not (alone[number] and 0 < number < len(lines) - 1 and _between(lines[number - 1 : number + 2], edge, usual))
    ]


def _between(lines: Sequence[TextLine], edge: float, usual: float) -> bool:
    """Say whether the second of three *lines* is amid two rows at the *usual* pitch that lack their first cells."""
    above, line, below = lines
    pitch, middle = below.box[1] - above.box[1], (above.box[1] + below.box[1]) / 2
    rows = above.runs[0].box[0] > edge < below.runs[0].box[0]
    return rows and pitch < _EVEN * usual and abs(line.box[1] - middle) < _MIDDLE * line.size


def _pitches(lines: Sequence[TextLine]) -> list[float]:
    return [_pitch(before, after) for before, after in pairwise(lines)]


def _pitch(before: TextLine, after: TextLine) -> float:
    """Return how far *after* stands below *before*, told by runs of one script: fonts reach up to unlike heights.

    Among those of several cells, what stands in one column tells more.
    """
    pairs = [(one, other) for one in before.runs for other in after.runs]
    over = [(one, other) for one, other in pairs if one.box[0] < other.box[2] and other.box[0] < one.box[2]]
    column = [other.box[1] - one.box[1] for one, other in over if _scripts_alike(one, other)]
    if column:
        return column[0] if len(column) == 1 else median(column)
    alike = (other.box[1] - one.box[1] for one, other in pairs if _scripts_alike(one, other))
    return min(alike, default=after.box[1] - before.box[1])


def _scripts_alike(one: Run, other: Run) -> bool:
    return ideographic(one.text) is ideographic(other.text)


def threshold(bands: Sequence[Sequence[TextLine]]) -> float:
    """Return the pitch above which a new row begins, in a table whose lines are parted into *bands* by strokes.

    What is less than a line is a cell set a little lower; the least pitch is that of lines within a cell, if any
    pitch is clearly wider and it is not too wide itself.
    """
    size = median([line.size for lines in bands for line in lines] or [0.0])
    falls = [fall for lines in bands for fall in zip(lines, lines[1:], _pitches(lines), strict=False)]
    ordered = sorted(pitch for _, _, pitch in falls if pitch > _LINE * size)
    stray = len(ordered) // 10  # so many may be out of line, as pieces are that are set a little higher or lower
    least = ordered[stray] if ordered else 0.0
    steps = [
        (index, (before + after) / 2)
        for index, (before, after) in enumerate(pairwise(ordered), 1)
        if before <= LEADING * size and _wider(ordered, index, least)
    ]
    found = [(index, step) for index, step in steps if not _rows(falls, _LINE * size, step)]
    return next((step for index, step in found if index > stray), found[0][1] if found else _LINE * size)


def _wider(ordered: Sequence[float], index: int, least: float) -> bool:
    """Say whether a pitch in the order of their width is clearly wider than the one before.

    Those of lines that are alike are as *least*; where they are not, a single wide one among many may be by chance.
    """
    before, after = ordered[index - 1], ordered[index]
    if before <= _EVEN * least:
        return after >= _TWO_EVEN_LEVELS * before
    alone = index == len(ordered) - 1 and len(ordered) >= _MANY
    return after >= (_TWO_CLEAR_LEVELS if alone else _TWO_LEVELS) * before


def _broken(before: TextLine, after: TextLine) -> bool:
    """Say whether a word of *before* is broken by a hyphen and goes on in *after*."""
    heads = [one for one in before.runs if one.text[-1] == "-" and one.text[-2:-1].isalpha()]
    return any(
        one.box[0] < other.box[2] and other.box[0] < one.box[2] and other.text[0].islower()
        for one in heads
        for other in after.runs
    )


def _rows(falls: Sequence[tuple[TextLine, TextLine, float]], above: float, below: float) -> bool:
    """Say whether most lines at a pitch between these two are rows of their own, as they fill as many columns.

    *falls* are lines with the next, and the pitch of the two. Where a word is broken, the next line goes on with it.
    """
    pairs = [(one, other) for one, other, pitch in falls if above < pitch <= below]
    whole = sum(_as_full(one, other) and not _broken(one, other) for one, other in pairs)
    return whole > _MOSTLY * len(pairs)


def _as_full(one: TextLine, other: TextLine) -> bool:
    """Say whether *other* fills as many columns as *one* above it: several, or a name's and that of its number."""
    if len(other.runs) < len(one.runs):
        return False
    counted = one.runs[-1].text.isdecimal() and other.runs[-1].text.isdecimal()
    return len(other.runs) >= _SEVERAL or (counted and len(one.runs) > 1)
