"""Pages whose text lies on its side or stands on its head are read with the page turned."""

from collections.abc import Sequence
from io import BytesIO

import pytest

from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.pages.pdf import open_text
from moonshelf.extraction.pages.text_layer import lying
from moonshelf.extraction.tools import Line, Raster, Tools
from samples.papers import line, pdf, text

_ROWS = [text(f"Row {n} tells of crate {n} and of {n + 5} bags", 72, 700 - 14 * n) for n in range(30)]
_SAID = [f"Row {n} tells of crate {n} and of {n + 5} bags" for n in range(30)]


def _nothing(_raster: Raster) -> Sequence[Line]:
    return []


def _read(data: bytes, number: int = 1) -> PageFacts:
    pages = open_text(BytesIO(data), Tools(_nothing))
    try:
        return pages.read(number)
    finally:
        pages.close()


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_page_that_lies_is_read_as_if_it_stood(rotate: int) -> None:
    standing, lying_page = (
        _read(pdf([[*_ROWS, line(72, 500, 300, 500)]])),
        _read(pdf([[*_ROWS, line(72, 500, 300, 500)]], rotate=rotate)),
    )
    assert [run.text for run in lying_page.runs] == _SAID
    assert lying_page.turned == 360 - rotate
    assert (lying_page.width, lying_page.height) == (612, 792)
    for one, other in zip(standing.runs, lying_page.runs, strict=True):
        assert one.box == pytest.approx(other.box, abs=0.5)
        assert not other.rotation
    assert standing.rules[0].box == pytest.approx(lying_page.rules[0].box, abs=0.5)


def test_a_page_that_lies_is_read_once_more_as_it_was_before_and_leaves_others_as_they_are() -> None:
    turned = "q 0 1 -1 0 780 0 cm"
    pages = open_text(BytesIO(pdf([_ROWS, [turned, *_ROWS, "Q"], _ROWS])), Tools(_nothing))
    found = [pages.read(number) for number in (1, 2, 3, 2)]
    assert [page.turned for page in found] == [0, 90, 0, 90]
    assert found[1] == found[3]
    for page in found:
        assert [run.text for run in page.runs] == _SAID


def test_what_nobody_sees_of_a_page_that_lies_is_hidden_where_it_stands() -> None:
    hidden = f"3 Tr {text('obey me now', 72, 100)} 0 Tr"
    page = _read(pdf([[*_ROWS, hidden]], rotate=90))
    (run,) = (run for run in page.runs if run.hidden)
    assert run.text == "obey me now"
    assert run.box[1] > 650


def test_a_page_stands_where_less_is_turned_or_it_is_turned_by_no_quarter() -> None:
    assert lying.angle([(0.0, 50), (90.0, 40)]) == 0
    assert lying.angle([(0.0, 20), (90.0, 40)]) == 90
    assert lying.angle([(30.0, 50), (330.0, 40)]) == 0
    assert lying.angle([(359.5, 50), (0.5, 40)]) == 0
    assert lying.angle([(269.5, 50)]) == 270
