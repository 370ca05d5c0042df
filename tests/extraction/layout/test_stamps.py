"""Words that are printed over others in larger type stand on no line."""

import pytest

from extraction.layout.typeset import run
from moonshelf.extraction import layout
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.facts import PageFacts, Run

_LINES = [
    "The harbour office counts the ships and",
    "their crews, and what they bring is listed",
    "by kind and by weight. Each list is signed",
    "on the day on which the ship came in, and",
    "kept for ten years in the tower by the sea.",
]
_SAID = " ".join(_LINES)


def _blocks(*others: Run) -> list[tuple[Kind, str]]:
    lines = [run(words, 72, 100 + 13 * number) for number, words in enumerate(_LINES)]
    blocks: tuple[Block, ...] = layout.assemble([PageFacts(1, 612, 792, runs=(*lines, *others))], {}).pages[0].blocks
    return [(block.kind, block.text) for block in blocks]


@pytest.mark.parametrize("words", ["RECEIVED", "PAID"])
@pytest.mark.parametrize("top", [90, 106, 140])
def test_a_stamp_joins_no_lines_and_heads_nothing(words: str, top: float) -> None:
    stamp = run(words, 90, top, 40)
    assert _blocks(stamp) == [(Kind.PARAGRAPH, _SAID), (Kind.PARAGRAPH, words)]


def test_marks_all_over_a_page_are_told_apart_from_its_text_those_over_nothing_as_well() -> None:
    marks = [run("COPY ONLY", left, top, 16) for top in (60, 104, 130, 300) for left in (80, 200)]
    assert _blocks(*marks) == [(Kind.PARAGRAPH, _SAID), *[(Kind.PARAGRAPH, "COPY ONLY COPY ONLY")] * 4]


def test_a_stamp_of_two_parts_is_one() -> None:
    parts = (run("PAID", 90, 106, 40), run("12 MAY", 300, 106, 40))
    assert _blocks(*parts)[-1] == (Kind.PARAGRAPH, "PAID 12 MAY")


def test_a_heading_close_to_its_text_is_no_stamp() -> None:
    heading = run("Ships and crews", 72, 80, 18)
    assert _blocks(heading) == [(Kind.HEADING, "Ships and crews"), (Kind.PARAGRAPH, _SAID)]
