"""Stretches: words of a line that are set as one piece, whether the file places them singly or together."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from statistics import median
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace

from moonshelf.extraction.document import Origin
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.fences import Fences
from moonshelf.extraction.layout.lines import grouped, joined
from moonshelf.extraction.layout.tables.cells import islands

_OVERLAP = 0.3  # of the type size: words that reach further into each other stand there by accident
_WIDEST = 1.5  # of the type size: the widest space of a justified line
_OPENING, _CLOSING = "(\uff08", ")\uff09"
_BLANK = 8.0  # of the type size: the widest blank between brackets, to be filled in
_EVEN = 0.15  # of the type size: how far a line's spaces may be off their median
_NEAREST = 2  # lines above and below that have words there
_SAME_SIZE = 1.07  # sizes this close are one
_AROUND = 6  # lines above and below, at most: a row's cells may wrap elsewhere
_SPACES = 3  # so many at least, or they are even by chance
_LINES, _BEGUN, _CROSSED = 2, 4, 8  # end at a margin, at least; begin at one; the same for each that runs across
_WORDS = 0.6  # of the pieces of a justified line hold letters
_MET = 0.5  # of the spaces of a justified line may be above or below other ones, by chance
_CELLS, _ALIGNED = 8.0, 0.3  # of the type size: cells further apart are told by where they begin or end

_Around: TypeAlias = tuple[Sequence[Sequence[Run]], Sequence[Sequence[Run]]]
"""The pieces of the lines above and of those below."""

_Gap: TypeAlias = tuple[float, float]
"""Where one piece of a line ends and the next begins."""


class _Margins(NamedTuple):
    """Where lines of a page end, as right edges and their number, and where they go on beside others, as left ones."""

    ends: Mapping[int, int]
    begun: frozenset[int]


def whole(runs: Iterable[Run], fences: Fences) -> list[Run]:
    """Return *runs* with those of one stretch as one, line by line, where none of *fences* parts them.

    Some programs place each word by itself, others whole lines; what tells columns is the gaps. A recogniser's pieces
    stay as they are: it cuts its lines where it saw columns.
    """
    lines = [_near_ones(line.runs, fences) for line in grouped(runs)]
    if not any(len(line) > _SPACES for line in lines):
        return [run for line in lines for run in line]
    ends = Counter(round(run.box[2]) for line in lines for run in _last(line))
    margins = _Margins(ends, _begun(lines))
    return [run for index in range(len(lines)) for run in _justified(lines, index, margins)]


def _begun(lines: Sequence[Sequence[Run]]) -> frozenset[int]:
    """Return the abscissae, in whole points, at which lines go on after a gap and that hardly any runs on across."""
    begun = Counter(round(run.box[0]) for line in lines for run in line[1:])
    near = {edge: begun.get(edge - 1, 0) + count + begun.get(edge + 1, 0) for edge, count in begun.items()}
    often = {edge: count for edge, count in near.items() if count >= _BEGUN}
    if not often:
        return frozenset()
    lefts = sorted(run.box[0] for line in lines for run in line)
    rights = sorted(run.box[2] for line in lines for run in line)
    crossing = {edge: bisect_left(lefts, edge - 1) - bisect_right(rights, edge + 1) for edge in often}
    return frozenset(edge for edge, count in often.items() if crossing[edge] * _CROSSED <= count)


def _last(line: Sequence[Run]) -> Iterator[Run]:
    """Yield the pieces after which there is more room than a space takes."""
    yield from (one for one, other in pairwise(line) if _gap(one, other) > _WIDEST * one.size)
    yield line[-1]


def _near_ones(runs: Sequence[Run], fences: Fences) -> Sequence[Run]:
    if len(runs) == 1:
        return runs
    near = [_near(one, other) and not fences.between(one.box, other.box) for one, other in pairwise(runs)]
    return [_one(part) for part in _parts(runs, near)]


def _justified(lines: Sequence[Sequence[Run]], index: int, margins: _Margins) -> Iterable[Run]:
    """Put together what even spaces part in a line and one of *margins* ends.

    If the spaces stand one below the other in the lines around they part columns of a table.
    """
    pieces = lines[index]
    if len(pieces) <= _SPACES:
        return pieces
    if any(piece.origin is not Origin.TEXT or piece.monospace for piece in pieces):
        return pieces
    around = lines[max(0, index - _AROUND) : index], lines[index + 1 : index + 1 + _AROUND]
    return (_one(part) for part in _parts(pieces, _even(pieces, around, margins)))


def _near(one: Run, other: Run) -> bool:
    if not one.origin is other.origin is Origin.TEXT:
        return False
    size = max(one.size, other.size)
    widest = _BLANK if one.text[-1] in _OPENING and other.text[0] in _CLOSING else islands.STRAIT
    return -_OVERLAP * size < _gap(one, other) < widest * size


def _gap(one: Run, other: Run) -> float:
    return other.box[0] - one.box[2]


def _even(pieces: Sequence[Run], around: _Around, margins: _Margins) -> list[bool]:
    """Say for each gap between *pieces* whether it is the space of a justified line: as wide as those next to it."""
    gaps = [_gap(one, other) for one, other in pairwise(pieces)]
    even = [False] * len(gaps)
    barred = [round(other.box[0]) in margins.begun for other in pieces[1:]]
    size = median(piece.size for piece in pieces)
    start = 0
    for index in range(1, len(gaps) + 1):
        within = index < len(gaps) and not (barred[start] or barred[index])
        if within and abs(gaps[index] - median(gaps[start:index])) <= _EVEN * size:
            continue
        part = pieces[start : index + 1]
        regular = index - start >= _SPACES and gaps[start] <= _WIDEST * size
        if (
            regular
            and _worded(part)
            and _at_margin(part[-1], margins.ends)
            and not _columns(part, _beside(part, around))
        ):
            even[start:index] = [True] * (index - start)
        start = index
    return even


def _at_margin(last: Run, ends: Mapping[int, int]) -> bool:
    right = round(last.box[2])
    return sum(ends.get(edge, 0) for edge in (right - 1, right, right + 1)) >= _LINES


def _worded(pieces: Sequence[Run]) -> bool:
    """Say whether *pieces* are words: figures that stand in a row are cells."""
    return sum(any(map(str.isalpha, piece.text)) for piece in pieces) >= _WORDS * len(pieces)


def _beside(pieces: Sequence[Run], around: _Around) -> list[Sequence[Run]]:
    """Return the nearest lines, of those above and below, that have words of the same size where *pieces* stand."""
    left, right, size = pieces[0].box[0], pieces[-1].box[2], pieces[0].size

    def near(line: Sequence[Run]) -> bool:
        return any(left < run.box[2] and run.box[0] < right and _alike(run.size, size) for run in line)

    above, below = around
    return [*islice(filter(near, reversed(above)), _NEAREST), *islice(filter(near, below), _NEAREST)]


def _alike(size: float, other: float) -> bool:
    return max(size, other) <= _SAME_SIZE * min(size, other)


def _columns(pieces: Sequence[Run], beside: Sequence[Sequence[Run]]) -> bool:
    """Say whether many of the spaces between *pieces* go on in the lines *beside*, as those of a table do."""
    gaps = [[(one.box[2], other.box[0]) for one, other in pairwise(line)] for line in beside]
    met = sum(_goes_on(one, other, beside, gaps) for one, other in pairwise(pieces))
    return met > _MET * (len(pieces) - 1)


def _goes_on(one: Run, other: Run, beside: Sequence[Sequence[Run]], gaps: Sequence[Sequence[_Gap]]) -> bool:
    """Say whether no more of the lines *beside* have words across the space between two pieces than leave it free.

    *gaps* are those of these lines.
    """
    space = (one.box[2] + other.box[0]) / 2
    free = sum(any(gap[0] < space < gap[1] and _meets(one, other, gap) for gap in line) for line in gaps)
    return 0 < free >= sum(any(run.box[0] < space < run.box[2] for run in line) for line in beside)


def _meets(one: Run, other: Run, gap: _Gap) -> bool:
    """Say whether the space between two pieces belongs to *gap*, which may be that between columns of a page."""
    left, right = gap
    aligned = min(abs(left - one.box[2]), abs(right - other.box[0])) < _ALIGNED * one.size
    return aligned or right - left < _CELLS * one.size


def _parts(runs: Sequence[Run], together: Sequence[bool]) -> Iterator[Sequence[Run]]:
    """Yield *runs* in parts, where *together* says for each gap whether it is in one of them."""
    start = 0
    for index, one in enumerate(together, 1):
        if not one:
            yield runs[start:index]
            start = index
    yield runs[start:]


def _one(runs: Sequence[Run]) -> Run:
    if len(runs) == 1:
        return runs[0]
    longest = max(runs, key=lambda run: len(run.text))
    return replace(
        longest,
        text=joined(runs),
        box=boxes.around(run.box for run in runs),
        bold=all(run.bold for run in runs),
        monospace=all(run.monospace for run in runs),
    )
