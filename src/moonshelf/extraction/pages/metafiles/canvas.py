"""Where words of a drawing stand: what Windows knows while it draws, and the runs that it sets."""

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from statistics import median
from typing import ClassVar

import msgspec

from moonshelf.errors import LimitReached
from moonshelf.extraction.document import Box, Origin
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.notation import symbol_fonts
from moonshelf.extraction.notation.charsets import CHARSETS

_MOST = 4_000  # texts of one drawing; a sheet of paper full of small print has some thousands
_RIGHT, _CENTRE, _BOTTOM, _BASELINE = 2, 6, 8, 24  # ways to align text ([MS-WMF] 2.1.2.3)
_GO_ON = 1  # text is set where the last one ended
_ASCENT, _CELL, _ADVANCE = 0.8, 0.87, 0.5  # of the type size: above the baseline; of a line's height; of a letter
_SHADOWS = 8  # of the same texts, the last ones: shadows are drawn just before or after
_SIGNS = 2  # the charset of fonts that have other shapes
_BOLD = 600
_SMALLEST, _FARTHEST = 1e-3, 1e5  # pixels
_UNSIZED = 10.0  # points of most words in a drawing that does not say how large it is
_MILLIMETRES = {2: 0.1, 3: 0.01, 4: 0.254, 5: 0.0254, 6: 25.4 / 1440}  # of a unit, by its way to map them
_SCALED = (7, 8)  # the ways in which windows are stretched to viewports
_CONTROLS = re.compile(r"[\0-\x1f\x7f]+")
_WIDE = ("W", "F")

Matrix = tuple[float, float, float, float, float, float]
Pair = tuple[float, float]


class Font(msgspec.Struct, frozen=True):
    """A font as a drawing asks for it: ``height`` is its size in the drawing's units, ``slope`` is in degrees."""

    height: float = 12.0
    name: str = ""
    bold: bool = False
    italic: bool = False
    charset: int = 1
    slope: float = 0.0

    @classmethod
    def asked(cls, height: int, weight: int, charset: int, name: str, *, italic: bool, turned: int) -> "Font":
        """Return the font of a LOGFONT: a positive *height* is a line's, *turned* is in tenths of a degree."""
        size = abs(height) * (_CELL if height > 0 else 1.0) or cls.height
        return cls(size, name.split("\0", maxsplit=1)[0], weight >= _BOLD, italic, charset, -turned / 10)

    def text(self, content: bytes) -> str:
        """Return the characters that *content* is, one byte or two each."""
        if self.charset == _SIGNS or symbol_fonts.draws(self.name):
            return content.decode("latin-1")
        return content.decode(CHARSETS.get(self.charset, "cp1252"), "replace")

    def shown(self, text: str) -> str:
        """Return what the font shows for *text*."""
        if symbol_fonts.draws(self.name):
            return "".join([symbol_fonts.character(ord(one), self.name) or one for one in text])
        return symbol_fonts.shown(text, self.name)


