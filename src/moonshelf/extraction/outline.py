"""What stands for a table that is too large for any context: its columns with their ranges, and sample rows."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from moonshelf.extraction.document import Block, Cell, Kind

LARGEST = 1_000_000  # characters of one table: a quarter of a million tokens, as much as the largest contexts hold
FIRST, BETWEEN, LAST = 40, 20, 10  # rows of the sample
_MOST_DIFFERENT = 1_000  # texts of a column that are told apart
_FEW = 10  # different texts that are listed
_LONGEST = 60  # characters of a text in a range
_NUMBER = re.compile(r"[0-9.]*[0-9]|[-+(]?[$€£¥]?\s?-?[0-9][0-9,. \u00a0]*(?:[eE][-+]?[0-9]{1,3})?\s?[%$€£¥]?\)?")
_DATE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[ T][0-9:. ]+(?:[AP]M)?)?")
_PLAIN_NUMBERS = re.compile(r"(?>[0-9.]*[0-9]\0)*+")


class Column:
    """The values of one column as they go by: how many, of which kind, from which to which."""

    def __init__(self) -> None:
        self.filled = 0
        self._dates: tuple[str, str] | None = None  # first and last, as texts are ordered
        self._numbers: tuple[tuple[float, str], tuple[float, str]] | None = None  # least and greatest
        self._are_dates = self._are_numbers = True
        self._different: set[str] = set()

    def add(self, texts: Sequence[str]) -> None:
        """Take *texts*, of which none is empty, into account."""
        if not texts:
            return
        self.filled += len(texts)
        different = set(texts)  # most columns repeat few texts
        self._are_dates = self._are_dates and all(map(_DATE.fullmatch, different))
        self._are_numbers = self._are_numbers and not self._are_dates and _are_numbers(different)
        if self._are_dates:
            dates = (min(different), max(different), *(self._dates or ()))
            self._dates = min(dates), max(dates)
        elif self._are_numbers:
            ends = (*_ends(different), *(self._numbers or ()))
            self._numbers = min(ends), max(ends)
        if len(self._different) <= _MOST_DIFFERENT:
            self._different.update(text[:_LONGEST] for text in different)

    def described(self) -> tuple[str, str]:
        """Say what kind of values there are, and from which to which they reach."""
        if not self.filled:
            return "empty", ""
        if self._are_dates and self._dates:
            return "date", f"{self._dates[0]} to {self._dates[1]}"
        if self._are_numbers and self._numbers:
            return "number", f"{self._numbers[0][1]} to {self._numbers[1][1]}"
        if len(self._different) > _MOST_DIFFERENT:
            return "text", f"more than {_MOST_DIFFERENT} different"
        listed = sorted(self._different)
        if len(listed) <= _FEW:
            return "text", ", ".join(listed)
        return "text", f"{len(listed)} different, {listed[0]} to {listed[-1]}"


def is_too_large(cells: Sequence[Cell]) -> bool:
    """Whether a table would fill a context by itself."""
    return sum([len(cell.text) for cell in cells]) > LARGEST


def outline(cells: Sequence[Cell], name: str) -> Iterator[Block]:
    """Yield what stands for the table at the range *name*; *cells* are in order."""
    rows = [list(row) for _, row in groupby(cells, key=lambda cell: cell.row)]
    texts: dict[int, list[str]] = {}
    for row in rows[1:]:
        for cell in row:
            texts.setdefault(cell.column, []).append(cell.text.strip())
    columns = {place: Column() for place in texts}
    for place, column in columns.items():
        column.add(texts[place])
    headings = {cell.column: cell.text for cell in rows[0]}
    yield from told(f"Table {name}", len(rows), headings, columns, _sample(rows))


def told(
    name: str, rows: int, headings: Mapping[int, str], columns: Mapping[int, Column], sample: Iterable[Sequence[Cell]]
) -> Iterator[Block]:
    """Yield a sentence on a table of so many *rows*, its columns, and a *sample* of its rows."""
    yield Block(
        Kind.PARAGRAPH,
        f"{name}: {rows} rows, too large to be shown whole. "
        f"Its columns, and the first {FIRST}, the last {LAST} and {BETWEEN} rows between them:",
    )
    yield Block(Kind.TABLE, cells=tuple(_schema(rows, headings, columns)))
    yield Block(Kind.TABLE, cells=tuple(cell for row in sample for cell in row))


def _sample(rows: list[list[Cell]]) -> list[list[Cell]]:
    middle = rows[FIRST : len(rows) - LAST]
    step = max(len(middle) // BETWEEN, 1)
    return [*rows[:FIRST], *middle[step // 2 :: step][:BETWEEN], *rows[max(len(rows) - LAST, FIRST) :]]


def _schema(rows: int, headings: Mapping[int, str], columns: Mapping[int, Column]) -> Iterator[Cell]:
    for at, title in enumerate(("Column", "Heading", "Kind", "Filled", "Range")):
        yield Cell(0, at, title, header=True)
    for place, number in enumerate(sorted({*columns, *headings}), start=1):
        column = columns.get(number) or Column()
        filled = f"{column.filled} of {rows - 1}"
        texts = (letters(number), headings.get(number, ""), column.described()[0], filled, column.described()[1])
        yield from (Cell(place, at, text[: 4 * _LONGEST]) for at, text in enumerate(texts))


def _are_numbers(texts: Iterable[str]) -> bool:
    """Whether all are; the plain ones are told by one pattern for all of them, or a million take seconds."""
    return bool(_PLAIN_NUMBERS.fullmatch("\0".join((*texts, "")))) or all(map(_NUMBER.fullmatch, texts))


def _ends(texts: Collection[str]) -> tuple[tuple[float, str], tuple[float, str]]:
    """Return the least and the greatest of *texts* as numbers, and how they are written."""
    try:
        values = list(map(float, texts))
    except ValueError:
        values = list(map(_value, texts))
    least, greatest = min(values), max(values)
    found = [(value, text) for value, text in zip(values, texts, strict=True) if value in (least, greatest)]
    return min(found), max(found)


def _value(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        pass
    digits = re.sub(r"[^0-9.eE+-]", "", text.replace("(", "-"))
    try:
        return float(digits)
    except ValueError:
        return 0.0


def letters(column: int) -> str:
    """Name a column, from 0, as spreadsheets do."""
    name = ""
    while column >= 0:
        name = chr(ord("A") + column % 26) + name
        column = column // 26 - 1
    return name
