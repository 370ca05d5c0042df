"""Bold print is told by its ink where the font has no name."""

from collections.abc import Sequence

from msgspec.structs import replace
from PIL import Image, ImageDraw, ImageFont

from moonshelf.extraction.facts import Run
from moonshelf.extraction.pages.text_layer import weights
from moonshelf.extraction.tools import Raster

_TEXT = "Ordinary words in print"


def _page(lines: Sequence[tuple[str, int]], ground: str = "white") -> tuple[list[Run], Raster]:
    """Draw *lines*, each of them so many pixels bolder than the font is, and return them as runs without a font."""
    image = Image.new("RGB", (400, 30 * len(lines) + 20), ground)
    draw, font, runs = ImageDraw.Draw(image), ImageFont.load_default(16), []
    for row, (text, bolder) in enumerate(lines):
        place = (20, 10 + 30 * row)
        draw.text(place, text, "black", font, stroke_width=bolder)
        left, top, right, bottom = draw.textbbox(place, text, font)
        runs.append(Run(text, (float(left), float(top), float(right), float(bottom)), 16))
    return runs, Raster(image.width, image.height, image.tobytes())


def _bold(lines: Sequence[tuple[str, int]], *, font: str = "", ground: str = "white") -> list[bool]:
    runs, raster = _page(lines, ground)
    return [run.bold for run in weights.weighed([replace(run, font=font) for run in runs], lambda: (raster, 1.0))]


def test_wider_strokes_are_bold() -> None:
    assert _bold([(_TEXT, 0), ("Heading", 1), (_TEXT, 0), (_TEXT, 0)]) == [False, True, False, False]


def test_a_font_that_has_a_name_is_believed() -> None:
    assert not any(_bold([(_TEXT, 0), ("Heading", 1), (_TEXT, 0)], font="Serif-Regular"))


def test_signs_and_words_on_a_ground_are_not_weighed() -> None:
    assert not any(_bold([(_TEXT, 0), ("\u25a0 2016 \u25a0 2017", 1), (_TEXT, 0)]))
    assert not any(_bold([(_TEXT, 0), ("Heading", 1), (_TEXT, 0)], ground="#dddddd"))
