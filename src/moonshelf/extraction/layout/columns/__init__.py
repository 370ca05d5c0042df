"""Columns: the order in which a person reads what stands side by side on a page."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from moonshelf.extraction.document import Box
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.columns import gutters, sides
from moonshelf.extraction.layout.columns.pieces import Item, cut
from moonshelf.extraction.layout.lines import TextLine, grouped
from moonshelf.extraction.layout.tables.table import Table

_THIN, _ACROSS = 4.0, 0.9  # points; of the width of all: such rules part articles of a newspaper
_BLOCK = 6  # lines: that of an address has no more
_DEEPEST = 4


@dataclass(frozen=True)
class Column:
    """What stands between two margins, from top to bottom; never empty."""

    items: tuple[Item, ...]

    @property
    def box(self) -> Box:
        """The smallest box that holds all items."""
        return boxes.around(item.box for item in self.items)


def ordered(lines: Sequence[TextLine], tables: Sequence[Table], strokes: Sequence[Box] = ()) -> list[Column]:
    """Sort *lines*, none of which is in one of *tables*, and these into columns in reading order.

    Level *strokes* across a gutter end the columns above them.
    """
    pieces: list[Item] = [*cut(lines), *tables]
    parts = [part for region in _regions(pieces, strokes) for part in _parts(region, strokes, _DEEPEST)]
    if len(parts) == 1:
        return [Column(_in_order(lines, tables))]
    return [Column(_items(part)) for part in parts]


def _regions(pieces: Sequence[Item], strokes: Sequence[Box]) -> Iterator[list[Item]]:
    """Part *pieces* at each thin rule from margin to margin with columns both above and below: these may be others.

    What is a line or two has none, and is asked before the rest of a page.
    """
    bands = _between_rules(pieces, strokes)
    held = list(bands[0])
    for above, below in pairwise(bands):
        if all(gutters.clearest(band, strokes) is not None for band in sorted((above, below), key=len)):
            yield held
            held = []
        held += below
    yield held


def _between_rules(pieces: Sequence[Item], strokes: Sequence[Box]) -> Sequence[Sequence[Item]]:
    """Return what stands above, between and below thin *strokes* that run from margin to margin and cross nothing."""
    thin = [box for box in strokes if boxes.height(box) < _THIN]
    if not (pieces and thin):
        return [pieces]
    left, _, right, _ = boxes.around(piece.box for piece in pieces)
    extent = (left, 0.0, right, 0.0)
    across = [boxes.middle(box)[1] for box in thin if boxes.shared_width(box, extent) >= _ACROSS * boxes.width(extent)]
    if not across:
        return [pieces]
    cuts = [y for y in sorted(across) if not any(piece.box[1] < y < piece.box[3] for piece in pieces)]
    bands: dict[int, list[Item]] = {}
    for piece in pieces:
        bands.setdefault(bisect_right(cuts, boxes.middle(piece.box)[1]), []).append(piece)
    return [bands[number] for number in sorted(bands)]


def of_text(lines: Sequence[TextLine]) -> bool:
    """Say whether *lines* of a page are text in columns, for some of its height at least."""
    pieces = list(cut(lines))
    down = gutters.descending(pieces, ())
    return any(
        min(len(left), len(right)) >= sides.UNALIGNED_LINES and sides.is_prose(left) and sides.is_prose(right)
        for edge in gutters.strips(pieces)
        for _, left, right in gutters.bands(down, edge)
    )


def _items(pieces: Sequence[Item]) -> tuple[Item, ...]:
    tables = [piece for piece in pieces if isinstance(piece, Table)]
    return _in_order(grouped(run for piece in pieces if isinstance(piece, TextLine) for run in piece.runs), tables)


def _in_order(lines: Sequence[TextLine], tables: Sequence[Table]) -> tuple[Item, ...]:
    items: list[Item] = [*tables, *lines]
    return tuple(
        sorted(items, key=lambda item: boxes.middle(item.box)[1] if isinstance(item, TextLine) else item.box[1])
    )


def _parts(pieces: Sequence[Item], strokes: Sequence[Box], depth: int) -> list[list[Item]]:
    """Cut *pieces* along the clearest gutter, and each side again; what spans it is a part between parts."""
    gutter = gutters.clearest(pieces, strokes) if depth else None
    if gutter is None:
        return [list(pieces)] if pieces else []
    parts: list[list[Item]] = []
    whole: list[Item] = []  # pieces that are not parted here, until the next that are
    bands = list(gutters.bands(gutters.descending(pieces, strokes), gutter))
    for number, (crossing, left, right) in enumerate(bands, 1):
        whole += crossing
        if sides.columnar(left, right):
            beside, block, below = _above_foot(left, right) if number < len(bands) else (left, right, [])
            for side in (whole, beside, block):
                parts += _parts(side, strokes, depth - 1)
            whole = below
        else:
            whole += left + right
    return parts + _parts(whole, strokes, depth - 1)


def _above_foot(left: Sequence[Item], right: Sequence[Item]) -> tuple[list[Item], list[Item], list[Item]]:
    """Part what stands beside a short block at the *right*, as a sender's address is, from what stands below both.

    Text beside a column that ends early goes on below it, and is one part; so is what reaches down to the foot of all.
    """
    block = sides.near_others(right)
    if len(block) > _BLOCK or len(left) < 2 * len(block) or sides.is_prose(left):
        return list(left), list(right), []
    foot = max(piece.box[3] for piece in block)
    below = [piece for piece in (*left, *right) if piece.box[1] >= foot]
    return [piece for piece in left if piece.box[1] < foot], list(block), below
