"""Columns: the order in which a person reads what stands side by side on a page."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

from moonshelf.extraction import boxes
from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run
from moonshelf.extraction.lines import IDEOGRAPHIC, TextLine, grouped
from moonshelf.extraction.tables import Table

Item: TypeAlias = TextLine | Table

_PIECE_GAP = 1.0  # of the type size: a wider gap parts pieces that may belong to different columns
_GUTTER = 0.7  # of the type size: the least distance between columns
_ALIKE = 2.0  # points: left edges this close are one margin
_BASELINE = 2.0  # points: lines this close in height stand on one line
_PROSE_WIDTH = 0.45  # of a column: how much an ordinary line of it fills at least
_PROSE_LENGTH = 14  # letters: what is shorter is a cell or a label; an ideograph counts as two
_PROSE_LINES = 2
_UNALIGNED_LINES = 5
_DEEPEST = 4


@dataclass(frozen=True)
class Column:
    """What stands between two margins, from top to bottom; never empty."""

    items: tuple[Item, ...]

    @property
    def box(self) -> Box:
        """The smallest box that holds all items."""
        return boxes.around(item.box for item in self.items)


def ordered(runs: Sequence[Run], tables: Sequence[Table]) -> list[Column]:
    """Sort *runs*, none of which is in one of *tables*, and these into columns in reading order."""
    return [Column(_items(pieces)) for pieces in _parts([*_pieces(runs), *tables], _DEEPEST)]


def _pieces(runs: Sequence[Run]) -> Iterator[TextLine]:
    for line in grouped(runs):
        start = 0
        for index in range(1, len(line.runs)):
            before, after = line.runs[index - 1], line.runs[index]
            if after.box[0] - before.box[2] > _PIECE_GAP * max(before.size, after.size):
                yield TextLine(line.runs[start:index])
                start = index
        yield TextLine(line.runs[start:])


def _items(pieces: Sequence[Item]) -> tuple[Item, ...]:
    tables = [piece for piece in pieces if isinstance(piece, Table)]
    lines = grouped(run for piece in pieces if isinstance(piece, TextLine) for run in piece.runs)
    items: list[Item] = [*tables, *lines]
    return tuple(
        sorted(items, key=lambda item: boxes.middle(item.box)[1] if isinstance(item, TextLine) else item.box[1])
    )


def _parts(pieces: Sequence[Item], depth: int) -> list[list[Item]]:
    """Cut *pieces* along the clearest gutter, and each side again; what spans it is a part between parts."""
    gutter = _gutter(pieces) if depth else None
    if gutter is None:
        return [list(pieces)] if pieces else []
    parts: list[list[Item]] = []
    whole: list[Item] = []  # pieces that are not parted here, until the next that are
    for crossing, left, right in _bands(pieces, gutter):
        whole += crossing
        if _columnar(left, right):
            parts += _parts(whole, depth - 1) + _parts(left, depth - 1) + _parts(right, depth - 1)
            whole = []
        else:
            whole += left + right
    return parts + (_parts(whole, depth - 1) if whole else [])


def _gutter(pieces: Sequence[Item]) -> float | None:
    """Return the abscissa that best parts *pieces* in two columns, if any does."""
    margins = Counter(round(piece.box[0] / _ALIKE) for piece in pieces)
    best, most = None, 0.0
    for margin, _ in margins.most_common(12):
        edge = margin * _ALIKE - _ALIKE
        share = max(
            (_shared(left, right) for _, left, right in _bands(pieces, edge) if _columnar(left, right)), default=0.0
        )
        if share > most:
            best, most = edge, share
    return best


def _shared(left: Sequence[Item], right: Sequence[Item]) -> float:
    return min(sum(boxes.height(piece.box) for piece in side) for side in (left, right))


def _bands(pieces: Sequence[Item], edge: float) -> Iterator[tuple[list[Item], list[Item], list[Item]]]:
    """Yield what crosses *edge*, then what stands left and right of it below, from top to bottom."""
    crossing: list[Item] = []
    left: list[Item] = []
    right: list[Item] = []
    for piece in sorted(pieces, key=lambda piece: piece.box[1]):
        if piece.box[2] <= edge:
            left.append(piece)
        elif piece.box[0] >= edge - _ALIKE:
            right.append(piece)
        elif left or right:
            yield crossing, left, right
            crossing, left, right = [piece], [], []
        else:
            crossing.append(piece)
    yield crossing, left, right


def _columnar(left: Sequence[Item], right: Sequence[Item]) -> bool:
    """Say whether the two sides are read one after the other, not line by line across."""
    if min(len(left), len(right)) < _PROSE_LINES:
        return False
    gap = min(piece.box[0] for piece in right) - max(piece.box[2] for piece in left)
    sizes = [piece.size for piece in (*left, *right) if isinstance(piece, TextLine)]
    if sizes and gap < _GUTTER * median(sizes):
        return False
    if _prose(left) and _prose(right):
        return True
    return min(len(left), len(right)) >= _UNALIGNED_LINES and not _aligned(left, right)


def _prose(side: Sequence[Item]) -> bool:
    """Say whether most lines of *side* run from margin to margin."""
    lines = [piece for piece in side if isinstance(piece, TextLine)]
    if not lines:
        return True  # a table fills its column
    extent = boxes.width(boxes.around(piece.box for piece in side))
    wide = median(boxes.width(line.box) for line in lines) >= _PROSE_WIDTH * extent
    return wide and median(_length(line.text) for line in lines) >= _PROSE_LENGTH


def _length(text: str) -> int:
    return len(text) + len(IDEOGRAPHIC.findall(text))


def _aligned(left: Sequence[Item], right: Sequence[Item]) -> bool:
    heights = sorted(boxes.middle(piece.box)[1] for piece in right)
    fewer, more = (left, heights) if len(left) <= len(right) else (right, sorted(boxes.middle(p.box)[1] for p in left))
    matched = sum(any(abs(boxes.middle(piece.box)[1] - other) < _BASELINE for other in more) for piece in fewer)
    return matched * 2 >= len(fewer)
