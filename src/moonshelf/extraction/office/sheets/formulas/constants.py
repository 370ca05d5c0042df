"""Constants in the formulas of xls and xlsb, whose sizes differ from version to version: numbers, texts, arrays."""

import struct

import msgspec

from moonshelf.extraction.office.sheets.biff import logical
from moonshelf.extraction.office.sheets.formulas.books import Unwritable

_MOST_ELEMENTS = 8_192  # of an array: more than a formula may have characters

BIFF_5, BIFF_8, BIFF_12 = 5, 8, 12  # Excel 95; 97 to 2003; xlsb


class Form(msgspec.Struct, frozen=True):
    """How a version writes tokens; the first had texts in a code page, the *codec*."""

    version: int
    codec: str = "latin-1"

    @property
    def row_size(self) -> int:
        """Bytes of the number of a row."""
        return 4 if self.version == BIFF_12 else 2

    @property
    def extent(self) -> tuple[int, int]:
        """Rows and columns of a sheet: what moves past its end begins anew."""
        return {BIFF_5: (1 << 14, 1 << 8), BIFF_8: (1 << 16, 1 << 8), BIFF_12: (1 << 20, 1 << 14)}[self.version]


class Array:
    """A constant array: numbers, texts, truths and errors, row by row."""

    def __init__(self, extra: bytes, at: int, form: Form) -> None:
        self._extra, self.at, self._form = extra, at, form

    def text(self) -> str:
        """Return it as it is typed, and stand behind it. Raises ``Unwritable``."""
        if self._form.version == BIFF_12:
            rows, columns = self._take("<ii")
        else:
            columns, rows = (one + 1 for one in self._take("<BH"))
        if not 0 < rows * columns <= _MOST_ELEMENTS:
            raise Unwritable
        return "{" + ";".join(",".join(self._element() for _ in range(columns)) for _ in range(rows)) + "}"

    def _take(self, form: str) -> tuple[int, ...]:
        taken = struct.unpack_from(form, self._extra, self.at)
        self.at += struct.calcsize(form)
        return taken

    def _element(self) -> str:
        (kind,) = self._take("<B")
        return self._element_of_xlsb(kind) if self._form.version == BIFF_12 else self._element_of_xls(kind)

    def _element_of_xls(self, kind: int) -> str:
        match kind:
            case 1:
                return digits(self._take("<d")[0])
            case 2:
                return self._string()
            case 4 | 0x10:
                return logical(self._take("<B7x")[0], error=kind == 0x10)  # noqa: PLR2004 - errors, not truths
            case _:
                self._take("<8x")
                return ""

    def _element_of_xlsb(self, kind: int) -> str:
        match kind:
            case 0:
                return digits(self._take("<d")[0])
            case 1:
                return self._string()
            case 2:
                return logical(self._take("<B")[0], error=False)
            case 4:
                return logical(self._take("<B3x")[0], error=True)
            case _:
                raise Unwritable

    def _string(self) -> str:
        (length,) = self._take("<B" if self._form.version == BIFF_5 else "<H")
        wide = self._form.version == BIFF_12 or (self._form.version == BIFF_8 and self._take("<B")[0] & 1)
        size = 2 * length if wide else length
        text = self._extra[self.at : self.at + size].decode("utf-16-le" if wide else self._form.codec)
        self.at += size
        return literal(text)


def literal(text: str) -> str:
    """Write a text as a formula quotes it."""
    return '"' + text.replace('"', '""') + '"'


def digits(value: float) -> str:
    """Write a number as it is typed."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004 - Excel's digits
