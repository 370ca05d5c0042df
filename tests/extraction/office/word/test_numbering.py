"""Numbers of list items."""

from moonshelf.extraction.office.word.numbering import Level, Numbering

_LEVELS = {
    0: Level("l", "decimal", "%1."),
    1: Level("l", "lowerLetter", "%1.%2"),
    2: Level("l", "lowerRoman", "%1.%2.%3"),
}


def test_a_level_that_was_skipped_counts_as_used() -> None:
    numbering = Numbering(lambda _number, level: _LEVELS.get(level))
    assert [numbering.marker("1", level) for level in (0, 2, 1, 2)] == ["1.", "1.a.i", "1.b", "1.b.i"]
