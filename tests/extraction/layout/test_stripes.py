"""Tables whose rows or cells are painted."""

from itertools import pairwise

import pytest

from extraction.layout import typeset
from moonshelf.extraction.facts import Fill
from moonshelf.extraction.layout.tables import drawn_tables

_ROWS = [["Fruit", "Price", "Stock"], ["Apple", "1.20", "14"], ["Pear", "0.95", "7"], ["Quince", "3.10", "2"]]


def test_stripes_make_rows_and_the_last_may_have_none() -> None:
    fills = [Fill((70, 96, 370, 116), "1a4f8b"), Fill((70, 116, 370, 136), "eef3f8")]
    (table,) = drawn_tables.drawn(typeset.rows(_ROWS[:3]), [], fills, typeset.PAGE)
    assert typeset.texts(table.cells) == _ROWS[:3]


def test_lines_above_stripes_that_name_their_columns_are_rows_of_the_table() -> None:
    stripes = [Fill((70, 116 + 20 * row, 370, 136 + 20 * row), "f0f0f0" if row % 2 else "ffffff") for row in range(3)]
    prose = typeset.run("The prices of the year were as follows, in whole coins of the realm:", 70, 60)
    heads = [typeset.run("of the year", 208, 84), typeset.run("Price", 180, 100), typeset.run("Stock", 280, 100)]
    (table,) = drawn_tables.drawn([prose, *heads, *typeset.rows(_ROWS[1:], top=120)], [], stripes, typeset.PAGE)
    assert typeset.texts(table.cells)[:2] == [["", "of the year"], ["", "Price", "Stock"]]
    assert next(cell.column_span for cell in table.cells if cell.text == "of the year") == 2
    assert len(table.runs) == len(heads) + sum(map(len, _ROWS[1:]))


@pytest.mark.parametrize("count", [3, 4, 5])
def test_names_above_stripes_in_turn_are_a_row_however_many_there_are(count: int) -> None:
    rows = [[f"Fruit {n}", f"{n}.20", f"{n + 7}"] for n in range(count)]
    stripes = [
        Fill((70, 116 + 20 * row, 370, 136 + 20 * row), "f0f0f0" if row % 2 else "ffffff") for row in range(count)
    ]
    (table,) = drawn_tables.drawn(typeset.rows([_ROWS[0], *rows]), [], stripes, typeset.PAGE)
    assert typeset.texts(table.cells) == [_ROWS[0], *rows]


def test_prose_above_stripes_is_no_header() -> None:
    stripes = [Fill((70, 116 + 20 * row, 370, 136 + 20 * row), "f0f0f0" if row % 2 else "ffffff") for row in range(3)]
    prose = typeset.run("The prices of the year were as follows:", 70, 102)
    (table,) = drawn_tables.drawn([prose, *typeset.rows(_ROWS[1:], top=120)], [], stripes, typeset.PAGE)
    assert typeset.texts(table.cells) == _ROWS[1:]


def test_cells_painted_one_by_one_tell_columns_and_what_reaches_over_several() -> None:
    dark = [Fill((70, 96, 170, 136), "1a4f8b"), Fill((170, 96, 370, 116), "1a4f8b")]
    light = [Fill((70, 136, 170, 176), "eef3f8"), Fill((170, 136, 270, 156), "eef3f8")]
    light += [Fill((270, 136, 370, 156), "eef3f8"), Fill((70, 176, 270, 196), "eef3f8")]
    rows = [["Fruit", "Year"], ["", "2023", "2024"], ["Apple", "4", "5"], ["", "6", ""], ["All", "", "11"]]
    (table,) = drawn_tables.drawn(
        typeset.rows(rows), [], [*dark, *light, Fill((270, 176, 370, 196), "eef3f8")], typeset.PAGE
    )
    spans = {cell.text: (cell.row, cell.column, cell.row_span, cell.column_span) for cell in table.cells}
    assert (spans["Fruit"], spans["Year"]) == ((0, 0, 2, 1), (0, 1, 1, 2))
    assert (spans["Apple"], spans["All"]) == ((2, 0, 2, 1), (4, 0, 1, 2))
    assert (spans["2024"], spans["6"], spans["11"]) == ((1, 2, 1, 1), (3, 1, 1, 1), (4, 2, 1, 1))
    assert len(table.cells) == 11


