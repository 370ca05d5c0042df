"""What can be seen in the pixels of a page beside its text: skew, rules, shaded areas and the weight of ink."""

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from moonshelf.extraction.document import Box
from moonshelf.extraction.pages import profile
from moonshelf.extraction.tools import Raster

if TYPE_CHECKING:
    import cv2.typing
    import numpy as np
    from numpy.typing import NDArray

    Picture: TypeAlias = NDArray[np.uint8]

_SKEW_SIDE = 900  # pixels; skew is looked for in a smaller picture
_STEEPEST = 4.0  # degrees; more is a photograph, not a scan that slipped
_STEEP = 0.08  # more than the tangent of that
_GAIN = 1.15  # lines of text must get this much crisper, or the page stays as it is
_DARK = 150  # of 255
_RULE_LENGTH = 0.03  # of the longer side
_RULE_THICKNESS = 0.004  # of the longer side
_SHADE_SIDE = 0.008  # of the longer side; smaller shaded patches are noise
_SOLID = 0.55 * 255  # of a dark area's pixels are dark, at least; the rest is what is written there
_TINTED = 0.75 * 255  # of a shaded area's pixels are neither paper nor ink; in small print half of them, blurred or not
_STRIPE = 3  # pixels high, at least
_BAND = 0.45  # of the ink in the fullest rows
_PAPER = 4  # levels below white that are still paper


