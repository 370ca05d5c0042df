"""Papers as TeX sets them: narrow gutters, tables between thick and fine rules, cells that wrap without more room."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from moonshelf.extraction import layout
from moonshelf.extraction.document import Block, Cell, Kind
from moonshelf.extraction.facts import PageFacts, Rule, Run
from moonshelf.extraction.layout import drawn_tables

_PAGE = (0.0, 0.0, 612.0, 792.0)
_THICK, _FINE = 0.8, 0.5


def _run(words: str, x: float, y: float, size: float = 10) -> Run:
    return Run(words, (x, y, x + 0.5 * size * len(words), y + 1.2 * size), size)


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


def test_columns_one_em_apart_are_read_one_after_the_other() -> None:
    left, right = "words that fill the left column from its", "words that fill the right one from its"
    runs = [_run(words, x, 100 + 12 * row) for row in range(8) for words, x in ((left, 72), (right, 281.6))]
    assert " ".join(block.text for block in _blocks(*runs)) == " ".join([left] * 8 + [right] * 8)


def test_thick_rules_and_a_fine_one_between_hold_a_table_of_a_single_column() -> None:
    names = ["Area", "to read a long line of text", "to write a long line of text", "to count"]
    runs = [_run(words, 76, y) for words, y in zip(names, (100, 118, 130, 142), strict=True)]
    (table,) = drawn_tables.drawn(runs, _book(97, 115, 157), [], _PAGE)
    assert _rows(table.cells) == [[words] for words in names]


def test_each_table_between_thick_rules_is_one_however_near_the_next() -> None:
    runs = [_run(words, x, y) for y in (100, 118, 200, 218) for words, x in (("Peru", 76), ("12", 240))]
    tables = drawn_tables.drawn(runs, [*_book(97, 115, 133), *_book(197, 215, 233)], [], _PAGE)
    assert [_rows(table.cells) for table in tables] == [[["Peru", "12"]] * 2] * 2


def test_lines_below_full_cells_go_on_with_their_row() -> None:
    lines = [("Association of", "17"), ("Youth", ""), ("Our Friends", "9"), ("Group", ""), ("Comfrel", "26")]
    runs = [_run("Name", 76, 100), _run("Number of", 240, 100), _run("observers", 240, 112)]
    runs += [
        _run(words, x, 130 + 12 * row)
        for row, line in enumerate(lines)
        for words, x in zip(line, (76, 240), strict=True)
        if words
    ]
    (table,) = drawn_tables.drawn(runs, _book(97, 127, 192), [], _PAGE)
    assert _rows(table.cells) == [
        ["Name", "Number of observers"],
        ["Association of Youth", "17"],
        ["Our Friends Group", "9"],
        ["Comfrel", "26"],
    ]


def test_names_of_groups_of_rows_are_rows() -> None:
    lines = [("Asia", ""), ("Cambodia", "17"), ("Laos", "3"), ("Africa", ""), ("Niger", "9")]
    runs = [_run("Country", 76, 100), _run("Number", 240, 100)]
    runs += [
        _run(words, x, 118 + 12 * row)
        for row, line in enumerate(lines)
        for words, x in zip(line, (76, 240), strict=True)
        if words
    ]
    (table,) = drawn_tables.drawn(runs, _book(97, 115, 180), [], _PAGE)
    assert _rows(table.cells)[1:] == [list(line) for line in lines]


def _styled(words: str, x: float, y: float, font: str, *, italic: bool = False) -> Run:
    return replace(_run(words, x, y), font=font, italic=italic)


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
    lines = [_run(text, 72, y) for y in (100, 112, 124, 176, 188, 200)]
    assert [block.kind for block in _blocks(*lines, head)] == [Kind.PARAGRAPH, Kind.HEADING, Kind.PARAGRAPH]


@pytest.mark.parametrize("words", ["Ada Writer", "A short line in the middle"])
def test_a_line_in_the_middle_is_no_heading_by_that_alone(words: str) -> None:
    text = "words that fill the column of this page from margin to margin,"
    lines = [_run(text, 72, y) for y in (100, 112, 124, 176, 188, 200)]
    blocks = _blocks(*lines, _styled(words, 227 - 2.5 * len(words), 150, "CMTI10", italic=True))
    assert Kind.HEADING not in {block.kind for block in blocks}
