"""What sheets of xls draw over their cells: controls, which a stream of their own holds, and pictures."""

import struct
from collections.abc import Callable, Iterator
from functools import cached_property

from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.office import active_controls
from moonshelf.extraction.office.blips import held
from moonshelf.extraction.office.pictures import Pictures, large
from moonshelf.extraction.office.sheets import biff
from moonshelf.extraction.office.slides import art
from moonshelf.extraction.office.slides.records import CONTAINER, Record, Type
from moonshelf.extraction.tools import Tools

_CONTROLS = "Ctls"
_KIND, _PICTURE = slice(4, 6), b"\x08\0"  # of an object, behind the head of its first part
_FLAGS, _FORMULA = 8, 9  # parts of a picture's object: what it is, and what it is of ([MS-XLS] 2.5.152 and 2.5.155)
_KEPT = 0x30  # a control, which that stream holds
_EDGES = struct.Struct("<2x8H")  # columns and rows with shares of them, of the left, the top, the right and the bottom
_COLUMN, _ROW = 48.0, 12.75  # points of most columns and rows
_COLUMN_PARTS, _ROW_PARTS = 1024, 256


class DrawnObjects:
    """What is drawn on the sheets of one workbook."""

    def __init__(self, read: Callable[[str], bytes | None], tools: Tools) -> None:
        """Take *read*, which returns the stream of a name."""
        self._read = read
        self._group: list[bytes] = []
        self._shape = b""
        self._taken = 0  # bytes of controls
        self.pictures = Pictures(self._content, tools)

    def keep(self, record: biff.Record) -> None:
        """Take in a part of what the workbook holds for all drawings."""
        self._group += [record.content, *record.more]

    def begin(self, record: biff.Record) -> None:
        """Take in how the object looks whose own record comes next."""
        self._shape = b"".join([record.content, *record.more])

    def shown(self, drawn: bytes) -> Iterator[Block]:
        """Yield what a control or a picture shows; files of other programs and cells are read anyway."""
        look, self._shape = self._shape, b""  # of this object alone: thousands may follow one look
        if drawn[_KIND] != _PICTURE:
            return
        at, flags = 0, 0
        while at + 10 <= len(drawn):
            part, size, first = struct.unpack_from("<3H", drawn, at)
            if part == _FLAGS:
                flags = first
            elif part == _FORMULA:
                if flags & _KEPT == _KEPT and size >= first + 10:
                    begin, length = struct.unpack_from("<2I", drawn.ljust(at + first + 14, b"\0"), at + 6 + first)
                    yield Block(Kind.PARAGRAPH, active_controls.kept(self._control(begin, length)))
                return
            at += 4 + size
        yield from self._pictured(look)

    def _control(self, begin: int, length: int) -> bytes:
        content = self._controls[begin : begin + min(length, len(self._controls) - self._taken)]
        self._taken += len(content)  # all together are no more than there is, whatever each says
        return content

    def _pictured(self, look: bytes) -> Iterator[Block]:
        around = Record(look, CONTAINER, 0, 0, len(look))
        for shape in around.below(Type.SHAPE):
            options, anchor = shape.first(Type.OPTIONS), shape.first(Type.CLIENT_ANCHOR)
            number = art.properties(options).get(art.PICTURE, 0) if options else 0
            if number and anchor and anchor.end - anchor.start >= _EDGES.size and _is_large(anchor.content):
                yield from self.pictures.shown(str(number))

    def _content(self, number: str) -> bytes | None:
        place = int(number) - 1
        return held(self._entries[place]) if place < len(self._entries) else None

    @cached_property
    def _controls(self) -> bytes:
        return self._read(_CONTROLS) or b""

    @cached_property
    def _entries(self) -> list[Record]:
        stream = b"".join(self._group)
        return list(Record(stream, CONTAINER, 0, 0, len(stream)).below(Type.BLIP_ENTRY))


def _is_large(anchor: bytes) -> bool:
    left, left_part, top, top_part, right, right_part, bottom, bottom_part = _EDGES.unpack_from(anchor)
    width = right - left + (right_part - left_part) / _COLUMN_PARTS
    height = bottom - top + (bottom_part - top_part) / _ROW_PARTS
    return large(width * _COLUMN, height * _ROW)
