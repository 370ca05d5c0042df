"""Items as .msg files hold them ([MS-OXMSG] 2.4): strings in streams of their own, numbers and times in a table."""

import struct
from collections.abc import Iterator, Mapping

from moonshelf.extraction.office.ole.streams import Streams, faults

_ATTACHED = "__substg1.0_3701000D"
_SETS, _ENTRIES = "__substg1.0_00020102", "__substg1.0_00030102"
_ROW = 16
_NAMED = 0x8000
_MOST_NAMES = 4_096


class Storage:
    """The storage of an item; its table of properties starts after *header* bytes."""

    def __init__(self, streams: Streams, *, header: int = 32) -> None:
        self._streams = streams
        rows = (streams.read("__properties_version1.0") or b"")[header:]
        self.fixed: Mapping[int, tuple[int, bytes]] = {
            identifier: (kind, value)
            for kind, identifier, value in struct.iter_unpack("<HH4x8s", rows[: len(rows) // _ROW * _ROW])
        }

    def stream(self, identifier: int, kind: str) -> bytes | None:
        """Return a property that has a stream."""
        return self._streams.read(f"__substg1.0_{identifier:04X}{kind}")

    def below(self, kind: str) -> Iterator["Storage"]:
        """Yield recipients or attachments in the order of their numbers."""
        return (Storage(one, header=8) for one in self._streams.storages(f"__{kind}_version1.0_#"))

    def embedded(self) -> "Storage | None":
        """Return the item that is attached, where one is."""
        return next((Storage(one, header=24) for one in self._streams.storages(_ATTACHED)), None)


def named(streams: Streams) -> dict[tuple[bytes, int], int]:
    """Return the identifiers that this file gave to properties named by a set and a number ([MS-OXMSG] 2.2.3)."""
    found: dict[tuple[bytes, int], int] = {}
    names = next(streams.storages("__nameid_version1.0"), None)
    if names is None:
        return found
    sets, entries = names.read(_SETS) or b"", names.read(_ENTRIES) or b""
    with faults("its table of names cannot be read"):
        for number, kind, place in struct.iter_unpack("<IHH", entries[: min(len(entries) // 8, _MOST_NAMES) * 8]):
            index = (kind >> 1) - 3
            if not kind & 1 and index >= 0:
                found[sets[16 * index : 16 * index + 16], number] = _NAMED + place
    return found
