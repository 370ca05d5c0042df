"""What a scan shows and nobody could read is among its facts."""

from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from moonshelf.extraction.document import Box, Origin
from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.pages.recognition import scans
from moonshelf.extraction.tools import Line, Raster, Tools

_WORDS = "The quick brown fox jumps over"


def _facts(*lines: Line, drawing: Box | None = None) -> PageFacts:
    picture = Image.new("RGB", (900, 600), "white")
    pen = ImageDraw.Draw(picture)
    pen.text((60, 80), _WORDS, fill="black", font=ImageFont.load_default(40))
    if drawing:
        pen.ellipse(drawing, outline="black", width=5)

    def recognise(_raster: Raster) -> Sequence[Line]:
        return lines

    return scans.read(1, Raster(900, 600, picture.tobytes()), 2.0, Tools(recognise))


_LINE = Line(_WORDS, (60, 80, 660, 125), 0.97)


def test_a_line_that_is_read_leaves_nothing_unread() -> None:
    facts = _facts(_LINE)
    assert [run.text for run in facts.runs] == [_WORDS]
    assert not facts.unread
    assert not facts.illegible


def test_a_line_too_unclear_to_tell_is_kept_apart_with_its_guess() -> None:
    facts = _facts(Line("Tbe qnck", _LINE.box, 0.3), Line("", (60, 300, 200, 330), 0.0))
    assert not facts.runs
    assert [(run.text, run.confidence) for run in facts.illegible] == [("Tbe qnck", 0.3), ("", 0.0)]
    assert facts.illegible[0].box == (30, 40, 330, 62.5)


@pytest.mark.parametrize(("mark", "confidence"), [("_", 0.99), ("\u2014 |", 0.95), ("\u4e00", 0.86), ("99", 0.56)])
def test_a_page_of_marks_alone_says_nothing_and_lists_them(mark: str, confidence: float) -> None:
    facts = _facts(Line(mark, _LINE.box, confidence))
    assert not facts.runs
    assert [(run.text, run.confidence) for run in facts.illegible] == [(mark, confidence)]


@pytest.mark.parametrize(("text", "confidence"), [("7", 0.97), ("\u4e00", 0.97), ("\u0628\u0627", 0.8), ("yes", 0.6)])
def test_a_sure_letter_and_a_legible_word_are_text(text: str, confidence: float) -> None:
    dash = Line("\u2014", (60, 300, 200, 330), 0.9)
    assert [run.text for run in _facts(Line(text, _LINE.box, confidence), dash).runs] == [text, "\u2014"]


def test_what_is_read_into_a_script_that_is_not_known_is_not_told() -> None:
    gibberish = [Line("aCLO CUO AN CU", _LINE.box, 0.74), Line("NL UCUANU CALL", (60, 300, 660, 345), 0.69)]
    name = Line("Yogesh", (60, 400, 200, 445), 0.99)
    facts = _facts(*gibberish, name)
    assert [run.text for run in facts.runs] == ["Yogesh"]
    assert [run.text for run in facts.illegible] == [line.text for line in gibberish]


def test_handwriting_that_is_read_unsurely_here_and_there_is_told() -> None:
    lines = [Line("Master bed room", _LINE.box, 0.74), Line("closet and bath", (60, 300, 660, 345), 0.9)]
    assert [run.text for run in _facts(*lines).runs] == [line.text for line in lines]


def test_ink_that_no_line_covers_is_an_unread_place() -> None:
    (left, top, right, bottom), *others = _facts(_LINE, drawing=(300, 300, 500, 450)).unread
    assert (round(left / 5), round(top / 5), round(right / 5), round(bottom / 5)) == (30, 30, 50, 45)
    assert not others


def test_a_page_of_ink_without_lines_is_not_blank() -> None:
    facts = _facts()
    assert facts.origin is Origin.OCR
    assert facts.unread


