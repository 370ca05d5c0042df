"""Columns: the order in which a person reads what stands side by side on a page."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median
from typing import TypeAlias

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import IDEOGRAPHIC, TextLine, grouped, ideographic
from moonshelf.extraction.layout.prose import lists
from moonshelf.extraction.layout.tables.table import Table

Item: TypeAlias = TextLine | Table

_PIECE_GAP = 1.0  # of the type size: a wider gap parts pieces that may belong to different columns
_GUTTER = 0.7  # of the type size: the least distance between columns
_MARGIN_LINES = 6  # begin at the left margin of a column, at least
_RAGGED = 1  # points: letters at a margin may hang out of it or stand back from it
_NARROWEST = 5.0  # points: a strip so wide may be a gutter
_STRAY = 0.6  # of the height covered elsewhere: what has no columns, or other ones, may cross a gutter
_STROKE_REACH = 0.2  # of the width of all, on both sides of a gutter: rules that part bands
_THIN, _ACROSS = 4.0, 0.9  # points; of the width of all: such rules part articles of a newspaper
_BASELINE = 1.0  # points: lines this close in height stand on one line
_UNLIKE = 0.2  # of the type size: the same for ideographs and other letters, which reach unlike heights
_PROSE_WIDTH = 0.45  # of a column: how much an ordinary line of it fills at least
_PROSE_LENGTH = 14  # letters: what is shorter is a cell or a label; an ideograph counts as two
_PROSE_LINES = 2
_ROWS, _APART, _FULL = 3, 1.5, 0.85  # lines; of the type size, between them; of the width of their side
_MOSTLY = 0.9  # of the lines of the shorter side: a heading may stand above them
_PIECES = 3  # on one line: more are its words, set wide apart, or cells, and count for many lines
_FAR = 5.0  # of the type size
_UNALIGNED_LINES = 5
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
    pieces: list[Item] = [*_pieces(lines), *tables]
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
        if all(_gutter(band, strokes) is not None for band in sorted((above, below), key=len)):
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
    pieces = list(_pieces(lines))
    down = _down(pieces, ())
    return any(
        min(len(left), len(right)) >= _UNALIGNED_LINES and _prose(left) and _prose(right)
        for edge in _straits(pieces)
        for _, left, right in _bands(down, edge)
    )


def _pieces(lines: Sequence[TextLine]) -> Iterator[TextLine]:
    margins = _margins(lines)
    for line in lines:
        start = 0
        for index in range(1, len(line.runs)):
            before, after = line.runs[index - 1], line.runs[index]
            if _apart(before, after, margins) and not lists.bullet(before, after):
                yield TextLine(line.runs[start:index])
                start = index
        yield TextLine(line.runs[start:]) if start else line


def _apart(before: Run, after: Run, margins: Container[int]) -> bool:
    """Say whether two runs of a line may belong to different columns."""
    gap = after.box[0] - before.box[2]
    begins = round(after.box[0]) in margins and gap > _GUTTER * min(before.size, after.size)
    return begins or gap > _PIECE_GAP * max(before.size, after.size)


def _margins(lines: Sequence[TextLine]) -> frozenset[int]:
    """Return the abscissae, in whole points, at which many lines go on after a gap: a column may begin there.

    Papers are set with a gutter of one em, which hyphens and full stops reach into.
    """
    begun = Counter(
        round(after.box[0])
        for line in lines
        for before, after in pairwise(line.runs)
        if after.box[0] - before.box[2] > _GUTTER * max(before.size, after.size)
    )
    near = {edge: sum(begun[other] for other in range(edge - _RAGGED, edge + _RAGGED + 1)) for edge in begun}
    return frozenset(edge for edge, count in near.items() if count >= _MARGIN_LINES)


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
    gutter = _gutter(pieces, strokes) if depth else None
    if gutter is None:
        return [list(pieces)] if pieces else []
    parts: list[list[Item]] = []
    whole: list[Item] = []  # pieces that are not parted here, until the next that are
    bands = list(_bands(_down(pieces, strokes), gutter))
    for number, (crossing, left, right) in enumerate(bands, 1):
        whole += crossing
        if _columnar(left, right):
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
    block = _near_others(right)
    if len(block) > _BLOCK or len(left) < 2 * len(block) or _prose(left):
        return list(left), list(right), []
    foot = max(piece.box[3] for piece in block)
    below = [piece for piece in (*left, *right) if piece.box[1] >= foot]
    return [piece for piece in left if piece.box[1] < foot], list(block), below


def _gutter(pieces: Sequence[Item], strokes: Sequence[Box]) -> float | None:
    """Return the abscissa that best parts *pieces* in two columns, if any does."""
    best, most = None, 0.0
    straits = _straits(pieces)
    down = _down(pieces, strokes) if straits else []
    for edge in straits:
        share = _most_shared(down, edge, most)
        if share > most:
            best, most = edge, share
    return best


def _most_shared(down: Sequence[tuple[Box, Item | None]], edge: float, least: float) -> float:
    """Return the greatest height that two columns beside *edge* share, *least* where none share more.

    Whether they are columns takes long to say, and is asked from the highest on.
    """
    sides = [(_shared(left, right), left, right) for _, left, right in _bands(down, edge)]
    for share, left, right in sorted(sides, key=lambda side: -side[0]):
        if share <= least:
            break
        if _columnar(left, right):
            return share
    return least


def _straits(pieces: Sequence[Item]) -> list[float]:
    """Return the right edges of the upright strips that next to no piece covers, tables across all aside."""
    found = [piece.box for piece in pieces if isinstance(piece, TextLine) or not _across(piece, pieces)]
    heights = [(box, boxes.height(box)) for box in found]
    turns = sorted([*((box[0], height) for box, height in heights), *((box[2], -height) for box, height in heights)])
    covered = list(accumulate(change for _, change in turns))
    open_to = _STRAY * max(covered, default=0.0)
    return [
        after
        for (before, _), (after, _), height in zip(turns, turns[1:], covered, strict=False)
        if after - before >= _NARROWEST and height <= open_to
    ]


def _across(table: Table, pieces: Sequence[Item]) -> bool:
    left, _, right, _ = boxes.around(piece.box for piece in pieces)
    return boxes.width(table.box) >= _ACROSS * (right - left)


def _shared(left: Sequence[Item], right: Sequence[Item]) -> float:
    return min(sum(boxes.height(piece.box) for piece in side) for side in (left, right))


def _down(pieces: Sequence[Item], strokes: Sequence[Box]) -> list[tuple[Box, Item | None]]:
    """Return *pieces*, and *strokes* with what they reach across at least, from top to bottom."""
    reach = _STROKE_REACH * boxes.width(boxes.around(piece.box for piece in pieces)) if pieces and strokes else 0.0
    inner = [(left + reach, top, right - reach, bottom) for left, top, right, bottom in strokes]
    cuts = [(box, None) for box in inner if box[0] < box[2]]
    return sorted([*((piece.box, piece) for piece in pieces), *cuts], key=lambda one: one[0][1])


def _bands(down: Iterable[tuple[Box, Item | None]], edge: float) -> Iterator[tuple[list[Item], list[Item], list[Item]]]:
    """Yield what crosses *edge*, then what stands left and right of it below, from top to bottom."""
    crossing: list[Item] = []
    left: list[Item] = []
    right: list[Item] = []
    for box, piece in down:
        if piece is None and not box[0] < edge < box[2]:
            continue
        if piece is not None and box[2] <= edge:
            left.append(piece)
        elif piece is not None and box[0] >= edge - 1:
            right.append(piece)
        else:
            if left or right:
                yield crossing, left, right
                crossing, left, right = [], [], []
            crossing += [piece] if piece else []
    yield crossing, left, right


def _columnar(left: Sequence[Item], right: Sequence[Item]) -> bool:
    """Say whether the two sides are read one after the other, not line by line across."""
    if not (left and right):
        return False
    left, right = _near_others(left), _near_others(right)
    few = any(len(side) < _PROSE_LINES and not isinstance(side[-1], Table) for side in (left, right))
    if few or not _beside(left, right):
        return False
    gap = -_most(-piece.box[0] for piece in right) - _most(piece.box[2] for piece in left)
    sizes = [piece.size for piece in (*left, *right) if isinstance(piece, TextLine)]
    if sizes and gap < _GUTTER * median(sizes):
        return False
    prose = _prose(left), _prose(right)
    if any(prose) and _rows(left, right):
        return False
    if all(prose):
        return True
    matched, fewest = _matched(left, right, 0.0 if any(prose) else _UNLIKE), min(len(left), len(right))
    return matched == 0 or (fewest >= _UNALIGNED_LINES and matched * 2 < fewest)


def _rows(left: Sequence[Item], right: Sequence[Item]) -> bool:
    """Say whether most lines of the shorter side have one beside them, set apart from the next, and few are full."""
    fewer = [piece for piece in min(left, right, key=len) if isinstance(piece, TextLine)]
    if len(fewer) < _ROWS or any(
        below.box[1] - above.box[1] <= _APART * above.size for above, below in pairwise(fewer)
    ):
        return False  # as most columns of text are told at their first lines
    if (_full(left) and _full(right)) or any(lists.marker(line) for line in fewer):
        return False
    return _matched(left, right, _UNLIKE) >= _MOSTLY * min(len(left), len(right))


def _full(side: Sequence[Item]) -> bool:
    """Say whether half of the pieces of *side* run from margin to margin."""
    extent = boxes.width(boxes.around(piece.box for piece in side))
    return sum(boxes.width(piece.box) > _FULL * extent for piece in side) * 2 >= len(side)


def _near_others(side: Sequence[Item]) -> Sequence[Item]:
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


def _prose(side: Sequence[Item]) -> bool:
    """Say whether most lines of *side* run from margin to margin, or are items of a list; tables fill their column."""
    lines = [piece for piece in side if isinstance(piece, TextLine)]
    tables = sum(boxes.height(piece.box) for piece in side if isinstance(piece, Table))
    if tables >= sum(boxes.height(line.box) for line in lines):
        return True
    return _wide(lines, side) or sum(map(lists.bulleted, lines)) * 2 > len(lines)


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
