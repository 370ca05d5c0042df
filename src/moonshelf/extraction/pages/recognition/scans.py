"""Page facts from pixels: what the recogniser reads, at the size and weight that the ink shows."""

import re
from collections.abc import Sequence
from statistics import median

from moonshelf.extraction.document import Box, Origin
from moonshelf.extraction.facts import Fill, PageFacts, Rule, Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.pages import pixels
from moonshelf.extraction.pages.recognition import leftovers, orientation
from moonshelf.extraction.tools import LEGIBLE, Line, Raster, Tools

_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff01-\uff60]")
_SMALL = re.compile("[a-z\u00df-\u00ff\u03b1-\u03c9\u0430-\u044f]")
_TALL = re.compile("[A-Z0-9\u00c0-\u00de\u0391-\u03a9\u0410-\u042f]")
_X_HEIGHT, _CAPITAL, _FULL_HEIGHT = 0.54, 0.73, 0.85
"""How much of the type size the band of most ink fills: in small letters, in capitals and figures, in ideographs."""

_MANY = 2  # times as many small letters as capitals and figures leave the band as high as an x

_SAMPLED = 1009  # pixels: of so many, one is looked at first; a prime, or all might stand in one column

_BOX = 0.78  # of the recogniser's box is the type size at most
_NARROW, _WIDE = re.compile(r"[ijl.,;:'|!()\[\]ftrI ]"), re.compile("[mwMW@%]")
_ADVANCE = {"narrow": 0.32, "other": 0.58, "wide": 0.9, "ideograph": 1.0}  # of the type size
_BOLDER = 1.22  # strokes this much wider than the page's usual ones, at the same size, are bold
_DISC, _RING = "\u2022", "\u25e6"
_BULLET = re.compile(
    "(?:(?P<disc>[\u00b7\u2022\u2219\u25cf])|[\u3002\u25e6\u25cb])\\s*(?=[^\\W\\d_]|[(\\[\u201c\u3010\uff08])"
)
"""A disc or a ring before a word is read without the space behind it, and a ring as the full stop of Chinese, which
begins no line."""

_SURE = (1.1, 0.9, 0.7)
"""How sure a line of no letter, of one and of two must be to be a word. Edges, corners and textures are read so, with
less; clean print has 0.95. More letters are hardly read where there are none."""

_CLEAR, _STRANGE, _FEW = 0.85, 0.8, 10
"""How sure lines are in a script that the recogniser knows, the share of a page's letters that are less sure in one
that it does not know, and how many letters tell. Of pages in Hebrew, Thai, Greek, Bengali and Armenian all letters are
unsure, in the worst handwriting looked at 45 in a hundred, in poor print hardly one."""


def read(number: int, raster: Raster, scale: float, tools: Tools) -> PageFacts:
    """Recognise *raster*, which shows page *number* at *scale* pixels a point.

    A page that lies on its side or stands on its head is turned, its width and height with it. Boxes are those of the
    straightened page; a point at the edge of a scan that slipped by one degree may lie up to
    seven points from where it is displayed.
    """
    width, height = raster.width / scale, raster.height / scale
    if blank(raster):
        return PageFacts(number, width, height, origin=Origin.BLANK)
    turned, level, lines = orientation.read(raster, tools.recognise)
    brightness = pixels.gray(level)
    dark = [
        band for band in pixels.bands(brightness) if any(boxes.holds(band, boxes.middle(line.box)) for line in lines)
    ]
    rules, shades = pixels.rules(brightness, dark), pixels.shades(brightness)
    unread = leftovers.boxes(brightness, (*(line.box for line in lines), *rules, *dark, *shades))
    said, illegible = _told(lines)
    return PageFacts(
        number,
        level.width / scale,
        level.height / scale,
        runs=_runs(said, brightness, scale),
        rules=tuple(Rule(_points(box, scale)) for box in rules),
        fills=tuple(
            Fill(_points(box, scale), shade) for shade, areas in (("404040", dark), ("e0e0e0", shades)) for box in areas
        ),
        origin=Origin.OCR,
        turned=turned,
        unread=tuple(_points(box, scale) for box in unread),
        illegible=_runs(illegible, brightness, scale),
    )


def runs(raster: Raster, scale: float, tools: Tools) -> tuple[Run, ...]:
    """Recognise *raster*, a picture inside a page, as it lies; boxes are in points from its own corner.

    Lines that could not be read are among them, with the confidence that says so.
    """
    return _runs(tools.recognise(raster), pixels.gray(raster), scale)


