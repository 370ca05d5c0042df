"""OLE compound files: a file system within a file ([MS-CFB]), in which Office kept its documents until 2007.

Reads are bounded by the file's own length and nothing is built that nobody asks for: sniffing looks at directories so
in the server's own process, on bytes nobody has looked at.
"""

import codecs
import struct
from collections.abc import Callable, Iterator, Sequence
from io import SEEK_END
from operator import itemgetter
from typing import Any, BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SMALL, _SHIFTS = 512, (9, 12)  # of sectors' sizes
_ENTRY = struct.Struct("<64sHB x3I 36x IQ")
_NAME, _LENGTH, _KIND, _LEFT, _RIGHT, _CHILD, _START, _SIZE = range(8)  # of an entry
_IS_STREAM = 2
_NO_SECTOR = 0xFFFFFFFA  # this and above are marks, not sectors
_NO_TABLE = _NO_SECTOR.to_bytes(4, "little")
_MINI = 64  # bytes of the sectors in which short streams are kept
_SHORT = 4096  # bytes below which a stream is short

BROKEN = (struct.error, IndexError, ValueError, OSError, OverflowError)
"""What reading a broken file raises."""


class CompoundFile:
    """One file, opened. What is ``BROKEN`` is raised of broken ones, where nothing can be read of them."""

    def __init__(self, source: BinaryIO, *, most_entries: int = 1 << 20) -> None:
        """Read the directory of *source*, which must stay open, and no more of it than *most_entries*."""
        self._source = source
        self._length = source.seek(0, SEEK_END)
        source.seek(0)
        header = source.read(512)
        (shift,) = struct.unpack_from("<H", header, 30)
        if not header.startswith(MAGIC) or shift not in _SHIFTS:
            raise ValueError("there is no header")
        self._size = 1 << shift
        directory, self._short_links_at, self._more = struct.unpack_from("<48xI8xI4xI", header)
        self._tables = bytearray(header[76:])  # their sectors, as they are stated
        self._links: dict[int, tuple[int, ...]] = {}
        self._short: tuple[bytes, tuple[int, ...]] | None = None
        content = self._read(directory, most_entries * _ENTRY.size)
        # As they come, in one call: few are looked at, and to make an object of each a tenth of reading a short file.
        self._entries = list(_ENTRY.iter_unpack(content[: len(content) // _ENTRY.size * _ENTRY.size]))

    def root(self) -> set[bytes]:
        """Return the names in the root, in UTF-16; of all entries, where the root names none."""
        return {_spelt(self._entries[number]) for number in self._within(0, {0})} or set(map(_spelt, self._entries))

    def streams(self) -> Iterator[tuple[str, int]]:
        """Yield the numbers of all streams by their paths, steps parted by slashes, in the order of their names."""
        # Found by its name, for each of hundreds of entries, the codec takes four times as long.
        names = [codecs.utf_16_le_decode(_spelt(entry), "replace")[0] for entry in self._entries]
        waiting, seen = [("", 0)], {0}
        while waiting:
            path, number = waiting.pop()
            if self._entries[number][_KIND] == _IS_STREAM:
                yield path, number
                continue
            prefix = f"{path}/" if path else ""
            kids = [(prefix + names[kid], kid) for kid in self._within(number, seen)]
            waiting += sorted(kids, key=itemgetter(0), reverse=True)

    def size(self, stream: int) -> int:
        """Return how many bytes a *stream* says to have."""
        # The upper half of a size is undefined in files of small sectors.
        stated: int = self._entries[stream][_SIZE]
        return stated & 0xFFFFFFFF if self._size == _SMALL else stated

    def read(self, stream: int) -> bytes:
        """Return the bytes of *stream*: as many as there are, where it is cut off."""
        start, size = self._entries[stream][_START], self.size(stream)
        if size >= _SHORT:
            return self._read(start, size)
        if self._short is None:
            found = self._read(self._short_links_at, self._length)
            self._short = self._read(self._entries[0][_START], self.size(0)), _integers(found)
        content, links = self._short
        if size <= _MINI and start < _NO_SECTOR:
            return content[_MINI * start : _MINI * start + size]  # as most strings of a message
        runs = _runs(start, -(-size // _MINI), lambda table: () if table else links, max(len(links), 1))
        return b"".join([content[_MINI * start : _MINI * end] for start, end in runs])[:size]

    def _within(self, storage: int, seen: set[int]) -> list[int]:
        """Return the numbers of what a *storage* holds, none that was *seen* before: a tree, as long as nobody lies."""
        entries, found = self._entries, []
        waiting = [entries[storage][_CHILD]] if storage < len(entries) else []
        for number in waiting:
            if number < len(entries) and number not in seen:
                seen.add(number)
                found.append(number)
                waiting += entries[number][_LEFT:_CHILD]
        return found

    def _read(self, first: int, size: int) -> bytes:
        """Return *size* bytes of the sectors that follow *first*, or as many as there are."""
        pieces, left = [], min(size, self._length)
        for start, end in _runs(first, -(-left // self._size), self._linked, self._size // 4):
            pieces.append(self._sectors(start, min((end - start) * self._size, left)))
            left -= len(pieces[-1])
        return b"".join(pieces)

    def _sectors(self, start: int, size: int) -> bytes:
        self._source.seek((start + 1) * self._size)
        return self._source.read(size)

    def _linked(self, table: int) -> tuple[int, ...]:
        if table not in self._links:
            self._links[table] = self._table(table)
        return self._links[table]

    def _table(self, number: int) -> tuple[int, ...]:
        while 4 * number >= len(self._tables) and self._more < _NO_SECTOR and len(self._tables) < self._length:
            stated = self._sectors(self._more, self._size)
            self._tables += stated[:-4]
            self._more = int.from_bytes(stated[-4:], "little") if len(stated) == self._size else _NO_SECTOR
        sector = int.from_bytes(self._tables[4 * number : 4 * number + 4] or _NO_TABLE, "little")
        return _integers(self._sectors(sector, self._size)) if sector < _NO_SECTOR else ()


def _spelt(entry: tuple[Any, ...]) -> bytes:  # as ``struct`` returns it
    return bytes(entry[_NAME][: max(entry[_LENGTH] - 2, 0)])


def _runs(first: int, count: int, linked: Callable[[int], Sequence[int]], width: int) -> list[tuple[int, int]]:
    """Return where *count* sectors that follow *first*, or as many as there are, begin and end: most are in one piece.

    *linked* returns a table of *width* links by its number.
    """
    runs: list[tuple[int, int]] = []
    sector = first
    while count > 0 and sector < _NO_SECTOR:
        links, start, place = linked(sector // width), sector, sector % width
        last = min(place + count, len(links)) - 1
        while place < last and links[place] == sector + 1:
            place += 1
            sector += 1
        count -= sector + 1 - start
        if runs and runs[-1][1] == start:
            start, _ = runs.pop()
        runs.append((start, sector + 1))
        sector = links[place] if place < len(links) else _NO_SECTOR
    return runs


def _integers(content: bytes) -> tuple[int, ...]:
    return struct.unpack_from(f"<{len(content) // 4}I", content)
