"""Tables without rules and fills whose cells wrap are told by rows that begin together in several columns."""

from collections.abc import Sequence

from extraction.layout.typeset import run, texts
from moonshelf.extraction import layout
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout.lines import grouped
from moonshelf.extraction.layout.tables import text_tables

_ROWS = [
    ("Supplier", ["Parts for the second phase come late, and the work", "stops until others are found"]),
    ("Staff", ["Nobody is left who can run the older machines"]),
    ("Fire", ["The hall is closed for months; the insurance pays but", "a part of what is lost,", "and that late"]),
    ("Data loss", ["The readings of up to one day have to be taken again"]),
]


def _blocks(runs: Sequence[Run]) -> Sequence[Block]:
    return layout.assemble([PageFacts(1, 612, 792, runs=tuple(runs))], {}).pages[0].blocks


def _set(rows: Sequence[tuple[str, Sequence[str]]], top: float = 120) -> list[Run]:
    """Return *rows* of a name and lines of text beside it, with room between one row and the next."""
    runs = []
    for name, lines in rows:
        runs += [run(name, 72, top), *(run(line, 160, top + 12 * number) for number, line in enumerate(lines))]
        top += 12 * len(lines) + 6
    return runs


def test_rows_of_a_name_and_text_that_wraps_are_a_table() -> None:
    [table] = _blocks(_set(_ROWS))
    assert texts(table.cells) == [[name, " ".join(lines)] for name, lines in _ROWS]


def test_a_name_over_rows_may_reach_across_their_columns() -> None:
    named = [*_ROWS[:2], ("Risks seen last year", []), *_ROWS[2:]]
    runs = _set(named[:2])
    [table] = _blocks([*runs, run(named[2][0], 72, 174), *_set(named[3:], 192)])
    assert texts(table.cells)[2] == ["Risks seen last year"]


def test_columns_of_text_with_paragraphs_that_begin_together_are_no_table() -> None:
    words = "and so the text of either column goes on and on"
    runs = [
        run(words, x, 120 + 12 * line + 6 * (line // 3))
        for x in (72, 330)
        for line in range(12)
        if (x, line) != (72, 7)
    ]
    assert {block.kind for block in _blocks(runs)} == {Kind.PARAGRAPH}


def test_items_of_a_list_whose_numbers_stand_apart_are_no_rows() -> None:
    numbered = [(f"{number})", lines) for number, (_, lines) in enumerate(_ROWS, 1)]
    assert [block.kind for block in _blocks(_set(numbered))] == [Kind.LIST] * len(_ROWS)


def test_a_heading_in_larger_type_beside_text_begins_no_row() -> None:
    assert list(text_tables.found(grouped(_set(_ROWS))))
    larger = [one if one.text != "Fire" else run("Fire", 72, one.box[1], 13) for one in _set(_ROWS)]
    assert not list(text_tables.found(grouped(larger)))


def test_numbers_of_a_tables_rows_are_no_line_numbers() -> None:
    rows = [[f"{number}", f"name {number}", f"town {number}"] for number in range(10, 32)]
    runs = [
        run(words, x, 80 + 16 * row)
        for row, line in enumerate(rows)
        for words, x in zip(line, (72, 110, 220), strict=True)
    ]
    [table] = _blocks(runs)
    assert texts(table.cells) == rows


def test_titles_of_tables_are_headings_where_there_is_no_text() -> None:
    rows = [[f"{number}", "Registration and coffee", "Hall"] for number in range(6)]
    table = [
        run(words, x, 130 + 18 * row)
        for row, line in enumerate(rows)
        for words, x in zip(line, (72, 110, 280), strict=True)
    ]
    heading, *_ = _blocks([run("Programme", 72, 90, 14), *table])
    assert (heading.kind, heading.text) == (Kind.HEADING, "Programme")
