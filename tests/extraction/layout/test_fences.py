"""Rules between the words of a line part cells that stand no further from each other than words do."""

import pytest

from extraction.layout.typeset import PAGE, level, run, texts, upright
from moonshelf.extraction import layout
from moonshelf.extraction.document import Box, Kind
from moonshelf.extraction.facts import PageFacts, Rule, Run
from moonshelf.extraction.layout.fences import Fences
from moonshelf.extraction.pages.text_layer import fenced
from moonshelf.extraction.pages.text_layer.layers import Item, Word

_WORDS = (Word("08:00", (100, 100, 125, 112)), Word("Maths", (128, 100, 155, 112)), Word("room", (158, 100, 180, 112)))
_ITEM = Item("08:00 Maths room", (100, 100, 180, 112), words=_WORDS)


@pytest.mark.parametrize(
    ("rules", "parts"),
    [
        ([], ["08:00 Maths room"]),
        ([upright(126.5)], ["08:00", "Maths room"]),
        ([upright(126.5), upright(156.5)], ["08:00", "Maths", "room"]),
        ([Rule((125.2, 90, 125.7, 120)), Rule((127, 90, 127.5, 120))], ["08:00", "Maths room"]),  # of two cells
        ([upright(110)], ["08:00 Maths room"]),  # through a word
        ([upright(126.5, 110, 130)], ["08:00 Maths room"]),  # below
        ([level(126, 90, 200)], ["08:00 Maths room"]),
    ],
)
def test_a_line_is_cut_where_a_rule_stands_between_its_words(rules: list[Rule], parts: list[str]) -> None:
    assert [item.text for item in fenced.parted([_ITEM], Fences(rules))] == parts


def test_a_line_whose_words_do_not_make_its_text_stays_whole() -> None:
    formula = Item("08:00 $Maths$ room", _ITEM.box, words=_WORDS)
    assert fenced.parted([formula], Fences([upright(126.5)])) == [formula]


def test_a_word_that_stands_on_end_beside_another_is_turned() -> None:
    words = (Word("Name", (100, 130, 125, 142)), Word("Monday", (128, 100, 140, 142)))
    name, day = fenced.parted(
        [Item("Name Monday", (100, 100, 140, 142), words=words)], Fences([upright(126.5, 90, 150)])
    )
    assert (name.rotation, day.rotation) == (0.0, 270.0)


def test_names_that_stand_on_end_are_in_the_first_row_of_their_table() -> None:
    days = ["Monday", "Tuesday", "All week"]
    body = [run(words, 104, 154 + 20 * row) for row, words in enumerate(("Ann", "Ben"))]
    marks = [run("x", 146, 154), run("x", 171, 174), run("x", 171, 154)]
    turned = [Run(day, (144 + 25 * n, 104, 156 + 25 * n, 144), 10, rotation=270) for n, day in enumerate(days)]
    rules = [level(y, 100, 215) for y in (100, 150, 170, 190)] + [
        upright(x, 100, 190) for x in (100, 140, 165, 190, 215)
    ]
    beside = Run("Form 12", (20, 300, 32, 360), 10, rotation=270)
    facts = PageFacts(1, *PAGE[2:], runs=(run("Name", 104, 130), *body, *marks, *turned, beside), rules=tuple(rules))
    table, aside = layout.assemble([facts], {}).pages[0].blocks
    assert texts(table.cells) == [["Name", *days], ["Ann", "x", "x", ""], ["Ben", "", "x", ""]]
    assert aside.text == "Form 12"


def _cell(left: float, top: float, right: float, bottom: float) -> list[Rule]:
    box: Box = (left, top, right, bottom)
    return [
        level(box[1], box[0], box[2]),
        level(box[3], box[0], box[2]),
        upright(box[0], box[1], box[3]),
        upright(box[2], box[1], box[3]),
    ]


def test_cells_that_each_have_a_border_are_cells_however_narrow() -> None:
    cells = [["08:00", "Maths"], ["09:00", "Art"], ["10:00", "Music"]]
    runs = [run(words, 102 + 30 * n, 103 + 18 * row) for row, line in enumerate(cells) for n, words in enumerate(line)]
    rules = [
        rule
        for row in range(3)
        for left, right in ((100, 129), (130.5, 170))
        for rule in _cell(left, 100 + 18 * row, right, 116.5 + 18 * row)
    ]
    (table,) = layout.assemble([PageFacts(1, *PAGE[2:], runs=tuple(runs), rules=tuple(rules))], {}).pages[0].blocks
    assert table.kind is Kind.TABLE
    assert texts(table.cells) == cells
