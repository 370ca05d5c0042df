"""What an OLE file says about itself ([MS-OLEPS] 2.21 PropertySetStream): title, author and the like."""

import codecs
import struct
from collections.abc import Iterator
from functools import cache

_NAMES = {2: "title", 3: "subject", 4: "author", 5: "keywords", 6: "description"}  # [MS-OLEPS] 2.25.1
_FIRST, _SECOND = 44, 64  # where a stream states the starts of its parts
_DICTIONARY, _CODE_PAGE = 0, 1
_NUMBER, _NARROW, _WIDE = 0x02, 0x1E, 0x1F  # types of values: VT_I2, VT_LPSTR, VT_LPWSTR
_PLAIN = {_NUMBER: "<h", 0x03: "<i", 0x05: "<d", 0x13: "<I", 0x14: "<q"}  # VT_I4, VT_R8, VT_UI4, VT_I8
_TRUTH = 0x0B
_UTF_16 = "utf-16-le"
_MOST = 1_000  # properties
_LONGEST = 10_000  # bytes of one


def metadata(stream: bytes) -> dict[str, str]:
    """Read the stream of a summary; raises what ``streams.faults`` turns into an error where it is broken."""
    places, page = _part(stream, _FIRST)
    stated = {name: _text(stream, places[key], page) for key, name in _NAMES.items() if key in places}
    return {name: text for name, text in stated.items() if text}


def custom(stream: bytes) -> Iterator[tuple[str, str]]:
    """Yield names and values of people's own properties; they stand in the second part of a document's summary."""
    if int.from_bytes(stream[24:28], "little") < 2:  # noqa: PLR2004 - parts
        return
    places, page = _part(stream, _SECOND)
    if _DICTIONARY not in places:
        return
    at = places[_DICTIONARY]
    (count,) = struct.unpack_from("<I", stream, at)
    at += 4
    for _ in range(min(count, _MOST)):
        key, length = struct.unpack_from("<II", stream, at)
        size = length * 2 if page == _UTF_16 else length
        name = stream[at + 8 : at + 8 + min(size, _LONGEST)].decode(page, "replace").split("\0")[0]
        at += 8 + (size + 3) // 4 * 4 if page == _UTF_16 else 8 + size
        if key in places:
            yield name, _value(stream, places[key], page)


def _part(stream: bytes, place: int) -> tuple[dict[int, int], str]:
    """Return where the properties are of the part whose start is stated at *place*, and the code page of its texts."""
    (start,) = struct.unpack_from("<I", stream, place)
    (count,) = struct.unpack_from("<I", stream, start + 4)
    at = start + 8
    listed = stream[at : at + 8 * min(count, _MOST)]
    # The first of a kind counts: what follows where a count lies is no list.
    stated = reversed([*struct.iter_unpack("<II", listed[: len(listed) // 8 * 8])])
    places = {key: start + offset for key, offset in stated}
    if _CODE_PAGE in places:
        kind, number = struct.unpack_from("<IH", stream, places[_CODE_PAGE])
        if kind == _NUMBER:
            return places, codec(number)
    return places, "cp1252"


def _value(stream: bytes, at: int, page: str) -> str:
    (kind,) = struct.unpack_from("<I", stream, at)
    if kind in _PLAIN:
        return f"{struct.unpack_from(_PLAIN[kind], stream, at + 4)[0]:.15g}"
    if kind == _TRUTH:
        return "yes" if any(stream[at + 4 : at + 6]) else "no"
    return _text(stream, at, page)


@cache
def codec(page: int) -> str:
    """Return the codec of a Windows code page; of one that is unknown, that of Western Europe."""
    name = {65001: "utf-8", 1200: _UTF_16, 10000: "mac-roman", 32768: "mac-roman"}.get(page, f"cp{page}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


def _text(stream: bytes, at: int, page: str) -> str:
    kind, length = struct.unpack_from("<II", stream, at)
    if kind not in (_NARROW, _WIDE):
        return ""
    size = min(length * 2 if kind == _WIDE or page == _UTF_16 else length, _LONGEST)
    text = stream[at + 8 : at + 8 + size].decode(_UTF_16 if kind == _WIDE else page, "replace")
    return " ".join(text.split("\0")[0].split())
