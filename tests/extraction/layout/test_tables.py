"""Tables are found by their rules, their fills or their gaps, and cut into cells."""

from collections.abc import Sequence

from extraction.layout import typeset
from moonshelf.extraction.document import Cell
from moonshelf.extraction.facts import Fill, Rule, Run
from moonshelf.extraction.layout.lines import grouped
from moonshelf.extraction.layout.tables import breaks, drawn_tables, open_tables
from moonshelf.extraction.layout.tables.table import Table

_ROWS = [["Fruit", "Price", "Stock"], ["Apple", "1.20", "14"], ["Pear", "0.95", "7"], ["Quince", "3.10", "2"]]


def _open(runs: Sequence[Run]) -> list[Table]:
    return [table for _, _, table in open_tables.aligned(grouped(runs))]


def test_a_ruled_grid_keeps_every_cell() -> None:
    rules = [
        *(typeset.level(96 + 20 * row) for row in range(5)),
        *(typeset.upright(70 + 100 * column) for column in range(4)),
    ]
    (table,) = drawn_tables.drawn(typeset.rows(_ROWS), rules, [], typeset.PAGE)
    assert typeset.texts(table.cells) == _ROWS
    assert all(cell.header == (cell.row == 0) for cell in table.cells)


def test_missing_pieces_of_rules_make_spans() -> None:
    rules = [
        *(typeset.level(96 + 20 * row) for row in (0, 1, 2, 4)),
        typeset.level(156, left=170),
        *(typeset.upright(x) for x in (70, 170, 370)),
        typeset.upright(270, top=116),
    ]
    rows = [["Fruit", "Price and stock", ""], ["Apple", "1.20", "14"], ["Pear", "0.95", "7"], ["", "3.10", "2"]]
    (table,) = drawn_tables.drawn(typeset.rows(rows), rules, [], typeset.PAGE)
    spans = {cell.text: (cell.row_span, cell.column_span) for cell in table.cells}
    assert spans["Price and stock"] == (1, 2)
    assert spans["Pear"] == (2, 1)
    assert spans["Apple"] == (1, 1)


def test_neighbours_with_text_of_their_own_are_never_joined() -> None:
    rules = [
        *(typeset.level(96 + 20 * row) for row in range(5)),
        *(typeset.upright(x) for x in (70, 170, 370)),
        typeset.upright(270, top=136),
    ]
    (table,) = drawn_tables.drawn(typeset.rows(_ROWS), rules, [], typeset.PAGE)
    assert typeset.texts(table.cells) == _ROWS


def test_lines_of_one_walled_cell_are_one_text() -> None:
    rules = [*(typeset.level(y) for y in (96, 116, 176)), *(typeset.upright(x) for x in (70, 170, 370))]
    runs = [*typeset.rows([["Name", "Note"]]), *typeset.rows([["Pear", "a long"], ["", "remark"]], top=120, pitch=12)]
    (table,) = drawn_tables.drawn(runs, rules, [], typeset.PAGE)
    assert typeset.texts(table.cells) == [["Name", "Note"], ["Pear", "a long remark"]]


def test_names_of_groups_of_columns_span_them_and_names_of_single_ones_do_not() -> None:
    groups = [typeset.run("2023", 211, 100), typeset.run("2024", 391, 100)]
    names = [typeset.run(words, 148 + 60 * column, 120) for column, words in enumerate(["Price", "Stock", "Sales"] * 2)]
    body = typeset.rows(
        [[kind, "1.20", "14", "7", "1.30", "12", "8"] for kind in ("Apple", "Pear", "Fig")], top=140, step=60
    )
    rules = [typeset.level(y, 70, 490) for y in (96, 136, 196)]
    (table,) = drawn_tables.drawn([*groups, *names, *body], rules, [], typeset.PAGE)
    spans = {cell.text: (cell.column, cell.column_span) for cell in table.cells if cell.text}
    assert (spans["2023"], spans["2024"]) == ((1, 3), (4, 3))
    assert all(span == 1 for text, (_, span) in spans.items() if not text.startswith("20"))


