"""Properties of an Outlook item, wherever they are held: text, numbers, times."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from moonshelf.extraction.charset import decode, utf_16
from moonshelf.extraction.office.ole.properties import codec

_TEXT, _WIDE, _BYTES = "001E", "001F", "0102"
_LONG, _LOGICAL, _TIME = 0x0003, 0x000B, 0x0040
_CODE_PAGE, _INTERNET_PAGE, _LANGUAGE, _HTML = 0x3FFD, 0x3FDE, 0x3FF1, 0x1013
_PAGES = {  # by primary language ([MS-LCID])
    0x01: 1256, 0x02: 1251, 0x05: 1250, 0x08: 1253, 0x0D: 1255, 0x0E: 1250, 0x11: 932, 0x12: 949, 0x15: 1250,
    0x18: 1250, 0x19: 1251, 0x1E: 874, 0x1F: 1254, 0x22: 1251, 0x25: 1257, 0x26: 1257, 0x27: 1257, 0x2A: 1258,
}  # fmt: skip
_CHINESE, _SIMPLIFIED = 0x04, (0x0804, 0x1004)
_ASCII, _ISO_8859, _GBK = 20127, 28590, 936
EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


class Held(Protocol):
    """Where the properties of an item are held: numbers and times at hand, all that is longer by what kind it is."""

    @property
    def fixed(self) -> Mapping[int, tuple[int, bytes]]:
        """Numbers, truths and times, each with its kind."""
        ...

    def stream(self, identifier: int, kind: str) -> bytes | None:
        """Return a property of any length; none where there is none of this kind."""
        ...

    def below(self, kind: str) -> "Iterator[Held]":
        """Yield recipients (``recip``) or attachments (``attach``)."""
        ...

    def embedded(self) -> "Held | None":
        """Return the item that is attached, where one is."""
        ...


class Item:
    """A message, recipient or attachment, by its properties."""

    def __init__(self, held: Held, page: str = "") -> None:
        """Take the code *page* of the item that it is part of, in which it is too if it states none."""
        self._held, self._page = held, page
        self._fixed, self._stream = held.fixed, held.stream

    def text(self, *identifiers: int) -> str:
        """Return the first of some properties that is a string with something in it."""
        for identifier in identifiers:
            if (wide := self._stream(identifier, _WIDE)) is not None:
                found = utf_16(wide)
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
                    return f"{EPOCH + timedelta(microseconds=ticks // 10):%a, %d %b %Y %H:%M:%S +0000}"
                except OverflowError:
                    continue
        return ""

    def below(self, kind: str) -> Iterator["Item"]:
        """Yield recipients (``recip``) or attachments (``attach``)."""
        page = self.code_page()
        return (Item(one, page) for one in self._held.below(kind))

    def embedded(self) -> "Item | None":
        """Return the item that is attached, where one is."""
        held = self._held.embedded()
        return Item(held, self.code_page()) if held is not None else None

    def code_page(self) -> str:
        """Name the encoding of narrow strings; nothing, where neither the item says nor what it is part of."""
        stated = self.number(_CODE_PAGE) or self.number(_INTERNET_PAGE) or self._of_language()
        return _codec(stated) or self._page

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


def _codec(page: int) -> str:
    """Return the codec of a Windows code page; nothing, where it states none, or ASCII, which is never the truth."""
    if page in (0, _ASCII):
        return ""
    if 0 < page - _ISO_8859 < 16:  # noqa: PLR2004  its parts
        return f"iso8859-{page - _ISO_8859}"
    return "gb18030" if page == _GBK else codec(page)
