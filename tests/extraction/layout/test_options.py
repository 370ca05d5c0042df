"""The answers to a question of an exam that stand side by side are read one by one."""

from collections.abc import Sequence

from extraction.layout.typeset import run
from moonshelf.extraction import layout
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.facts import PageFacts, Run


def _blocks(runs: Sequence[Run]) -> Sequence[Block]:
    return layout.assemble([PageFacts(1, 612, 792, runs=tuple(runs))], {}).pages[0].blocks


def _exam(marks: Sequence[str], across: int) -> list[Run]:
    """Return three questions with options so many of which stand beside each other."""
    runs, top = [], 100.0
    for number, question in enumerate(("What is the capital?", "Which river is longest?", "Who wrote it?"), 1):
        runs.append(run(f"{number}. {question}", 72, top))
        for place, mark in enumerate(marks):
            runs.append(run(f"{mark} choice {number}", 72 + 220 * (place % across), top + 16 + 16 * (place // across)))
        top += 16 + 16 * (len(marks) // across)
    return runs


def test_options_in_two_columns_are_items_and_no_rows_of_a_table() -> None:
    blocks = _blocks(_exam(["(a)", "(b)", "(c)", "(d)"], 2))
    assert [block.marker for block in blocks] == [m for n in (1, 2, 3) for m in (f"{n}.", "(a)", "(b)", "(c)", "(d)")]
    assert {block.level for block in blocks} == {0}


def test_options_on_one_line_are_blocks_of_their_own() -> None:
    blocks = _blocks(_exam(["A.", "B."], 2))
    assert [block.text for block in blocks[1:3]] == ["A. choice 1", "B. choice 1"]
    assert Kind.TABLE not in {block.kind for block in blocks}


def test_letters_that_do_not_go_on_are_no_options() -> None:
    cells = [("A. Keller", "C. Novak"), ("B. Ruiz", "D. Weiss"), ("E. Stein", "A. Olsen")]
    [table] = _blocks(
        [run(text, 72 + 150 * x, 100 + 16 * y) for y, row in enumerate(cells) for x, text in enumerate(row)]
    )
    assert table.kind is Kind.TABLE


def test_numbers_of_a_chinese_exam_begin_paragraphs() -> None:
    lines = ["1\uff0e\u4e0b\u5217\u54ea\u4e00\u9879", "A\uff0e\u674e\u767d", "B\uff0e\u82cf\u8f7c"]
    blocks = _blocks(
        [Run(text, (72, 100 + 14 * n, 72 + 10 * len(text), 112 + 14 * n), 10) for n, text in enumerate(lines)]
    )
    assert [block.text for block in blocks] == lines
