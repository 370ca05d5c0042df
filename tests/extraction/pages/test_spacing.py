"""Recognised lines get the spaces that their pictures show, and no others."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from moonshelf.extraction.pages.recognition.spacing import spaced
from moonshelf.extraction.pages.recognition.transcripts import Transcript

_SIZE = 36  # pixels


def _drawn(words: str, *, spaced_by: float = 0.0) -> tuple[NDArray[np.uint8], list[float]]:
    """Draw *words* and return the picture of the line, and where each letter stands in it."""
    font = ImageFont.load_default(_SIZE)
    image = Image.new("RGB", (int(font.getlength(words) + spaced_by * len(words)) + 20, 48), "white")
    left, lefts = 10.0, []
    for letter in words:
        lefts.append(left + 2)
        ImageDraw.Draw(image).text((left, 2), letter, fill="black", font=font)
        left += font.getlength(letter) + spaced_by
    return np.asarray(image, np.uint8), [one / image.width for one in lefts]


def _read(drawn: str, read: str, *, spaced_by: float = 0.0) -> str:
    """Return *read*, which is *drawn* but for some spaces, with those spaces that the picture shows."""
    picture, places = _drawn(drawn, spaced_by=spaced_by)
    kept, rest = [], read
    for letter, place in zip(drawn, places, strict=True):
        if rest.startswith(letter):
            kept.append(place)
            rest = rest[1:]
    assert not rest
    return spaced(Transcript(tuple(read), (1.0,) * len(read), tuple(kept)), picture)


@pytest.mark.parametrize(
    ("drawn", "read"),
    [
        ("A class is its Base Model here", "A class is its BaseModel here"),
        ("Base Model", "BaseModel"),
        ("years 2004 2005 2006", "years 200420052006"),
        ("by hand, and by eye", "by hand,and by eye"),
        ("16 (7%) Government", "16(7%)Government"),
    ],
)
def test_a_gap_between_words_is_a_space(drawn: str, read: str) -> None:
    assert _read(drawn, read) == drawn


@pytest.mark.parametrize("drawn", ["\u2022 Recipes", "Recipes ....."])
def test_a_gap_beside_an_unread_bullet_or_dots_parts_no_word(drawn: str) -> None:
    picture, places = _drawn(drawn)
    first = drawn.index("R")
    assert spaced(Transcript(tuple("Recipes"), (1.0,) * 7, tuple(places[first : first + 7])), picture) == "Recipes"


@pytest.mark.parametrize("text", ["infringement is illegal", "illicit", "3.14159", "WAVE TAXI", "a", "", " "])
def test_letters_that_stand_close_stay_together(text: str) -> None:
    assert _read(text, text) == text


def test_light_letters_on_dark_are_parted_as_dark_ones_on_light() -> None:
    picture, places = _drawn("Mitosis (begins with a cell)")
    read = "Mitosis(begins with a cell)"
    light = Transcript(tuple(read), (1.0,) * len(read), (*places[:7], *places[8:]))
    assert spaced(light, 255 - picture) == "Mitosis (begins with a cell)"


def test_spaced_letters_are_one_word() -> None:
    assert _read("CONTENTS", "CONTENTS", spaced_by=18) == "CONTENTS"


def test_ideographs_are_not_parted() -> None:
    picture, places = _drawn("ab cd")
    read = Transcript(("\u6587", "\u4ef6", "\u6863", "\u6848"), (1.0,) * 4, (places[0], places[1], *places[3:]))
    assert spaced(read, picture) == "\u6587\u4ef6\u6863\u6848"


def test_marks_as_wide_as_ideographs_have_no_space_beside_them() -> None:
    read = "\u7684\u4e66\uff0c \u5efa\u8bae \uff08a b\uff09 \u3002"
    blank = np.full((48, 400, 3), 255, np.uint8)
    places = tuple(index / len(read) for index in range(len(read)))
    told = spaced(Transcript(tuple(read), (1.0,) * len(read), places), blank)
    assert told == "\u7684\u4e66\uff0c\u5efa\u8bae\uff08a b\uff09\u3002"


def test_a_line_without_ink_is_what_was_read() -> None:
    white = np.full((48, 200, 3), 255, np.uint8)
    assert spaced(Transcript(("a", "b"), (1.0, 1.0), (0.2, 0.4)), white) == "ab"
