"""Pictures with text inside digital pages are read, and the page says it is of both."""

from collections.abc import Sequence
from io import BytesIO

import pytest

from moonshelf.errors import LimitReached
from moonshelf.extraction.document import Origin
from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.pages.pdf import open_text
from moonshelf.extraction.tools import Line, Raster, Tools
from samples.papers import pdf, text

_PROSE = [
    text(f"This is line {number} of a page with a sound text layer.", 72, 700 - 14 * number) for number in range(9)
]


def _picture(x: int, y: int, width: int = 200, height: int = 100) -> str:
    return f"q {width} 0 0 {height} {x} {y} cm BI /W 2 /H 1 /CS /G /BPC 8 /F /AHx ID 00ff> EI Q"


def _read(tools: Tools, *operators: str) -> PageFacts:
    pages = open_text(BytesIO(pdf([[*_PROSE, *operators]])), tools)
    try:
        return pages.read(1)
    finally:
        pages.close()


def _reads(words: str, confidence: float = 0.95) -> Tools:
    return Tools(lambda raster: [Line(words, (0, 0, raster.width / 2, raster.height / 2), confidence)])


def test_a_picture_of_words_is_read_where_it_stands() -> None:
    page = _read(_reads("STOP"), _picture(100, 300))
    (run,) = (run for run in page.runs if run.origin is Origin.OCR)
    assert (run.text, page.origin) == ("STOP", Origin.BOTH)
    assert run.box == pytest.approx((100, 392, 200, 442), abs=1)


def test_a_picture_in_which_nothing_is_surely_read_is_noted_as_unread() -> None:
    page = _read(_reads("lll", 0.7), _picture(100, 300))
    assert page.origin is Origin.TEXT
    assert page.unread[0] == pytest.approx((100, 392, 300, 492), abs=1)


def test_lines_of_a_picture_that_are_not_sure_enough_are_unread_places() -> None:
    def look(raster: Raster) -> Sequence[Line]:
        half = raster.width / 2, raster.height / 2
        return [Line("STOP", (0, 0, *half), 0.95), Line("lll", (*half, raster.width, raster.height), 0.4)]

    page = _read(Tools(look), _picture(100, 300))
    assert [run.text for run in page.runs if run.origin is Origin.OCR] == ["STOP"]
    assert page.unread[0] == pytest.approx((200, 442, 300, 492), abs=1)


def test_ornaments_and_backgrounds_of_text_are_not_looked_at() -> None:
    def refuse(_raster: Raster) -> Sequence[Line]:
        pytest.fail("it was looked at")

    background = _picture(60, 560, 400, 200)
    assert _read(Tools(refuse), _picture(300, 300, 20, 20)).origin is Origin.TEXT
    data = pdf([[background, *_PROSE]])
    pages = open_text(BytesIO(data), Tools(refuse))
    assert pages.read(1).origin is Origin.TEXT


def test_at_most_three_pictures_of_a_page_are_looked_at() -> None:
    seen: list[Raster] = []

    def look(raster: Raster) -> Sequence[Line]:
        seen.append(raster)
        return []

    _read(Tools(look), *(_picture(50 + 110 * (n % 5), 40 + 70 * (n // 5), 100, 60) for n in range(10)))
    assert len(seen) == 3


def test_a_recogniser_that_gives_up_costs_its_picture_alone() -> None:
    def give_up(_raster: Raster) -> Sequence[Line]:
        raise LimitReached("a picture in it took too long")

    page = _read(Tools(give_up), _picture(100, 300))
    assert len(page.runs) == len(_PROSE)
    assert "took too long" in page.failure
