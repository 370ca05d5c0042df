"""The recogniser reads pixels, from models that are there already."""

import os
import socket
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from moonshelf.extraction.pages.recognition import ocr, scans
from moonshelf.extraction.tools import Raster, Recognise, Tools
from samples import sights

_SENTENCES = ["The quick brown fox jumps over", "the lazy dog, 1,234 times a day."]


@pytest.fixture(scope="module")
def recognise() -> Recognise:
    return ocr.load("accurate")


def _page(lines: list[str], tilt: float = 0.0) -> Raster:
    picture = Image.new("RGB", (900, 400), "white")
    for row, words in enumerate(lines):
        ImageDraw.Draw(picture).text((60, 80 + 90 * row), words, fill="black", font=ImageFont.load_default(40))
    picture = picture.rotate(tilt, fillcolor="white")
    return Raster(picture.width, picture.height, picture.tobytes())


def test_lines_are_read_with_their_spaces_and_in_order(recognise: Recognise) -> None:
    assert [line.text for line in recognise(_page(_SENTENCES))] == _SENTENCES


def test_boxes_lie_around_the_words_in_pixels(recognise: Recognise) -> None:
    first, second = recognise(_page(_SENTENCES))
    assert first.box[0] == pytest.approx(60, abs=12)
    assert 70 < first.box[1] < first.box[3] < second.box[1] + 25
    assert first.box[2] < 900
    assert 0.8 < first.confidence <= 1


def test_boxes_of_slanted_lines_do_not_reach_into_their_neighbours(recognise: Recognise) -> None:
    for line in recognise(_page(_SENTENCES, tilt=2)):
        assert line.box[3] - line.box[1] < 75


def test_what_is_read_does_not_depend_on_the_number_of_cores(
    recognise: Recognise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    assert ocr.load("accurate")(_page(_SENTENCES)) == recognise(_page(_SENTENCES))


def test_white_paper_holds_no_lines(recognise: Recognise) -> None:
    assert not recognise(_page([]))


def _landscape() -> Image.Image:
    """Draw hills, a sun and trees, as soft as a photo."""
    sky = [Image.linear_gradient("L").resize((480, 320)), Image.radial_gradient("L").resize((480, 320))]
    picture = Image.merge("RGB", [*sky, Image.new("L", (480, 320), 90)])
    pen = ImageDraw.Draw(picture)
    pen.polygon([(0, 320), (0, 200), (120, 110), (230, 210), (340, 130), (480, 240), (480, 320)], fill=(60, 80, 60))
    pen.ellipse((350, 30, 410, 90), fill=(250, 240, 180))
    for x in range(20, 460, 37):
        pen.rectangle((x, 250, x + 4, 300), fill=(70, 50, 30))
        pen.ellipse((x - 14, 215, x + 18, 265), fill=(30, 90, 40))
    return picture.filter(ImageFilter.GaussianBlur(1.5))


_TEXTLESS = {
    "plain colours": sights.quarters(400, 400),
    "plain colours, wide": sights.quarters(640, 480),
    "black above white": Image.new("L", (300, 100), 0).crop((0, -100, 300, 100)),
    "gradient": Image.radial_gradient("L").resize((480, 320)),
    "noise": Image.effect_noise((480, 320), 90),
    "landscape": _landscape(),
}


@pytest.mark.parametrize("name", _TEXTLESS)
def test_a_picture_without_text_has_none(recognise: Recognise, name: str) -> None:
    picture = _TEXTLESS[name].convert("RGB")
    facts = scans.read(1, Raster(*picture.size, picture.tobytes()), 1.0, Tools(recognise))
    assert not facts.runs


def test_loading_opens_no_connection_and_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import rapidocr  # noqa: PLC0415 heavy

    def refuse(*_: object) -> None:
        pytest.fail("the recogniser asked for the network")

    models = Path(rapidocr.__file__).parent / "models"
    before = {path.name: path.stat().st_mtime_ns for path in models.iterdir()}
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert ocr.load("fast")(_page(_SENTENCES[:1]))[0].text == _SENTENCES[0]
    assert {path.name: path.stat().st_mtime_ns for path in models.iterdir()} == before


def test_small_print_that_is_read_unsurely_is_looked_at_once_more() -> None:
    """Narrowed as lines are read first, this one holds more letters than the model can say."""
    words = "The standing of the father is further illustrated by his capacity to enroll them in a private school."
    picture = Image.new("RGB", (2000, 300), "white")
    ImageDraw.Draw(picture).text((40, 120), words, fill="black", font=ImageFont.load_default(40))
    narrow = picture.resize((1000, 300), Image.Resampling.LANCZOS)
    (line,) = ocr.load("fast")(Raster(1000, 300, narrow.tobytes()))
    assert line.text == words
    assert line.confidence > 0.95
