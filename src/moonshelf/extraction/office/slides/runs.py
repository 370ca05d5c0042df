"""Runs of old texts: how stretches of paragraphs and of characters are set ([MS-PPT] 2.9.44 StyleTextPropAtom)."""

import struct
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from moonshelf.extraction.charset import utf_16
from moonshelf.extraction.notation import symbol_fonts
from moonshelf.extraction.office.slides.records import Record, Type

_Fields = tuple[tuple[int, int], ...]
"""Bits of a mask, and how many bytes each adds to a record where it is set, in the order of these bytes."""
_PARAGRAPH_FIELDS: _Fields = (  # of a TextPFException ([MS-PPT] 2.9.20)
    (0x00000080, 2), (0x00000010, 2), (0x00000040, 2), (0x00000020, 4), (0x00000800, 2), (0x00001000, 2),
    (0x00002000, 2), (0x00004000, 2), (0x00000100, 2), (0x00000400, 2), (0x00008000, 2),
)  # fmt: skip
_PARAGRAPH_TAIL: _Fields = ((0x00010000, 2), (0x000E0000, 2), (0x00200000, 2))
_TABS = 0x00100000
_DEEPEST = 4  # levels below the first
_STYLE: _Fields = ((0x3EB7, 2),)  # of a TextCFException (2.9.14): bold and the like, of which each has its bit
_FONT, _BESIDE, _SYMBOL_FONT = 0x00010000, ((0x00200000, 2), (0x00400000, 2)), 0x00800000
_CHARACTER_TAIL: _Fields = ((0x00020000, 2), (0x00040000, 4), (0x00080000, 2))
_CHARACTERS: _Fields = ((_FONT, 2), *_BESIDE, (_SYMBOL_FONT, 2), *_CHARACTER_TAIL)
_GROUP = 10  # bits before those that name a group, in what says whether characters are bold
_MOST_FONTS = 10_000

Paragraphs = tuple[int, int, bool | None]
"""How many characters a run of paragraphs has, their level, and whether they have a bullet, if stated."""


def paragraphs(style: bytes, length: int) -> tuple[list[Paragraphs], int]:
    """Return the runs that the paragraphs of *length* characters are in, and where those of characters begin."""
    at, found = 0, []
    while length > 0 and at + 10 <= len(style):
        count, level, mask = struct.unpack_from("<IHI", style, at)
        at += 10
        bullet = None
        if mask & 0xF:  # one bit each for its being there, its font, its color, its size
            flags = int.from_bytes(style[at : at + 2], "little")
            bullet = bool(flags & 1) if mask & 1 else None
            at += 2
        at += _length(mask, _PARAGRAPH_FIELDS)
        if mask & _TABS:
            at += 2 + 4 * int.from_bytes(style[at : at + 2], "little")
        at += _length(mask, _PARAGRAPH_TAIL)
        found.append((count, min(level, _DEEPEST), bullet))
        length -= max(count, 1)
    return found, at


def groups(style: bytes, length: int) -> Iterator[tuple[int, int]]:
    """Yield how many characters are numbered alike each, and the place of what says how."""
    _, at = paragraphs(style, length + 1)
    while at + 8 <= len(style):
        count, mask = struct.unpack_from("<II", style, at)
        stated = int.from_bytes(style[at + 8 : at + 10], "little") if mask & _STYLE[0][0] else 0
        at += 8 + _length(mask, _STYLE) + _length(mask, _CHARACTERS)
        yield count, stated >> _GROUP & 0xF


def _fonts(style: bytes, length: int) -> Iterator[tuple[int, int]]:
    """Yield how many characters are in one font each, and its number; -1 where that is the master's."""
    _, at = paragraphs(style, length + 1)  # with the end of the last
    while at + 8 <= len(style):
        count, mask = struct.unpack_from("<II", style, at)
        at += 8 + _length(mask, _STYLE)
        number = -1
        if mask & _FONT:
            number = int.from_bytes(style[at : at + 2], "little")
            at += 2
        at += _length(mask, _BESIDE)
        if mask & _SYMBOL_FONT:
            number = int.from_bytes(style[at : at + 2], "little")
            at += 2
        at += _length(mask, _CHARACTER_TAIL)
        yield count, number


class Fonts:
    """The fonts of a presentation, which are asked for what they show in place of private characters."""

    def __init__(self, document: Record) -> None:
        """Take the record of the *document*, in which they are listed."""
        self._document = document
        self._names: dict[int, str] | None = None

    def shown(self, text: str, style: bytes) -> str:
        """Return *text* as its fonts show it, as many characters as it has."""
        if text.isascii() or not symbol_fonts.private(text):
            return text  # nearly all has no such characters
        parts, at = [], 0
        for count, number in _fonts(style, len(text)):
            parts.append(symbol_fonts.shown(text[at : at + count], self._name(number)))
            at += count
        return "".join(parts) + text[at:]

    def _name(self, number: int) -> str:
        if self._names is None:
            listed = (one for group in self._document.below(Type.FONTS) for one in group.children(Type.FONT))
            self._names = {one.instance: utf_16(one.content[:64]).split("\0")[0] for one in islice(listed, _MOST_FONTS)}
        return self._names.get(number, "")


@lru_cache(maxsize=256)
def _length(mask: int, fields: _Fields) -> int:
    """Return the bytes of those *fields* that a *mask* says are there; a presentation has few masks."""
    return sum(size for bit, size in fields if mask & bit)
