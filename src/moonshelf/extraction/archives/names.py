"""Names in zip archives that do not state their encoding: all of one archive were written on one machine."""

import re
from collections.abc import Mapping
from itertools import pairwise

from moonshelf.extraction.charset import decode
from moonshelf.extraction.containers.zip_members import UNSTATED

_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_WORD = 3  # bytes beyond ASCII in a row that no word of German or French has in MS-DOS
_WORDY = 1.5  # such bytes in a row, on average: in Japanese, which has the fewest of those scripts, 1.8
_CYRILLIC = re.compile(rb"[\x80-\x9f\xf0]*[\xa0-\xaf\xe0-\xef\xf1]*")  # of MS-DOS, capitals first
_HANZI = re.compile(rb"(?:[\xb0-\xf7][\xa1-\xfe])+")  # in MS-DOS frames, but for a few letters that no word begins with
_EUROPEAN = (UNSTATED, "cp850", "cp1252", "cp852")
"""Of MS-DOS as the specification has it, and in Western Europe; of Windows there; of MS-DOS in Central Europe."""
_FREQUENT = frozenset("ÄÅÇÉÑÖØÜßàáâãäåæçèéêëîïñòóôöøùúûüąćčęěłńřśšůźżžőű")  # among the letters beyond ASCII
_LETTERS = re.compile(r"[\0-\x7f\xaa\xba\xc0-\xd6\xd8-\xf6\xf8-\u017f]*")


def titles(spelt: Mapping[str, bytes]) -> dict[str, str]:
    """Guess what names say, by how they are *spelt*."""
    joined = b"\n".join(spelt.values())
    encoding = _encoding(joined)
    said = (joined.decode(encoding, "replace") if encoding else decode(joined).text).split("\n")
    return dict(zip(spelt, said, strict=True)) if len(said) == len(spelt) else {}


def _encoding(joined: bytes) -> str:
    """Name the encoding of a few words, nothing where there are enough of them to ask as of any text."""
    runs = _BEYOND_ASCII.findall(joined)
    if max(map(len, runs), default=0) >= _WORD and sum(map(len, runs)) >= _WORDY * len(runs):
        return "cp866" if all(map(_CYRILLIC.fullmatch, runs)) else ""
    if all(map(_HANZI.fullmatch, runs)):
        return "gb18030"
    written = [one for one in _EUROPEAN if _is_written(joined.decode(one, "replace"))]
    return min(written, key=lambda one: _rare(joined.decode(one)), default=UNSTATED)


def _rare(text: str) -> int:
    return sum(letter not in _FREQUENT for letter in text if letter > "\x7f")


def _is_written(text: str) -> bool:
    """Tell words from frames and signs: all are letters, and no capital follows a small one."""
    capitals = any(before.islower() and one.isupper() and one > "\x7f" for before, one in pairwise(text))
    return not capitals and bool(_LETTERS.fullmatch(text))
