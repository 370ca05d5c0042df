"""What the formulas of xls and xlsb call by number: sheets, defined names, other workbooks."""

import re
from collections.abc import Sequence
from typing import TypeVar

import msgspec

One = TypeVar("One")

_PLAIN = re.compile(r"[^\W\d][\w.]*")
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]{1,7}|[Rr][0-9]*[Cc][0-9]*")
_PARTED = re.compile(r"[][:]")
_BUILT_IN = (
    "Consolidate_Area", "Auto_Open", "Auto_Close", "Extract", "Database", "Criteria", "Print_Area", "Print_Titles",
    "Recorder", "Data_Form", "Auto_Activate", "Auto_Deactivate", "Sheet_Title", "_FilterDatabase",
)  # fmt: skip


class Unwritable(Exception):
    """A formula holds what the file, or we, can't put into words."""


class Source(msgspec.Struct, frozen=True):
    """A workbook that formulas refer to: this one, another by its *title*, or an add-in, which has no sheets."""

    title: str = ""
    sheets: list[str] = msgspec.field(default_factory=list)
    names: list[str] = msgspec.field(default_factory=list)


class Book(msgspec.Struct):
    """One workbook as its formulas see it."""

    sheets: list[str] = msgspec.field(default_factory=list)
    names: list[str] = msgspec.field(default_factory=list)
    sources: list[Source | None] = msgspec.field(default_factory=list)  # None is this workbook
    references: list[tuple[int, int, int]] = msgspec.field(default_factory=list)  # source, first and last sheet

    def prefix(self, reference: int) -> str:
        """Return what stands before a place on other sheets: ``Sheet1!``, ``'[Other.xls]My sheet'!``."""
        source, first, last = _at(self.references, reference)
        known = _at(self.sources, source)
        return self.between(first, last) if known is None else _prefix(known.title, known.sheets, first, last)

    def between(self, first: int, last: int) -> str:
        """Return what stands before a place on sheets of this workbook."""
        return _prefix("", self.sheets, first, last)

    def name(self, number: int) -> str:
        """Return a defined name; they count from 1."""
        return _at(self.names, number - 1)

    def foreign(self, reference: int, number: int) -> str:
        """Return a name that another workbook or an add-in defines, or this one for one of its sheets."""
        known = _at(self.sources, _at(self.references, reference)[0])
        if known is None:
            return self.name(number)
        name = _at(known.names, number - 1)
        return f"{_quoted(f'[{known.title}]')}!{name}" if known.title else name


def built_in_name(code: str) -> str:
    """Return the name that one character stands for."""
    return _BUILT_IN[ord(code)] if code and ord(code) < len(_BUILT_IN) else code


def _at(held: Sequence[One], place: int) -> One:
    if not 0 <= place < len(held):
        raise Unwritable
    return held[place]


def _prefix(title: str, sheets: Sequence[str], first: int, last: int) -> str:
    if first < 0:
        return "#REF!"
    ends = _at(sheets, first), _at(sheets, last)
    place = ends[0] if first == last else f"{ends[0]}:{ends[1]}"
    return f"{_quoted(f'[{title}]{place}' if title else place)}!"


def _quoted(name: str) -> str:
    parts = filter(None, _PARTED.split(name))
    plain = all(_PLAIN.fullmatch(one) and not _LIKE_A_CELL.fullmatch(one) for one in parts)
    return name if plain else "'" + name.replace("'", "''") + "'"
