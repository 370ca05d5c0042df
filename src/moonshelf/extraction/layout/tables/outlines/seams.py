"""Seams: where the rules of a table that are drawn cell by cell meet, which is where its columns do."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec.structs import replace

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Rule
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import TextLine
from moonshelf.extraction.layout.tables.cells import lattice

_TOUCH = 1.0  # points
_SAME = 1.5  # points: seams of two rules this close are of one edge
_NARROWEST = 9.0  # points: columns; what meets more often is the dashes of a broken rule
_RULES = 2  # of a table that meet at an edge, at least

Seams = Mapping[Box, Sequence[float]]
"""Where the pieces of a rule meet, for each that has pieces."""


def joined(rules: Sequence[Rule]) -> tuple[list[Rule], Seams]:
    """Put together what is drawn cell by cell along a row or down a column; return the seams of level rules too."""
    across = [rule for rule in rules if boxes.level(rule.box)]
    down = [rule for rule in rules if not boxes.level(rule.box)]
    rows = [(_one(pieces), [piece.box[2] for piece in pieces[:-1]]) for pieces in _pieces(across, along=0)]
    columns = [_one(pieces) for pieces in _pieces(down, along=1)]
    return [*(rule for rule, _ in rows), *columns], {rule.box: met for rule, met in rows if met}


def _one(pieces: Sequence[Rule]) -> Rule:
    return pieces[0] if len(pieces) == 1 else replace(pieces[0], box=boxes.around(piece.box for piece in pieces))


def _pieces(rules: Sequence[Rule], *, along: int) -> Iterator[list[Rule]]:
    """Yield rules of one direction, those together that begin where another ends at the same height."""
    across = 1 - along
    pieces: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (round(rule.box[across]), round(rule.box[across + 2]), rule.box[along])):
        if pieces and not _meet(pieces[0].box, pieces[-1].box, rule.box, along):
            yield pieces
            pieces = []
        pieces.append(rule)
    if pieces:
        yield pieces


def _meet(first: Box, last: Box, rule: Box, along: int) -> bool:
    across = 1 - along
    level = abs(first[across] - rule[across]) < _TOUCH and abs(first[across + 2] - rule[across + 2]) < _TOUCH
    return level and abs(rule[along] - last[along + 2]) < _TOUCH


def edges(chain: Sequence[Box], seams: Seams) -> tuple[float, ...]:
    """Return the edges of columns, at which most rules of a *chain* meet that do at all; none where there are none."""
    found = [seams[rule] for rule in chain if rule in seams]
    least = max(_RULES, len(found) / 2)
    places = lattice.edges(place for met in found for place in met)
    inner = [one for one in places if sum(any(abs(one - place) < _SAME for place in met) for met in found) >= least]
    whole = (chain[0][0], *inner, chain[0][2])
    return whole if inner and all(after - before > _NARROWEST for before, after in pairwise(whole)) else ()


def crossed(line: TextLine, inner: Sequence[float]) -> bool:
    """Say whether *line* has words across one of the edges between columns."""
    return any(run.box[0] < edge - _SAME and edge + _SAME < run.box[2] for run in line.runs for edge in inner)
