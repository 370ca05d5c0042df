"""Parts: the page facts of a slice as bytes, to be stored until all slices of the document are in.

A part is a header and a frame for each page; parts one after the other are again readable as a whole. Pages are
compressed one by one, because a document of thousands is never decoded all at once.
"""

import struct
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO, overload

import msgspec
from msgspec.structs import replace

from moonshelf.errors import LimitReached
from moonshelf.extraction.document import Origin
from moonshelf.extraction.facts import PageFacts

MOST_PAGE_BYTES = 64 * 2**20
"""What the facts of one page may unpack to; a dense page has one megabyte."""

_FRAME = struct.Struct(">II")  # page number, 0 for a header; length of what follows
_DECODED = 64  # pages kept decoded: neighbours are asked for again and again
_LEVEL = 1  # field names repeat: the fastest level already gains a factor of ten


class _Header(msgspec.Struct, frozen=True):
    metadata: Mapping[str, str]
    degraded: bool
    engines: str = ""


def encode(page: PageFacts) -> bytes:
    """Return *page* in the form in which ``pack`` takes it. Raises ``LimitReached``."""
    encoded = msgspec.msgpack.encode(page)
    if len(encoded) > MOST_PAGE_BYTES:
        raise LimitReached(f"there are too many marks on page {page.number}")
    return zlib.compress(encoded, _LEVEL)


def unread(number: int, failure: str) -> bytes:
    """Return page *number*, in the form in which ``pack`` takes it, as one of which nothing is known but why."""
    return encode(PageFacts(number, 0, 0, origin=Origin.FAILED, failure=failure))


def blamed(page: bytes, failure: str) -> bytes:
    """Return an encoded *page* with the *failure* to read it otherwise, where it holds nothing."""
    facts = _decode(page)
    if facts.runs or facts.comments or facts.illegible or facts.failure:
        return page
    return encode(replace(facts, failure=failure))


def pack(pages: Mapping[int, bytes], *, metadata: Mapping[str, str], degraded: bool, engines: str = "") -> bytes:
    """Make a part of encoded *pages* by their numbers; *engines* names the revision of those that read them."""
    header = msgspec.msgpack.encode(_Header(metadata, degraded, engines), order="deterministic")
    frames = [_FRAME.pack(0, len(header)), header]
    for number in sorted(pages):
        frames += [_FRAME.pack(number, len(pages[number])), pages[number]]
    return b"".join(frames)


class Parts(Sequence[PageFacts]):
    """The pages of all parts in *source*, in the order of their numbers, decoded as they are asked for.

    They are degraded if any part is, or if not all are of the same engines: read once more, they would be others.
    """

    def __init__(self, source: BinaryIO) -> None:
        """Index *source*, which stays open. Raises ``ValueError`` where it holds no parts."""
        self._source = source
        self.metadata: Mapping[str, str] = {}
        self.degraded = False
        self._engines: set[str] = set()
        places = dict(self._index())
        self.degraded |= len(self._engines) > 1
        self._places = [places[number] for number in sorted(places)]
        self._decoded: OrderedDict[int, PageFacts] = OrderedDict()

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> PageFacts: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[PageFacts]: ...
    def __getitem__(self, index: int | slice) -> PageFacts | Sequence[PageFacts]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        return self._page(range(len(self))[index])

    def _page(self, index: int) -> PageFacts:
        if index in self._decoded:
            self._decoded.move_to_end(index)
        else:
            offset, length = self._places[index]
            self._source.seek(offset)
            self._decoded[index] = _decode(self._source.read(length))
            if len(self._decoded) > _DECODED:
                self._decoded.popitem(last=False)
        return self._decoded[index]

    def _index(self) -> Iterable[tuple[int, tuple[int, int]]]:
        offset = self._source.seek(0)
        first = True
        while frame := self._source.read(_FRAME.size):
            if len(frame) != _FRAME.size:
                raise ValueError("the last frame is cut off")
            number, length = _FRAME.unpack(frame)
            offset += _FRAME.size
            if number:
                yield number, (offset, length)
            else:
                header = msgspec.msgpack.decode(self._source.read(length), type=_Header)
                self.metadata = header.metadata if first else self.metadata
                self.degraded |= header.degraded
                self._engines.add(header.engines)
                first = False
            offset = self._source.seek(offset + length)


def _decode(page: bytes) -> PageFacts:
    unpacked = zlib.decompressobj().decompress(page, MOST_PAGE_BYTES)
    return msgspec.msgpack.decode(unpacked, type=PageFacts)