def test_a_line_of_words_and_figures_is_as_large_as_one_of_words() -> None:
    texts = [_WORDS, "over the lazy dog once more", "Area 33,250,000 (Feet) 31,500,000"]
    picture = Image.new("RGB", (900, 400), "white")
    font, lines = ImageFont.load_default(40), list[Line]()
    for row, text in enumerate(texts):
        place = (60, 60 + 100 * row)
        ImageDraw.Draw(picture).text(place, text, fill="black", font=font)
        lines.append(Line(text, (60, place[1] - 6, 60 + font.getlength(text), place[1] + 52), 0.97))
    facts = scans.read(1, Raster(900, 400, picture.tobytes()), 2.0, Tools(lambda _: lines))
    assert max(run.size for run in facts.runs) < 1.1 * min(run.size for run in facts.runs)


@pytest.mark.parametrize(
    ("read", "told"),
    [
        ("\u00b7\u7b80\u4ecb\uff08Introduction\uff09", "\u2022 \u7b80\u4ecb\uff08Introduction\uff09"),
        ("\u3002\u5b89\u88c5\uff1a\u8f6f\u4ef6\u3002", "\u25e6 \u5b89\u88c5\uff1a\u8f6f\u4ef6\u3002"),
        ("\u25cfFirst of all", "\u2022 First of all"),
        ("\u00b75 of them", "\u00b75 of them"),
        ("a \u00b7b", "a \u00b7b"),
    ],
)
def test_a_bullet_is_parted_from_its_words(read: str, told: str) -> None:
    assert [run.text for run in _facts(Line(read, _LINE.box, 0.97)).runs] == [told]


def test_a_line_whose_ink_misleads_is_as_large_as_the_others_in_boxes_as_high() -> None:
    picture = Image.new("RGB", (900, 600), "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(40)
    lines = []
    words = "one morn can never warm us", "IN OCTOBER 2020 17% SAID", "summer comes as we saw once"
    for index, drawn in enumerate(words):
        top = 60 + 100 * index
        pen.text((60, top), drawn, fill="black", font=font)
        lines.append(Line(drawn.lower(), (60, top - 15, 60 + font.getlength(drawn), top + 55), 0.97))
    facts = scans.read(1, Raster(900, 600, picture.tobytes()), 1.0, Tools(lambda _raster: lines))
    sizes = [run.size for run in facts.runs]
    assert max(sizes) < 1.25 * min(sizes)


def test_light_words_on_a_dark_band_are_ink_on_a_fill_and_no_rules() -> None:
    picture = Image.new("RGB", (900, 600), "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(40)
    pen.rectangle((40, 60, 860, 140), fill="#1a4f8b")
    pen.text((60, 75), _WORDS, fill="white", font=font)
    pen.text((60, 200), _WORDS, fill="black", font=font)
    lines = [Line(_WORDS, (60, top, 60 + font.getlength(_WORDS), top + 50), 0.97) for top in (72, 197)]
    facts = scans.read(1, Raster(900, 600, picture.tobytes()), 1.0, Tools(lambda _raster: lines))
    assert not facts.rules
    assert [(fill.box, fill.color) for fill in facts.fills] == [((40, 60, 861, 141), "404040")]
    assert facts.runs[0].size == pytest.approx(facts.runs[1].size, rel=0.1)
    assert not facts.runs[0].bold
    assert not facts.unread


def test_a_shade_behind_words_is_a_fill_and_small_print_is_none() -> None:
    picture = Image.new("RGB", (1275, 900), "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(16)
    pen.rectangle((100, 600, 1100, 660), fill="#d8d8d8")
    for top in (*range(60, 500, 20), 608, 630):
        pen.text((100, top), (_WORDS + " a lazy dog; ") * 3, fill="black", font=font)
    blurred = picture.filter(ImageFilter.GaussianBlur(0.7))
    facts = scans.read(1, Raster(1275, 900, blurred.tobytes()), 2.0, Tools(lambda _raster: (_LINE,)))
    assert [fill.box for fill in facts.fills] == [pytest.approx((50, 300, 550, 330), abs=2)]


@pytest.mark.parametrize("side", [1, 16, 33, 40])
def test_a_picture_smaller_than_any_stroke_is_read(side: int) -> None:
    dark = Raster(side, side, b"\0" * (3 * side * side))
    assert not scans.read(1, dark, 1.0, Tools(lambda _raster: ())).runs
