"""Formulas of xls and xlsb, kept as tokens in the order of their calculation ([MS-XLS] 2.2.2), as people type them."""

import struct
from collections.abc import Callable, Mapping
from typing import ClassVar

from moonshelf.extraction.office.sheets.biff import logical
from moonshelf.extraction.office.sheets.formulas.books import Book, Unwritable
from moonshelf.extraction.office.sheets.formulas.constants import BIFF_5, BIFF_8, BIFF_12, Array, Form, digits, literal
from moonshelf.extraction.office.sheets.formulas.functions import FUNCTIONS
from moonshelf.extraction.outline import letters

_LONGEST = 8_192  # characters that Excel lets into a formula
_BINARY = ("+", "-", "*", "/", "^", "&", "<", "<=", "=", ">=", ">", "<>", " ", ",", ":")  # from token 3 on
_CALLED = 255  # the function whose name is its first argument
_ROW_MOVES, _COLUMN_MOVES = 0x8000, 0x4000  # relative, as A1 is and $A$1 is not


def written(tokens: bytes, extra: bytes, form: Form, book: Book, at: tuple[int, int]) -> str:
    """Return the formula of the cell *at* row and column; arrays in it are in *extra*. Raises ``Unwritable``."""
    try:
        return _Formula(tokens, extra, form, book, at).text()
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise Unwritable from error


