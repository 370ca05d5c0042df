"""OLE compound files with folders, written in code."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

Tree = Mapping[str, "bytes | Tree"]
_FREE, _END = 0xFFFFFFFF, 0xFFFFFFFE
_SECTOR = 512
_SMALLEST = 4096


@dataclass(slots=True)
class _Entry:
    name: str
    kind: int
    right: int = _FREE
    child: int = _FREE
    body: int = -1
    size: int = 0


def ole(tree: Tree) -> BytesIO:
    """Write *tree* into a file in memory."""
    return BytesIO(write(tree))


def write(tree: Tree) -> bytes:
    """Write *tree*, in which folders are mappings.

    Streams are padded to 4096 bytes: smaller ones would have to lie in one that all of them share.
    """
    entries: list[_Entry] = []
    bodies: list[bytes] = []
    _enter("Root Entry", tree, 5, entries, bodies)
    directory_sectors = -(-len(entries) // 4)
    chain, starts, at = [], {}, 0
    for number, body in enumerate(bodies):
        count = -(-len(body) // _SECTOR)
        starts[number] = at if count else _END
        chain += [*range(at + 1, at + count), _END] if count else []
        at += count
    first_directory = at
    chain += [*range(at + 1, at + directory_sectors), _END]
    at += directory_sectors
    tables = -(-(at + 1) // 127)
    chain += [0xFFFFFFFD] * tables
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * _SECTOR, b"\xff")
    places = [*range(at, at + tables)]
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, tables,
        first_directory, 0, _SMALLEST, _END, 0, _END, 0, places[0],
    ) + struct.pack("<108I", *places[1:], *([_FREE] * (109 - len(places))))  # fmt: skip
    directory = b"".join(_entry(entry, starts) for entry in entries).ljust(directory_sectors * _SECTOR, b"\0")
    padded = b"".join(body.ljust(-(-len(body) // _SECTOR) * _SECTOR, b"\0") for body in bodies)
    return header + padded + directory + table


def _enter(name: str, content: "bytes | Tree", kind: int, entries: list[_Entry], bodies: list[bytes]) -> int:
    """Add an entry and all below it, and return its number."""
    number = len(entries)
    if isinstance(content, bytes):
        entries.append(_Entry(name, 2, body=len(bodies), size=max(len(content), _SMALLEST)))
        bodies.append(content.ljust(_SMALLEST, b"\0"))
        return number
    entries.append(_Entry(name, kind))
    previous = 0
    for child in sorted(content, key=lambda one: (len(one), one.upper())):
        added = _enter(child, content[child], 1, entries, bodies)
        if previous:
            entries[previous].right = added
        else:
            entries[number].child = added
        previous = added
    return number


def _entry(entry: _Entry, starts: Mapping[int, int]) -> bytes:
    spelled = (entry.name + "\0").encode("utf-16-le")
    first = starts.get(entry.body, _END)
    return struct.pack(
        "<64sHBBIII36xIQ", spelled, len(spelled), entry.kind, 1, _FREE, entry.right, entry.child, first, entry.size
    )
