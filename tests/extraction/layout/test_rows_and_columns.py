"""Rows of long cells, headers of several lines and text near a table are told apart from its rows and columns."""

from collections.abc import Sequence

from extraction.layout import typeset
from extraction.layout.typeset import run
from moonshelf.extraction.document import Cell
from moonshelf.extraction.facts import Fill, Rule, Run
from moonshelf.extraction.layout.lines import grouped
from moonshelf.extraction.layout.tables import drawn_tables, open_tables

_PAGE = (0.0, 0.0, 612.0, 792.0)
_LONG = "a sentence so long that nobody would take it for a cell"


def _level(y: float, left: float = 70, right: float = 540) -> Rule:
    return Rule((left, y, right, y))


def _texts(cells: Sequence[Cell]) -> list[list[str]]:
    rows = max(cell.row for cell in cells) + 1
    return [[cell.text for cell in cells if cell.row == row] for row in range(rows)]


def test_rules_part_rows_of_cells_too_long_for_a_table_of_figures() -> None:
    names = ["France", "Greece", "India"]
    runs = []
    for row, name in enumerate(names):
        runs += [run(name, 80, 100 + 60 * row), *(run(_LONG, 160, 100 + 60 * row + 12 * line) for line in range(4))]
    (table,) = drawn_tables.drawn(runs, [_level(96 + 60 * row) for row in range(4)], [], _PAGE)
    assert _texts(table.cells) == [[name, " ".join([_LONG] * 4)] for name in names]


def test_a_header_of_several_lines_stands_above_the_first_rule() -> None:
    head = [run("Name", 80, 70), run("Right", 200, 70), run("to own", 200, 82)]
    rows = [one for y in (100, 120, 140) for one in (run("Peru", 80, y), run("none", 200, y))]
    caption = run("Rights", 80, 40)
    rules = [_level(y, right=260) for y in (96, 116, 136, 156)]
    (table,) = drawn_tables.drawn([caption, *head, *rows], rules, [], _PAGE)
    assert _texts(table.cells) == [["Name", "Right to own"], *[["Peru", "none"]] * 3]


def test_a_line_set_off_below_an_open_table_is_text() -> None:
    rows = [one for y in (100, 114, 128, 142) for one in (run("openvino.whl", 80, y), run("32 MB", 200, y))]
    more = [one for y in (188, 202, 216) for one in (run("paddle", 80, y), run("9 MB", 200, y))]
    tables = [table for _, _, table in open_tables.aligned(grouped([*rows, run("In sum:", 80, 164), *more]))]
    assert [len(table.cells) for table in tables] == [8, 6]


def test_names_of_groups_that_fill_them_do_not_join_their_columns() -> None:
    head = [run("Instruction", 161, 100), run("Alignment", 280, 100)]
    body = [
        run(words, x, y)
        for y in (114, 128, 142)
        for x, words in ((80, "Used"), (161, "52"), (217, "3"), (280, "4"), (326, "5"))
    ]
    ((_, _, table),) = open_tables.aligned(grouped([*head, *body]))
    assert len({cell.column for cell in table.cells}) == 5


def test_two_columns_with_a_name_to_several_values_are_a_table() -> None:
    runs = [run("Area", 80, 86), run("Skill", 240, 86)]
    runs += [one for y in (100, 142, 184) for one in (run("Embodying values", 80, y), run("Valuing", 240, y))]
    runs += [run("Promoting", 240, y + below) for y in (100, 142, 184) for below in (14, 28)]
    ((_, _, table),) = open_tables.aligned(grouped(runs))
    assert len({cell.column for cell in table.cells}) == 2


def test_cells_set_with_much_leading_keep_their_lines() -> None:
    runs = []
    for y in (100, 142, 184):
        runs += [run("Candle", 80, y), run("1,649", 200, y), run("light", 80, y + 15.5)]
    ((_, _, table),) = open_tables.aligned(grouped(runs))
    assert _texts(table.cells) == [["Candle light", "1,649"]] * 3


def test_a_name_at_the_left_of_figures_set_to_the_right_is_of_their_column() -> None:
    head = [run("Date", 80, 100), run("Text", 200, 100), run("Amount", 290, 100)]
    body = [
        one
        for row, words in enumerate(["9.10", "80.15", "7.20"])
        for one in (
            run("01/10", 120, 120 + 20 * row),
            run("Rent", 200, 120 + 20 * row),
            run(words, 370, 120 + 20 * row),
        )
    ]
    ((_, _, table),) = open_tables.aligned(grouped([*head, *body]))
    assert _texts(table.cells)[:2] == [["Date", "Text", "Amount"], ["01/10", "Rent", "9.10"]]


