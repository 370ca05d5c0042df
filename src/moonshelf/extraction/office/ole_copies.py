"""A storage inside an OLE file as a file of its own ([MS-CFB]): its streams in one flat root."""

import struct
from collections.abc import Mapping

from moonshelf.extraction.compound_file import MAGIC

_SHIFT = 12
_SECTOR = 1 << _SHIFT  # of the larger kind: 109 tables in the header are enough for 400 MB
_LINKS = _SECTOR // 4
_END, _TABLE, _NOTHING = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_ROOT, _STREAM = 5, 2
_HEADER = struct.Struct("<8s16xHHHHH6xIIIIIIIII")
_ENTRY = struct.Struct("<64sHBBIII36xIQ")


def copied(streams: Mapping[str, bytes]) -> bytes:
    """Write a file of *streams*; short ones are filled up with zeros, as all are kept in whole sectors."""
    directory = -(-(len(streams) + 1) // (_SECTOR // _ENTRY.size))
    first, entries, chain = directory, [], [*range(1, directory), _END]
    for place, (name, content) in enumerate(streams.items(), start=1):
        count = max(-(-len(content) // _SECTOR), 1)
        right = place + 1 if place < len(streams) else _NOTHING
        entries.append(_entry(name, _STREAM, right, _NOTHING, first, max(len(content), _SECTOR)))
        chain += [*range(first + 1, first + count), _END]
        first += count
    tables = -(-len(chain) // (_LINKS - 1))
    chain += [_TABLE] * tables
    root = _entry("Root Entry", _ROOT, _NOTHING, 1 if streams else _NOTHING, _END, 0)
    bodies = (content.ljust(max(-(-len(content) // _SECTOR), 1) * _SECTOR, b"\0") for content in streams.values())
    return b"".join(
        (
            _header(range(first, first + tables)),
            b"".join((root, *entries)).ljust(directory * _SECTOR, b"\0"),
            *bodies,
            struct.pack(f"<{len(chain)}I", *chain).ljust(tables * _SECTOR, b"\xff"),
        )
    )


def _header(tables: range) -> bytes:
    fixed = _HEADER.pack(MAGIC, 0x3E, 4, 0xFFFE, _SHIFT, 6, 0, len(tables), 0, 0, 4096, _END, 0, _END, 0)
    return (fixed + struct.pack(f"<{len(tables)}I", *tables).ljust(436, b"\xff")).ljust(_SECTOR, b"\0")


def _entry(name: str, kind: int, right: int, child: int, first: int, size: int) -> bytes:
    spelt = name.encode("utf-16-le")[:62]
    return _ENTRY.pack(spelt, len(spelt) + 2, kind, 1, _NOTHING, right, child, first, size)
