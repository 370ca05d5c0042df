"""Items as .msg files hold them ([MS-OXMSG] 2.4): strings in streams of their own, numbers and times in a table."""

import struct
from collections.abc import Iterator, Mapping, Sequence

from moonshelf.extraction.office.ole_streams import Streams, faults

_OBJECT = "000D"
_ROW = 16
_NAMED = 0x8000
_MOST_NAMES = 4_096


class Storage:
    """A storage at *path*, empty or ending in a slash; its table of properties starts after *header* bytes."""

    def __init__(self, streams: Streams, names: Sequence[str], path: str = "", *, header: int = 32) -> None:
        """*names* are all streams of the file."""
        self._streams, self._names, self._path = streams, names, path
        table = streams.read(f"{path}__properties_version1.0") or b""
        rows = table[header:]
        self.fixed: Mapping[int, tuple[int, bytes]] = {
            identifier: (kind, value)
            for kind, identifier, value in struct.iter_unpack("<HH4x8s", rows[: len(rows) // _ROW * _ROW])
        }

    def stream(self, identifier: int, kind: str) -> bytes | None:
        """Return a property that has a stream."""
        return self._streams.read(f"{self._path}__substg1.0_{identifier:04X}{kind}")

    def below(self, kind: str) -> Iterator["Storage"]:
        """Yield recipients or attachments in the order of their numbers."""
        begin = f"{self._path}__{kind}_version1.0_#"
        found = {name[len(begin) :].partition("/")[0] for name in self._names if name.startswith(begin)}
        for number in sorted(found):
            yield Storage(self._streams, self._names, f"{begin}{number}/", header=8)

    def embedded(self) -> "Storage | None":
        """Return the item that is attached, where one is."""
        path = f"{self._path}__substg1.0_3701{_OBJECT}/"
        if not any(name.startswith(path) for name in self._names):
            return None
        return Storage(self._streams, self._names, path, header=24)


def named(streams: Streams) -> dict[tuple[bytes, int], int]:
    """Return the identifiers that this file gave to properties named by a set and a number ([MS-OXMSG] 2.2.3)."""
    sets = streams.read("__nameid_version1.0/__substg1.0_00020102") or b""
    entries = streams.read("__nameid_version1.0/__substg1.0_00030102") or b""
    found = {}
    with faults("its table of names cannot be read"):
        for number, kind, place in struct.iter_unpack("<IHH", entries[: min(len(entries) // 8, _MOST_NAMES) * 8]):
            index = (kind >> 1) - 3
            if not kind & 1 and index >= 0:
                found[sets[16 * index : 16 * index + 16], number] = _NAMED + place
    return found