def gray(raster: Raster) -> "Picture":
    """Return the brightness of each pixel."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    rgb = np.frombuffer(raster.pixels, np.uint8).reshape(raster.height, raster.width, 3)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)


def straighten(raster: Raster) -> Raster:
    """Turn a scan that slipped by a few degrees so that its lines of text lie level."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    angle = _skew(gray(raster))
    if not angle:
        return raster
    rgb = np.frombuffer(raster.pixels, np.uint8).reshape(raster.height, raster.width, 3)
    turn = cv2.getRotationMatrix2D((raster.width / 2, raster.height / 2), angle, 1.0)
    size = (raster.width, raster.height)
    level = cv2.warpAffine(rgb, turn, size, flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    return Raster(raster.width, raster.height, level.tobytes())


def turned(raster: Raster, degrees: int) -> Raster:
    """Turn *raster* clockwise by a multiple of 90 degrees."""
    import numpy as np  # noqa: PLC0415 heavy

    rgb = np.frombuffer(raster.pixels, np.uint8).reshape(raster.height, raster.width, 3)
    after = np.rot90(rgb, -(degrees // 90))
    return Raster(after.shape[1], after.shape[0], after.tobytes())


def _skew(brightness: "Picture") -> float:
    """Return the angle in degrees that makes the rows of dark pixels crispest; 0 where none does clearly."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    scale = min(1.0, _SKEW_SIDE / max(brightness.shape))
    small = cv2.resize(brightness, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape
    # How much ink is left of each column, row by row: what is in a few columns is the difference of two.
    before = np.cumsum(np.pad(cv2.transpose(cv2.inRange(small, 0, _DARK - 1)) // 255, ((1, 0), (0, 0))), 0, np.uint16)

    def crispness(angle: float) -> float:
        slope = np.tan(np.radians(angle))
        drops = (width * _STEEP - np.arange(width) * slope).astype(np.intp)
        rows = np.zeros(height + int(drops.max()), np.uint16)
        for start, stop in pairwise((0, *(np.flatnonzero(np.diff(drops)) + 1).tolist(), width)):
            rows[drops[start] : drops[start] + height] += before[stop] - before[start]
        return float(np.square(np.diff(np.trim_zeros(rows, "b").astype(np.float64))).sum())

    level = crispness(0.0)
    best = max(np.arange(-_STEEPEST, _STEEPEST + 0.1, 0.25), key=crispness)
    best = max(np.arange(best - 0.25, best + 0.26, 0.05), key=crispness)
    return float(best) if crispness(best) > level * _GAIN else 0.0


def bands(brightness: "Picture") -> list[Box]:
    """Return the dark areas that light words may stand on, in pixels."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    longer = max(brightness.shape)
    ink, side = _ink(brightness), max(3, int(longer * _SHADE_SIDE))
    strokes = _runs(ink, int(longer * _RULE_LENGTH), 1)
    if strokes is None:
        return []
    # Above and below its words, a band is dark from end to end.
    whole = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((2 * side + 1, 1), np.uint8))
    return [box for box in _components(whole) if box[3] - box[1] >= side and _part(ink, box).mean() >= _SOLID]


def rules(brightness: "Picture", dark: Iterable[Box] = ()) -> list[Box]:
    """Return the level and upright strokes that are too long to be letters, in pixels, outside of *dark* areas."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    longer = max(brightness.shape)
    length, thickness = int(longer * _RULE_LENGTH), max(3.0, longer * _RULE_THICKNESS)
    ink = _ink(brightness)
    for box in dark:
        _part(ink, box)[:] = 0
    found: list[Box] = []
    for axis in (1, 0):
        strokes = _runs(ink, length, axis)
        if strokes is None:
            continue
        grown = cv2.dilate(strokes, np.ones((3, 3), np.uint8))  # joins the steps of a stroke that is not quite level
        found += [box for box in _components(grown) if min(box[2] - box[0], box[3] - box[1]) <= thickness]
    return found


def _ink(brightness: "Picture") -> "cv2.typing.MatLike":
    import cv2  # noqa: PLC0415 heavy

    return cv2.inRange(brightness, 0, _DARK - 1)


def _runs(ink: "cv2.typing.MatLike", length: int, axis: int) -> "cv2.typing.MatLike | None":
    """Return what of *ink* lies in unbroken runs of *length* along *axis*; None where nothing does."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    if not 0 < length <= ink.shape[axis]:
        return None  # the picture is too small for strokes that are no letters, in one direction or in all
    upright = np.asarray(cv2.transpose(ink) if axis else ink, np.uint8)
    begins = _windows(np.bitwise_and, np.packbits(upright, axis=1), length)  # eight pixels side by side are a byte
    if not begins.any():
        return None
    runs = _windows(np.bitwise_or, np.pad(begins, ((length - 1, length - 1), (0, 0))), length)
    found = np.unpackbits(runs, axis=1, count=upright.shape[1])
    return cv2.transpose(found) if axis else found


def _windows(both: "np.ufunc", mask: "Picture", length: int) -> "Picture":
    """Return what *both* makes of each *length* pixels down a column, in as many steps as doubling takes."""
    reach = 1
    while reach < length:
        step = min(reach, length - reach)
        mask = both(mask[:-step], mask[step:])
        reach += step
    return mask


def shades(brightness: "Picture") -> list[Box]:
    """Return the evenly shaded areas that are neither paper nor ink, in pixels."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    side = max(3, int(max(brightness.shape) * _SHADE_SIDE))
    paper = level(brightness[::4, ::4], 0.9)
    tint = (_DARK + 1, paper - _PAPER - 1)
    tinted = cv2.inRange(cv2.medianBlur(brightness, 5), *tint)
    if not _banded(tinted, side):
        return []
    long = _runs(tinted, side * 2, 1)
    solid = None if long is None else _runs(long, _STRIPE, 0)
    if solid is None:
        return []
    whole = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((_STRIPE, side * 8), np.uint8))
    large = [box for box in _components(whole) if box[3] - box[1] >= side and box[2] - box[0] >= side]
    return [box for box in large if cv2.inRange(_part(brightness, box), *tint).mean() >= _TINTED]


def _part(picture: "cv2.typing.MatLike", box: Box) -> "cv2.typing.MatLike":
    left, top, right, bottom = map(int, box)
    return picture[top:bottom, left:right]


def _banded(tinted: "cv2.typing.MatLike", side: int) -> bool:
    """Say whether some of *tinted* may be as high and wide as *side*, by a third of its rows; on most pages none is."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    rows = _runs(tinted[::_STRIPE], side * 2, 1)
    if rows is None:
        return False
    few = np.ascontiguousarray(rows[:, ::_STRIPE])
    joined = cv2.morphologyEx(few, cv2.MORPH_CLOSE, np.ones((1, side * 8 // _STRIPE + 1), np.uint8))
    return any(bottom - top >= side // _STRIPE - 2 for _, top, _, bottom in _components(joined))


def level(brightness: "cv2.typing.MatLike", share: float) -> int:
    """Return the level that *share* of the pixels do not exceed."""
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    counts = cv2.calcHist([brightness], [0], None, [256], [0, 256]).ravel().astype(np.int64)
    return int(np.searchsorted(np.cumsum(counts), share * brightness.size))


def _components(mask: "cv2.typing.MatLike") -> list[Box]:
    """Return the bounds of each patch of *mask*, from the top; an outline is found much sooner than an area."""
    import cv2  # noqa: PLC0415 heavy

    outlines, family = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return []
    outer = [outline for outline, (_, _, _, around) in zip(outlines, family[0], strict=True) if around < 0]
    bounds = sorted((y, x, w, h) for x, y, w, h in map(cv2.boundingRect, outer))
    return [(float(x), float(y), float(x + w), float(y + h)) for y, x, w, h in bounds]


def ink(brightness: "Picture", box: Box) -> tuple[float, float]:
    """Return the height of the band in *box* where most ink is, and the width of its strokes, in pixels.

    In lines with small letters the band is as high as an x: what rises above it or hangs below it has less ink, and
    so have the parts of neighbouring lines that reach into the box.
    """
    import cv2  # noqa: PLC0415 heavy
    import numpy as np  # noqa: PLC0415 heavy

    left, top, right, bottom = (max(0, round(edge)) for edge in box)
    crop: cv2.typing.MatLike = brightness[top:bottom, left:right]
    if not crop.size:
        return 0.0, 0.0
    crop = profile.on_light(crop)
    middle = (int(crop.min()) + level(crop, 0.9)) / 2
    dark = np.where(crop < middle, 1, 0).astype(np.uint8)
    density = dark.sum(axis=1)
    band = np.flatnonzero(density > _BAND * np.sort(density)[int(0.9 * density.size)])
    if not band.size:
        return 0.0, 0.0
    edge = int(dark.sum()) - int(cv2.erode(dark, np.ones((3, 3), np.uint8)).sum())
    return float(band[-1] - band[0] + 1), 2.0 * float(dark.sum()) / max(1, edge)
