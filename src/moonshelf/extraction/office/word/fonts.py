"""Fonts of Word 97-2003 documents: what they show in place of characters that they alone tell."""

from moonshelf.extraction.charset import utf_16

_HEAD = 4  # bytes: how many there are, and how much stands beside each
_NAME = 40  # bytes of a font's entry before its name ([MS-DOC] 2.9.76 FFN, behind its length)


def names(table: bytes) -> list[str]:
    """Return the names of the fonts that a *table* (SttbfFfn) lists, by their numbers."""
    found, at = list[str](), _HEAD
    while at < len(table):
        end = at + 1 + table[at]
        found.append(utf_16(table[at + _NAME : end]).split("\0")[0])
        at = end
    return found
