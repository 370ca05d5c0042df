"""ActiveX controls of xls: a sheet has a picture of each, and one stream holds what they are."""

import struct
from collections.abc import Callable
from functools import cached_property

from moonshelf.extraction.office import active_controls

_STREAM = "Ctls"
_KIND, _PICTURE = slice(4, 6), b"\x08\0"  # of an object, behind the head of its first part
_FLAGS, _FORMULA = 8, 9  # parts of a picture's object: what it is, and what it is of ([MS-XLS] 2.5.152 and 2.5.155)
_KEPT = 0x30  # a control, which that stream holds


class Controls:
    """The controls of one workbook."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        """Take *read*, which returns the stream of a name."""
        self._read = read

    @cached_property
    def _stream(self) -> bytes:
        return self._read(_STREAM) or b""

    def shown(self, drawn: bytes) -> str:
        """Return what an object that is *drawn* on a sheet shows, if it is a control."""
        if drawn[_KIND] != _PICTURE:
            return ""
        at, flags = 0, 0
        while at + 10 <= len(drawn):
            part, size, first = struct.unpack_from("<3H", drawn, at)
            if part == _FLAGS:
                flags = first
            elif part == _FORMULA and flags & _KEPT == _KEPT and size >= first + 10:
                begin, length = struct.unpack_from("<2I", drawn.ljust(at + first + 14, b"\0"), at + 6 + first)
                return active_controls.kept(self._stream[begin : begin + length])
            at += 4 + size
        return ""
