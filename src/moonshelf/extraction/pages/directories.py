"""Directories: the chain that leads from each picture in a TIFF to the next (TIFF 6.0, section 2).

Pillow goes along it from the start for each picture, and reads all tags on the way.
"""

import os
from collections.abc import Iterator
from typing import BinaryIO, Literal, NamedTuple, cast

_BIG = 43  # the version of BigTIFF, whose offsets have 8 bytes


class _Widths(NamedTuple):
    """How many bytes there are before the first offset, and of an offset, of the number of tags, and of a tag."""

    before: int
    offset: int
    number: int
    tag: int


class _Begun:
    """A file as it would be if *header* stood at its beginning: as much of one as Pillow asks for."""

    def __init__(self, source: BinaryIO, header: bytes) -> None:
        self._source = source
        self._header = header
        self.seek, self.tell, self.fileno = source.seek, source.tell, source.fileno

    def read(self, size: int = -1) -> bytes:
        """Read as files do."""
        at, found = self._source.tell(), self._source.read(size)
        return self._header[at : at + len(found)] + found[max(0, len(self._header) - at) :]


def chain(source: BinaryIO) -> Iterator[int]:
    """Yield where each directory begins, none twice; the first that is cut off is the last that can be known."""
    order, widths = _layout(source)
    seen, at = set[int](), widths.before
    size = source.seek(0, os.SEEK_END)
    while start := _number(source, at, widths.offset, order):
        if start in seen:
            return
        seen.add(start)
        yield start
        tags = _number(source, min(start, size), widths.number, order)
        at = min(start + widths.number + tags * widths.tag, size)


def starting(source: BinaryIO, start: int) -> BinaryIO:
    """Return the TIFF *source* with the directory at *start* as its first."""
    order, widths = _layout(source)
    source.seek(0)
    header = source.read(widths.before) + start.to_bytes(widths.offset, order)
    source.seek(0)
    return cast("BinaryIO", _Begun(source, header))  # the part of one that is needed


def _layout(source: BinaryIO) -> tuple[Literal["big", "little"], _Widths]:
    source.seek(0)
    head = source.read(4)
    widths = _Widths(8, 8, 8, 20) if head[2:3] == bytes([_BIG]) else _Widths(4, 4, 2, 12)
    return "big" if head[:2] == b"MM" else "little", widths


def _number(source: BinaryIO, at: int, width: int, order: Literal["big", "little"]) -> int:
    """Return the number at a place; 0 where the file is too short for it."""
    source.seek(at)
    found = source.read(width)
    return int.from_bytes(found, order) if len(found) == width else 0
