"""OLE compound files: a file system within a file ([MS-CFB]), in which Office kept its documents until 2007.

Reads are bounded by the file's own length and nothing is built that nobody asks for: sniffing looks at directories so
in the server's own process, on bytes nobody has looked at.
"""

import codecs
import struct
from collections.abc import Callable, Iterator, Sequence
from io import SEEK_END
from typing import BinaryIO

import msgspec

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHIFTS = (9, 12)  # of sectors' sizes
_ENTRY = struct.Struct("<64sHB x3I 36x IQ")
_STREAM = 2
_NO_SECTOR = 0xFFFFFFFA  # this and above are marks, not sectors
_MINI = 64  # bytes of the sectors in which short streams are kept
_SHORT = 4096  # bytes below which a stream is short

BROKEN = (struct.error, IndexError, ValueError, OSError, OverflowError)
"""What reading a broken file raises."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One entry of the directory; the three numbers are of other entries, or of none."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


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
        self._tables = list(struct.unpack_from("<109I", header, 76))
        self._links: dict[int, tuple[int, ...]] = {}
        self._short: tuple[bytes, tuple[int, ...]] | None = None
        content = self._read(directory, most_entries * _ENTRY.size)
        self._entries = [_entry(content, at, shift) for at in range(0, len(content) - _ENTRY.size + 1, _ENTRY.size)]

    def root(self) -> list[str]:
        """Return the names in the root; of all entries, where the root names none."""
        names = [one.name for one in self._kids(0)]
        return names or [one.name for one in self._entries]

    def streams(self) -> Iterator[tuple[str, Entry]]:
        """Yield all streams by their paths, steps parted by slashes, in the order of their names."""
        waiting, seen = [("", 0)], {0}
        while waiting:
            path, number = waiting.pop()
            entry = self._entries[number]
            if entry.kind == _STREAM:
                yield path, entry
                continue
            kids = sorted(self._within(number, seen), key=lambda kid: self._entries[kid].name, reverse=True)
            prefix = f"{path}/" if path else ""
            waiting += [(prefix + self._entries[kid].name, kid) for kid in kids]

    def read(self, stream: Entry) -> bytes:
        """Return the bytes of *stream*: as many as there are, where it is cut off."""
        if stream.size >= _SHORT:
            return self._read(stream.start, stream.size)
        if self._short is None:
            root = self._entries[0]
            found = self._read(self._short_links_at, self._length)
            self._short = self._read(root.start, root.size), _integers(found)
        content, links = self._short
        runs = _runs(stream.start, -(-stream.size // _MINI), lambda table: () if table else links, max(len(links), 1))
        return b"".join([content[_MINI * start : _MINI * end] for start, end in runs])[: stream.size]

    def _kids(self, storage: int) -> Iterator[Entry]:
        return (self._entries[number] for number in self._within(storage, {storage}))

    def _within(self, storage: int, seen: set[int]) -> Iterator[int]:
        """Yield the numbers of what a *storage* holds, none that was *seen* before: a tree, as long as nobody lies."""
        waiting = [self._entries[storage].child] if storage < len(self._entries) else []
        while waiting:
            number = waiting.pop()
            if number < len(self._entries) and number not in seen:
                seen.add(number)
                yield number
                waiting += self._entries[number].left, self._entries[number].right

    def _read(self, first: int, size: int) -> bytes:
        """Return *size* bytes of the sectors that follow *first*, or as many as there are."""
        runs = _runs(first, -(-min(size, self._length) // self._size), self._linked, self._size // 4)
        return b"".join([self._run(*run) for run in runs])[:size]

    def _run(self, start: int, end: int) -> bytes:
        self._source.seek((start + 1) * self._size)
        return self._source.read((end - start) * self._size)

    def _linked(self, table: int) -> tuple[int, ...]:
        if table not in self._links:
            self._links[table] = self._table(table)
        return self._links[table]

    def _table(self, number: int) -> tuple[int, ...]:
        while number >= len(self._tables) and self._more < _NO_SECTOR and len(self._tables) * 4 < self._length:
            *tables, self._more = _integers(self._run(self._more, self._more + 1)) or (_NO_SECTOR,)
            self._tables += tables
        if number >= len(self._tables) or self._tables[number] >= _NO_SECTOR:
            return ()
        return _integers(self._run(self._tables[number], self._tables[number] + 1))


def _entry(content: bytes, at: int, shift: int) -> Entry:
    name, length, kind, left, right, child, start, size = _ENTRY.unpack_from(content, at)
    if shift == _SHIFTS[0]:
        size &= 0xFFFFFFFF  # what stands above is undefined in files of small sectors
    # Found by its name, for each of hundreds of entries, the codec takes four times as long.
    text, _ = codecs.utf_16_le_decode(name[: max(min(length, 64) - 2, 0)], "replace")
    return Entry(text, kind, left, right, child, start, size)


def _runs(first: int, count: int, linked: Callable[[int], Sequence[int]], width: int) -> list[tuple[int, int]]:
    """Return where *count* sectors that follow *first*, or as many as there are, begin and end: most are in one piece.

    *linked* returns a table of *width* links by its number.
    """
    runs: list[tuple[int, int]] = []
    start = end = sector = first
    table, links = -1, ()  # type: int, Sequence[int]
    for _ in range(count):
        if sector >= _NO_SECTOR:
            break
        if sector != end:
            runs.append((start, end))
            start = sector
        end = sector + 1
        if sector // width != table:
            table = sector // width
            links = linked(table)
        place = sector % width
        sector = links[place] if place < len(links) else _NO_SECTOR
    return [*runs, (start, end)] if end > start else runs


def _integers(content: bytes) -> tuple[int, ...]:
    return struct.unpack_from(f"<{len(content) // 4}I", content)
