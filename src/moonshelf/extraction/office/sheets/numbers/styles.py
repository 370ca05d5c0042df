"""Styles of cells, as far as they tell how a number is shown."""

from collections.abc import Callable

from moonshelf.extraction.office.sheets.numbers.formats import built_in, shower


class Styles(dict[int, Callable[[float], str]]):
    """What shows the numbers of the cells of one workbook, by their styles in the order in which it lists these."""

    def __init__(self) -> None:
        """Begin without any, as workbooks are read from their beginning."""
        super().__init__()  # with those that cells had so far
        self.from_1904 = False
        self.codes: dict[int, str] = {}  # of the formats that the workbook defines, by their numbers
        self.numbers: list[int] = []  # of the format of each style

    def __missing__(self, style: int) -> Callable[[float], str]:
        """Return what shows the numbers of the cells of *style*."""
        shown = self[style] = shower(self.code(style), from_1904=self.from_1904)
        return shown

    def code(self, style: int) -> str:
        """Return the format's code; a cell whose style is not there has the workbook's first format."""
        number = self.numbers[style] if 0 <= style < len(self.numbers) else 0
        return self.codes.get(number) or built_in(number)
