"""Rows, cells and texts of a workbook as its XML spells them (ECMA-376 part 1, 18.3.1.4 and 18.4.8)."""

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from operator import itemgetter

from moonshelf.extraction.office.elements import find, text_of
from moonshelf.extraction.office.openxml import S
from moonshelf.extraction.office.sheets.listings import Listing
from moonshelf.extraction.office.sheets.rich_strings import READING, TEXT, spelt, string, unescaped
from moonshelf.extraction.office.sheets.values import Values
from moonshelf.extraction.office.tags import attributes, grammar, resolved

# A hostile file repeats beginnings without ends: each pattern ends near where it fails, or takes what is left.
# What is taken whole ("++") is not taken in part: in most cells there is nothing to come back to. Groups
# so taken are atomic too ("(?>...)?+"): CPython before 3.11.5 goes on behind what another tried last and did not match.
_CELL = rf"""
    <x:(?: c | (row) ) (?=[\s/>]) (?>\ r="([A-Z]{{0,3}}+)([0-9]{{1,7}}+)")?+ ([^<>]*+) > (?(1) | (?: (?<=/>) | \s*+
        (?> <x:f ([^>]*?) (?: /> | > ([^<]*+) </x:f> ) \s*+ )?+
        (?> <x:v (?: > | \s[^>]*+> ) ([^<]*+) </x:v> \s*+ )?+
        (?: </x:c> | (?> <x:is> \s*+ {TEXT} \s*+ </x:is> \s*+ )?+ (?: </x:c> | (.*?) (?: </x:c> | \Z ) ) ) ) )
"""
# Cells as nearly all are spelt, which takes half as long; the last group is not empty where one is spelt otherwise.
_PLAIN = r"""
    <x:c (?: \ r="([A-Z]{1,3}+)([0-9]{1,7}+)"([^<>]*+)> (?: <x:v>([^<]*+)</x:v></x:c> | (?<=/>)
        | <x:f([^<>]*?)(?:/>|>([^<]*+)</x:f>)<x:v>([^<]*+)</x:v></x:c>
        | <x:is><x:t>([^<]*+)</x:t></x:is></x:c> ) | (.) )
"""
_OTHERWISE = itemgetter(-1)
_STRING = rf"<x:si(?:\s*/>|>\s*+(?>{TEXT}\s*+)?+(?:</x:si>|(?:(?:{READING})\s*)*(.*?)</x:si>))"
_NUMBER = re.compile(r"\sr\s*=\s*[\"']([0-9]{1,9})[\"']")
_PLACED = re.compile(r"\sr\s*=\s*[\"']([^\"']*)[\"']")
_WIDEST = 16_384  # columns
_LARGE = 8 * 2**20  # characters of a piece, which ends with a row and has a few hundred thousand
_ON = ("1", "true", "on")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")

Row = tuple[int, dict[int, str], int]
"""Which row it is, what its cells show by their columns, and how many show nothing."""

Calculated = Callable[[str, str, str, int, int], str]
"""Returns what a cell shows that is calculated: of what it shows, its formula with references, the attributes of that,
which may be another cell's, and its row and column."""


def rows(listing: Listing, values: Values, calculated: Calculated, hidden_rows: set[int]) -> Iterator[Row]:
    """Yield the rows of a worksheet as they are shown, and add which are hidden to *hidden_rows*.

    What has no place of its own follows what stands before it. Cells that say to be in another row than the one they
    are in make a row of their own. A row may come in several.
    """
    row = -1
    for piece in listing.pieces():
        is_plain = len(piece) < _LARGE and "hidden" not in piece
        found = grammar(_PLAIN, listing.prefix).findall(piece) if is_plain else ()
        if found and not any(map(_OTHERWISE, found)):
            row = yield from _plain(found, values, calculated)
        else:
            row = yield from _any(piece, listing, values, calculated, hidden_rows, row)


