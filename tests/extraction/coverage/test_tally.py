"""Words are counted alike in short and long texts."""

import pytest

from moonshelf.extraction.coverage import tally


@pytest.mark.parametrize("word", ["a", "word", "longer-word"])
@pytest.mark.parametrize("space", [" ", "\n\n   ", "\u3000"])
def test_a_text_of_many_pieces_has_as_many_words(word: str, space: str) -> None:
    text = (word + space) * 500_000
    assert tally.words(text) == 500_000 == len(text.split())
    assert tally.words("") == tally.words("  ") == 0