class Context(msgspec.Struct):
    """What holds for whatever is drawn next; drawings keep it aside, and take it up again."""

    font: Font = Font()
    align: int = 0
    at: Pair = (0.0, 0.0)
    mapping: int = 1
    window: Pair = (0.0, 0.0)
    window_size: Pair = (1.0, 1.0)
    viewport: Pair = (0.0, 0.0)
    viewport_size: Pair = (1.0, 1.0)
    world: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

    plain: ClassVar[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

    def scale(self, density: float) -> Pair:
        """Return how many of the device's pixels a unit takes across and down, where it has *density* a millimetre."""
        if self.mapping in _MILLIMETRES:
            unit = _MILLIMETRES[self.mapping] * density
            return unit, -unit
        if self.mapping not in _SCALED:
            return 1.0, 1.0
        (across, down), (wide, high) = self.viewport_size, self.window_size
        return across / wide if wide and across else 1.0, down / high if high and down else 1.0


class Canvas:
    """The words of one drawing as they are set, in the device's pixels."""

    def __init__(self, density: float) -> None:
        """Take the pixels of a millimetre."""
        self.now = Context()
        self.objects: dict[int, Font | None] = {}
        self.free: list[int] = []  # places of objects that were deleted, a heap
        self._density = density
        self._kept: list[Context] = []
        self._runs: list[Run] = []
        self._same: dict[str, list[Box]] = {}  # where each text stands

    def keep(self) -> None:
        """Put aside what holds now."""
        if len(self._kept) < _MOST:
            self._kept.append(msgspec.structs.replace(self.now))

    def restore(self, back: int) -> None:
        """Take up what was put aside: the last one is -1, the first one 1."""
        place = back if back < 0 else back - 1
        if self._kept and -len(self._kept) <= place < len(self._kept):
            self.now = self._kept[place]
            del self._kept[place:]

    def select(self, number: int) -> None:
        """Take up an object, if it is a font."""
        self.now.font = self.objects.get(number) or self.now.font

    def write(self, text: str, at: Pair, advances: Sequence[float] = ()) -> None:
        """Set *text*, whose characters have these *advances*, at a place in the drawing's units."""
        now = self.now
        advances = advances if len(advances) >= len(text) else [_advance(one) * now.font.height for one in text]
        x, y = now.at if now.align & _GO_ON else at
        width = sum(advances[: len(text)])
        if now.align & _GO_ON:
            now.at = x + width, y
        text = _CONTROLS.sub(" ", now.font.shown(text))
        if not (words := text.strip()):
            return
        before = len(text) - len(text.lstrip())
        ahead, inner = sum(advances[:before]), sum(advances[before : before + len(words)])
        side = now.align & _CENTRE
        start = ahead - (width / 2 if side == _CENTRE else width if side == _RIGHT else 0.0)
        self._put(words, (x, y), start, inner)

    def _put(self, words: str, at: Pair, start: float, width: float) -> None:
        if len(self._runs) >= _MOST:
            raise LimitReached("the drawing holds too many texts")
        now = self.now
        across, down, x, y, turned = self._device(at)
        size, height = now.font.height * down, now.align & _BASELINE
        top = y - size * (_ASCENT if height == _BASELINE else 1.0 if height == _BOTTOM else 0.0)
        left, right = sorted((x + start * across, x + (start + width) * across))
        box = _turned((left, top, right, top + size), (x, y), turned)
        if not _SMALLEST < size < _FARTHEST or not all(-_FARTHEST < edge < _FARTHEST for edge in box):
            return  # no number, or one that is nowhere
        others = self._same.setdefault(words, [])
        if any(_is_shadow(box, other, size) for other in others[-_SHADOWS:]):
            return
        others.append(box)
        font = now.font
        self._runs.append(Run(words, box, size, font.name, bold=font.bold, italic=font.italic, rotation=turned))

    def _device(self, at: Pair) -> tuple[float, float, float, float, float]:
        """Return what a unit takes across and down, where *at* is, and by how much text is turned, on the device."""
        a, b, c, d, e, f = self.now.world
        wide, high = self.now.scale(self._density)
        (left, top), (x0, y0) = self.now.window, self.now.viewport
        x, y = at[0] * a + at[1] * c + e, at[0] * b + at[1] * d + f
        turned = self.now.font.slope + math.degrees(math.atan2(b * abs(high), a * abs(wide)))
        if a < 0 and d < 0 and not b and not c:
            turned -= 180.0  # a drawing that is mirrored both ways has its letters upright again, as the device has
        across, down = math.hypot(a * wide, b * high), math.hypot(c * wide, d * high)
        return across, down, (x - left) * wide + x0, (y - top) * high + y0, turned % 360

    def page(self, number: int, frame: Box | None, scale: float) -> PageFacts:
        """Return the page that was drawn, at *scale* points a pixel; 0 where that is not told.

        What is outside the *frame*, in pixels, is not seen; one of no size is around all there is.
        """
        runs = self._runs
        if not runs:
            return PageFacts(number, 0, 0, origin=Origin.BLANK)
        scale = scale or _UNSIZED / median([run.size for run in runs])
        left, top, right, bottom = frame or _around([run.box for run in runs])
        placed = []
        for run in runs:
            box = (
                (run.box[0] - left) * scale,
                (run.box[1] - top) * scale,
                (run.box[2] - left) * scale,
                (run.box[3] - top) * scale,
            )
            x, y = (run.box[0] + run.box[2]) / 2, (run.box[1] + run.box[3]) / 2
            seen = left - run.size <= x <= right + run.size and top - run.size <= y <= bottom + run.size
            hidden = "" if seen else "off-page"
            placed.append(msgspec.structs.replace(run, box=box, size=run.size * scale, hidden=hidden))
        return PageFacts(number, (right - left) * scale, (bottom - top) * scale, runs=tuple(placed))


Act = Callable[[Canvas, bytes], None]
"""What a record does."""


def stating(field: str, value: Callable[[bytes], object]) -> Act:
    """Return what a record does that says the *value* of a field of the context."""

    def state(canvas: Canvas, record: bytes) -> None:
        setattr(canvas.now, field, value(record))

    return state


def _advance(character: str) -> float:
    return 1.0 if unicodedata.east_asian_width(character) in _WIDE else _ADVANCE


def _is_shadow(box: Box, other: Box, size: float) -> bool:
    """Tell whether one text is the other again, a trifle aside: its shadow, or its outline."""
    return abs(box[0] - other[0]) < size / 2 and abs(box[1] - other[1]) < size / 2


def _turned(box: Box, around: Pair, degrees: float) -> Box:
    if not degrees:
        return box
    (x, y), angle = around, math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    corners = [
        (x + (a - x) * cos - (b - y) * sin, y + (a - x) * sin + (b - y) * cos) for a in box[::2] for b in box[1::2]
    ]
    return _around([(a, b, a, b) for a, b in corners])


def _around(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
