"""Pictures as drawings of old Office hold them, each behind a record of its own ([MS-ODRAW] 2.2.22 and 2.2.32)."""

import struct
import zlib
from collections.abc import Callable, Sequence
from functools import cached_property

from moonshelf.extraction.office.slides.records import Record, Type, record

_PIXELS = frozenset((0xF01D, 0xF01E, 0xF029, 0xF02A))  # JPEG, PNG, TIFF, JPEG
_DRAWINGS = frozenset((0xF01A, 0xF01B))  # EMF and WMF; the one that is neither is the Macintosh's
_DRAWING_HEAD, _PLAIN = 34, 0xFE  # bytes before a drawing, of which the last but one says whether it is packed
_LARGEST_DRAWING = 32 * 2**20  # bytes
_DIGEST = 16  # bytes before the picture, twice where the instance is odd; a byte of no meaning follows
_ENTRY, _NAME = 36, 33  # bytes of an entry before its name, and where the name's length stands
_PLACE, _NOWHERE = 28, 0xFFFFFFFF  # where an entry says at which place of the stream of pictures its own is


class Blips:
    """The pictures of one presentation by their numbers, which count from one."""

    def __init__(self, store: Callable[[], Sequence[Record]], stream: Callable[[], bytes]) -> None:
        """Take the entries of the *store*, and the *stream* of pictures; both are asked for when a picture is."""
        self._store, self._stream = store, stream

    @cached_property
    def _entries(self) -> Sequence[Record]:
        return self._store()

    def content(self, number: str) -> bytes | None:
        """Return the file that picture *number* is, empty where it is one nobody here can show; if there is one."""
        entry = self._entries[int(number) - 1] if 0 < int(number) <= len(self._entries) else None
        if entry is None or len(entry.content) < _PLACE + 4:
            return None
        (at,) = struct.unpack_from("<I", entry.content, _PLACE)
        stream = b"" if at == _NOWHERE else self._stream()
        if at + 8 > len(stream):
            return None
        return held(record(stream, at))


def held(found: Record) -> bytes:
    """Return the picture that a record, or an entry of the store around it, holds; empty where it cannot be shown."""
    if found.kind == Type.BLIP_ENTRY:
        at = found.start + _ENTRY + (found.content[_NAME] if found.end > found.start + _NAME else 0)
        if at + 8 > found.end:
            return b""
        found = record(found.stream, at)
    content, at = found.content, _DIGEST * (1 + found.instance % 2)
    if found.kind in _PIXELS:
        return content[at + 1 :]
    return _drawing(content[at:]) if found.kind in _DRAWINGS and len(content) > at + _DRAWING_HEAD else b""


def _drawing(content: bytes) -> bytes:
    """Return a drawing in Windows' words ([MS-ODRAW] 2.2.24, 2.2.31); unpacked."""
    drawn = content[_DRAWING_HEAD:]
    if content[_DRAWING_HEAD - 2] == _PLAIN:
        return drawn
    try:
        return zlib.decompressobj().decompress(drawn, _LARGEST_DRAWING)
    except zlib.error:
        return b""
