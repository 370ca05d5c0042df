"""What the cells of an Excel workbook show for the values that its XML spells."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from moonshelf.extraction.office.openxml import whole
from moonshelf.extraction.office.sheets.numbers.formats import DIGITS, GENERAL
from moonshelf.extraction.office.sheets.numbers.styles import Styles
from moonshelf.extraction.office.sheets.rich_strings import unescaped
from moonshelf.extraction.office.tags import attributes

_MOST_SPELT = 1_024  # attributes of cells that are kept: of a workbook most have few, a hostile one has another each

Show = Callable[[str], str]
"""Returns what a cell shows for its value."""


class Values(dict[str, Show]):
    """What shows the values of cells, by their attributes as these are spelt: most of a column are the same."""

    def __init__(self, styles: Styles) -> None:
        """Take the *styles* of the workbook."""
        super().__init__()
        self._styles = styles
        self.strings: Sequence[str] = ()  # by the number that cells refer to them with
        self._numbers: dict[int, Show] = {}  # by style

    def __missing__(self, spelt: str) -> Show:
        show = self._of(*_said(spelt))
        if len(self) < _MOST_SPELT:
            self[spelt] = show
        return show

    def _of(self, kind: str, style: int) -> Show:
        if kind == "s":
            return self._string
        if kind == "n":
            if style not in self._numbers:
                self._numbers[style] = self._number(style)
            return self._numbers[style]
        return _truth if kind == "b" else unescaped

    def _string(self, value: str) -> str:
        try:
            number = int(value)
            return self.strings[number] if number >= 0 else ""
        except (ValueError, IndexError):
            return ""

    def _number(self, style: int) -> Show:
        """Return what shows numbers in cells of a *style*."""
        written, is_general = self._styles[style], self._styles.code(style) == GENERAL

        def show(value: str) -> str:
            if is_general and value.isdigit() and value[0] != "0" and len(value) <= DIGITS and value.isascii():
                return value  # a short whole number is shown as it is written
            try:
                number = float(value)
            except ValueError:
                return value
            return written(number)

        return show


@lru_cache(maxsize=_MOST_SPELT)
def _said(spelt: str) -> tuple[str, int]:
    """Return the type and the style of a cell."""
    said = attributes(spelt)
    return said.get("t", "n"), whole(said.get("s"))


def _truth(value: str) -> str:
    return "TRUE" if value == "1" else "FALSE"
