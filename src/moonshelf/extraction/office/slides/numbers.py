"""Numbers of lists on slides, as new and old presentations state them."""

import struct
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial
from itertools import islice

from moonshelf.extraction.notation.numerals import chinese, letters, numeral, roman
from moonshelf.extraction.office.slides.runs import groups

_NUMERALS: Mapping[str, Callable[[int], str]] = {  # by how the names of kinds begin
    "alpha": letters, "roman": roman, "circle": partial(numeral, form="decimalEnclosedCircle"), "ea1": chinese,
}  # fmt: skip
_SCHEMES = (  # by their numbers ([MS-PPT] 2.13.31, TextAutoNumberSchemeEnum)
    "alphaLcPeriod", "alphaUcPeriod", "arabicParenR", "arabicPeriod", "romanLcParenBoth", "romanLcParenR",
    "romanLcPeriod", "romanUcPeriod", "alphaLcParenBoth", "alphaLcParenR", "alphaUcParenBoth", "alphaUcParenR",
    "arabicParenBoth", "arabicPlain", "romanUcParenBoth", "romanUcParenR", "ea1ChsPlain", "ea1ChsPeriod",
    "circleNumDbPlain", "circleNumWdWhitePlain", "circleNumWdBlackPlain", "ea1ChtPlain", "ea1ChtPeriod",
)  # fmt: skip
_PICTURE, _SCHEME, _HAS_SCHEME = 0x00800000, 0x01000000, 0x02000000  # bits of a TextPFException9 (2.9.26)
_CHARACTERS_MORE = 0x00100000  # bit of a TextCFException9 (2.9.15)
_INFORMATION = ((0x01, 2), (0x02, 2), (0x04, 2), (0x40, 2), (0x20, 4))  # bits of a TextSIException (2.9.32), and bytes
_SMART_TAGS = 0x0200

_MOST_GROUPS = 16  # that characters may name
Numbering = tuple[str, int]
"""A kind of numbers, as new presentations call it, and what it starts from."""


def printed(kind: str, number: int) -> str:
    """Write *number* as lists of this *kind* have it: "arabicPeriod", "alphaLcParenR"."""
    shown = next((write for name, write in _NUMERALS.items() if kind.startswith(name)), str)(number)
    shown = shown.upper() if "Uc" in kind else shown
    if kind.endswith("ParenBoth"):
        return f"({shown})"
    if kind.endswith("Plain"):
        return shown
    return f"{shown})" if kind.endswith("ParenR") else f"{shown}."


class Counts:
    """How far the paragraphs of one text are counted, by their levels."""

    def __init__(self) -> None:
        self._counts: dict[int, tuple[Hashable, int]] = {}

    def next(self, level: int, kind: Hashable | None, start: int = 1) -> int:
        """Return the number of the next paragraph on a *level*, 0 for one of no *kind*.

        Another kind begins at its *start*, and so do deeper levels from here on.
        """
        before, number = self._counts.get(level, (None, 0))
        self._counts = {one: counted for one, counted in self._counts.items() if one < level}
        if kind is None:
            return 0
        number = number + 1 if before == kind else start
        self._counts[level] = kind, number
        return number


class Counter:
    """Counts the paragraphs of one text of an old presentation."""

    def __init__(self, numbers: bytes, style: bytes, length: int) -> None:
        """Take the atoms that say how paragraphs are numbered, and how the text of a *length* is set."""
        self._kinds = list(islice(_numberings(numbers), _MOST_GROUPS))
        self._groups = list(groups(style, length)) if any(self._kinds) else []
        self._counts = Counts()

    def marker(self, position: int, level: int) -> str:
        """Return what stands before the paragraph that begins at a *position*."""
        place = self._group(position)
        kind = self._kinds[place] if place < len(self._kinds) else None
        number = self._counts.next(level, kind, kind[1] if kind else 1)
        return printed(kind[0], number) if kind else "•"

    def _group(self, position: int) -> int:
        for length, place in self._groups:
            if position < length:
                return place
            position -= length
        return 0


def _numberings(content: bytes) -> Iterator[Numbering | None]:
    """Read how runs of an old text are numbered from a StyleTextProp9Atom (2.9.66); ``None`` for those that are not."""
    at = 0
    try:
        while at < len(content):
            (mask,) = struct.unpack_from("<I", content, at)
            at += 4 + (2 if mask & _PICTURE else 0)
            has, kind, start = 0, 3, 1
            if mask & _HAS_SCHEME:
                (has,) = struct.unpack_from("<H", content, at)
                at += 2
            if mask & _SCHEME:
                kind, start = struct.unpack_from("<Hh", content, at)
                at += 4
            at = _after_characters(content, at)
            yield (_SCHEMES[kind] if kind < len(_SCHEMES) else "arabicPeriod", start) if has else None
    except struct.error:
        return  # cut short: without numbers the text can be read too


def _after_characters(content: bytes, at: int) -> int:
    """Return where what is said of characters, and of their spelling, ends."""
    mask, information = struct.unpack_from("<I", content, at)[0], 0
    at += 8 if mask & _CHARACTERS_MORE else 4
    (information,) = struct.unpack_from("<I", content, at)
    at += 4 + sum(size for bit, size in _INFORMATION if information & bit)
    if information & _SMART_TAGS:
        at += 4 + 4 * int(struct.unpack_from("<I", content, at)[0])
    return at