def test_rules_above_and_below_hold_a_table_together() -> None:
    (table,) = drawn_tables.drawn(
        typeset.rows(_ROWS), [typeset.level(96), typeset.level(116), typeset.level(176)], [], typeset.PAGE
    )
    assert typeset.texts(table.cells) == _ROWS


def test_rows_of_several_lines_are_told_by_the_wider_pitch() -> None:
    runs = [
        *typeset.rows([["Fruit", "Remark"]], top=100),
        *typeset.rows([["Apple", "keeps well"], ["", "in a cellar"]], top=122, pitch=12),
        *typeset.rows([["Pear", "soft"]], top=156),
        *typeset.rows([["Quince", "for jam"]], top=178),
    ]
    (table,) = drawn_tables.drawn(runs, [typeset.level(96), typeset.level(116), typeset.level(196)], [], typeset.PAGE)
    assert typeset.texts(table.cells)[1] == ["Apple", "keeps well in a cellar"]


def test_aligned_gaps_make_a_table_without_any_rule() -> None:
    (table,) = _open(typeset.rows(_ROWS))
    assert typeset.texts(table.cells) == _ROWS


def test_a_heading_over_two_columns_covers_both() -> None:
    runs = [
        *typeset.rows(_ROWS, top=120),
        typeset.run("Fruit", 80, 100),
        typeset.run("Price together with stock", 180, 100),
    ]
    (table,) = drawn_tables.drawn(runs, [typeset.level(96), typeset.level(116), typeset.level(196)], [], typeset.PAGE)
    wide = next(cell for cell in table.cells if "together" in cell.text)
    assert wide.column_span == 2


def test_justified_prose_is_no_table() -> None:
    lines = [
        "words spread  out   to both   margins",
        "of  a narrow   column make wide  gaps",
        "that never  line up for   long at all",
    ]
    runs = [
        typeset.run(word, 80 + 5.0 * place, 100 + 12 * row)
        for row, words in enumerate(lines)
        for word, place in ((word, words.index(word)) for word in words.split("  "))
    ]
    assert not _open(runs)


def test_wide_spaces_between_sentences_are_no_columns() -> None:
    """Lines that end at the margin after a wide space each, as justified text does: their pieces begin anywhere."""
    lines = [
        ("Custom sizes are given in points.", 322),
        ("All others are taken from it.", 300),
        ("So it is done here.", 270),
    ]
    text = [run for row, (first, right) in enumerate(lines) for run in _justified(first, right, 100 + 12 * row)]
    full = [
        typeset.run("and the rest of all this is set from margin to margin, as is usual.", 80, 136 + 12 * n)
        for n in (0, 1)
    ]
    assert not _open([*text, *full])


def _justified(first: str, begins: float, top: float) -> list[Run]:
    """Set a sentence at the left, and one that ends where all lines do."""
    return [typeset.run(first, 80, top), typeset.run("x" * round((415 - begins) / 5), begins, top)]


def test_bulleted_lines_are_no_table() -> None:
    runs = typeset.rows([["\u2022", "first thing to do"], ["\u2022", "second thing"], ["\u2022", "third"]], step=24)
    assert not _open(runs)


def test_a_frame_around_the_page_is_no_table() -> None:
    frame = [typeset.level(y, 5, 607) for y in (5, 787)] + [typeset.upright(x, 5, 787) for x in (5, 300, 607)]
    assert not drawn_tables.drawn(typeset.rows(_ROWS), frame, [], typeset.PAGE)


def test_no_words_are_lost_in_cells() -> None:
    rules = [
        *(typeset.level(96 + 20 * row) for row in range(5)),
        *(typeset.upright(70 + 100 * column) for column in range(4)),
    ]
    runs = [*typeset.rows(_ROWS), typeset.run("a note that crosses walls everywhere", 90, 128)]
    (table,) = drawn_tables.drawn(runs, rules, [], typeset.PAGE)
    said = " ".join(cell.text for cell in table.cells).split()
    assert sorted(said) == sorted(word for run in table.runs for word in run.text.split())


