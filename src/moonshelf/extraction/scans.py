"""Page facts from pixels: what the recogniser reads, at the size and weight that the ink shows."""

import re
from collections.abc import Sequence
from statistics import median

from moonshelf.extraction import pixels
from moonshelf.extraction.document import Box, Origin
from moonshelf.extraction.facts import Fill, Line, PageFacts, Raster, Rule, Run, Tools

_ASCENDS = re.compile(r"[A-Z0-9bdfhkltij(){}\[\]/|!?&%$#@'\"]")
_DESCENDS = re.compile(r"[gjpqyQ(){}\[\]/|,;@$]")
_FULL_HEIGHT = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff01-\uff60]")
_X_HEIGHT, _ASCENDER, _DESCENDER, _IDEOGRAPH = 0.53, 0.2, 0.21, 0.92  # of the type size, in common typefaces
_BOLDER = 1.22  # strokes this much wider than the page's usual ones, at the same size, are bold


def read(number: int, raster: Raster, scale: float, tools: Tools) -> PageFacts:
    """Recognise *raster*, which shows page *number* at *scale* pixels a point.

    Boxes are those of the straightened page; a point at the edge of a scan that slipped by one degree may lie up to
    seven points from where it is displayed.
    """
    width, height = raster.width / scale, raster.height / scale
    if blank(raster):
        return PageFacts(number, width, height, origin=Origin.BLANK)
    level = pixels.straighten(raster)
    brightness = pixels.gray(level)
    lines = [line for line in tools.recognise(level) if line.text.strip()]
    if not lines:
        return PageFacts(number, width, height, origin=Origin.BLANK)
    measured = [pixels.ink(brightness, line.box) for line in lines]
    return PageFacts(
        number,
        width,
        height,
        runs=_runs(lines, measured, scale),
        rules=tuple(Rule(_points(box, scale)) for box in pixels.rules(brightness)),
        fills=tuple(Fill(_points(box, scale), "e0e0e0") for box in pixels.shades(brightness)),
        origin=Origin.OCR,
    )


def blank(raster: Raster) -> bool:
    """Say whether all pixels are the same."""
    return not raster.pixels or raster.pixels == raster.pixels[:3] * (len(raster.pixels) // 3)


def _points(box: Box, scale: float) -> Box:
    return (box[0] / scale, box[1] / scale, box[2] / scale, box[3] / scale)


def _runs(lines: Sequence[Line], measured: Sequence[tuple[float, float]], scale: float) -> tuple[Run, ...]:
    sizes = [height / _share(line.text) for line, (height, _) in zip(lines, measured, strict=True)]
    weights = [stroke / max(size, 1.0) for (_, stroke), size in zip(measured, sizes, strict=True)]
    usual = median(weights)
    return tuple(
        Run(
            text=line.text.strip(),
            box=_points(line.box, scale),
            size=round(size / scale, 1),
            bold=weight > usual * _BOLDER,
            confidence=round(line.confidence, 3),
            origin=Origin.OCR,
        )
        for line, size, weight in zip(lines, sizes, weights, strict=True)
    )


def _share(text: str) -> float:
    """Return how much of the type size the ink of *text* fills from top to bottom."""
    if _FULL_HEIGHT.search(text):
        return _IDEOGRAPH
    above = _ASCENDER if _ASCENDS.search(text) else 0.0
    below = _DESCENDER if _DESCENDS.search(text) else 0.0
    return _X_HEIGHT + above + below
