"""What a font tells as letters of scripts that nobody writes side by side is recognised instead."""

import pytest

from extraction.tools import TOOLS
from moonshelf.extraction.document import Origin
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.pages import noise, regions
from moonshelf.extraction.tools import Raster

_NOISE = "\u0102\ubeae\u02de\u054a\u029a\ubeed"


def _run(text: str, x: float, font: str = "STHeiti") -> Run:
    return Run(text, (x, 100, x + 10 * len(text), 110), 10, font)


def test_a_font_that_mixes_scripts_in_a_word_is_noise_and_its_ascii_is_not() -> None:
    runs = [_run(_NOISE, 72), _run("8", 140), _run("\u672c\u8bd5\u5377", 200, "Song"), _run("\ubeaf", 260)]
    assert [run.text for run in noise.found(runs)] == [_NOISE, "\ubeaf"]


@pytest.mark.parametrize(
    "text",
    [
        "\u7b2c\u03b1\u30ab\u306a\uff21",  # Chinese, Greek, Japanese and wide letters
        "\u02c8k\u02b0\u00e6\u0303t",  # phonetics
        "\u00e9 \u0434\u0430 \u05db\u05df \u0646\u0639\u0645 \ub124",  # a list of words in many scripts
        "\uf0b7\uf0a7\u2022\u2713",
    ],
)
def test_what_people_write_side_by_side_is_no_noise(text: str) -> None:
    assert not noise.found([_run(text, 72)])


def test_a_line_that_is_recognised_stands_in_place_of_all_that_it_covers() -> None:
    noisy, figure, other = _run(_NOISE, 72), _run("8", 140), _run("sound", 300, "Song")
    page = PageFacts(1, 612, 792, runs=(noisy, figure, other))
    seen = PageFacts(1, 612, 792, runs=(_run("as it is seen", 72, ""), _run("sound", 300, "")))
    told = noise.replaced(page, noise.found(page.runs), seen)
    assert [run.text for run in told.runs] == ["sound", "as it is seen"]
    assert told.origin is Origin.BOTH


def test_noise_stays_where_nothing_is_recognised_and_its_place_counts_as_unread() -> None:
    noisy, other = _run(_NOISE, 72), _run("sound", 300, "Song")
    told = noise.replaced(PageFacts(1, 612, 792, runs=(noisy, other)), [noisy], PageFacts(1, 612, 792))
    assert told == PageFacts(1, 612, 792, runs=(noisy, other), unread=(noisy.box,))


def test_places_unread_before_pictures_are_looked_at_stay_so() -> None:
    page = PageFacts(1, 612, 792, pictures=((0, 200, 300, 500),), unread=((72, 100, 132, 110),))
    told = regions.added(page, lambda _: (Raster(1, 1, b"\xff\xff\xff"), 1.0), TOOLS)
    assert told.unread[0] == (72, 100, 132, 110)
