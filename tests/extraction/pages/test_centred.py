"""Figures in the middle of a page are read, which one reader takes for the number of a page."""

from collections.abc import Sequence
from io import BytesIO

import pytest

from moonshelf.extraction.pages.pdf import open_text
from moonshelf.extraction.tools import Line, Raster, Tools
from samples.papers import pdf, text

_PROSE = [text(f"This is line {n} of a page with a sound text layer.", 72, 700 - 14 * n) for n in range(9)]


def _nothing(_raster: Raster) -> Sequence[Line]:
    return []


def _said(*operators: str) -> list[str]:
    pages = open_text(BytesIO(pdf([operators])), Tools(_nothing))
    try:
        return [run.text for run in pages.read(1).runs]
    finally:
        pages.close()


@pytest.mark.parametrize("number", ["7", "12"])
@pytest.mark.parametrize("x", [292, 300, 310])
def test_a_number_between_other_lines_is_read_wherever_it_stands(number: str, x: float) -> None:
    assert _said(*_PROSE, text(number, x, 540), text("Below", 72, 500)).count(number) == 1


def test_a_number_is_read_once_where_others_stand_on_its_line() -> None:
    assert _said(*_PROSE, text("Boxes", 72, 540), text("12", 300, 540), text("Below", 72, 500)).count("12") == 1


def test_the_number_of_the_page_is_none_of_its_words() -> None:
    assert "12" not in _said(*_PROSE, text("12", 300, 30))
    assert "12" not in _said(text("12", 300, 770), *_PROSE)


def test_a_hidden_number_stays_hidden() -> None:
    pages = open_text(
        BytesIO(pdf([[*_PROSE, f"3 Tr {text('12', 300, 540)} 0 Tr", text("Below", 72, 500)]])), Tools(_nothing)
    )
    assert [run.hidden for run in pages.read(1).runs if run.text == "12"] == ["invisible"]
