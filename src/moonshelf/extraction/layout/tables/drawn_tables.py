"""Drawn tables: those that have rules or fills."""

from collections.abc import Iterator, Sequence

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Fill, Rule, Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.tables import breaks
from moonshelf.extraction.layout.tables.outlines import ruled, seams, stripes
from moonshelf.extraction.layout.tables.outlines.outline import Outline
from moonshelf.extraction.layout.tables.table import Table, cut

_SHORTEST = 40.0  # points: narrower rules underline words
_WHITE = 0xF0  # of 0xFF in each colour: nobody sees such a rule on paper


def drawn(runs: Sequence[Run], rules: Sequence[Rule], fills: Sequence[Fill], page: Box) -> list[Table]:
    """Find the tables that are drawn with rules or fills among *runs*, from top to bottom."""
    seen = [rule for rule in rules if int(min(rule.color[i : i + 2] for i in (0, 2, 4)), 16) < _WHITE]
    rules, met = seams.joined(seen)
    tables = list(_over_columns(runs, rules, page))
    taken = {id(run) for table in tables for run in table.runs}
    chained = list(ruled.chained(runs, rules, met, fills, page))
    pieced = [one for one in chained if one.edges]  # whose columns are told, where stripes may be but their header
    for found in (ruled.gridded(rules, page), pieced, stripes.striped(runs, fills, page), chained):
        for outline in found:
            inside = boxes.inside(outline.box, runs)
            table = None if any(id(run) in taken for run in inside) else cut(outline, inside)
            if table:
                tables.append(table)
                taken.update(id(run) for run in table.runs)
    return sorted(tables, key=lambda table: table.box[1])


def _over_columns(runs: Sequence[Run], rules: Sequence[Rule], page: Box) -> Iterator[Table]:
    """Yield the tables that begin in one column and end in the next."""
    levels = [rule.box for rule in rules if boxes.level(rule.box) and boxes.width(rule.box) > _SHORTEST]
    columns = [box for box in levels if boxes.width(box) < boxes.width(page) / 2]
    taken: set[int] = set()
    for rest in breaks.over_columns(columns, runs):
        inner = [r.box for r in rules if boxes.level(r.box) and boxes.touch(r.box, rest.first)]
        table = cut(Outline(rest.first, tuple(inner)), rest.moved)
        if table and taken.isdisjoint(map(id, rest.runs)):
            taken.update(map(id, rest.runs))
            box = (*rest.first[:3], max(run.box[3] for run in rest.runs if run.box[0] < rest.first[2]))
            yield Table(box, table.cells, rest.runs, table.edges)