class _Formula:
    """One formula as it is put together: what stands on the stack are its parts."""

    def __init__(self, tokens: bytes, extra: bytes, form: Form, book: Book, at: tuple[int, int]) -> None:
        self._tokens, self._extra, self._form, self._book, self._cell = tokens, extra, form, book, at
        self._at = self._extra_at = 0
        self._parts: list[str] = []

    def text(self) -> str:
        while self._at < len(self._tokens):
            token = self._number(1)
            if token >= 0x20:  # noqa: PLR2004 - one of three classes, which say what is made of its value
                token = token & 0x1F | 0x20
            if 3 <= token <= 0x11:  # noqa: PLR2004 - the operators between two
                right, left = self._parts.pop(), self._parts.pop()
                self._push(f"{left}{_BINARY[token - 3]}{right}")
            elif read := self._READERS.get(token):
                read(self)
            else:
                raise Unwritable
        if len(self._parts) != 1 or not self._parts[0]:  # a missing argument alone is none
            raise Unwritable
        return self._parts[0]

    def _push(self, part: str) -> None:
        if len(part) > _LONGEST:
            raise Unwritable
        self._parts.append(part)

    def _number(self, size: int) -> int:
        return int.from_bytes(self._bytes(size), "little")

    def _bytes(self, size: int) -> bytes:
        taken = self._tokens[self._at : self._at + size]
        if len(taken) < size:
            raise Unwritable
        self._at += size
        return taken

    def _plus(self) -> None:
        self._push(f"+{self._parts.pop()}")

    def _minus(self) -> None:
        self._push(f"-{self._parts.pop()}")

    def _percent(self) -> None:
        self._push(f"{self._parts.pop()}%")

    def _bracketed(self) -> None:
        self._push(f"({self._parts.pop()})")

    def _nothing(self) -> None:
        self._push("")

    def _text(self) -> None:
        length = self._number(2 if self._form.version == BIFF_12 else 1)
        wide = self._form.version == BIFF_12 or (self._form.version == BIFF_8 and self._number(1) & 1)
        text = self._bytes(length * 2 if wide else length).decode("utf-16-le" if wide else self._form.codec)
        self._push(literal(text))

    def _attribute(self) -> None:
        kind = self._number(1)
        count = self._number(2)
        if kind == 0x04:  # noqa: PLR2004 - jumps of CHOOSE
            self._bytes(2 * count + 2)
        elif kind == 0x10:  # noqa: PLR2004 - SUM of one argument
            self._push(f"SUM({self._parts.pop()})")

    def _error(self) -> None:
        self._push(logical(self._number(1), error=True))

    def _truth(self) -> None:
        self._push(logical(self._number(1), error=False))

    def _whole(self) -> None:
        self._push(str(self._number(2)))

    def _real(self) -> None:
        self._push(digits(struct.unpack("<d", self._bytes(8))[0]))

    def _function(self) -> None:
        name, count = FUNCTIONS.get(self._number(2), ("", -1))
        if count < 0:
            raise Unwritable
        self._call(name, count)

    def _varying(self) -> None:
        count, number = self._number(1) & 0x7F, self._number(2) & 0x7FFF
        if number == _CALLED:
            name = self._parts.pop(len(self._parts) - count) if count else ""
            self._call(name, count - 1)
        else:
            self._call(FUNCTIONS.get(number, ("", 0))[0], count)

    def _call(self, name: str, count: int) -> None:
        if not name or not 0 <= count <= len(self._parts):
            raise Unwritable
        first = len(self._parts) - count
        arguments = ",".join(self._parts[first:])
        del self._parts[first:]
        self._push(f"{name}({arguments})")

    def _name(self) -> None:
        number = self._number(2 if self._form.version == BIFF_5 else 4)
        if self._form.version == BIFF_5:
            self._bytes(12)
        self._push(self._book.name(number))

    def _foreign_name(self) -> None:
        if self._form.version == BIFF_5:
            raise Unwritable
        reference, number = self._number(2), self._number(4)
        self._push(self._book.foreign(reference, number))

    def _place(self) -> None:
        self._push(self._cell_name(*self._corner(), moving=False))

    def _moving_place(self) -> None:
        self._push(self._cell_name(*self._corner(), moving=True))

    def _area(self) -> None:
        self._push(self._between(moving=False))

    def _moving_area(self) -> None:
        self._push(self._between(moving=True))

    def _gone_place(self) -> None:
        self._corner()
        self._push("#REF!")

    def _gone_area(self) -> None:
        self._corners()
        self._push("#REF!")

    def _place_elsewhere(self) -> None:
        prefix = self._prefix()
        self._push(prefix + self._cell_name(*self._corner(), moving=False))

    def _area_elsewhere(self) -> None:
        prefix = self._prefix()
        self._push(prefix + self._between(moving=False))

    def _gone_place_elsewhere(self) -> None:
        self._prefix()
        self._gone_place()

    def _gone_area_elsewhere(self) -> None:
        self._prefix()
        self._gone_area()

    def _prefix(self) -> str:
        if self._form.version != BIFF_5:
            return self._book.prefix(self._number(2))
        elsewhere = self._number(2) < 0x8000  # noqa: PLR2004 - negative: in this workbook
        self._bytes(8)
        first, last = struct.unpack("<hh", self._bytes(4))
        if elsewhere:
            raise Unwritable
        return self._book.between(first, last)

    def _corner(self) -> tuple[int, int, int]:
        """Row, column, and which of both move."""
        row = self._number(self._form.row_size)
        if self._form.version == BIFF_5:
            return row & 0x3FFF, self._number(1), row
        column = self._number(2)
        return row, column & 0x3FFF, column

    def _corners(self) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        first, last = self._number(self._form.row_size), self._number(self._form.row_size)
        if self._form.version == BIFF_5:
            return (first & 0x3FFF, self._number(1), first), (last & 0x3FFF, self._number(1), last)
        left, right = self._number(2), self._number(2)
        return (first, left & 0x3FFF, left), (last, right & 0x3FFF, right)

    def _between(self, *, moving: bool) -> str:
        first, last = self._corners()
        rows, columns = self._form.extent
        if not moving and (first[0], last[0]) == (0, rows - 1):
            return f"{_column(*first[1:])}:{_column(*last[1:])}"
        if not moving and (first[1], last[1]) == (0, columns - 1):
            return f"{_row(first[0], first[2])}:{_row(last[0], last[2])}"
        return f"{self._cell_name(*first, moving=moving)}:{self._cell_name(*last, moving=moving)}"

    def _cell_name(self, row: int, column: int, flags: int, *, moving: bool) -> str:
        if moving:
            rows, columns = self._form.extent
            row = (row + (self._cell[0] if flags & _ROW_MOVES else 0)) % rows
            column = (column + (self._cell[1] if flags & _COLUMN_MOVES else 0)) % columns
        return _column(column, flags) + _row(row, flags)

    def _memory(self) -> None:
        self._bytes(6)  # a value made of the parts that follow

    def _memory_function(self) -> None:
        self._bytes(2)

    def _array(self) -> None:
        self._bytes(14 if self._form.version == BIFF_12 else 7)
        array = Array(self._extra, self._extra_at, self._form)
        self._push(array.text())
        self._extra_at = array.at

    _READERS: ClassVar[Mapping[int, Callable[["_Formula"], None]]] = {
        0x12: _plus,
        0x13: _minus,
        0x14: _percent,
        0x15: _bracketed,
        0x16: _nothing,
        0x17: _text,
        0x19: _attribute,
        0x1C: _error,
        0x1D: _truth,
        0x1E: _whole,
        0x1F: _real,
        0x20: _array,
        0x21: _function,
        0x22: _varying,
        0x23: _name,
        0x24: _place,
        0x25: _area,
        0x26: _memory,
        0x27: _memory,
        0x28: _memory,
        0x29: _memory_function,
        0x2A: _gone_place,
        0x2B: _gone_area,
        0x2C: _moving_place,
        0x2D: _moving_area,
        0x39: _foreign_name,
        0x3A: _place_elsewhere,
        0x3B: _area_elsewhere,
        0x3C: _gone_place_elsewhere,
        0x3D: _gone_area_elsewhere,
    }


def _column(column: int, flags: int) -> str:
    return ("" if flags & _COLUMN_MOVES else "$") + letters(column)


def _row(row: int, flags: int) -> str:
    return ("" if flags & _ROW_MOVES else "$") + str(row + 1)