def _plain(found: Sequence[tuple[str, ...]], values: Values, calculated: Calculated) -> Generator[Row, None, int]:
    """Yield the rows of the cells that were *found*, each of which says where it is, and return the last row."""
    row, named = -1, ""
    cells: dict[int, str] = {}
    blanks = 0
    for letters, digits, said, value, shares, stated, result, inline, _ in found:
        if digits != named:
            yield row, cells, blanks
            cells, blanks, row, named = {}, 0, (int(digits) or 1) - 1, digits
        column, text = _column(letters), value or result or inline
        shown = values[said](resolved(text) if "&" in text else text) if text else ""
        if stated or shares:
            formula = resolved(stated)
            shown = calculated(shown if text or not formula else f"={formula}", formula, shares, row, column)
        if shown and not shown.isspace():
            cells[column] = shown
        else:
            blanks += 1
    yield row, cells, blanks
    return row


def _any(  # noqa: C901 - one loop, as a call for each cell would be felt
    piece: str, listing: Listing, values: Values, calculated: Calculated, hidden_rows: set[int], row: int
) -> Generator[Row, None, int]:
    """Yield the rows in a *piece*, which follow *row*, however they are spelt, and return the last row."""
    column = -1
    named = ""  # the row, as references to cells in it have it
    cells: dict[int, str] = {}
    blanks = 0
    for found in _found(piece, listing):
        for is_row, letters, digits, rest, shares, stated, value, inline, more in found:
            said = rest
            if is_row:
                at, column = _row(digits, rest, row, hidden_rows), -1
            elif letters:
                at, column = row if digits == named else (int(digits) or 1) - 1, _column(letters)
            else:
                said, at, column = _placed(rest, row, column + 1)
            if at != row:
                yield row, cells, blanks
                cells, blanks, row, named = {}, 0, at, digits
            if is_row:
                continue
            text, formula = value or inline, stated
            if more or "&" in text:
                text, formula = _completed(resolved(text), formula, listing, more)
            shown = values[said](text) if text else ""
            if formula or shares:
                formula = resolved(formula)  # all that is shown where it was never calculated: that was left to Excel
                shown = calculated(shown if text or not formula else f"={formula}", formula, shares, row, column)
            if shown and not shown.isspace():
                cells[column] = shown
            else:
                blanks += 1
        if len(cells) > _WIDEST:
            yield row, cells, blanks
            cells, blanks = {}, 0
    yield row, cells, blanks
    return row


def _found(piece: str, listing: Listing) -> Iterator[Sequence[tuple[str, ...]]]:
    """Yield the parts of all rows and cells in a *piece*: at once, where they are no more than a few rows may have."""
    pattern = grammar(_CELL, listing.prefix)
    if len(piece) < _LARGE:
        yield pattern.findall(piece)
    else:  # a row of millions of cells would take a gigabyte
        found = pattern.finditer(piece)
        while part := [one.groups("") for one in islice(found, _WIDEST)]:
            yield part


def _placed(attributes: str, row: int, column: int) -> tuple[str, int, int]:
    """Take the name of a cell out of its *attributes*, and return what is left and where it says that the cell is.

    One without a name is in this *row* and *column*.
    """
    found = _PLACED.search(attributes)
    if found is None:
        return attributes, row, column
    return attributes[: found.start()] + attributes[found.end() :], *(place(found[1]) or (row, column))


def _row(digits: str, rest: str, before: int, hidden_rows: set[int]) -> int:
    """Return the row of these *digits*; else the one that the *rest* of its tag states, or that follows."""
    stated = digits or "".join(_NUMBER.findall(rest)[:1])
    row = (int(stated) or 1) - 1 if stated else before + 1
    if "hidden" in rest and attributes(rest).get("hidden") in _ON:
        hidden_rows.add(row)
    return row


def _completed(value: str, formula: str, listing: Listing, more: str) -> tuple[str, str]:
    """Read what is rare in a cell: texts in several runs, extensions, damage."""
    if not more:
        return value, formula
    element = listing.parsed(f"<{listing.prefix}c>{more}</{listing.prefix}c>")
    if element is None:
        return value, formula
    inline = find(element, f"{S}is")
    text = value or text_of(element, f"{S}v") or ("" if inline is None else spelt(inline))
    return text, formula or text_of(element, f"{S}f")


def strings(listing: Listing) -> Iterator[str]:
    """Yield the texts that cells refer to by number."""
    for piece in listing.pieces():
        for text, more in grammar(_STRING, listing.prefix).findall(piece):
            if not more:
                yield unescaped(resolved(text)) if "&" in text or "_" in text else text
            elif (rest := string(more, listing)) is not None:
                yield unescaped(resolved(text) + rest)


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
