"""The document: what was read, page by page and block by block, whatever it was read from."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in points (1/72 inch), from the top left corner of the page as it is displayed."""


class Kind(StrEnum):
    """What a block is to a reader."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"  # one item; neighbouring ones make the list
    TABLE = "table"
    CODE = "code"
    FORMULA = "formula"
    FIGURE = "figure"
    HEADER = "header"  # running header: kept, not rendered
    FOOTER = "footer"  # running footer: kept, not rendered
    NOTE = "note"  # footnote, endnote, comment, speaker's notes
    SHEET = "sheet"  # the name of a sheet, before its tables
    SLIDE = "slide"  # the number and title of a slide, before its blocks


class Origin(StrEnum):
    """Where a block's or a page's words come from."""

    TEXT = "text"  # the file's own characters
    OCR = "ocr"
    BOTH = "both"
    BLANK = "blank"
    FAILED = "failed"


class Cell(msgspec.Struct, frozen=True, gc=False):
    """A table cell at *row*, *column*, both from 0; it covers row_span x column_span places."""

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    header: bool = False


class Block(msgspec.Struct, frozen=True, gc=False):
    """A run of content with one role.

    ``text`` is verbatim except for inline Markdown (links, emphasis, code spans) where the source marks them.
    ``level`` is a heading's depth from 1, or a list item's nesting from 0. ``marker`` is a list item's own number
    or bullet as printed. ``language`` names a code block's. A table has cells and no text.
    """

    kind: Kind
    text: str = ""
    box: Box | None = None
    origin: Origin = Origin.TEXT
    level: int = 0
    marker: str = ""
    language: str = ""
    cells: tuple[Cell, ...] = ()


class Span(msgspec.Struct, frozen=True, gc=False):
    """Words at a place, and what is to be said of them: why they are hidden, or how surely they were recognised."""

    text: str
    box: Box
    reason: str = ""
    confidence: float = 1.0


class Coverage(msgspec.Struct, frozen=True):
    """What was read of a page and what was not. Words are runs without white space.

    Of the spans only the first some hundred are kept; the counts are of all.
    """

    origin: Origin = Origin.TEXT
    words_seen: int = 0
    words_emitted: int = 0
    words_hidden: int = 0
    failure: str = ""  # why the page, or a part of it, could not be read
    words_lost: int = 0  # seen, not hidden, and yet in no block
    turned: int = 0  # degrees clockwise that the displayed page was turned by, to be read
    hidden: tuple[Span, ...] = ()
    lost: tuple[Span, ...] = ()
    doubtful: tuple[Span, ...] = ()  # recognised with little confidence
    unread: tuple[Box, ...] = ()  # ink in which no text was found: a drawing, or words beyond the recogniser
    illegible: tuple[Span, ...] = ()  # seen to be text, and not read: in no block, with what it may say
    lines_illegible: int = 0  # of these, as are long enough to be a line
    zero_width: int = 0  # characters that take no room, kept out


class Page(msgspec.Struct, frozen=True):
    """A page, sheet, slide, chapter or the whole of a file that has none of these.

    ``number`` counts from 1; width and height are in points, 0 where the format has no pages of its own.
    """

    number: int
    blocks: tuple[Block, ...] = ()
    width: float = 0.0
    height: float = 0.0
    coverage: Coverage = msgspec.field(default_factory=Coverage)


class Document(msgspec.Struct, frozen=True):
    """All that was read of a file.

    ``metadata`` holds ``title``, ``author`` and the like where the file states them. ``warnings`` are sentences on
    what could not be read. ``degraded`` says a limit or a crash cost something that another attempt might recover,
    so this document must not be reused for another upload of the same bytes.
    """

    pages: tuple[Page, ...]
    metadata: Mapping[str, str] = msgspec.field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    degraded: bool = False