def _shifted(rows: list[list[str]], left: float, top: float) -> list[Run]:
    return [
        Run(word, (left + 60 * column, top + 20 * row, left + 60 * column + 8 * len(word), top + 20 * row + 10), 10.0)
        for row, words in enumerate(rows)
        for column, word in enumerate(words)
        if word
    ]


def test_a_table_broken_across_columns_is_one() -> None:
    first = _shifted([["Name", "Born", "Died"], ["Ada", "1815", "1852"], ["Grace", "1906", "1992"]], 50, 102)
    second = _shifted([["", "at sea", ""], ["Alan", "1912", "1954"]], 320, 60)
    rules = [Rule((48, y, 248, y)) for y in (100.0, 117.0)] + [Rule((318, 100, 518, 100))]
    (table,) = drawn_tables.drawn([*first, *second], rules, [], typeset.PAGE)
    rows = [[cell.text for cell in table.cells if cell.row == row] for row in range(4)]
    assert rows[2:] == [["Grace", "1906 at sea", "1992"], ["Alan", "1912", "1954"]]
    assert {id(run) for run in table.runs} == {id(run) for run in [*first, *second]}


def test_the_rest_of_a_table_on_the_next_page_loses_only_the_repeated_header() -> None:
    first = [Cell(0, 0, "Name"), Cell(0, 1, "Born"), Cell(1, 0, "Ada"), Cell(1, 1, "1815")]
    rest = [Cell(0, 0, "Name"), Cell(0, 1, "Born"), Cell(1, 0, "Alan"), Cell(1, 1, "1912")]
    assert breaks.appended(first, rest) == (*first, Cell(2, 0, "Alan"), Cell(2, 1, "1912"))


def test_a_row_cut_in_two_by_a_page_is_made_whole() -> None:
    first = [Cell(0, 0, "Ada"), Cell(0, 1, "wrote the first")]
    rest = [Cell(0, 0, ""), Cell(0, 1, "program"), Cell(1, 0, "Alan"), Cell(1, 1, "asked")]
    whole = [cell.text for cell in breaks.appended(first, rest)]
    assert whole == ["Ada", "wrote the first program", "Alan", "asked"]


def test_a_table_painted_and_underlined_cell_by_cell_is_one() -> None:
    rows = [["Costs", "178", "141"], ["Rents", "23", "32"], ["Taxes", "36", "76"], ["Total", "237", "249"]]
    runs = _shifted(rows, 60, 102)
    fills = [
        Fill((58 + 60 * column, 100 + 20 * row, 118 + 60 * column, 120 + 20 * row), "f1f2f2" if row % 2 else "ffffff")
        for row in range(4)
        for column in range(3)
    ]
    lines = [Rule((120 + 60 * column, y, 170 + 60 * column, y)) for column in range(2) for y in (100, 160, 180)]
    gaps = [Rule((117, 100 + 20 * row, 118, 120 + 20 * row), color="f1f2f2") for row in range(4)]
    (table,) = drawn_tables.drawn(runs, [*lines, *gaps], fills, typeset.PAGE)
    assert [cell.text for cell in table.cells] == [word for row in rows for word in row]


def test_a_stripe_is_one_row_however_many_lines_its_cells_take() -> None:
    lines = [
        ["Fruit", "Price", "Note"],
        ["Apple", "1.20", "keeps until"],
        ["", "", "the spring"],
        ["Pear", "0.95", "eat soon"],
    ]
    tops = (100, 120, 133, 153)
    runs = [run for row, top in zip(lines, tops, strict=True) for run in typeset.rows([row], top=top)]
    stripes = [Fill((70, 96, 370, 116), "1a4f8b"), Fill((70, 116, 370, 149), "eef3f8")]
    (table,) = drawn_tables.drawn(runs, [], stripes, typeset.PAGE)
    assert typeset.texts(table.cells) == [lines[0], ["Apple", "1.20", "keeps until the spring"], lines[3]]


