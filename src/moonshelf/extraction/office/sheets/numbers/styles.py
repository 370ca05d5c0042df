"""Styles of cells, as far as they tell how a number is shown."""

from collections.abc import Callable

from moonshelf.extraction.office.sheets.numbers.formats import built_in, shower


class Styles:
    """The styles of one workbook, in the order in which its cells count them."""

    def __init__(self) -> None:
        """Begin without any, as workbooks are read from their beginning."""
        self.from_1904 = False
        self.codes: dict[int, str] = {}  # of the formats that the workbook defines, by their numbers
        self.numbers: list[int] = []  # of the format of each style
        self._shown: dict[int, Callable[[float], str]] = {}  # by the styles that cells had so far

    def shown(self, value: float, style: int) -> str:
        """Return what a cell of *style* shows for *value*."""
        shown = self._shown.get(style)
        if shown is None:
            shown = self._shown[style] = self.shower(style)
        return shown(value)

    def shower(self, style: int) -> Callable[[float], str]:
        """Return what shows the numbers of the cells of *style*."""
        return shower(self.code(style), from_1904=self.from_1904)

    def code(self, style: int) -> str:
        """Return the format's code; a cell whose style is not there has the workbook's first format."""
        number = self.numbers[style] if 0 <= style < len(self.numbers) else 0
        return self.codes.get(number) or built_in(number)
