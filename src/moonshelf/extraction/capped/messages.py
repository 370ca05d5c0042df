"""What parent and child say to each other, and the channel they say it on.

A child has parsed hostile bytes and may be in other hands by now: its messages are decoded strictly into these
types, never unpickled, and are bounded in size; descriptors that it sends are dropped by the kernel.
"""

import select
import socket
import struct
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

import msgspec

from moonshelf.extraction.capped.sandbox import Caps, Confinement, Mode
from moonshelf.extraction.facts import Limits, Line
from moonshelf.extraction.inclusion import NOTHING_MORE, Include
from moonshelf.extraction.renditions import Measures, Rendition, Wanted

Message = TypeVar("Message", bound=msgspec.Struct)

_LENGTH = struct.Struct(">I")
_PIECE = 1 << 20
_BLINK_S = 0.1  # how late a cancellation may be noticed


class ReadPages(msgspec.Struct, frozen=True, tag=True):
    """Read pages *first* to *last* of the document; to the end of the opening slice where *last* is None.

    ``formats`` names the table of formats as ``module:NAME``; ``engine`` counts from 0 in a paged format's.
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
    quick: bool = False  # end, and say so, rather than draw a page that is to be recognised


class JoinParts(msgspec.Struct, frozen=True, tag=True):
    """Make a document of the parts that the open file holds one after the other."""


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


class KeepRecognising(msgspec.Struct, frozen=True, tag=True):
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


Task = ReadPages | JoinParts | MeasureMedia | RenderMedia | KeepRecognising | PaintPage | Probe


class Order(msgspec.Struct, frozen=True, tag=True):
    """The first message to a child: its task and its bounds."""

    task: Task
    caps: Caps
    mode: Mode


class Opened(msgspec.Struct, frozen=True, tag=True):
    """The document is open and has *total* pages; *first* to *last* will follow."""

    total: int
    last: int
    metadata: Mapping[str, str]


class PageRead(msgspec.Struct, frozen=True, tag=True):
    """The facts of a page, encoded; *failed* where all there is to say is why it could not be read."""

    number: int
    facts: bytes
    failed: bool


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


class Joined(msgspec.Struct, frozen=True, tag=True):
    """A whole document: as JSON, as Markdown, and its title where it states one."""

    document_json: bytes
    markdown: bytes
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
    """Nothing more will come."""


class Failed(msgspec.Struct, frozen=True, tag=True):
    """A foreseen error, by its code and its sentence."""

    code: str
    sentence: str


class Broken(msgspec.Struct, frozen=True, tag=True):
    """The child met something nobody foresaw and ends; *memory* where it had used up its own."""

    trace: str
    memory: bool = False


FromChild = (
    Opened
    | PageRead
    | Pixels
    | Recognised
    | NotRecognised
    | Joined
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


class Closed(Exception):
    """The other side is gone, or talks nonsense."""


class Overdue(Exception):
    """Nothing came in time."""


class Cancelled(Exception):
    """The caller no longer wants the answer."""


Cancel = Callable[[], bool]
"""Says whether the caller has lost interest; asked several times a second."""


def never() -> bool:
    """Be a caller who stays."""
    return False


Heard = TypeVar("Heard")


class Channel(Generic[Heard]):
    """A stream of length-prefixed messages over a connected socket, which it owns."""

    def __init__(self, end: socket.socket, decoder: "msgspec.msgpack.Decoder[Heard]", *, most_bytes: int) -> None:
        self._socket = end
        self._decoder = decoder
        self._most_bytes = most_bytes
        self._poll = select.poll()
        self._poll.register(end, select.POLLIN)

    def send(self, message: msgspec.Struct, descriptors: Iterable[int] = ()) -> None:
        """Send *message* with open *descriptors*. Raises ``Closed`` where the other side does not take it."""
        body = msgspec.msgpack.encode(message)
        try:
            if passed := list(descriptors):
                socket.send_fds(self._socket, [_LENGTH.pack(len(body))], passed)
                self._socket.sendall(body)
            else:
                self._socket.sendall(_LENGTH.pack(len(body)) + body)
        except OSError as error:
            raise Closed from error

    def receive(self, *, timeout_s: float | None = None, cancelled: Cancel = never) -> Heard:
        """Wait for the next message. Raises ``Closed``, ``Overdue`` or ``Cancelled``."""
        until = None if timeout_s is None else time.monotonic() + timeout_s
        return self._decode(self._exactly(self._length(until, cancelled), until, cancelled))

    def receive_with_descriptors(self, count: int) -> tuple[Heard, list[int]]:
        """Wait for a message that brings *count* open files along; the caller closes them."""
        try:
            header, descriptors, _, _ = socket.recv_fds(self._socket, _LENGTH.size, count)
        except OSError as error:
            raise Closed from error
        if len(header) != _LENGTH.size or len(descriptors) != count:
            raise Closed
        body = self._exactly(self._checked(header), None, never)
        return self._decode(body), descriptors

    def close(self) -> None:
        """Close the socket; the other side notices."""
        self._socket.close()

    def _length(self, until: float | None, cancelled: Cancel) -> int:
        return self._checked(self._exactly(_LENGTH.size, until, cancelled))

    def _checked(self, header: bytes) -> int:
        length = int(_LENGTH.unpack(header)[0])
        if length > self._most_bytes:
            raise Closed
        return length

    def _exactly(self, length: int, until: float | None, cancelled: Cancel) -> bytes:
        # Grows with what has come, so a length that is a lie costs nothing.
        body = bytearray()
        while len(body) < length:
            self._wait(until, cancelled)
            try:
                piece = self._socket.recv(min(_PIECE, length - len(body)))
            except OSError as error:
                raise Closed from error
            if not piece:
                raise Closed
            body += piece
        return bytes(body)

    def _wait(self, until: float | None, cancelled: Cancel) -> None:
        while True:
            if cancelled():
                raise Cancelled
            left = _BLINK_S if until is None else until - time.monotonic()
            if left <= 0:
                raise Overdue
            if self._poll.poll(min(left, _BLINK_S) * 1000):
                return

    def _decode(self, body: bytes) -> Heard:
        try:
            return self._decoder.decode(body)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise Closed from error
