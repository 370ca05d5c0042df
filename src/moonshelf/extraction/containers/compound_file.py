"""OLE compound files: a file system within a file ([MS-CFB]), in which Office kept its documents until 2007.

Reads are bounded by the file's own length and nothing is built that nobody asks for: sniffing looks at directories so
in the server's own process, on bytes nobody has looked at.
"""

import struct
from collections.abc import Callable, Iterator
from functools import lru_cache
from io import SEEK_END
from operator import itemgetter
from typing import BinaryIO

from moonshelf.errors import LimitReached

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AT_ONCE = 1 << 18  # bytes of a file that is read in one go, if its streams are: to look for their sectors costs more
_SMALL, _SHIFTS = 512, (9, 12)  # of sectors' sizes
_HEADER = struct.Struct("<8s22xH 16xI 8xI 4xI4x")
"""Before the tables: the mark, sectors' size, and where directory, links of short streams and further tables are."""
_ENTRY = 128  # bytes of one in the directory
_NAMED, _CHILD, _EXTENT = struct.Struct("<64sHB x2I"), struct.Struct("<76xI"), struct.Struct("<116xIQ")  # its parts
_IS_STREAM = 2
_NO_SECTOR = 0xFFFFFFFA  # this and above are marks, not sectors
_NO_TABLE = _NO_SECTOR.to_bytes(4, "little")
_LINK = 4  # bytes
_MINI = 64  # bytes of the sectors in which short streams are kept
_SHORT = 4096  # bytes below which a stream is short
_DEEPEST = 100  # storages; a message in a message takes three

ROOT = 0  # the number of the outermost storage
Held = tuple[bytes, int, bool]
"""An entry in a storage: its name in UTF-16, its number, and whether it is a stream."""

BROKEN = (struct.error, IndexError, ValueError, OSError, OverflowError)
"""What reading a broken file raises."""