def test_a_header_painted_as_the_first_one_begins_another_table_where_text_stands_before_it() -> None:
    colors = ["1a4f8b", "eef3f8", "1a4f8b", "eef3f8"]
    tops = [96, 116, 156, 176]
    fills = [Fill((70, y, 370, y + 20), color) for y, color in zip(tops, colors, strict=True)]
    runs = [
        *typeset.rows(_ROWS[:2]),
        typeset.run("Table 2: what came of it", 75, 140),
        *typeset.rows([_ROWS[0], _ROWS[3]], top=160),
    ]
    one, other = drawn_tables.drawn(runs, [], fills, typeset.PAGE)
    assert [typeset.texts(table.cells) for table in (one, other)] == [_ROWS[:2], [_ROWS[0], _ROWS[3]]]


def test_a_painted_header_alone_heads_the_rows_that_keep_to_its_cells() -> None:
    fills = [Fill((70 + 100 * column, 96, 170 + 100 * column, 116), "1a4f8b") for column in range(3)]
    after = typeset.run("What was sold in the year before is not in the table.", 75, 200)
    (table,) = drawn_tables.drawn([*typeset.rows(_ROWS), after], [], fills, typeset.PAGE)
    assert typeset.texts(table.cells) == _ROWS


def test_an_unpainted_row_that_names_the_columns_of_painted_cells_heads_them() -> None:
    edges = [70.0, 170.0, 270.0, 370.0]
    fills = [Fill((left, y, right, y + 20), "c0c0c0") for y in (116, 156) for left, right in pairwise(edges)]
    caption = typeset.run("Fruit of the year and what it cost", 80, 84)
    (table,) = drawn_tables.drawn([caption, *typeset.rows(_ROWS)], [], fills, typeset.PAGE)
    assert typeset.texts(table.cells) == _ROWS


def test_a_heading_in_larger_type_parts_striped_tables_alike() -> None:
    stripes = [Fill((70, top, 370, top + 20), "f0f0f0") for top in (96, 136, 206, 246)]
    runs = [*typeset.rows(_ROWS), typeset.run("Weekends", 80, 184, 15), *typeset.rows(_ROWS, top=210)]
    tables = drawn_tables.drawn(runs, [], stripes, typeset.PAGE)
    assert [typeset.texts(table.cells) for table in tables] == [_ROWS, _ROWS]


def test_an_unpainted_header_heads_rows_that_are_painted_whole() -> None:
    stripes = [Fill((70, 116, 370, 136), "eef3f8"), Fill((70, 156, 370, 176), "eef3f8")]
    (table,) = drawn_tables.drawn(typeset.rows(_ROWS), [], stripes, typeset.PAGE)
    assert typeset.texts(table.cells) == _ROWS


def test_a_row_and_the_names_above_it_may_both_be_unpainted() -> None:
    stripes = [Fill((70, 136, 370, 156), "eef3f8"), Fill((70, 176, 370, 196), "eef3f8")]
    rows = [*_ROWS, ["Fig", "4.20", "5"]]
    (table,) = drawn_tables.drawn(typeset.rows(rows), [], stripes, typeset.PAGE)
    assert typeset.texts(table.cells) == rows


def test_text_and_names_between_stripes_part_two_tables() -> None:
    text = typeset.run("The prices of the year before were as follows, in coins:", 75, 184)
    places = [(70 + 100 * column, top) for column in range(3) for top in (116, 156, 226, 266)]
    cells = [Fill((left, top, left + 100, top + 20), "eef3f8") for left, top in places]
    runs = [*typeset.rows(_ROWS), text, *typeset.rows(_ROWS, top=210)]
    tables = drawn_tables.drawn(runs, [], cells, typeset.PAGE)
    assert [typeset.texts(table.cells) for table in tables] == [_ROWS, _ROWS]
