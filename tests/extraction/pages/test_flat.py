"""Letters lower than half a point, which the reader of text layers drops, are put back where they stand."""

from collections.abc import Sequence

import pytest

from moonshelf.extraction.pages.text_layer import flat
from moonshelf.extraction.pages.text_layer.accents import Glyph
from moonshelf.extraction.pages.text_layer.layers import Item, Word

_DASH, _ONE = "\u2013", "\u4e00"
_FLAT = (_DASH, _ONE)


def _item(text: str, left: float) -> Item:
    box = (left, 100.0, left + 5.0 * len(text), 108.0)
    return Item(text, box, size=8.0, words=(Word(text, box),))


def _letters(text: str, left: float) -> list[Glyph]:
    """Return *text* from *left*, five points a letter, with flat letters as high as their ink."""
    tops = [104.0 if letter in _FLAT else 100.0 for letter in text]
    ends = [104.4 if letter in _FLAT else 108.0 for letter in text]
    return [
        Glyph(letter, (left + 5.0 * at + 0.1, tops[at], left + 5.0 * at + 4.9, ends[at]), 8.0)
        for at, letter in enumerate(text)
        if letter.strip()
    ]


def _restored(items: Sequence[Item], shown: str) -> list[str]:
    return [item.text for item in flat.restored(items, lambda: shown, lambda: _letters(shown, 0.0))]


def test_a_minus_before_a_figure_and_a_figure_within_a_word_are_put_back() -> None:
    assert _restored([_item("40 V", 5.0)], f"{_DASH}40 V") == [f"{_DASH}40 V"]
    assert _restored([_item("\u7b2c \u7ae0", 0.0)], f"\u7b2c{_ONE}\u7ae0") == [f"\u7b2c{_ONE}\u7ae0"]


def test_a_dash_far_from_others_is_a_cell_of_its_own() -> None:
    assert _restored([_item("35", 0.0)], f"35        {_DASH}") == ["35", _DASH]


@pytest.mark.parametrize("shown", ["5-7", "57"])
def test_pages_that_lack_none_are_not_looked_at_twice(shown: str) -> None:
    items = [_item(shown, 0.0)]
    assert flat.restored(items, lambda: shown, pytest.fail) is items
