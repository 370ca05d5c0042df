"""Turned names: those of narrow columns, which a table's first row has standing on end."""

from bisect import bisect
from collections.abc import Sequence

from msgspec.structs import replace

from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.tables.table import Table


def told(tables: Sequence[Table], turned: Sequence[Run]) -> list[Table]:
    """Return *tables* with those of the *turned* runs in them that stand in cells of their first rows without words."""
    return [_named(table, boxes.inside(table.box, turned)) for table in tables] if turned else list(tables)


def _named(table: Table, inside: Sequence[Run]) -> Table:
    empty = {cell.column: cell for cell in table.cells if not cell.row and not cell.text and cell.column_span == 1}
    over: dict[int, list[Run]] = {}
    for run in inside:
        column = bisect(table.edges, boxes.middle(run.box)[0]) - 1
        if column in empty and _above(run, table):
            over.setdefault(column, []).append(run)
    if not over:
        return table
    names = {id(empty[column]): _text(runs) for column, runs in over.items()}
    cells = tuple(replace(cell, text=names.get(id(cell), cell.text)) for cell in table.cells)
    return replace(table, cells=cells, runs=(*table.runs, *(run for runs in over.values() for run in runs)))


def _above(run: Run, table: Table) -> bool:
    """Say whether *run* stands above all words below the first row of *table*, as far as these are in its column."""
    return not any(one.box[1] < run.box[3] and boxes.shared_width(one.box, run.box) > 0 for one in table.runs)


def _text(runs: Sequence[Run]) -> str:
    """Return what lines standing side by side say: read from below they follow each other to the right."""
    upwards = runs[0].rotation > 180  # noqa: PLR2004 degrees clockwise
    ordered = sorted(runs, key=lambda run: run.box[0], reverse=not upwards)
    return " ".join(run.text for run in ordered)
