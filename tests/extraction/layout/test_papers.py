"""Papers as TeX sets them: narrow gutters, tables between thick and fine rules, cells that wrap without more room."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from extraction.layout.typeset import run
from moonshelf.extraction import layout
from moonshelf.extraction.document import Block, Cell, Kind
from moonshelf.extraction.facts import PageFacts, Rule, Run
from moonshelf.extraction.layout.tables import drawn_tables

_PAGE = (0.0, 0.0, 612.0, 792.0)
_THICK, _FINE = 0.8, 0.5


def _blocks(*runs: Run) -> Sequence[Block]:
    return layout.assemble([PageFacts(1, 612, 792, runs=runs)], {}).pages[0].blocks


def _book(*heights: float) -> list[Rule]:
    """Return rules at *heights*: the first and the last thick, and fine ones between."""
    first, *inner, last = heights
    widths = [_THICK, *[_FINE] * len(inner), _THICK]
    return [Rule((70, y, 370, y), width) for y, width in zip((first, *inner, last), widths, strict=True)]


def _rows(cells: Sequence[Cell]) -> list[list[str]]:
    rows = max(cell.row for cell in cells) + 1
    return [[cell.text for cell in cells if cell.row == row] for row in range(rows)]


def _two_columns(lines: Sequence[tuple[str, str]], top: float) -> list[Run]:
    return [
        run(words, x, top + 12 * row)
        for row, line in enumerate(lines)
        for words, x in zip(line, (76, 240), strict=True)
        if words
    ]


def test_columns_one_em_apart_are_read_one_after_the_other() -> None:
    left, right = "words that fill the left column from its", "words that fill the right one from its"
    runs = [run(words, x, 100 + 12 * row) for row in range(8) for words, x in ((left, 72), (right, 281.6))]
    assert " ".join(block.text for block in _blocks(*runs)) == " ".join([left] * 8 + [right] * 8)


def test_thick_rules_and_a_fine_one_between_hold_a_table_of_a_single_column() -> None:
    names = ["Area", "to read a long line of text", "to write a long line of text", "to count"]
    runs = [run(words, 76, y) for words, y in zip(names, (100, 118, 130, 142), strict=True)]
    (table,) = drawn_tables.drawn(runs, _book(97, 115, 157), [], _PAGE)
    assert _rows(table.cells) == [[words] for words in names]


def test_each_table_between_thick_rules_is_one_however_near_the_next() -> None:
    runs = [run(words, x, y) for y in (100, 118, 200, 218) for words, x in (("Peru", 76), ("12", 240))]
    tables = drawn_tables.drawn(runs, [*_book(97, 115, 133), *_book(197, 215, 233)], [], _PAGE)
    assert [_rows(table.cells) for table in tables] == [[["Peru", "12"]] * 2] * 2


def test_lines_below_full_cells_go_on_with_their_row() -> None:
    lines = [("Association of", "17"), ("Youth", ""), ("Our Friends", "9"), ("Group", ""), ("Comfrel", "26")]
    runs = [run("Name", 76, 100), run("Number of", 240, 100), run("observers", 240, 112)]
    runs += _two_columns(lines, 130)
    (table,) = drawn_tables.drawn(runs, _book(97, 127, 192), [], _PAGE)
    assert _rows(table.cells) == [
        ["Name", "Number of observers"],
        ["Association of Youth", "17"],
        ["Our Friends Group", "9"],
        ["Comfrel", "26"],
    ]


def test_names_of_groups_of_rows_are_rows() -> None:
    lines = [("Asia", ""), ("Cambodia", "17"), ("Laos", "3"), ("Africa", ""), ("Niger", "9")]
    runs = [run("Country", 76, 100), run("Number", 240, 100)]
    runs += _two_columns(lines, 118)
    (table,) = drawn_tables.drawn(runs, _book(97, 115, 180), [], _PAGE)
    assert _rows(table.cells)[1:] == [list(line) for line in lines]


def _styled(words: str, x: float, y: float, font: str, *, italic: bool = False) -> Run:
    return replace(run(words, x, y), font=font, italic=italic)


@pytest.mark.parametrize(
    "head",
    [
        _styled("1. Introduction", 189, 150, "CMCSC10"),
        _styled("I. INTRODUCTION", 189, 150, "NimbusRomNo9L-Regu"),
        _styled("A. Related work", 72, 150, "NimbusRomNo9L-ReguItal", italic=True),
    ],
)
def test_headings_of_papers_in_body_type_are_told_by_how_they_are_set(head: Run) -> None:
    text = "words that fill the column of this page from margin to margin,"
    lines = [run(text, 72, y) for y in (100, 112, 124, 176, 188, 200)]
    assert [block.kind for block in _blocks(*lines, head)] == [Kind.PARAGRAPH, Kind.HEADING, Kind.PARAGRAPH]


def test_a_paragraph_close_below_a_line_in_the_middle_is_one_of_its_own() -> None:
    text = "words that fill the column of this page from margin to margin,"
    lines = [run(text, 72, y) for y in (100, 112, 124, 162, 174, 186)]
    assert [block.text for block in _blocks(*lines, run("II. RESULTS", 199.5, 150))][1] == "II. RESULTS"


@pytest.mark.parametrize("words", ["Ada Writer", "A short line in the middle"])
def test_a_line_in_the_middle_is_no_heading_by_that_alone(words: str) -> None:
    text = "words that fill the column of this page from margin to margin,"
    lines = [run(text, 72, y) for y in (100, 112, 124, 176, 188, 200)]
    blocks = _blocks(*lines, _styled(words, 227 - 2.5 * len(words), 150, "CMTI10", italic=True))
    assert Kind.HEADING not in {block.kind for block in blocks}


def test_numbers_that_count_the_lines_are_kept_out_of_the_text() -> None:
    text = "words that fill the column of this page from margin to margin"
    lines = [run(text, 72, 100 + 12 * row) for row in range(10)]
    numbers = [run(str(row + 7), 56 if row < 3 else 53, 102 + 12 * row, size=6) for row in range(10)]
    blocks = _blocks(*lines, *numbers)
    assert [block.text for block in blocks if block.kind is Kind.PARAGRAPH] == [" ".join([text] * 10)]
    assert sum(block.kind is Kind.FOOTER for block in blocks) == 10


def test_numbers_in_a_column_of_a_table_stay_there() -> None:
    runs = [run(words, x, 100 + 14 * row) for row in range(9) for words, x in ((str(row + 1), 72), ("Peru", 120))]
    assert not any(block.kind is Kind.FOOTER for block in _blocks(*runs))


def test_each_work_referred_to_is_a_passage_and_hung_lines_are_part_of_it() -> None:
    works = ["[1] K. Writer. On measures.", "Journal of Things, 1999.", "[2] B. Author. On graphs.", "Annals, 2004."]
    runs = [run(words, 72 if words[0] == "[" else 88, 100 + 12 * row) for row, words in enumerate(works)]
    wide = run("words that fill the column of this page from margin to margin", 72, 60)
    assert [block.text for block in _blocks(wide, *runs)][1:] == [" ".join(works[:2]), " ".join(works[2:])]


def test_a_paragraph_goes_on_behind_a_figure_at_the_head_of_the_next_column() -> None:
    text = "words that fill the left column from it"
    left = [run(text, 72, 220 + 12 * row) for row in range(6)]
    below = [run(text, 300, 160 + 12 * row) for row in range(9)]
    caption = [run("Figure 1: What the words show", 300, 120), run("in a picture of them all.", 300, 132)]
    whole, told = _blocks(*left, *caption, *below)
    assert whole.text == " ".join([text] * 15)
    assert told.text.startswith("Figure 1")


def test_names_at_the_left_of_groups_reach_over_what_they_name_and_a_name_of_two_rows_goes_down() -> None:
    names = [run("sex", 80, 100), run("mean", 150, 100), run("most", 270, 100)]
    years = [run(year, x, 114) for year, x in (("2023", 150), ("2024", 210), ("2023", 270), ("2024", 330))]
    rows = [run(str(x), x, y) for y in (132, 146, 160) for x in (80, 150, 210, 270, 330)]
    rules = [Rule((70, y, 370, y), _THICK) for y in (96, 174)]
    rules += [Rule((140, 112, 370, 112), _FINE), Rule((70, 128, 140, 128), _FINE)]
    (table,) = drawn_tables.drawn([*names, *years, *rows], rules, [], _PAGE)
    spans = {cell.text: (cell.row_span, cell.column_span) for cell in table.cells if cell.row == 0}
    assert spans == {"sex": (2, 1), "mean": (1, 2), "most": (1, 2)}


@pytest.mark.parametrize("below", [[], [("a line below the table, as is", 340, 148), ("7", 550, 760)]])
def test_a_table_beside_text_is_a_column_whatever_the_number_of_the_page(below: list[tuple[str, int, int]]) -> None:
    text = [run("words that fill the left column of this short page", 72, 100 + 12 * row) for row in range(5)]
    cells = [run(words, 350 + 80 * column, 84 + 20 * row) for row in range(3) for column, words in enumerate("abc")]
    rules = [Rule((340, y, 560, y), width) for y, width in ((80, _THICK), (100, _FINE), (140, _THICK))]
    facts = PageFacts(1, 612, 792, runs=(*text, *cells, *(run(*one) for one in below)), rules=tuple(rules))
    blocks = layout.assemble([facts], {}).pages[0].blocks
    assert [block.kind for block in blocks[:2]] == [Kind.PARAGRAPH, Kind.TABLE]


def test_words_as_near_as_those_of_a_line_are_cells_where_columns_part_them() -> None:
    rows = [["71.2", "68.0", "64.9"], ["74.8", "70.3", "66.0"], ["79.1", "75.5", "70.2"], ["80.1", "77.5", "71.2"]]
    runs = [run(word, 76 + 30 * n, 118 + 12 * row) for row, cells in enumerate(rows) for n, word in enumerate(cells)]
    head = Run("Prec. Recl. Meas.", (76, 100, 158, 112), 10)
    (table,) = drawn_tables.drawn([head, *runs], _book(97, 115, 168), [], _PAGE)
    assert _rows(table.cells) == [["Prec.", "Recl.", "Meas."], *rows]


def test_a_name_above_two_columns_is_whole() -> None:
    cells = [run(word, x, y) for y in (118, 130, 142, 154) for word, x in (("71.2", 76), ("68.0", 106))]
    (table,) = drawn_tables.drawn([run("Corpus A", 82, 100), *cells], _book(97, 115, 168), [], _PAGE)
    assert _rows(table.cells)[0] == ["Corpus A"]


def test_a_table_that_goes_on_in_the_next_column_is_one_though_another_follows_there() -> None:
    cells = [[run(words, x, y) for x, words in ((80, "one"), (160, "two"))] for y in (104, 124, 144, 164)]
    above = run("words that fill the left column of it", 72, 72)
    rest = [run("last", 330, 84), run("four", 410, 84)]
    text = [run(f"words below that fill the right column {n}", 322, 110 + 12 * n) for n in range(3)]
    other = [run(words, x, y) for y in (164, 184) for x, words in ((330, "five"), (410, "six"))]
    rules = [Rule((70, y, 270, y), 1) for y in (100, 120)] + [Rule((320, y, 520, y), 1) for y in (100, 160, 180, 200)]
    runs = [above, *(one for row in cells for one in row), *rest, *text, *other]
    one, two = drawn_tables.drawn(runs, rules, [], _PAGE)
    assert _rows(one.cells) == [["one", "two"]] * 4 + [["last", "four"]]
    assert _rows(two.cells) == [["five", "six"]] * 2


def test_a_line_of_many_pieces_does_not_tell_how_a_column_is_set() -> None:
    spread = [run(word, 72 + 34 * n, 112) for n, word in enumerate(["and", "so", "it", "goes", "on", "far"])]
    left = [run("words that fill the left column of the page", 72, 100 + 24 * n) for n in range(3)]
    right = [run("words that fill the other column of it all", 320, 100 + 12 * n) for n in range(3)]
    text = " ".join(block.text for block in _blocks(*left, *spread, *right))
    assert text.index("goes") < text.index("left column", text.index("goes")) < text.index("other")


def test_the_steps_of_an_algorithm_between_rules_are_items_and_no_rows() -> None:
    steps = ["for all points", "take a step", "keep the best", "end for"]
    runs = [
        one for n, step in enumerate(steps, 1) for one in (run(f"{n}:", 76, 100 + 12 * n), run(step, 96, 100 + 12 * n))
    ]
    rules = [Rule((70, y, 370, y), width) for y, width in ((90, 0.8), (106, 0.4), (166, 0.4))]
    page = PageFacts(1, 612, 792, runs=(run("Algorithm 1 Descent", 76, 92), *runs), rules=tuple(rules))
    (_, *items) = layout.assemble([page], {}).pages[0].blocks
    assert [(item.kind, item.marker, item.text) for item in items] == [
        (Kind.LIST, f"{n}:", step) for n, step in enumerate(steps, 1)
    ]
