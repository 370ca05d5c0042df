"""A text layer that lacks many of the words on the page is told, and one that leaves out what says nothing is not."""

import pytest

from moonshelf.extraction.facts import Run
from moonshelf.extraction.pages.text_layer import gaps
from moonshelf.extraction.pages.text_layer.layers import Item, Layer

_WHOLE = "Terms of the insurance and what they cover"


@pytest.mark.parametrize(
    ("kept", "text", "shown", "wide"),
    [
        ("2:", _WHOLE, _WHOLE, True),
        ("Terms of the insurance", _WHOLE, _WHOLE, True),
        (_WHOLE, _WHOLE, _WHOLE, False),
        (_WHOLE, f"{_WHOLE}\r\n{_WHOLE}", f"{_WHOLE}\r\n{_WHOLE}", False),  # printed twice
        (_WHOLE, f"{_WHOLE} {'. ' * 99}12", f"{_WHOLE} {'. ' * 99}12", False),  # dots that lead to a number
        (_WHOLE, f"{_WHOLE} not for those beside the page", _WHOLE, False),
        ("", "", "", False),
    ],
)
def test_words_that_are_lost_are_told_from_what_says_nothing(kept: str, text: str, shown: str, *, wide: bool) -> None:
    items = tuple(Item(word, (0, 0, 9, 9)) for word in kept.split())
    layer = Layer(1, 612, 792, items, (), (), (), ())
    assert gaps.wide(layer, (), lambda: text, lambda: shown) == wide


def test_words_that_are_told_although_the_layer_lacks_them_are_not_lost() -> None:
    beneath = Run(_WHOLE, (0, 0, 99, 9), 9)
    assert not gaps.wide(Layer(1, 612, 792, (), (), (), (), ()), (beneath,), lambda: _WHOLE, lambda: _WHOLE)