class CompoundFile:
    """One file, opened. What is ``BROKEN`` is raised of broken ones, where nothing can be read of them."""

    def __init__(self, source: BinaryIO, *, most_entries: int = 1 << 20, most_bytes: int = 0) -> None:
        """Read the directory of *source*, which must stay open, and no more of it than *most_entries*.

        Of its streams *most_bytes* may be read, all together.
        """
        self._left = most_bytes
        self._most = source.seek(0, SEEK_END) if most_bytes else most_entries * _ENTRY  # bytes of one thing in it
        source.seek(0)
        at_once = most_bytes and self._most <= _AT_ONCE
        self._source, self._whole = source, memoryview(source.read(self._most)) if at_once else None
        header = bytes(self._piece(0, _SMALL))
        magic, shift, directory, self._short_links_at, self._more = _HEADER.unpack_from(header)
        if magic != MAGIC or shift not in _SHIFTS:
            raise ValueError("there is no header")
        self._size = 1 << shift
        self._tables = header[_HEADER.size :]  # their sectors, as they are stated
        self._links: dict[int, bytes] = {}
        self._short: tuple[bytes, bytes] | None = None
        self._directory = self._read(directory, most_entries * _ENTRY)
        self._count = len(self._directory) // _ENTRY
        self._held: dict[int, list[Held]] = {}
        self._seen = {ROOT}

    def within(self, storage: int = ROOT) -> list[Held]:
        """Return what a *storage* holds: a tree, as long as nobody lies, so an entry is in the first that names it."""
        if storage not in self._held:
            self._held[storage] = self._listed(storage)
        return self._held[storage]

    def names(self) -> set[bytes]:
        """Return the names in the root, in UTF-16; of all entries, where the root names none."""
        return {name for name, _, _ in self.within()} or {self._named(one)[0] for one in range(self._count)}

    def streams(self, storage: int = ROOT) -> Iterator[tuple[str, int]]:
        """Yield the numbers of all streams in and below a *storage* by their paths, in the order of these.

        Raises ``LimitReached`` where it is deep: each path is as long as all above it.
        """
        waiting = [("", storage, False)]
        while waiting:
            path, number, is_stream = waiting.pop()
            if is_stream:
                yield path, number
                continue
            if path.count("/") >= _DEEPEST:
                raise LimitReached("its storages nest too deeply")
            prefix = f"{path}/" if path else ""
            inner = [
                (prefix + name.decode("utf-16-le", "replace"), one, ends) for name, one, ends in self.within(number)
            ]
            waiting += sorted(inner, key=itemgetter(0), reverse=True)

    def read(self, stream: int) -> bytes:
        """Return the bytes of *stream*: as many as there are, where it is cut off. Raises ``LimitReached``."""
        start, size = self._extent(stream)
        self._left -= size
        if self._left < 0:
            raise LimitReached("its streams overlap or are too long")
        if size >= _SHORT:
            return self._read(start, size)
        if self._short is None:
            self._short = self._read(*self._extent(ROOT)), self._read(self._short_links_at, self._most)
        content, links = self._short
        if size <= _MINI and start < _NO_SECTOR:
            return content[_MINI * start : _MINI * start + size]  # most strings of a message lie in one sector
        width = self._size
        runs = _runs(start, -(-size // _MINI), lambda one: links[width * one : width * (one + 1)], width // _LINK)
        return b"".join([content[_MINI * start : _MINI * end] for start, end in runs])[:size]

    def _listed(self, storage: int) -> list[Held]:
        held, seen = [], self._seen
        waiting = [*_CHILD.unpack_from(self._directory, storage * _ENTRY)]
        for number in waiting:
            if number < self._count and number not in seen:
                seen.add(number)
                name, kind, *beside = self._named(number)
                held.append((name, number, kind == _IS_STREAM))
                waiting += beside
        return held

    def _named(self, number: int) -> tuple[bytes, int, int, int]:
        """Return the name of an entry, its kind, and which entries are beside it."""
        name, length, kind, left, right = _NAMED.unpack_from(self._directory, number * _ENTRY)
        return name[:length][:-2], kind, left, right

    def _extent(self, number: int) -> tuple[int, int]:
        """Return the first sector of a stream, and how many bytes it says to have."""
        start, size = _EXTENT.unpack_from(self._directory, number * _ENTRY)
        # The upper half of a size is undefined in files of small sectors.
        return start, size & 0xFFFFFFFF if self._size == _SMALL else size

    def _read(self, first: int, size: int) -> bytes:
        """Return *size* bytes of the sectors that follow *first*, or as many as there are."""
        pieces, left, width = [], min(size, self._most), self._size
        for start, end in _runs(first, -(-left // width), self._linked, width // _LINK):
            piece = self._sectors(start, min((end - start) * width, left))
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    def _sectors(self, start: int, size: int) -> bytes | memoryview:
        return self._piece((start + 1) * self._size, size)

    def _piece(self, at: int, size: int) -> bytes | memoryview:
        if self._whole is not None:
            return self._whole[at : at + size]
        self._source.seek(at)
        return self._source.read(size)

    def _linked(self, table: int) -> bytes:
        if table not in self._links:
            self._links[table] = self._table(table)
        return self._links[table]

    def _table(self, number: int) -> bytes:
        at = _LINK * number
        if at >= len(self._tables) and self._more < _NO_SECTOR:
            self._state(at)
        sector = int.from_bytes(self._tables[at : at + _LINK] or _NO_TABLE, "little")
        return bytes(self._sectors(sector, self._size)) if sector < _NO_SECTOR else b""

    def _state(self, at: int) -> None:
        """Look where the tables are beyond those that the header states, until something stands *at* that place."""
        stated, most = bytearray(self._tables), self._source.seek(0, SEEK_END)
        while at >= len(stated) and self._more < _NO_SECTOR and len(stated) < most:
            more = self._sectors(self._more, self._size)
            stated += more[:-_LINK]
            self._more = int.from_bytes(more[-_LINK:], "little") if len(more) == self._size else _NO_SECTOR
        self._tables = bytes(stated)


def _runs(first: int, count: int, linked: Callable[[int], bytes], width: int) -> list[tuple[int, int]]:
    """Return where *count* sectors that follow *first*, or as many as there are, begin and end: most are in one piece.

    *linked* returns a table of *width* links by its number.
    """
    runs: list[tuple[int, int]] = []
    sector = first
    while count > 0 and sector < _NO_SECTOR:
        number, place = divmod(sector, width)
        links, begin, start = linked(number), _LINK * place, sector
        end = min(begin + _LINK * count, len(links)) - _LINK  # of the links that may lead on to the next sector
        some, others = links[begin:end], _unbroken(number, width)[begin:end]
        length = 1 + (len(some) // _LINK if some == others else _alike(some, others))
        if runs and runs[-1][1] == sector:
            start, _ = runs.pop()
        runs.append((start, sector + length))
        count -= length
        if count > 0:
            end = begin + _LINK * length
            sector = int.from_bytes(links[end - _LINK : end], "little") if end <= len(links) else _NO_SECTOR
    return runs


@lru_cache(maxsize=256)  # they are the same in all files, and the first ones in use in each
def _unbroken(number: int, width: int) -> bytes:
    """Return the table of a file in one piece: each sector is followed by the next."""
    return struct.pack(f"<{width}I", *range(number * width + 1, (number + 1) * width + 1))


def _alike(some: bytes, others: bytes) -> int:
    """Return how many links *some* and *others* begin with are the same, found in a call instead of one by one."""
    if some[:_LINK] != others[:_LINK]:
        return 0  # as where a sector stands alone
    differing = int.from_bytes(some, "little") ^ int.from_bytes(others, "little")
    return ((differing & -differing).bit_length() - 1) // (8 * _LINK)
