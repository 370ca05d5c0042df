"""Orientation: pages that lie on their side or stand on their head, told by how surely they are read each way.

An upright page is read once and costs nothing more. Clean print is recognised with a confidence above 0.97 and
turned print below 0.71; where most lines are taller than wide, the page lies on its side.
"""

from collections.abc import Sequence

from moonshelf.extraction.pages import pixels
from moonshelf.extraction.tools import Line, Raster, Recognise

_SURE = 0.8  # mean confidence of a character
_SURER = 0.1  # another orientation must gain this much, or the page stays as it is
_TALL = 1.5  # times as high as wide
_LEAST = 5  # characters; fewer tell nothing


def read(raster: Raster, recognise: Recognise) -> tuple[int, Raster, Sequence[Line]]:
    """Recognise *raster* the right way up, its lines of text level.

    Returns by how many degrees clockwise it had to be turned, the pixels after that, and their lines.
    """
    upright = pixels.straighten(raster)
    lines = recognise(upright)
    best, degrees = _sureness(lines), 0
    for other in _others(lines):
        turned = pixels.straighten(pixels.turned(raster, other))
        found = recognise(turned)
        if _letters(found) >= _LEAST and _sureness(found) > best + _SURER:
            best, degrees, upright, lines = _sureness(found), other, turned, found
        if degrees and best >= _SURE:
            break
    return degrees, upright, lines


def _others(lines: Sequence[Line]) -> tuple[int, ...]:
    """Return the other orientations that are worth a trial, the likeliest first.

    The recogniser turns tall lines counter-clockwise before it reads them: what it reads well so has to be turned the
    same way as a whole, and what it reads badly the other way.
    """
    if _lying(lines):
        return (270, 90) if _confidence(lines) >= _SURE else (90, 270)
    return (180,) if _letters(lines) and _confidence(lines) < _SURE else ()


def _sureness(lines: Sequence[Line]) -> float:
    """Return the mean confidence of what is legible.

    Less for lines that lie, or a page on its side could be as sure as an upright one.
    """
    return _confidence(lines) - (2 * _SURER if _lying(lines) else 0.0)


def _confidence(lines: Sequence[Line]) -> float:
    return sum(line.confidence * len(line.text) for line in lines if line.legible) / max(1, _letters(lines))


def _lying(lines: Sequence[Line]) -> bool:
    """Say whether most is in lines taller than wide: most letters or, where those are guessed, most of the length."""
    if _confidence(lines) >= _SURE:
        letters = sum(len(line.text) for line in lines if line.legible and len(line.text) > 1 and _tall(line))
        return 2 * letters > _letters(lines)
    return 2 * sum(_length(line) for line in lines if _tall(line)) > sum(map(_length, lines))


def _tall(line: Line) -> bool:
    left, top, right, bottom = line.box
    return bottom - top > _TALL * (right - left)


def _length(line: Line) -> float:
    left, top, right, bottom = line.box
    return max(right - left, bottom - top)


def _letters(lines: Sequence[Line]) -> int:
    return sum(len(line.text) for line in lines if line.legible)
