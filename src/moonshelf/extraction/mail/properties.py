"""Properties of an Outlook item ([MS-OXMSG] 2.4): strings in streams of their own, numbers and times in a table."""

import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from moonshelf.extraction.charset import decode
from moonshelf.extraction.office import ole_properties
from moonshelf.extraction.office.ole_streams import Streams, faults

_TEXT, _WIDE, _BYTES, _OBJECT = "001E", "001F", "0102", "000D"
_LONG, _LOGICAL, _TIME = 0x0003, 0x000B, 0x0040
_CODE_PAGE, _INTERNET_PAGE, _LANGUAGE, _HTML = 0x3FFD, 0x3FDE, 0x3FF1, 0x1013
_PAGES = {  # by primary language ([MS-LCID])
    0x01: 1256, 0x02: 1251, 0x05: 1250, 0x08: 1253, 0x0D: 1255, 0x0E: 1250, 0x11: 932, 0x12: 949, 0x15: 1250,
    0x18: 1250, 0x19: 1251, 0x1E: 874, 0x1F: 1254, 0x22: 1251, 0x25: 1257, 0x26: 1257, 0x27: 1257, 0x2A: 1258,
}  # fmt: skip
_CHINESE, _SIMPLIFIED = 0x04, (0x0804, 0x1004)
_ROW = 16
_ASCII, _ISO_8859, _GBK = 20127, 28590, 936
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_NAMED = 0x8000
_MOST_NAMES = 4_096


class Item:
    """A message, recipient or attachment: a storage at *path*, empty or ending in a slash."""

    def __init__(self, streams: Streams, names: Sequence[str], path: str = "", *, header: int = 32) -> None:
        """*names* are all streams of the file; the table of properties starts after *header* bytes."""
        self._streams, self._names, self.path = streams, names, path
        table = streams.read(f"{path}__properties_version1.0") or b""
        rows = table[header:]
        self._fixed = {
            identifier: (kind, value)
            for kind, identifier, value in struct.iter_unpack("<HH4x8s", rows[: len(rows) // _ROW * _ROW])
        }

    def text(self, *identifiers: int) -> str:
        """Return the first of some properties that is a string with something in it."""
        for identifier in identifiers:
            if (wide := self._stream(identifier, _WIDE)) is not None:
                found = wide.decode("utf-16-le", "replace")
            elif narrow := self._stream(identifier, _TEXT):
                # Zeros that end it would make UTF-16 of it.
                found = decode(narrow.split(b"\0")[0], declared=self.code_page()).text
            else:
                continue
            if found := found.replace("\0", "").strip():
                return found
        return ""

    def data(self, identifier: int) -> bytes:
        """Return a property of bytes; nothing, if it is not there."""
        return self._stream(identifier, _BYTES) or b""

    def number(self, identifier: int) -> int | None:
        """Return a property that is a number or a truth."""
        kind, value = self._fixed.get(identifier, (0, b""))
        if kind not in (_LONG, _LOGICAL):
            return None
        return int.from_bytes(value[: 4 if kind == _LONG else 2], "little")

    def time(self, *identifiers: int) -> str:
        """Return the first of some properties that is a time, in UTC."""
        for identifier in identifiers:
            kind, value = self._fixed.get(identifier, (0, b""))
            if kind == _TIME and (ticks := int.from_bytes(value, "little")):
                try:
                    return f"{_EPOCH + timedelta(microseconds=ticks // 10):%a, %d %b %Y %H:%M:%S +0000}"
                except OverflowError:
                    continue
        return ""

    def below(self, kind: str) -> Iterator["Item"]:
        """Yield recipients (``recip``) or attachments (``attach``)."""
        begin = f"{self.path}__{kind}_version1.0_#"
        found = {name[len(begin) :].partition("/")[0] for name in self._names if name.startswith(begin)}
        for number in sorted(found):
            yield Item(self._streams, self._names, f"{begin}{number}/", header=8)

    def embedded(self) -> "Item | None":
        """Return the item that is attached, where one is."""
        path = f"{self.path}__substg1.0_3701{_OBJECT}/"
        if not any(name.startswith(path) for name in self._names):
            return None
        return Item(self._streams, self._names, path, header=24)

    def code_page(self) -> str:
        """Name the encoding of narrow strings; nothing, where the item does not say."""
        return _codec(self.number(_CODE_PAGE) or self.number(_INTERNET_PAGE) or self._of_language())

    def html(self) -> tuple[bytes, str]:
        """Return the HTML body and the encoding it is stated to be in; UTF-8 is told by its bytes."""
        content = self._stream(_HTML, _BYTES) or self.text(_HTML).encode()
        try:
            content.decode()
        except UnicodeDecodeError:
            return content, _codec(self.number(_INTERNET_PAGE) or 0)
        return content, "utf-8"

    def _of_language(self) -> int:
        language = self.number(_LANGUAGE) or 0
        if language & 0x3FF == _CHINESE:
            return 936 if language in _SIMPLIFIED else 950
        return _PAGES.get(language & 0x3FF, 0)

    def _stream(self, identifier: int, kind: str) -> bytes | None:
        return self._streams.read(f"{self.path}__substg1.0_{identifier:04X}{kind}")


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


def _codec(page: int) -> str:
    """Return the codec of a Windows code page; nothing, where it states none, or ASCII, which is never the truth."""
    if page in (0, _ASCII):
        return ""
    if 0 < page - _ISO_8859 < 16:  # noqa: PLR2004  its parts
        return f"iso8859-{page - _ISO_8859}"
    return "gb18030" if page == _GBK else ole_properties.codec(page)
