"""The formulas of one sheet of xls or xlsb: held while it is read, because what cells share may be told after them."""

import msgspec

from moonshelf.extraction.office.sheets.formulas.books import Book, Unwritable
from moonshelf.extraction.office.sheets.formulas.constants import BIFF_12, Form
from moonshelf.extraction.office.sheets.formulas.tokens import written
from moonshelf.extraction.office.sheets.sheet import Sheet

_SHARED = b"\1"  # the token that says where the formula is told
_MOST_TOKENS = 8_000_000  # bytes of one sheet: few long ones may be shared by very many cells


class _Told(msgspec.Struct, frozen=True):
    tokens: bytes
    extra: bytes
    first_only: bool = False  # an array is the formula of its first cell


class FormulaCells(msgspec.Struct):
    """Which cells of a sheet are calculated, and how."""

    form: Form
    _cells: dict[tuple[int, int], _Told] = msgspec.field(default_factory=dict)
    _shared: dict[tuple[int, int], _Told] = msgspec.field(default_factory=dict)
    _last: tuple[int, int] = (0, 0)

    def add(self, row: int, column: int, tokens: bytes, extra: bytes) -> None:
        """Hold the formula of a cell."""
        self._last = (row, column)
        self._cells[row, column] = _Told(tokens, extra)

    def share(self, first: tuple[int, int], tokens: bytes, extra: bytes, *, array: bool) -> None:
        """Hold a formula of a range from its *first* cell on; the cell that was added last is one of them.

        Cells name either of the two where they share it.
        """
        self._shared[first] = self._shared[self._last] = _Told(tokens, extra, first_only=array)

    def write(self, book: Book, sheet: Sheet) -> int:
        """Put each beside the value of its cell, and return how many can't be put into words."""
        unwritten, left = 0, _MOST_TOKENS
        for place, own in self._cells.items():
            told = self._shared.get(self._base(own)) if own.tokens[:1] == _SHARED else own
            left -= len(told.tokens) if told else 0
            if told and told.first_only and self._base(own) != place:
                continue
            if told is None or left < 0:
                unwritten += 1
                continue
            try:
                sheet.calculate(*place, written(told.tokens, told.extra, self.form, book, place))
            except Unwritable:
                unwritten += 1
        return unwritten

    def _base(self, own: _Told) -> tuple[int, int]:
        """Where a formula is told that a cell shares; in xlsb the column stands apart from the tokens."""
        size = self.form.row_size
        column = own.extra[:4] if self.form.version == BIFF_12 else own.tokens[1 + size : 3 + size]
        return int.from_bytes(own.tokens[1 : 1 + size], "little"), int.from_bytes(column, "little")
