"""Enhanced metafiles (EMF): the records that set text, and those that say where and how ([MS-EMF])."""

import struct
from collections.abc import Mapping

from moonshelf.extraction.charset import utf_16
from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.pages.metafiles.canvas import Act, Canvas, Context, Font, Matrix, Pair, stating

_SIGNATURE, _SIGNED = b" EMF", 40
_GLYPHS = 0x10  # characters are numbers of a font's shapes, which nobody here can name
_BOTH_WAYS = 0x2000  # how far each character leads down stands behind how far it leads across
_NO_BOX, _NARROW = 0x100, 0x200  # of short texts: no rectangle stands before them, characters are bytes
_SMALLEST = 8  # bytes of a record: its kind and its size
_END = 14
_RESET, _BEFORE, _AFTER, _ANEW = 1, 2, 3, 4  # how what turns and stretches all is changed
_POINTS = 72 / 25.4  # of a millimetre


def begins(content: bytes) -> bool:
    """Tell whether *content* is one."""
    return content[:4] == b"\1\0\0\0" and content[_SIGNED : _SIGNED + 4] == _SIGNATURE


def read(content: bytes, number: int) -> PageFacts:
    """Return the words of a drawing as the page of a *number*. Raises ``LimitReached``."""
    frame = struct.unpack_from("<4i", content.ljust(88, b"\0"), 24)  # hundredths of a millimetre
    wide, _, millimetres, _ = struct.unpack_from("<4i", content.ljust(88, b"\0"), 72)
    density = wide / millimetres if wide > 0 and millimetres > 0 else 96 / 25.4
    canvas, at = Canvas(density), 0
    while at + 8 <= len(content):
        kind, size = struct.unpack_from("<II", content, at)
        if size < _SMALLEST or kind == _END:
            break
        if act := _ACTS.get(kind):
            try:
                act(canvas, content[at : at + size])
            except struct.error:
                break  # it ends within this one
        at += size
    left, top, right, bottom = (edge / 100 * density for edge in frame)
    framed = (left, top, right, bottom) if left < right and top < bottom else None
    return canvas.page(number, framed, _POINTS / density)


def _text(canvas: Canvas, record: bytes, *, wide: bool) -> None:
    x, y, count, at, options = struct.unpack_from("<2i3I", record, 36)
    (spread,) = struct.unpack_from("<I", record, 72)
    if options & _GLYPHS:
        return
    content = record[at : at + count * (1 + wide)]
    text = utf_16(content) if wide else canvas.now.font.text(content)
    pace = 2 if options & _BOTH_WAYS else 1
    count = count * pace if 0 < spread <= len(record) - 4 * count * pace else 0
    canvas.write(text, (x, y), struct.unpack_from(f"<{count}i", record, spread if count else 0)[::pace])


def _short_text(canvas: Canvas, record: bytes) -> None:
    x, y, count, options = struct.unpack_from("<2i2I", record, 8)
    if options & _GLYPHS:
        return
    at = 36 if options & _NO_BOX else 52
    content = record[at : at + count * (1 if options & _NARROW else 2)]
    canvas.write(canvas.now.font.text(content) if options & _NARROW else utf_16(content), (x, y))


def _font(canvas: Canvas, record: bytes) -> None:
    number, height, _, turned, _, weight = struct.unpack_from("<I5i", record, 8)
    italic, _, _, charset = struct.unpack_from("<4B", record, 32)
    name = utf_16(record[40:104])
    canvas.objects[number] = Font.asked(height, weight, charset, name, italic=bool(italic), turned=turned)


def _delete(canvas: Canvas, record: bytes) -> None:
    canvas.objects.pop(_number(record), None)


def _set_world(canvas: Canvas, record: bytes) -> None:
    canvas.now.world = struct.unpack_from("<6f", record, 8)


def _modify_world(canvas: Canvas, record: bytes) -> None:
    *given, way = struct.unpack_from("<6fI", record, 8)
    one: Matrix = given[0], given[1], given[2], given[3], given[4], given[5]
    now = canvas.now.world
    worlds = {_RESET: Context.plain, _BEFORE: _product(one, now), _AFTER: _product(now, one), _ANEW: one}
    canvas.now.world = worlds.get(way, now)


def _product(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _pair(record: bytes) -> Pair:
    x, y = struct.unpack_from("<2i", record, 8)
    return x, y


def _number(record: bytes) -> int:
    return int(struct.unpack_from("<i", record, 8)[0])


_ACTS: Mapping[int, Act] = {
    9: stating("window_size", _pair),
    10: stating("window", _pair),
    11: stating("viewport_size", _pair),
    12: stating("viewport", _pair),
    17: stating("mapping", _number),
    22: stating("align", _number),
    27: stating("at", _pair),
    33: lambda canvas, _: canvas.keep(),
    34: lambda canvas, record: canvas.restore(_number(record)),
    35: _set_world,
    36: _modify_world,
    37: lambda canvas, record: canvas.select(_number(record)),
    40: _delete,
    82: _font,
    83: lambda canvas, record: _text(canvas, record, wide=False),
    84: lambda canvas, record: _text(canvas, record, wide=True),
    108: _short_text,
}
