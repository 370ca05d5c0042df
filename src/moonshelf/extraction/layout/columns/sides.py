"""Whether what stands left and right of a gutter are columns, read one after the other, or rows, read across."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from moonshelf.extraction.layout import boxes, wrapping
from moonshelf.extraction.layout.columns import glosses
from moonshelf.extraction.layout.columns.pieces import GUTTER, Item
from moonshelf.extraction.layout.lines import IDEOGRAPHIC, TextLine, ideographic
from moonshelf.extraction.layout.prose import lists
from moonshelf.extraction.layout.tables.table import Table

_BASELINE = 1.0  # points: lines this close in height stand on one line
_PITCH = 4.0  # points: lines stand further apart
_CELL_LENGTH, _ALIGNED = 28, 0.6  # letters; of the heights of cells
_UNLIKE = 0.2  # of the type size: the same for ideographs and other letters, which reach unlike heights
_PROSE_WIDTH = 0.45  # of a column: how much an ordinary line of it fills at least
_PROSE_LENGTH = 14  # letters: what is shorter is a cell or a label; an ideograph counts as two
_PROSE_LINES = 2
_ROWS, _APART, _FULL = 3, 1.5, 0.85  # lines; of the type size, between them; of the width of their side
_MOSTLY = 0.9  # of the lines of the shorter side: a heading may stand above them
_PIECES = 3  # on one line: more are its words, set wide apart, or cells, and count for many lines
_FAR = 5.0  # of the type size
_EDGE, _COLUMNS = 3.0, 0.8  # points between left edges of columns, at least; of the lines are in some
UNALIGNED_LINES = 5
"""Text in columns has so many on each side; less may be the cells of a table."""


def columnar(left: Sequence[Item], right: Sequence[Item]) -> bool:
    """Say whether the two sides are read one after the other, not line by line across."""
    if not (left and right):
        return False
    noted = glosses.beside(left, right) or glosses.beside(right, left)
    return noted or _columns(near_others(left), near_others(right))


def _columns(left: Sequence[Item], right: Sequence[Item]) -> bool:
    few = any(len(side) < _PROSE_LINES and not isinstance(side[-1], Table) for side in (left, right))
    if few or not _beside(left, right):
        return False
    gap = -_most(-piece.box[0] for piece in right) - _most(piece.box[2] for piece in left)
    sizes = [piece.size for piece in (*left, *right) if isinstance(piece, TextLine)]
    if sizes and gap < GUTTER * median(sizes):
        return False
    both = is_prose(left), is_prose(right)
    if any(both) and _rows(left, right):
        return False
    if all(both):
        return True
    matched, fewest = _matched(left, right, 0.0 if any(both) else _UNLIKE), min(len(left), len(right))
    unaligned = fewest >= UNALIGNED_LINES and matched * 2 < fewest
    return matched == 0 or (unaligned and not _cells(left, right))


def _rows(left: Sequence[Item], right: Sequence[Item]) -> bool:
    """Say whether most lines of the shorter side have one beside them, set apart from the next, and few are full."""
    fewer = [piece for piece in min(left, right, key=len) if isinstance(piece, TextLine)]
    if len(fewer) < _ROWS or any(
        below.box[1] - above.box[1] <= _APART * above.size for above, below in pairwise(fewer)
    ):
        return False  # which tells most columns of text by their first lines
    if (_full(left) and _full(right)) or any(lists.marker(line) for line in fewer):
        return False
    return _matched(left, right, _UNLIKE) >= _MOSTLY * min(len(left), len(right))


def _cells(left: Sequence[Item], right: Sequence[Item]) -> bool:
    """Say whether all pieces are as short as cells, and most heights of the side that has fewer have one of the other.

    A side with several pieces at one height has more of them than rows, and names of groups have nothing beside them.
    """
    if any(isinstance(piece, Table) or _length(piece.text) > _CELL_LENGTH for piece in (*left, *right)):
        return False
    left, right = _one_each(left), _one_each(right)
    fewest = min(len(left), len(right))
    return fewest < UNALIGNED_LINES or _matched(left, right, _UNLIKE) >= _ALIGNED * fewest


def _one_each(side: Sequence[Item]) -> list[Item]:
    """Return one piece of *side* for each height at which it has any."""
    return list({round(boxes.middle(piece.box)[1] / _PITCH): piece for piece in side}.values())


def _full(side: Sequence[Item]) -> bool:
    """Say whether half of the pieces of *side* run from margin to margin."""
    extent = boxes.width(boxes.around(piece.box for piece in side))
    return sum(boxes.width(piece.box) > _FULL * extent for piece in side) * 2 >= len(side)


def near_others(side: Sequence[Item]) -> Sequence[Item]:
    """Return *side* without a last line that stands far below, as numbers of pages do: it tells nothing of the rest."""
    if len(side) < 2 or isinstance(side[-1], Table):  # noqa: PLR2004 others there are
        return side
    above = max(piece.box[3] for piece in side[:-1])
    return side[:-1] if side[-1].box[1] - above > _FAR * side[-1].size else side


def _beside(left: Sequence[Item], right: Sequence[Item]) -> bool:
    """Say whether anything of one side stands next to the other: all of an address may stand above all of a letter."""
    heights = [(piece.box[1], piece.box[3]) for piece in right]
    return any(piece.box[1] < bottom and top < piece.box[3] for piece in left for top, bottom in heights)


def _most(ends: Iterable[float]) -> float:
    """Return the greatest of *ends* but for a tenth of them: a line or two of a column may reach into the gutter."""
    ordered = sorted(ends)
    return ordered[len(ordered) - 1 - len(ordered) // 10]


def is_prose(side: Sequence[Item]) -> bool:
    """Say whether most lines of *side* run from margin to margin, or are items of a list; tables fill their column."""
    lines = [piece for piece in side if isinstance(piece, TextLine)]
    tables = sum(boxes.height(piece.box) for piece in side if isinstance(piece, Table))
    if tables >= sum(boxes.height(line.box) for line in lines):
        return True
    return _wide(lines, side) or sum(map(lists.bulleted, lines)) * 2 > len(lines) or _in_columns(lines)


def _in_columns(lines: Sequence[TextLine]) -> bool:
    """Say whether *lines* stand in several columns of running text, none of which is as wide as they are together."""
    if len(lines) < 2 * UNALIGNED_LINES:
        return False
    columns: dict[int, list[TextLine]] = {}
    for line in lines:
        columns.setdefault(round(line.box[0] / _EDGE), []).append(line)
    held = [column for column in columns.values() if len(column) >= UNALIGNED_LINES]
    most = sum(map(len, held)) >= _COLUMNS * len(lines)
    return len(held) > 1 and most and all(wrapping.running([line.runs for line in column]) for column in held)


def _wide(lines: Sequence[TextLine], side: Sequence[Item]) -> bool:
    """Say whether most of *lines*, those in many pieces aside, fill their *side* and are no labels."""
    extent = boxes.width(boxes.around(piece.box for piece in side))
    tops = [round(line.box[1]) for line in lines]
    crowd = Counter(tops)
    told = [line for line, top in zip(lines, tops, strict=True) if crowd[top] <= _PIECES] or lines
    wide = median(boxes.width(line.box) for line in told) >= _PROSE_WIDTH * extent
    return wide and median(_length(line.text) for line in told) >= _PROSE_LENGTH


def _length(text: str) -> int:
    return len(text) if text.isascii() else len(text) + len(IDEOGRAPHIC.findall(text))


def _matched(left: Sequence[Item], right: Sequence[Item], unlike: float) -> int:
    """Return how many lines of the shorter side have one of the other beside them, on the same height.

    *unlike* is how far, in their size, lines of two scripts may be off.
    """
    fewer, more = sorted((left, right), key=len)
    told: dict[bool, list[float]] = {True: [], False: []}
    for piece in more:
        told[_ideographic(piece)].append(boxes.middle(piece.box)[1])
    heights = {script: sorted(found) for script, found in told.items()}
    matched = 0
    for piece in fewer:
        own = _ideographic(piece)
        matched += any(
            found and _near(piece, found, 0.0 if own is script else unlike) for script, found in heights.items()
        )
    return matched


def _ideographic(piece: Item) -> bool:
    return isinstance(piece, TextLine) and ideographic(piece.text)


def _near(piece: Item, heights: Sequence[float], off: float) -> bool:
    """Say whether one of *heights*, which are in order and may be *off* by so much in its size, is that of *piece*."""
    height, near = boxes.middle(piece.box)[1], _BASELINE
    if isinstance(piece, TextLine):
        near = max(near, off * piece.size)
    next_one = bisect_right(heights, height - near)
    return next_one < len(heights) and heights[next_one] < height + near
