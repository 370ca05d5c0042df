"""What an OLE file says about itself ([MS-OLEPS] 2.21 PropertySetStream): title, author and the like.

``olefile`` reads these too, but runs for hours on a count that a hostile file makes up.
"""

import codecs
import struct

_NAMES = {2: "title", 3: "subject", 4: "author", 5: "keywords"}  # [MS-OLEPS] 2.25.1
_CODE_PAGE = 1
_NUMBER, _NARROW, _WIDE = 0x02, 0x1E, 0x1F  # types of values: VT_I2, VT_LPSTR, VT_LPWSTR
_MOST = 1_000  # properties
_LONGEST = 10_000  # bytes of one


def metadata(stream: bytes) -> dict[str, str]:
    """Read the stream of a summary; raises what ``ole_streams.faults`` turns into an error where it is broken."""
    (start,) = struct.unpack_from("<I", stream, 44)
    (count,) = struct.unpack_from("<I", stream, start + 4)
    count = min(count, _MOST, max(len(stream) - start - 8, 0) // 8)
    places: dict[int, int] = {}
    for key, place in struct.iter_unpack("<II", stream[start + 8 : start + 8 + 8 * count]):
        places.setdefault(key, place)  # what follows where a count lies is no list
    page = "cp1252"
    if _CODE_PAGE in places:
        kind, number = struct.unpack_from("<IH", stream, start + places[_CODE_PAGE])
        page = codec(number) if kind == _NUMBER else page
    stated = {name: _text(stream, start + places[key], page) for key, name in _NAMES.items() if key in places}
    return {name: text for name, text in stated.items() if text}


def codec(page: int) -> str:
    """Return the codec of a Windows code page; of one that is unknown, that of Western Europe."""
    name = {65001: "utf-8", 1200: "utf-16-le", 10000: "mac-roman", 32768: "mac-roman"}.get(page, f"cp{page}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


def _text(stream: bytes, at: int, page: str) -> str:
    kind, length = struct.unpack_from("<II", stream, at)
    if kind not in (_NARROW, _WIDE):
        return ""
    size = min(length * 2 if kind == _WIDE or page == "utf-16-le" else length, _LONGEST)
    text = stream[at + 8 : at + 8 + size].decode("utf-16-le" if kind == _WIDE else page, "replace")
    return " ".join(text.split("\0")[0].split())
