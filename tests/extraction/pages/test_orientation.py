"""Pages are read the right way up, whichever way they were laid on the glass."""

from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw, ImageFont

from moonshelf.extraction.document import Origin
from moonshelf.extraction.pages.recognition import ocr, orientation, scans
from moonshelf.extraction.tools import Line, Raster, Recognise, Tools

_SENTENCES = ["The quick brown fox jumps over", "the lazy dog, many times a day,", "and never tires of doing so."]


@pytest.fixture(scope="module")
def recognise() -> Recognise:
    return ocr.load("fast")


def _page(degrees: float) -> Raster:
    picture = Image.new("RGB", (900, 500), "white")
    for row, words in enumerate(_SENTENCES):
        ImageDraw.Draw(picture).text((60, 80 + 90 * row), words, fill="black", font=ImageFont.load_default(40))
    picture = picture.rotate(-degrees, expand=True, fillcolor="white")
    return Raster(picture.width, picture.height, picture.tobytes())


@pytest.mark.parametrize(("laid", "turned"), [(0, 0), (90, 270), (180, 180), (270, 90), (182, 180), (92, 270)])
def test_a_page_laid_any_way_is_read_upright(recognise: Recognise, laid: int, turned: int) -> None:
    degrees, upright, lines = orientation.read(_page(laid), recognise)
    assert degrees == turned
    assert upright.width > upright.height
    assert [line.text for line in lines] == _SENTENCES


def test_a_turned_pages_facts_are_those_of_the_upright_page(recognise: Recognise) -> None:
    facts = scans.read(1, _page(90), 2.0, Tools(recognise))
    assert (facts.width, facts.height, facts.turned, facts.origin) == (450, 250, 270, Origin.OCR)
    assert all(run.box[2] - run.box[0] > run.box[3] - run.box[1] for run in facts.runs)


def test_an_upright_page_is_read_once() -> None:
    calls: list[Raster] = []

    def sure(raster: Raster) -> Sequence[Line]:
        calls.append(raster)
        return [Line("a line of text", (10, 10, 200, 30), 0.97)]

    orientation.read(_page(0), sure)
    assert len(calls) == 1


def test_lines_that_nobody_can_read_as_they_lie_tell_it_by_their_shape() -> None:
    def read(raster: Raster) -> Sequence[Line]:
        if raster.width > raster.height:
            return [Line("a line of text", (10, 10, 200, 30), 0.97)]
        return [
            Line("", (10, 10, 40, 300), 0.0),
            Line("i", (60, 10, 90, 300), 0.6),
            Line("seen", (10, 320, 60, 340), 0.6),
        ]

    degrees, _, lines = orientation.read(_page(90), read)
    assert (degrees, [line.text for line in lines]) == (90, ["a line of text"])


def test_handwriting_that_no_way_is_sure_of_stays_as_it_is() -> None:
    degrees, _, lines = orientation.read(_page(0), lambda _: [Line("scrawl", (10, 10, 200, 30), 0.6)])
    assert (degrees, [line.text for line in lines]) == (0, ["scrawl"])
