"""A line of a page may be as long as its file: what is looked for in it is looked for once, not from each letter."""

import time

import pytest

from moonshelf.extraction import layout
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout.tables.cells import crowded

_SIZE = 200_000
_MOST_S = 3.0  # of the processor, ten times what any of them takes; each took more than that before it was mended
_FIRST, _BODY, _LAST = 40.0, 300.0, 760.0  # points from the top

_LINES = {
    "dots of contents": "Chapter " + "." * _SIZE,
    "marks of contents": "Chapter " + "\u2026" * _SIZE,
    "a broken word": "w" * _SIZE + ".-",
    "gaps": "-" + " " * _SIZE + "word",
}


@pytest.mark.parametrize("name", _LINES)
@pytest.mark.parametrize("top", [_FIRST, _BODY, _LAST])
def test_a_page_is_laid_out_in_the_time_of_its_size(name: str, top: float) -> None:
    begun = time.process_time()

    layout.assemble([_page(number, top, _LINES[name]) for number in (1, 2)], {})

    assert time.process_time() - begun < _MOST_S


def _page(number: int, top: float, text: str) -> PageFacts:
    lines = [_line(place, "These are words as they stand on a page.") for place in range(250, 350, 14)]
    return PageFacts(number, 612.0, 792.0, runs=(_line(top, text), *lines, _line(_LAST - 100, "and more.")))


def _line(top: float, text: str) -> Run:
    return Run(text, (72.0, top, 500.0, top + 12), 12.0)


def test_figures_are_told_from_words_in_the_time_of_their_size() -> None:
    run = _line(_BODY, "1" * _SIZE)
    begun = time.process_time()

    assert crowded.parted([run], [(run.box[0], run.box[2])]) == [run]

    assert time.process_time() - begun < _MOST_S
