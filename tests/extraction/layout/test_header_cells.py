"""The first rows of a table name its columns, groups of them, or the rows."""

from extraction.layout import typeset
from moonshelf.extraction.layout.lines import grouped
from moonshelf.extraction.layout.tables import drawn_tables, open_tables


def test_a_name_above_the_names_of_a_group_spans_them_and_the_others_both_rows() -> None:
    head = [typeset.run("Parameter", 80, 100), typeset.run("Value", 200, 100), typeset.run("Unit", 350, 100)]
    names = [typeset.run(words, x, 116) for words, x in (("Min", 200), ("Typ", 250), ("Max", 300))]
    body = [
        typeset.run(words, x, y)
        for y in (132, 148, 164)
        for words, x in (("Rise time", 80), ("1.5", 200), ("2.5", 250), ("3.5", 300), ("ns", 350))
    ]
    (table,) = [table for _, _, table in open_tables.aligned(grouped([*head, *names, *body]))]
    spans = [(cell.text, cell.row_span, cell.column_span) for cell in table.cells if cell.row == 0]
    assert spans == [("Parameter", 2, 1), ("Value", 1, 3), ("Unit", 2, 1)]
    assert [cell.text for cell in table.cells if cell.row == 1] == ["Min", "Typ", "Max"]


def test_a_heading_of_rows_that_all_but_touches_the_second_column_does_not_join_it() -> None:
    rows = [(words, f"Valve {row}", "9.10") for row, words in enumerate(["A7890", "B4310", "K4349", "B1865"])]
    lines = [
        typeset.run(words, x, 120 + 20 * n)
        for n, row in enumerate(rows)
        for x, words in zip((80, 116, 250), row, strict=True)
    ]
    heading = typeset.run("Pumping", 80, 100)
    (table,) = drawn_tables.drawn([heading, *lines], [typeset.level(96), typeset.level(198)], [], typeset.PAGE)
    assert [len([cell for cell in table.cells if cell.row == row and cell.text]) for row in range(5)] == [1, 3, 3, 3, 3]


def test_a_row_with_an_empty_cell_below_a_header_without_a_corner_is_data() -> None:
    head = [typeset.run("Childhood", 180, 100), typeset.run("Adolescence", 280, 100)]
    body = typeset.rows([["Eyes", "Folds", ""], ["Heart", "Valves", "Aorta"], ["Growth", "Slow", "Slow"]], top=120)
    (table,) = [table for _, _, table in open_tables.aligned(grouped([*head, *body]))]
    assert typeset.texts(table.cells)[:2] == [["", "Childhood", "Adolescence"], ["Eyes", "Folds", ""]]
