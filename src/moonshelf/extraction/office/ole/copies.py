"""A storage inside an OLE file as a file of its own ([MS-CFB]), with the storages inside it."""

import struct
from collections.abc import Mapping

import msgspec

from moonshelf.extraction.containers.compound_file import MAGIC

_SHIFT = 12
_SECTOR = 1 << _SHIFT  # of the larger kind: 109 tables in the header are enough for 400 MB
_LINKS = _SECTOR // 4
_END, _TABLE, _NOTHING = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_HEADER = struct.Struct("<8s16xHHHHH6xIIIIIIIII")
_ENTRY = struct.Struct("<64sHBBIII36xIQ")


class _Entry(msgspec.Struct):
    """One entry of the directory: a stream, or a storage whose first entry is a *child*, next to its siblings."""

    name: str
    kind: int
    content: bytes = b""
    child: int = _NOTHING
    right: int = _NOTHING
    last: int = -1  # the number of the entry that was put into it last

    @property
    def sectors(self) -> int:
        """How many sectors its content takes: at least one, as what is shorter would have to lie elsewhere."""
        return max(-(-len(self.content) // _SECTOR), 1) if self.kind == _STREAM else 0


def copied(streams: Mapping[str, bytes]) -> bytes:
    """Write a file of *streams* by their paths; short ones are filled up with zeros, as all lie in whole sectors."""
    entries = _entries(streams)
    directory = -(-len(entries) // (_SECTOR // _ENTRY.size))
    chain, listed = [*range(1, directory), _END], []
    for entry in entries:
        first = len(chain) if entry.sectors else _END
        listed.append(_entry(entry, first))
        chain += [*range(first + 1, first + entry.sectors), _END] if entry.sectors else ()
    first, tables = len(chain), -(-len(chain) // (_LINKS - 1))
    chain += [_TABLE] * tables
    return b"".join(
        (
            _header(range(first, first + tables)),
            b"".join(listed).ljust(directory * _SECTOR, b"\0"),
            *(entry.content.ljust(entry.sectors * _SECTOR, b"\0") for entry in entries),
            struct.pack(f"<{len(chain)}I", *chain).ljust(tables * _SECTOR, b"\xff"),
        )
    )


def _entries(streams: Mapping[str, bytes]) -> list[_Entry]:
    entries = [_Entry("Root Entry", _ROOT)]
    storages = {"": 0}
    for path, content in streams.items():
        *above, name = path.split("/")
        holder = 0
        for depth, storage in enumerate(above, start=1):
            place = "/".join(above[:depth])
            if place not in storages:
                storages[place] = _add(entries, holder, _Entry(storage, _STORAGE))
            holder = storages[place]
        _add(entries, holder, _Entry(name, _STREAM, content))
    return entries


def _add(entries: list[_Entry], holder: int, entry: _Entry) -> int:
    """Put *entry* behind those in the storage of the number *holder*, and return its own number."""
    number = len(entries)
    entries.append(entry)
    if entries[holder].last < 0:
        entries[holder].child = number
    else:
        entries[entries[holder].last].right = number
    entries[holder].last = number
    return number


def _header(tables: range) -> bytes:
    fixed = _HEADER.pack(MAGIC, 0x3E, 4, 0xFFFE, _SHIFT, 6, 0, len(tables), 0, 0, 4096, _END, 0, _END, 0)
    return (fixed + struct.pack(f"<{len(tables)}I", *tables).ljust(436, b"\xff")).ljust(_SECTOR, b"\0")


def _entry(entry: _Entry, first: int) -> bytes:
    spelt = entry.name.encode("utf-16-le")[:62]
    size = max(len(entry.content), _SECTOR) if entry.kind == _STREAM else 0
    return _ENTRY.pack(spelt, len(spelt) + 2, entry.kind, 1, _NOTHING, entry.right, entry.child, first, size)
