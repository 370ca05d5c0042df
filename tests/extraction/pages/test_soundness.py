"""A text layer is taken as it is where it says what the page shows."""

import pytest

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.pages.hidden.unseen import BENEATH, INVISIBLE
from moonshelf.extraction.pages.soundness import trust
from moonshelf.extraction.pages.text_layer.layers import Item

_LINE = "The committee met on Monday and went through each of the open points. "
_BOX = (72.0, 100.0, 400.0, 112.0)
_SHEET, _HALF = (0.0, 0.0, 612.0, 792.0), (0.0, 0.0, 612.0, 420.0)
_SHIFTED = "".join(chr(ord(letter) + 3) if letter.isalpha() else letter for letter in _LINE.lower())


def _trust(
    *items: tuple[str, str], hidden: str = "", seen: bool = True, pictures: tuple[Box, ...] = ()
) -> float | None:
    told = [Run(text, _BOX, 10, hidden=hidden) for text, _ in items]
    shown = tuple(Run(run.text, _BOX, 10, hidden="" if seen else hidden) for run in told)
    page = PageFacts(1, 612, 792, runs=shown, pictures=pictures)
    return trust([Item(text, _BOX, font=font) for text, font in items], told, page)


@pytest.mark.parametrize(
    "items",
    [
        [(_SHIFTED, "Embedded")],
        [(_LINE * 3, "Times"), (_SHIFTED, "Embedded")],
        [("\x13\x0f\x1c \x05\x08 a sheet whose glyphs have numbers for names", "Embedded")],
    ],
)
def test_a_wrong_map_from_glyphs_to_text_has_no_trust(items: list[tuple[str, str]]) -> None:
    assert _trust(*items) == 0.0


@pytest.mark.parametrize(
    "items",
    [
        [(_LINE, "Times")],
        [(_LINE * 9, "Times"), (_SHIFTED[:40], "Embedded")],
        [("\uf0b7 An item behind a private sign\u00a0and a space that breaks no line", "Symbol")],
        [("HTTP TLS DNS SSH", "Courier")],
    ],
)
def test_a_sound_text_layer_needs_no_recognition(items: list[tuple[str, str]]) -> None:
    assert _trust(*items) is None


def test_text_that_the_picture_of_a_page_is_painted_over_must_be_borne_out() -> None:
    layer = ((_LINE * 9, "Times"), ("HBCU-001", "Stamp"))
    assert _trust(*layer, hidden=BENEATH, pictures=(_SHEET,)) == 0.7
    assert _trust(*layer, pictures=(_SHEET,)) is None, "a background that everything is printed on"


def test_a_picture_with_a_number_stamped_on_it_is_a_scan() -> None:
    assert _trust(("HBCU-001", "Stamp"), pictures=(_SHEET,)) == 0.7
    assert _trust() == 0.7


def test_text_that_nobody_sees_must_be_borne_out() -> None:
    assert _trust((_LINE * 9, "Times"), hidden=INVISIBLE, seen=False) == 0.7


def test_pictures_may_hold_more_than_the_few_words_beside_them() -> None:
    assert _trust((_LINE, "Times"), pictures=(_HALF,)) == 1.0
    assert _trust((_LINE * 9, "Times"), pictures=(_HALF,)) is None
    assert _trust((_LINE, "Times"), pictures=(_SHEET,)) is None