def blank(raster: Raster) -> bool:
    """Say whether all pixels are the same."""
    some = range(0, len(raster.pixels), 3 * _SAMPLED)
    if any(raster.pixels[at : at + 3] != raster.pixels[:3] for at in some):
        return False  # most pages end here
    return not raster.pixels or raster.pixels == raster.pixels[:3] * (len(raster.pixels) // 3)


def _told(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Part the lines that say something from those that do not: all of a page where no line has a word."""
    least = _CLEAR if _strange(lines) else LEGIBLE
    said, unsaid = list[Line](), list[Line]()
    for line in lines:
        (said if line.legible and line.confidence >= least else unsaid).append(line)
    return (said, unsaid) if any(map(_worded, said)) else ([], list(lines))


def _strange(lines: Sequence[Line]) -> bool:
    """Say whether a page is in a script that the recogniser does not know: it reads letters into it, all unsurely."""
    letters = sum(len(line.text) for line in lines)
    unsure = sum(len(line.text) for line in lines if line.confidence < _CLEAR)
    return letters >= _FEW and unsure > _STRANGE * letters


def _worded(line: Line) -> bool:
    """Say whether *line* has letters or digits: edges in a picture read as dashes, and unsurely as a letter or two."""
    letters = sum(map(str.isalnum, line.text))
    return letters >= len(_SURE) or line.confidence >= _SURE[letters]


def _points(box: Box, scale: float) -> Box:
    return (box[0] / scale, box[1] / scale, box[2] / scale, box[3] / scale)


def _runs(lines: Sequence[Line], brightness: "pixels.Picture", scale: float) -> tuple[Run, ...]:
    if not lines:
        return ()
    measured = [pixels.ink(brightness, line.box) for line in lines]
    sizes = _sizes(lines, [band for band, _ in measured])
    weights = [stroke / max(size, 1.0) for (_, stroke), size in zip(measured, sizes, strict=True)]
    usual = median(weights)
    return tuple(
        Run(
            text=_marked(line.text.strip()),
            box=_points(line.box, scale),
            size=round(size / scale, 1),
            bold=weight > usual * _BOLDER,
            confidence=round(line.confidence, 3),
            origin=Origin.OCR,
        )
        for line, size, weight in zip(lines, sizes, weights, strict=True)
    )


def _marked(text: str) -> str:
    """Part the bullet that *text* begins with from its words."""
    found = _BULLET.match(text)
    return f"{_DISC if found['disc'] else _RING} {text[found.end() :]}" if found else text


def _sizes(lines: Sequence[Line], bands: Sequence[float]) -> list[float]:
    """Return the type size of each line: the middle one of three rough measures, which fail in different lines.

    The band of most ink is as high as an x or as an A; boxes are higher than that by some pixels; a line's width tells
    its size once the page's other lines have told how wide its typeface is, and its box once they have told how much of
    a box they fill.
    """
    by_band = [band / _share(line.text) for line, band in zip(lines, bands, strict=True)]
    by_width = [(line.box[2] - line.box[0]) / _advance(line.text) for line in lines]
    typeface = median(band / max(width, 0.1) for band, width in zip(by_band, by_width, strict=True))
    high = [max(line.box[3] - line.box[1], 1.0) for line in lines]
    filled = min(_BOX, median(band / box for band, box in zip(by_band, high, strict=True)))
    by_box = [filled * box for box in high]
    return [median((band, width * typeface, box)) for band, width, box in zip(by_band, by_width, by_box, strict=True)]


def _share(text: str) -> float:
    """Return how much of the type size the band of most ink in *text* fills."""
    if _IDEOGRAPH.search(text):
        return _FULL_HEIGHT
    small, tall = len(_SMALL.findall(text)), len(_TALL.findall(text))
    return _X_HEIGHT if small > _MANY * tall else _CAPITAL


def _advance(text: str) -> float:
    """Return about how many type sizes *text*, or a letter nobody could read, is wide in a common typeface."""
    if not text:
        return _ADVANCE["other"]
    ideographs, narrow, wide = (len(kind.findall(text)) for kind in (_IDEOGRAPH, _NARROW, _WIDE))
    other = len(text) - ideographs - narrow - wide
    return (
        ideographs * _ADVANCE["ideograph"]
        + narrow * _ADVANCE["narrow"]
        + wide * _ADVANCE["wide"]
        + other * _ADVANCE["other"]
    )
