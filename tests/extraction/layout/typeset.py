"""Pages set by hand: words, rows of them, and rules, in points from the top left."""

from collections.abc import Sequence

from moonshelf.extraction.document import Cell
from moonshelf.extraction.facts import Rule, Run

PAGE = (0.0, 0.0, 612.0, 792.0)


def run(words: str, x: float, y: float, size: float = 10) -> Run:
    """Return *words* whose letters are half as wide as they are large."""
    return Run(words, (x, y, x + 0.5 * size * len(words), y + 1.2 * size), size)


def rows(cells: Sequence[Sequence[str]], *, top: float = 100, pitch: float = 20, step: float = 100) -> list[Run]:
    """Return what is in *cells*, each column *step* to the right of the one before."""
    return [
        run(words, 80 + step * column, top + pitch * row)
        for row, line in enumerate(cells)
        for column, words in enumerate(line)
        if words
    ]


def level(y: float, left: float = 70, right: float = 370) -> Rule:
    """Return a rule that runs across."""
    return Rule((left, y, right, y))


def upright(x: float, top: float = 96, bottom: float = 176) -> Rule:
    """Return a rule that runs down."""
    return Rule((x, top, x, bottom))


def texts(cells: Sequence[Cell]) -> list[list[str]]:
    """Return the text of *cells*, row by row."""
    last = max(cell.row for cell in cells)
    return [[cell.text for cell in cells if cell.row == row] for row in range(last + 1)]
