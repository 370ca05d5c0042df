"""Drawn tables: those that have rules or fills."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Fill, Rule, Run
from moonshelf.extraction.layout import boxes, breaks, outlines, stripes
from moonshelf.extraction.layout.outlines import Outline
from moonshelf.extraction.layout.tables import Table, cut

_SHORTEST = 40.0  # points: narrower rules underline words
_TOUCH = 1.0  # points
_WHITE = 0xF0  # of 0xFF in each colour: nobody sees such a rule on paper


def drawn(runs: Sequence[Run], rules: Sequence[Rule], fills: Sequence[Fill], page: Box) -> list[Table]:
    """Find the tables that are drawn with rules or fills among *runs*, from top to bottom."""
    rules = _whole([rule for rule in rules if int(min(rule.color[i : i + 2] for i in (0, 2, 4)), 16) < _WHITE])
    tables = list(_over_columns(runs, rules, page))
    taken = {id(run) for table in tables for run in table.runs}
    for found in (outlines.ruled(rules, page), stripes.striped(runs, fills, page), outlines.chained(runs, rules, page)):
        for outline in found:
            inside = [run for run in runs if boxes.holds(outline.box, boxes.middle(run.box))]
            table = None if any(id(run) in taken for run in inside) else cut(outline, inside)
            if table:
                tables.append(table)
                taken.update(id(run) for run in table.runs)
    return sorted(tables, key=lambda table: table.box[1])


def _whole(rules: Sequence[Rule]) -> list[Rule]:
    """Put together what is drawn cell by cell along a row or down a column."""
    across = [rule for rule in rules if outlines.level(rule.box)]
    down = [rule for rule in rules if not outlines.level(rule.box)]
    return [*_joined(across, along=0), *_joined(down, along=1)]


def _joined(rules: Sequence[Rule], *, along: int) -> Iterator[Rule]:
    """Yield rules of one direction, those as one that begin where another ends at the same height."""
    across = 1 - along
    whole: Rule | None = None
    for rule in sorted(rules, key=lambda rule: (round(rule.box[across]), round(rule.box[across + 2]), rule.box[along])):
        if whole is not None and _meet(whole.box, rule.box, along):
            whole = replace(whole, box=boxes.around((whole.box, rule.box)))
            continue
        if whole is not None:
            yield whole
        whole = rule
    if whole is not None:
        yield whole


def _meet(one: Box, other: Box, along: int) -> bool:
    across = 1 - along
    level = abs(one[across] - other[across]) < _TOUCH and abs(one[across + 2] - other[across + 2]) < _TOUCH
    return level and abs(other[along] - one[along + 2]) < _TOUCH


def _over_columns(runs: Sequence[Run], rules: Sequence[Rule], page: Box) -> Iterator[Table]:
    """Yield the tables that begin in one column and end in the next."""
    levels = [rule.box for rule in rules if outlines.level(rule.box) and boxes.width(rule.box) > _SHORTEST]
    columns = [box for box in levels if boxes.width(box) < boxes.width(page) / 2]
    taken: set[int] = set()
    for rest in breaks.over_columns(columns, runs):
        inner = [r.box for r in rules if outlines.level(r.box) and boxes.touch(r.box, rest.first)]
        table = cut(Outline(rest.first, tuple(inner)), rest.moved)
        if table and taken.isdisjoint(map(id, rest.runs)):
            taken.update(map(id, rest.runs))
            box = (*rest.first[:3], max(run.box[3] for run in rest.runs if run.box[0] < rest.first[2]))
            yield Table(box, table.cells, rest.runs, table.edges)
