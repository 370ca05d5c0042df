"""Rows, cells and texts of a workbook as its XML spells them (ECMA-376 part 1, 18.3.1.4 and 18.4.8)."""

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from moonshelf.extraction.office.elements import find, text_of
from moonshelf.extraction.office.openxml import S, whole
from moonshelf.extraction.office.sheets import overlays
from moonshelf.extraction.office.sheets.listings import Listing
from moonshelf.extraction.office.tags import attributes, grammar, resolved

# A hostile file repeats beginnings without ends: each pattern ends near where it fails, or takes what is left.
_TEXT = r"<x:t(?:\s*/>|(?:\s[^>]*)?>([^<]*)</x:t>)"
_CELL = rf"""
    <x:(?: (row) | c) (?=[\s/>]) (?:\ r="([A-Z]{{0,3}})([0-9]{{1,7}})")? ([^<>]*) > (?(1) | (?: (?<=/>) | \s*
        (?: <x:f ([^>]*?) (?: /> | > ([^<]*) </x:f> ) \s* )?
        (?: <x:v (?: \s*/> | (?:\s[^>]*)?> ([^<]*) </x:v> ) \s* )?
        (?: <x:is> \s* {_TEXT} \s* </x:is> \s* )?
        (?: </x:c> | (.*?) (?: </x:c> | \Z ) ) ) )
"""
_READING = rf"<x:rPh[^>]*>\s*{_TEXT.replace('([^<]*)', '[^<]*')}\s*</x:rPh>|<x:phoneticPr[^>]*/>"  # aloud
_STRING = rf"<x:si(?:\s*/>|>\s*(?:{_TEXT}\s*)?(?:(?:{_READING})\s*)*(.*?)</x:si>)"
_NUMBER = re.compile(r"\sr\s*=\s*[\"']([0-9]{1,9})[\"']")
_ON = ("1", "true", "on")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


class Stated(msgspec.Struct, frozen=True, gc=False):
    """What the attributes of a cell say, which are the same for most cells of a column."""

    reference: str
    kind: str
    style: int


Written = tuple[int, int, Stated, str, str, str]
"""A cell before anything is made of it: its row and column, what its attributes say, its value, its formula with
references, as few ask for it, and the attributes of that, which may be another cell's. No object: there are many."""


def cells(listing: Listing, hidden_rows: set[int]) -> Iterator[Written]:
    """Yield the cells of a worksheet, and add what rows are hidden to *hidden_rows*.

    What has no place of its own follows what stands before it.
    """
    row = column = -1
    for piece in listing.pieces():
        found = grammar(_CELL, listing.prefix).findall(piece)
        for is_row, letters, digits, rest, shares, formula, value, inline, more in found:
            if is_row:
                row, column = _row(digits, rest, row), -1
                if "hidden" in rest and attributes(rest).get("hidden") in _ON:
                    hidden_rows.add(row)
                continue
            stated = _stated(rest)
            if letters:
                row, column = (int(digits) or 1) - 1, _column(letters)
            else:
                row, column = place(stated.reference) or (row, column + 1)
            text = value or inline
            if "&" in text:
                text = resolved(text)
            if more:
                yield row, column, stated, *_completed(text, formula, listing, more), shares
            else:
                yield row, column, stated, text, formula, shares


def _row(digits: str, rest: str, before: int) -> int:
    """Return the row of these *digits*; else the one that the *rest* of its tag states, or that follows."""
    stated = digits or "".join(_NUMBER.findall(rest)[:1])
    return (int(stated) or 1) - 1 if stated else before + 1


def _completed(value: str, formula: str, listing: Listing, more: str) -> tuple[str, str]:
    """Read what is rare in a cell: texts in several runs, extensions, damage."""
    element = listing.parsed(f"<{listing.prefix}c>{more}</{listing.prefix}c>")
    if element is None:
        return value, formula
    inline = find(element, f"{S}is")
    text = value or text_of(element, f"{S}v") or ("" if inline is None else overlays.spelt(inline))
    return text, formula or text_of(element, f"{S}f")


def strings(listing: Listing) -> Iterator[str]:
    """Yield the texts that cells refer to by number."""
    for piece in listing.pieces():
        for text, more in grammar(_STRING, listing.prefix).findall(piece):
            if not more:
                yield overlays.unescaped(resolved(text)) if "&" in text or "_" in text else text
            elif (element := listing.parsed(f"<{listing.prefix}si>{more}</{listing.prefix}si>")) is not None:
                yield overlays.unescaped(resolved(text) + overlays.spelt(element))


@lru_cache(maxsize=1_024)
def _stated(spelt: str) -> Stated:
    said = attributes(spelt)
    return Stated(said.get("r", ""), said.get("t", "n"), whole(said.get("s")))


def place(reference: str) -> tuple[int, int] | None:
    """Return the row and column, from 0, of a cell by its name."""
    found = _REFERENCE.fullmatch(reference)
    return (max(int(found[2]), 1) - 1, _column(found[1])) if found else None


@lru_cache(maxsize=1_024)
def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1