def test_a_total_below_the_last_rule_is_a_row_and_text_below_it_is_none() -> None:
    rows = [one for y in (104, 124, 144) for one in (run("Rent", 80, y), run("910", 200, y))]
    total = [run("Total", 80, 164), run("2730", 200, 164)]
    text = [run("Paid in full by", 70, 184), run("the first of May", 190, 184)]
    rules = [_level(100, right=260), _level(120, right=260), _level(160, right=260)]
    (table,) = drawn_tables.drawn([*rows, *total, *text], rules, [], _PAGE)
    assert _texts(table.cells) == [*[["Rent", "910"]] * 3, ["Total", "2730"]]


def test_entries_with_an_empty_cell_are_rows_and_the_rest_of_their_words_is_none() -> None:
    head = [run("Date", 80, 100), run("Entry", 140, 100), run("Out", 210, 100), run("In", 250, 100)]
    first = [run("01/10", 80, 112), run("Withdrawal", 140, 112), run("542", 210, 112), run("by card", 140, 124)]
    second = [run("02/10", 80, 136), run("Salary for", 140, 136), run("900", 250, 136), run("October", 140, 148)]
    third = [run("03/10", 80, 160), run("Interest", 140, 160), run("1", 250, 160)]
    ((_, _, table),) = open_tables.aligned(grouped([*head, *first, *second, *third]))
    assert _texts(table.cells)[1:] == [
        ["01/10", "Withdrawal by card", "542", ""],
        ["02/10", "Salary for October", "", "900"],
        ["03/10", "Interest", "", "1"],
    ]


def test_figures_below_figures_are_rows_of_a_group_however_narrow_their_column() -> None:
    head = [run(words, x, 100) for words, x in (("Group", 80), ("Part", 140), ("Least", 200), ("Most", 260))]
    body = [
        one
        for y, group in ((112, "1"), (124, ""), (136, "2"), (148, ""))
        for one in (*([run(group, 80, y)] if group else []), *(run("10.75", x, y) for x in (140, 200, 260)))
    ]
    ((_, _, table),) = open_tables.aligned(grouped([*head, *body]))
    assert [cell.text for cell in table.cells if cell.column == 0] == ["Group", "1", "", "2", ""]


def test_rules_at_totals_alone_leave_each_line_of_figures_a_row() -> None:
    cells = [
        ["", "2024", "2023"],
        ["Assets", "", ""],
        ["Land", "12", "(7)"],
        ["Stock", "30", "\u2013"],
        ["Total", "42", "7"],
        ["Loans that we", "", ""],
        ["owe", "9", "8"],
        ["Tax", "1", "2"],
        ["Total", "10", "10"],
    ]
    rules = [typeset.level(top, right=330) for top in (98, 113, 158, 173, 218, 233)]
    (table,) = drawn_tables.drawn(typeset.rows(cells, pitch=15), rules, (), _PAGE)
    whole = [*cells[:5], ["Loans that we owe", "9", "8"], *cells[7:]]
    assert _texts(table.cells) == whole


def test_names_painted_above_the_first_rule_head_the_columns_wherever_they_stand_over_them() -> None:
    cells = [["Item", "Qty"], ["Pipe", "12"], ["Valve", "7"], ["Bolt", "40"]]
    runs = [
        run(words, (left if row == 0 or left == 80 else 200 + 30), 100 + 24 * row)
        for row, line in enumerate(cells)
        for words, left in zip(line, (80, 200), strict=True)
    ]
    rules = [typeset.level(118 + 24 * row, right=250) for row in range(4)]
    (table,) = drawn_tables.drawn(runs, rules, [Fill((70, 96, 250, 118), "223344")], _PAGE)
    assert _texts(table.cells) == cells


def test_lines_of_one_column_stay_apart_beside_one_between_them() -> None:
    """A letter taller than the others does not draw the line it stands on up to that of the other column."""
    first = [run("the first", 300, 108.7, 8.8), run("of the column", 360, 108.7, 8.8)]
    second = [run("a second", 300, 120.1, 8.8), run("of them", 360, 120.1, 8.8)]
    beside, tall = run("between the two", 60, 113.4, 9), Run("t", (350, 118.4, 353, 131.7), 10)
    assert "a second of them" in [line.text for line in grouped([beside, tall, *first, *second])]


def test_names_of_columns_with_a_broken_word_are_one_row() -> None:
    heads = [("Tempera-", "ture"), ("Water", "level"), ("Yeast", "added")]
    lines = [[(80 + 100 * place, 100 + 11 * row, words[row]) for place, words in enumerate(heads)] for row in range(2)]
    lines += [[(80 + 100 * place, 125 + 14 * row, f"{row} {place} ml") for place in range(3)] for row in range(3)]
    runs = [run(words, x, y, 8) for line in lines for x, y, words in line]
    [(_, _, table)] = open_tables.aligned(grouped(runs))
    assert _texts(table.cells)[:2] == [["Temperature", "Water level", "Yeast added"], ["0 0 ml", "0 1 ml", "0 2 ml"]]