def test_text_between_two_tables_of_one_width_is_in_neither() -> None:
    prose = typeset.run(
        "The prices of the second year were higher than those of the first, all in all.", 70, 190, size=7.5
    )
    rules = [typeset.level(y) for y in (96, 116, 176, 216, 236, 296)]
    tables = drawn_tables.drawn([*typeset.rows(_ROWS), prose, *typeset.rows(_ROWS, top=220)], rules, [], typeset.PAGE)
    assert [typeset.texts(table.cells) for table in tables] == [_ROWS, _ROWS]


def test_texts_below_a_rule_and_their_names_are_cells_of_one_row() -> None:
    lines = [
        "At each student station you",
        "find what is left of part 1",
        "and a buffer in cold water",
        "that all groups will share",
    ]
    names = [typeset.run("Reagents", 80, 100), typeset.run("Supplies", 230, 100)]
    runs = [*names, *(typeset.run(line, left, 116 + 12 * row) for row, line in enumerate(lines) for left in (80, 230))]
    (table,) = drawn_tables.drawn(runs, [typeset.level(96), typeset.level(114), typeset.level(168)], [], typeset.PAGE)
    assert typeset.texts(table.cells) == [["Reagents", "Supplies"], [" ".join(lines)] * 2]


def test_columns_of_text_between_two_rules_are_no_table() -> None:
    words = "set from margin to margin, as is usual."
    runs = [typeset.run(words, x, 100 + 12 * row) for row in range(8) for x in (80, 300)]
    rules = [typeset.level(y, 80, 500) for y in (90, 210)]
    assert not drawn_tables.drawn(runs, rules, [], typeset.PAGE)
    assert drawn_tables.drawn([*runs[:2], *typeset.rows(_ROWS, top=120)], rules, [], typeset.PAGE)


def test_words_pushed_to_the_margin_of_a_cell_are_no_column() -> None:
    head = [
        typeset.run("Fruit", 80, 100),
        typeset.run("Sum", 180, 100),
        typeset.run("de-", 216, 100),
        typeset.run("ducted", 180, 111),
    ]
    rules = [typeset.level(y) for y in (96, 126, 190)]
    (table,) = drawn_tables.drawn(
        [*head, *typeset.rows([row[:2] for row in _ROWS[1:]], top=130)], rules, [], typeset.PAGE
    )
    assert typeset.texts(table.cells)[0] == ["Fruit", "Sum deducted"]


def test_rows_close_to_each_other_in_groups_are_no_cells_of_several_lines() -> None:
    groups = [
        *typeset.rows([_ROWS[0]]),
        *typeset.rows(_ROWS[1:], top=120, pitch=13),
        *typeset.rows(_ROWS[1:], top=175, pitch=13),
    ]
    (table,) = drawn_tables.drawn(groups, [typeset.level(y) for y in (96, 116, 215)], [], typeset.PAGE)
    assert typeset.texts(table.cells) == [*_ROWS, *_ROWS[1:]]


def test_a_wide_table_is_found_before_its_wrapped_cells_look_like_columns() -> None:
    row = ["1", "Apple", "1.20", "14", "7"]
    rows = [
        ["No.", "Kind of fruit", "Price", "Stock", "Sold"],
        row,
        ["", "of autumn"],
        ["2", "Pear", *row[2:]],
        ["3", "Fig", *row[2:]],
    ]
    tops = (100, 120, 133, 153, 173)
    runs = [run for cells, top in zip(rows, tops, strict=True) for run in typeset.rows([cells], top=top, step=90)]
    (table,) = open_tables.wide(grouped(runs))
    assert typeset.texts(table.cells)[1] == ["1", "Apple of autumn", "1.20", "14", "7"]
    assert len(table.runs) == len(runs)
    assert not open_tables.wide(grouped(typeset.rows([["one", "two", "three"]] * 4)))


def test_two_lines_of_many_columns_are_a_table() -> None:
    names, sums = ["North", "East", "South", "West", "All"], ["1", "2", "3", "4", "10"]
    (table,) = open_tables.wide(grouped(typeset.rows([names, sums], step=80)))
    assert typeset.texts(table.cells) == [names, sums]


