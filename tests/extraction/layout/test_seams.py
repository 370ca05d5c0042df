"""Rules that are drawn cell by cell tell a table's columns, and the rows that stand outside them."""

from collections.abc import Iterable
from itertools import pairwise

from moonshelf.extraction.facts import Rule, Run
from moonshelf.extraction.layout.tables import drawn_tables
from moonshelf.extraction.layout.tables.table import Table

_PAGE = (0.0, 0.0, 612.0, 792.0)
_EDGES = (70.0, 160.0, 400.0, 520.0)


def _run(words: str, x: float, y: float) -> Run:
    return Run(words, (x, y, x + 5 * len(words), y + 12), 10)


def _cell_by_cell(*heights: float) -> list[Rule]:
    return [Rule((left, y, right, y)) for y in heights for left, right in pairwise(_EDGES)]


def _rows(tables: Iterable[Table]) -> list[list[tuple[str, int]]]:
    (table,) = tables
    rows = max(cell.row for cell in table.cells) + 1
    return [[(cell.text, cell.column_span) for cell in table.cells if cell.row == row] for row in range(rows)]


def test_columns_without_words_are_told_by_where_their_rules_meet() -> None:
    names = ["Name of the sample", "Colour", "Weight in grams", "Remarks"]
    runs = [_run("Before", 170, 104), *(_run(name, 75, 124 + 20 * row) for row, name in enumerate(names))]
    found = _rows(drawn_tables.drawn(runs, _cell_by_cell(100, 120, 200), [], _PAGE))
    assert found == [[("", 1), ("Before", 1), ("", 1)], *([(name, 1), ("", 1), ("", 1)] for name in names)]


def test_rows_above_the_first_rule_and_below_the_last_are_of_the_table() -> None:
    head = [_run("Time", 75, 104), _run("Session", 165, 104)]
    body = [run for y in (124, 144, 164) for run in (_run("09:30", 130, y), _run("Opening", 165, y))]
    text = [_run("Please come in time, as the doors are closed when the first session begins.", 70, 190)]
    found = _rows(drawn_tables.drawn([*head, *body, *text], _cell_by_cell(120, 140, 160), [], _PAGE))
    assert found == [[("Time", 1), ("Session", 1), ("", 1)], *[[("09:30", 1), ("Opening", 1), ("", 1)]] * 3]


def test_a_header_whose_rows_stand_in_the_next_column_is_no_table() -> None:
    head = [_run("Competence", 75, 104), _run("Area", 75, 118), _run("Statement", 165, 104)]
    assert not drawn_tables.drawn(head, _cell_by_cell(100, 134), [], _PAGE)


def test_dashes_that_touch_are_one_rule_without_columns() -> None:
    dashes = [Rule((x, y, x + 4, y)) for y in (100, 140) for x in range(70, 520, 4)]
    text = [_run("Note that nothing here is a table, but a box", 75, 104 + 14 * line) for line in range(2)]
    assert not drawn_tables.drawn(text, dashes, [], _PAGE)
