"""Notes in the margin beside running text are read after it, however widely their words are set apart."""

import textwrap
from collections.abc import Iterator, Sequence

import pytest

from extraction.layout.typeset import run, texts
from moonshelf.extraction import layout
from moonshelf.extraction.facts import PageFacts, Run

_STORY = (
    "the harbour was dredged twice in spring, and the larger ferries could berth at the northern quay again, which "
    "people from the outer villages had asked for since the storms of the winter before, when none of the boats "
    "that bring the mail had come in for eleven days and bread was baked from what the mill had left, and the "
    "council paid for it out of the ledger of the old year, and nobody complained until the following autumn, when "
    "the lanterns on the pier went out one after the other and the pilots refused to bring anything in by night"
)
_LEFT, _RIGHT, _TOP, _PITCH = 150.0, 500.0, 100.0, 12.0
_NOTES = {1: ("ferries berth", "here since May"), 5: ("of the council", "in a tower")}
"""Lines of notes by the number of the line of text that the first of them stands beside."""


def _text() -> Iterator[Run]:
    """Yield the lines of the story, set from margin to margin."""
    for number, words in enumerate(textwrap.wrap(_STORY, 70)):
        top = _TOP + _PITCH * number
        yield Run(words, (_LEFT, top, _RIGHT, top + 12), 10)


def _notes(left: float, *, space: float) -> Iterator[Run]:
    """Yield the words of the notes, with so much room between them."""
    for first, lines in _NOTES.items():
        for number, words in enumerate(lines, first):
            x = left
            for word in words.split():
                yield run(word, x, _TOP + _PITCH * number)
                x += 5 * len(word) + space


def _read(runs: Sequence[Run]) -> list[str]:
    return [block.text for block in layout.assemble([PageFacts(1, 612, 792, runs=tuple(runs))], {}).pages[0].blocks]


@pytest.mark.parametrize("space", [2.5, 7.0, 10.5])
@pytest.mark.parametrize("left", [511.0, 40.0])
def test_notes_in_a_margin_are_read_after_the_text(space: float, left: float) -> None:
    read = " ".join(_read([*_text(), *_notes(left, space=space)]))
    notes = " ".join(" ".join(lines) for lines in _NOTES.values())
    assert read in (f"{_STORY} {notes}", f"{notes} {_STORY}")


def test_what_stands_beside_the_first_lines_of_paragraphs_names_them_and_is_no_note() -> None:
    told = ("The council of the town pays for all of this, and has done so for", "as long as anybody can think.")
    text = [run(words, 150, 100 + 40 * n + 12 * k) for n in range(5) for k, words in enumerate(told)]
    names = [run(f"Article {number} is", 40, 100 + 40 * number) for number in range(5)]
    page = layout.assemble([PageFacts(1, 612, 792, runs=(*text, *names))], {}).pages[0]
    (table,) = page.blocks
    assert texts(table.cells) == [[f"Article {number} is", " ".join(told)] for number in range(5)]
