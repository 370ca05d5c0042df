"""What a reader is handed beside the bytes: the limits, a recogniser, and a way to what lies inside."""

from collections.abc import Callable, Sequence
from math import inf
from typing import BinaryIO

import msgspec

from moonshelf.errors import UnsupportedFormat
from moonshelf.extraction.document import Box, Document
from moonshelf.extraction.inclusion import NOTHING_MORE, Include


class Raster(msgspec.Struct, frozen=True):
    """Pixels for the recogniser: 8-bit RGB, rows from the top, no padding: ``len(pixels) == width * height * 3``."""

    width: int
    height: int
    pixels: bytes


LEGIBLE = 0.5
"""How sure a line must be to be taken for what it says: clean print has more than 0.95, scrawl and textures less."""


class Line(msgspec.Struct, frozen=True):
    """A line of text as the recogniser sees it; *box* is in pixels of the raster it was found in."""

    text: str
    box: Box
    confidence: float

    @property
    def legible(self) -> bool:
        """Whether it says anything, and surely enough to be told."""
        return self.confidence >= LEGIBLE and bool(self.text.strip())


Recognise = Callable[[Raster], Sequence[Line]]
"""Find the lines of text in a picture, in reading order, those that cannot be read among them.

Raises ``LimitReached`` where the recogniser gave up.
"""


class Limits(msgspec.Struct, frozen=True):
    """Bounds that every reader keeps by itself; the sandbox enforces memory and time from outside."""

    pages: int = 5_000
    pixels: int = 64_000_000  # of one decoded image
    unpacked_bytes: int = 200 * 2**20  # all members of an archive together
    members: int = 10_000
    depth: int = 2  # archives inside archives
    cells: int = 2_000_000  # of one file, whatever its sheets claim to be


ReadInner = Callable[[str, BinaryIO, "Tools"], Document]
"""Read a file of the given name that was found inside another. Raises only ``ExtractionError``."""


def _nothing_inside(_name: str, _data: BinaryIO, _tools: "Tools") -> Document:
    raise UnsupportedFormat(media_type="attachment")


def _at_leisure() -> None:
    pass


class Tools(msgspec.Struct, frozen=True):
    """What a reader is handed beside the bytes; without *read* it reads nothing that lies inside other files.

    *last* is the last page it will be asked for, None where that is the document's: pages are cheaper read together,
    but whoever retries a single page after a crash must meet that page alone.
    """

    recognise: Recognise
    limits: Limits = msgspec.field(default_factory=Limits)
    read: ReadInner = _nothing_inside
    include: Include = NOTHING_MORE
    until: float = inf  # moment of the monotonic clock at which whoever is still reading is ended, with nothing kept
    last: int | None = None
    before_drawing: Callable[[], None] = _at_leisure  # to be called before a page is drawn to be recognised