def test_rules_drawn_cell_by_cell_are_one_rule_each() -> None:
    rules = [typeset.level(y, left, left + 100) for y in (96, 116, 176) for left in (70, 170, 270)]
    (table,) = drawn_tables.drawn(typeset.rows(_ROWS), rules, [], typeset.PAGE)
    assert typeset.texts(table.cells) == _ROWS


def test_the_row_above_the_first_rule_heads_a_table_with_rules_below_its_rows() -> None:
    caption = typeset.run("Prices and stock of the day in every market", 70, 60)
    (table,) = drawn_tables.drawn(
        [caption, *typeset.rows(_ROWS)], [typeset.level(114 + 20 * row) for row in range(4)], [], typeset.PAGE
    )
    assert typeset.texts(table.cells) == _ROWS


def test_cells_that_go_on_below_are_of_the_row_that_rules_part() -> None:
    rows = [["Fruit", "Price", "Stock"], ["Apple", "1.20", "14"], ["of the north", "", ""], ["and sweet", "", ""]]
    (table,) = drawn_tables.drawn(
        typeset.rows(rows, pitch=13), [typeset.level(y) for y in (97, 112, 154)], [], typeset.PAGE
    )
    assert typeset.texts(table.cells) == [["Fruit", "Price", "Stock"], ["Apple of the north and sweet", "1.20", "14"]]


def test_a_little_more_room_between_rows_than_within_them_parts_them() -> None:
    runs = []
    for row, y in enumerate((100, 127, 154, 181)):
        runs += [typeset.run(f"name {row}", 80, y), typeset.run(str(row), 200, y), typeset.run("goes on", 80, y + 12.5)]
    (table,) = _open(runs)
    assert typeset.texts(table.cells) == [[f"name {row} goes on", str(row)] for row in range(4)]


def test_letters_that_reach_higher_than_others_do_not_blur_the_pitch_of_lines() -> None:
    """Chinese fonts reach higher than Latin ones, so where only some lines hold Chinese their tops lie."""
    runs = []
    for row, y in enumerate((100, 124, 148)):
        runs += [
            Run("检测", (80, y - 2, 100, y + 12), 10),
            typeset.run(f"name {row}", 150, y),
            typeset.run(str(row), 250, y),
        ]
        runs += [typeset.run("goes on", 150, y + 10.6)]
    (table,) = _open(runs)
    assert typeset.texts(table.cells) == [["检测", f"name {row} goes on", str(row)] for row in range(3)]


def test_one_line_set_a_little_higher_does_not_part_the_rows() -> None:
    runs = []
    for row, y in enumerate((100, 125, 150, 175, 200, 225)):
        raised = 2 if row == 1 else 0
        runs += [
            typeset.run(f"name {row}", 80, y),
            typeset.run(str(row), 200, y),
            typeset.run("goes on", 80, y + 11.4 - raised),
        ]
    (table,) = _open(runs)
    assert typeset.texts(table.cells) == [[f"name {row} goes on", str(row)] for row in range(6)]


def test_a_single_wider_pitch_among_many_uneven_ones_leaves_the_rows_as_they_are() -> None:
    pitches = [10.0, 10.7, *[11.5] * 14, 12.2, 13.0, 16.0]
    tops = [100 + sum(pitches[:row]) for row in range(len(pitches) + 1)]
    runs = [
        run
        for row, y in enumerate(tops)
        for run in (typeset.run(f"name {row}", 80, y, 8), typeset.run(str(row), 200, y, 8))
    ]
    (table,) = _open(runs)
    assert typeset.texts(table.cells) == [[f"name {row}", str(row)] for row in range(len(tops))]


def test_columns_a_narrow_gap_apart_are_a_table_if_most_lines_fill_them() -> None:
    runs = [run for y in (100, 114, 128) for run in (typeset.run("Pupfish", 80, y), typeset.run("alvarezi", 123, y))]
    (table,) = _open(runs)
    assert len(table.cells) == 6


def test_a_list_with_letters_is_no_table() -> None:
    rows = [["a.", "Find the velocity"], ["b.", "Find the speed"], ["c.", "Find the height"], ["d.", "Find it all"]]
    assert not _open(typeset.rows(rows, pitch=14, step=20))
