"""Page facts: what stands where on a page, before anybody decides what it means.

A text layer and a recogniser of scanned pixels yield the same facts, so ``layout`` treats both alike. Facts of a
page depend on that page alone: slices of any size give the same ones.
"""

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import BinaryIO, Protocol

import msgspec

from moonshelf.errors import UnsupportedFormat
from moonshelf.extraction.document import Box, Document, Origin
from moonshelf.extraction.inclusion import NOTHING_MORE, Include


class Run(msgspec.Struct, frozen=True, gc=False):
    """Characters set together in one font on one line; usually a word, at most a line.

    ``size`` is in points, ``rotation`` in degrees clockwise, ``color`` is ``rrggbb``. ``confidence`` is 1.0 for a
    text layer and the recogniser's own estimate for OCR.
    """

    text: str
    box: Box
    size: float
    font: str = ""
    bold: bool = False
    italic: bool = False
    monospace: bool = False
    color: str = "000000"
    rotation: float = 0.0
    confidence: float = 1.0
    origin: Origin = Origin.TEXT
    hidden: str = ""  # why a person would not see it: "invisible", "off-page", "tiny", ...


class Rule(msgspec.Struct, frozen=True, gc=False):
    """A straight stroke or a filled rectangle thin enough to be one; box as in ``Box``, width in points."""

    box: Box
    width: float = 1.0
    color: str = "000000"


class Fill(msgspec.Struct, frozen=True, gc=False):
    """A painted area: a table row's background, a coloured box."""

    box: Box
    color: str = "ffffff"


class PageFacts(msgspec.Struct, frozen=True):
    """All facts of one page. ``number`` counts from 1; width and height are in points as displayed."""

    number: int
    width: float
    height: float
    runs: tuple[Run, ...] = ()
    rules: tuple[Rule, ...] = ()
    fills: tuple[Fill, ...] = ()
    pictures: tuple[Box, ...] = ()
    origin: Origin = Origin.TEXT
    failure: str = ""  # a sentence, where the page or a part of it could not be read
    turned: int = 0  # degrees clockwise by which the page as displayed was turned, so that its text stands upright
    comments: tuple[Run, ...] = ()  # notes that readers of the file attached to places on the page
    unread: tuple[Box, ...] = ()  # where there is ink, and no text was found
    illegible: tuple[Run, ...] = ()  # lines that were seen and could not be read, with what they may say


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


class Pages(Protocol):
    """An opened document of pages; ``close`` is the caller's duty."""

    metadata: Mapping[str, str]

    def __len__(self) -> int: ...

    def read(self, number: int) -> PageFacts:
        """Facts of page *number*, from 1. Raises ``ExtractionError`` where this page can't be read."""

    def close(self) -> None:
        """Free what the document holds."""


Open = Callable[[BinaryIO, Tools], Pages]
"""Open a paged document. Raises only ``ExtractionError``."""
