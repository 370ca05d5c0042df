"""Page facts: what stands where on a page, before anybody decides what it means.

A text layer and a recogniser of scanned pixels yield the same facts, so ``layout`` treats both alike. Facts of a
page depend on that page alone: slices of any size give the same ones.
"""

import msgspec

from moonshelf.extraction.document import Box, Origin


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
