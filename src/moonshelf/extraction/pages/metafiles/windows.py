"""Metafiles of Windows 3 (WMF): the records that set text, and those that say where and how ([MS-WMF])."""

import struct
from collections.abc import Mapping
from heapq import heappop, heappush

from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.pages.metafiles.canvas import Act, Canvas, Font, Pair, stating

_PLACED, _PLACED_SIZE = b"\xd7\xcd\xc6\x9a", 22  # before the drawing, where programs pass it on as a file
_HEADER = 18
_MOST_OBJECTS = 1000
_PLAIN, _STRETCHED = 1, 8  # ways to map units
_SMALLEST = 3  # words of a record: its size and its kind
_BEGINNING = b"\1\0\x09\0\0\3"  # in memory, the size of the rest, and version 3 of Windows
_BOXED = 0x6  # a rectangle stands before the text
_GLYPHS = 0x10
_DENSITY = 96 / 25.4  # pixels a millimetre


def begins(content: bytes) -> bool:
    """Tell whether *content* is one."""
    return content.startswith((_PLACED, _BEGINNING))


def read(content: bytes, number: int) -> PageFacts:
    """Return the words of a drawing as the page of a *number*. Raises ``LimitReached``."""
    canvas = Canvas(_DENSITY)
    at = _HEADER + (_PLACED_SIZE if content.startswith(_PLACED) else 0)
    while at + 6 <= len(content):
        size, kind = struct.unpack_from("<IH", content, at)
        if size < _SMALLEST or not kind:
            break
        if act := _ACTS.get(kind):
            try:
                act(canvas, content[at + 6 : at + size * 2])
            except struct.error:
                break  # it ends within this one
        at += size * 2
    return canvas.page(number, None, 0.0)


def _text(canvas: Canvas, record: bytes) -> None:
    (count,) = struct.unpack_from("<H", record)
    y, x = struct.unpack_from("<2h", record, 2 + count + count % 2)
    canvas.write(canvas.now.font.text(record[2 : 2 + count]), (x, y))


def _spread_text(canvas: Canvas, record: bytes) -> None:
    y, x, count, options = struct.unpack_from("<2h2H", record)
    if options & _GLYPHS:
        return
    at = 16 if options & _BOXED else 8
    text = canvas.now.font.text(record[at : at + count])
    at += count + count % 2
    spread = count if len(text) == count and at + 2 * count <= len(record) else 0  # wide characters take two of them
    canvas.write(text, (x, y), struct.unpack_from(f"<{spread}h", record, at if spread else 0))


def _font(canvas: Canvas, record: bytes) -> None:
    height, _, turned, _, weight, italic, _, _, charset = struct.unpack_from("<5h4B", record)
    name = record[18:50].split(b"\0")[0].decode("cp1252", "replace")
    _object(canvas, Font.asked(height, weight, charset, name, italic=bool(italic), turned=turned))


def _object(canvas: Canvas, font: Font | None = None) -> None:
    """Put an object where the first of all places is free, as the numbers of later records count on."""
    if len(canvas.objects) < _MOST_OBJECTS:
        canvas.objects[heappop(canvas.free) if canvas.free else len(canvas.objects)] = font


def _window(canvas: Canvas, record: bytes) -> None:
    """Take the size of what is drawn on, which programs stretch to the picture's place; it may count upwards."""
    wide, high = canvas.now.window_size = _pair(record)
    canvas.now.viewport_size = abs(wide), abs(high)
    canvas.now.mapping = _STRETCHED if canvas.now.mapping == _PLAIN else canvas.now.mapping


def _delete(canvas: Canvas, record: bytes) -> None:
    if (place := _number(record)) in canvas.objects:
        del canvas.objects[place]
        heappush(canvas.free, place)


def _number(record: bytes) -> int:
    return int(struct.unpack_from("<h", record)[0])


def _pair(record: bytes) -> Pair:
    y, x = struct.unpack_from("<2h", record)
    return x, y


_ACTS: Mapping[int, Act] = {
    0x001E: lambda canvas, _: canvas.keep(),
    0x0127: lambda canvas, record: canvas.restore(_number(record)),
    0x012D: lambda canvas, record: canvas.select(_number(record)),
    0x01F0: _delete,
    0x012E: stating("align", _number),
    0x0103: stating("mapping", _number),
    0x020B: stating("window", _pair),
    0x020C: _window,
    0x0214: stating("at", _pair),
    0x0521: _text,
    0x0A32: _spread_text,
    0x02FB: _font,
    **dict.fromkeys((0x00F7, 0x0142, 0x01F9, 0x02FA, 0x02FC, 0x06FF), lambda canvas, _: _object(canvas)),
}
