"""What an OLE compound file is for, told by the names in its root.

Bounded reads and nothing parsed that could nest: this runs in the server's own process, on bytes nobody has looked
at. ``olefile`` builds as many objects as the file asks for.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "application/x-ole-encrypted"
_STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", ENCRYPTED),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
    ("__nameid_version1.0", "application/vnd.ms-outlook"),
    ("VisioDocument", "application/vnd.visio"),
    ("Quill", "application/x-mspublisher"),
    ("HwpSummaryInformation", "application/x-hwp"),
    ("MatOST", "application/vnd.ms-works"),
)
_ENTRY = 128  # bytes of an OLE directory entry
_ENTRIES = 1024  # of them that are looked at
_TABLES = 4096  # allocation sectors that are known of: enough for 256 MB
_NO_SECTOR = 0xFFFFFFFA  # this and above are marks, not sectors
_BY_NAME = {
    ".doc": "application/msword",
    ".dot": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".xlt": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pps": "application/vnd.ms-powerpoint",
    ".msg": "application/vnd.ms-outlook",
}


def media_type(source: BinaryIO, extension: str) -> str:
    """Name the media type of the OLE container *source*, whose header is known to be there."""
    entries = _directory(source)
    names = set(_root_names(entries)) or {_name(entry) for entry in entries}
    plain = {name.strip("\x05") for name in names}
    found = [kind for stream, kind in _STREAMS if stream in plain]
    expected = _BY_NAME.get(extension, "application/x-ole-storage")
    if not found or (expected in found and found[0] != ENCRYPTED):
        return expected
    return found[0]


def _directory(source: BinaryIO) -> list[bytes]:
    source.seek(0)
    header = source.read(512)
    if len(header) < 512 or header[30] not in (9, 12):  # noqa: PLR2004  sectors are of 512 or 4096 bytes
        return []
    chain = _Chain(source, header)
    content = b"".join(chain.sectors(struct.unpack_from("<I", header, 48)[0], _ENTRIES * _ENTRY))
    return [content[at : at + _ENTRY] for at in range(0, len(content) - _ENTRY + 1, _ENTRY)]


class _Chain:
    """Sectors of an OLE file in the order its allocation table links them."""

    def __init__(self, source: BinaryIO, header: bytes) -> None:
        self._source = source
        self._size = 1 << header[30]
        self._tables = list(struct.unpack_from("<109I", header, 76))
        (self._more,) = struct.unpack_from("<I", header, 68)  # the sector that lists further tables
        self._links: dict[int, tuple[int, ...]] = {}

    def sectors(self, first: int, limit: int) -> Iterator[bytes]:
        sector, seen = first, 0
        while sector < _NO_SECTOR and seen < limit:
            content = self._sector(sector)
            yield content
            seen += self._size
            sector = self._next(sector)

    def _sector(self, number: int) -> bytes:
        self._source.seek((number + 1) * self._size)
        return self._source.read(self._size)

    def _next(self, sector: int) -> int:
        table, place = divmod(sector, self._size // 4)
        if table not in self._links:
            self._links[table] = self._table(table)
        links = self._links[table]
        return links[place] if place < len(links) else _NO_SECTOR

    def _table(self, number: int) -> tuple[int, ...]:
        while number >= len(self._tables) and self._more < _NO_SECTOR and len(self._tables) < _TABLES:
            *tables, self._more = _integers(self._sector(self._more)) or (_NO_SECTOR,)
            self._tables.extend(tables)
        if number >= len(self._tables) or self._tables[number] >= _NO_SECTOR:
            return ()
        return _integers(self._sector(self._tables[number]))


def _integers(content: bytes) -> tuple[int, ...]:
    count = len(content) // 4
    return struct.unpack_from(f"<{count}I", content)


def _name(entry: bytes) -> str:
    size = min(int.from_bytes(entry[64:66], "little"), 64)
    return entry[: max(0, size - 2)].decode("utf-16-le", "replace")


def _root_names(entries: list[bytes]) -> Iterator[str]:
    """Names in the root alone: a document embedded in another has its own streams, deeper."""
    waiting = [int.from_bytes(entries[0][76:80], "little")] if entries else []
    seen: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number < len(entries) and number not in seen:
            seen.add(number)
            yield _name(entries[number])
            waiting.extend(struct.unpack_from("<II", entries[number], 68))
