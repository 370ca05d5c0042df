"""Lam and alef that are drawn as one letter are in the order in which they are read, and the article stays as it is."""

import pytest

from moonshelf.extraction.document import Box
from moonshelf.extraction.pages.text_layer import lam_alef
from moonshelf.extraction.pages.text_layer.layers import Item, Word

_WIDE = 10


def _item(*words: str) -> Item:
    """Return a line whose letters are ten points wide, its first word at the right."""
    placed, right = list[Word](), 500
    for word in words:
        placed.append(Word(word, (right - _WIDE * len(word), 100, right, 112)))
        right -= _WIDE * (len(word) + 1)
    return Item(" ".join(words), (right, 100, 500, 112), words=tuple(placed))


def _letter(word: Word, number: int) -> Box:
    right = word.box[2] - _WIDE * number
    return (right - 2 * _WIDE, 100, right, 112)


@pytest.mark.parametrize(
    ("read", "drawn", "right"),
    [
        ("\u0627\u0623\u0644\u0639\u0636\u0627\u0621", [1], "\u0627\u0644\u0623\u0639\u0636\u0627\u0621"),  # members
        ("\u0648\u0627\u0644", [1], "\u0648\u0644\u0627"),  # and not
        ("\u0627\u0644\u0645\u0627\u0644", [3], "\u0627\u0644\u0645\u0644\u0627"),  # the second of two
        ("\u0627\u0644\u0645\u0627\u0644", [], "\u0627\u0644\u0645\u0627\u0644"),  # the money: none is drawn as one
    ],
)
def test_pairs_are_turned_where_they_are_drawn_as_one(read: str, drawn: list[int], right: str) -> None:
    item = _item("\u0627\u0644\u0645\u062f\u064a\u0646\u0629", read)
    (mended,) = lam_alef.mended([item], lambda: [_letter(item.words[1], number) for number in drawn])
    assert [word.text for word in mended.words] == [item.words[0].text, right]
    assert mended.text == f"{item.words[0].text} {right}"


def test_a_page_without_such_letters_is_not_looked_at() -> None:
    items = [_item("the", "city"), _item("\u0641\u064a")]
    assert lam_alef.mended(items, lambda: pytest.fail("looked at")) == items
