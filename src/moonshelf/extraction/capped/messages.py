"""What parent and child say to each other."""

import traceback
from collections.abc import Mapping
from typing import Final, Self

import msgspec

from moonshelf.extraction.capped.caps import Caps
from moonshelf.extraction.capped.sandbox import Confinement, Mode
from moonshelf.extraction.inclusion import NOTHING_MORE, Include
from moonshelf.extraction.renditions import Measures, Rendition, Wanted
from moonshelf.extraction.tools import Limits, Line

PIECE: Final = 2**20
MOST_WRITTEN: Final = 256 * 2**20
"""Bytes: the largest upload, if it is text, as a Document and as Markdown, with what JSON escapes."""

_MOST_TRACE: Final = 4_000  # characters


class ReadPages(msgspec.Struct, frozen=True, tag=True):
    """Read pages *first* to *last* of the document; to the end of the opening slice where *last* is None.

    ``formats`` names what finds formats as ``module:NAME``; ``engine`` counts from 0 in a paged format's.
    """

    formats: str
    media_type: str
    engine: int
    first: int
    last: int | None
    slice_pages: int
    limits: Limits
    include: Include = NOTHING_MORE
    seconds: float = 600.0  # by the clock, after which the parent ends the child
    quick_s: float | None = None  # of the processor, after which it ends; and rather than draw a page to be recognised
    fatal: Mapping[int, str] = {}  # files in it, by their turn, of which a reader died, and the sentence that says how


class JoinParts(msgspec.Struct, frozen=True, tag=True):
    """Make a document of the parts that the open file holds one after the other."""

    quick_s: float | None = None  # of the processor, after which it ends


class MeasureMedia(msgspec.Struct, frozen=True, tag=True):
    """Decode an image or the beginning of a video, and say what it measures."""

    media_type: str
    limits: Limits


class RenderMedia(msgspec.Struct, frozen=True, tag=True):
    """Make what is *wanted* of an image or a video."""

    media_type: str
    wanted: Wanted
    limits: Limits
    seconds: float = 600.0  # by the clock, after which the parent ends the child


class RunRecogniser(msgspec.Struct, frozen=True, tag=True):
    """Load the recogniser that ``module:NAME`` returns for *speed*, then answer ``Pixels`` until the channel closes."""

    loader: str
    speed: str


class PaintPage(msgspec.Struct, frozen=True, tag=True):
    """Paint page *number*, at most *side* pixels high and wide, turned clockwise by so many degrees."""

    formats: str
    media_type: str
    number: int
    side: int
    turned: int
    limits: Limits


class Probe(msgspec.Struct, frozen=True, tag=True):
    """Say what the sandbox holds."""


Task = ReadPages | JoinParts | MeasureMedia | RenderMedia | RunRecogniser | PaintPage | Probe


class Order(msgspec.Struct, frozen=True, tag=True):
    """The first message to a child: its task and its bounds."""

    task: Task
    caps: Caps
    mode: Mode


class Opened(msgspec.Struct, frozen=True, tag=True):
    """The document is open and has *total* pages; those that were asked for will follow."""

    total: int
    metadata: Mapping[str, str]


class PageRead(msgspec.Struct, frozen=True, tag=True):
    """The facts of a page, encoded; *failed* where all there is to say is why it could not be read."""

    number: int
    facts: bytes
    failed: bool


class Within(msgspec.Struct, frozen=True, tag=True):
    """The reader is within a file that the document holds, of which it is the *turn*; 0 where it has left one."""

    turn: int


class Pixels(msgspec.Struct, frozen=True, tag=True):
    """A picture to be read stands in the shared file: 8-bit RGB, rows from the top.

    The recogniser is given a channel of its own for each answer, so that pictures need not be read one after the other.
    """

    width: int
    height: int


class Recognised(msgspec.Struct, frozen=True, tag=True):
    """The lines found in the picture. *resident_bytes* is what the recogniser occupies by now."""

    lines: tuple[Line, ...]
    resident_bytes: int = 0


class NotRecognised(msgspec.Struct, frozen=True, tag=True):
    """The recogniser gave the picture up; this sentence says why."""

    sentence: str


class Written(msgspec.Struct, frozen=True, tag=True):
    """A piece of what ``Composed`` tells the lengths of, as a whole of it is too large to be held."""

    data: bytes


class Composed(msgspec.Struct, frozen=True, tag=True):
    """A whole document: what was written are its JSON, then its Markdown; and its title where it states one."""

    document_bytes: int
    markdown_bytes: int
    title: str
    pages: int
    degraded: bool


class Measured(msgspec.Struct, frozen=True, tag=True):
    """Answer to ``MeasureMedia``."""

    measures: Measures


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The recogniser is loaded."""


class Holds(msgspec.Struct, frozen=True, tag=True):
    """Answer to ``Probe``."""

    confinement: Confinement


class Painted(msgspec.Struct, frozen=True, tag=True):
    """A page as WebP."""

    webp: bytes


class TakesLong(msgspec.Struct, frozen=True, tag=True):
    """What was to be read quickly needs the recogniser; nothing more will come."""


class Finished(msgspec.Struct, frozen=True, tag=True):
    """Nothing more will come, after so many seconds of the processor."""

    cpu_s: float


class Failed(msgspec.Struct, frozen=True, tag=True):
    """A foreseen error, by its code and its sentence."""

    code: str
    sentence: str


class Broken(msgspec.Struct, frozen=True, tag=True):
    """The child met something nobody foresaw and ends; *memory* where it had used up its own."""

    trace: str
    memory: bool = False

    @classmethod
    def by(cls, error: BaseException) -> Self:
        """Tell of *error*; with no memory left there is none to say more."""
        if isinstance(error, MemoryError):
            return cls("", memory=True)
        return cls("".join(traceback.format_exception(error))[-_MOST_TRACE:])


FromChild = (
    Opened
    | PageRead
    | Within
    | Pixels
    | Recognised
    | NotRecognised
    | Written
    | Composed
    | Measured
    | Rendition
    | Ready
    | Holds
    | Painted
    | TakesLong
    | Finished
    | Failed
    | Broken
)
ToChild = Order | Pixels | Recognised | NotRecognised

FROM_CHILD: msgspec.msgpack.Decoder[FromChild] = msgspec.msgpack.Decoder(FromChild)
TO_CHILD: msgspec.msgpack.Decoder[ToChild] = msgspec.msgpack.Decoder(ToChild)
