"""Numbers of list items."""

import pytest

from moonshelf.extraction.office.word.numbering import Level, Numbering

_LEVELS = {
    0: Level("l", "decimal", "%1."),
    1: Level("l", "lowerLetter", "%1.%2"),
    2: Level("l", "lowerRoman", "%1.%2.%3"),
}


def test_a_level_that_was_skipped_counts_as_used() -> None:
    numbering = Numbering(lambda _number, level: _LEVELS.get(level))
    assert [numbering.marker("1", level) for level in (0, 2, 1, 2)] == ["1.", "1.a.i", "1.b", "1.b.i"]


@pytest.mark.parametrize(("text", "shown"), [("o", "•"), ("\uf0a7", "•"), ("", "•"), ("-", "-"), ("\u2713", "\u2713")])
def test_a_letter_that_stands_for_a_bullet_is_one(text: str, shown: str) -> None:
    assert Numbering(lambda _number, _level: Level("l", "bullet", text)).marker("1", 0) == shown


def test_long_texts_before_items_are_whole_and_longer_ones_say_that_they_are_cut() -> None:
    long = (
        "Article %1, as far as it is binding for both parties and for whoever follows them in their rights and duties:"
    )
    assert Numbering(lambda _number, _level: Level("l", "decimal", long)).marker("1", 0) == long.replace("%1", "1")
    endless = Numbering(lambda _number, _level: Level("l", "decimal", "x" * 1_000))
    assert endless.marker("1", 0) == "x" * 255 + "…"
