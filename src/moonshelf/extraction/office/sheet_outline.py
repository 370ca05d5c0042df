"""What stands for a table that is too large for any context: its columns with their ranges, and sample rows."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from moonshelf.extraction.document import Block, Cell, Kind

LARGEST = 1_000_000  # characters of one table: a quarter of a million tokens, as much as the largest contexts hold
_FIRST, _BETWEEN, _LAST = 40, 20, 10  # rows of the sample
_MOST_DIFFERENT = 1_000  # texts of a column that are told apart
_FEW = 10  # different texts that are listed
_LONGEST = 60  # characters of a text in a range
_NUMBER = re.compile(r"[-+(]?[$€£¥]?\s?-?[0-9][0-9,. \u00a0]*(?:[eE][-+]?[0-9]{1,3})?\s?[%$€£¥]?\)?")
_DATE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[ T][0-9:. ]+(?:[AP]M)?)?")


def is_too_large(cells: Sequence[Cell]) -> bool:
    """Whether a table would fill a context by itself."""
    return sum(len(cell.text) for cell in cells) > LARGEST


def outline(cells: Sequence[Cell], name: str) -> Iterator[Block]:
    """Yield a sentence on a table at the range *name*, its columns, and a sample of its rows; *cells* are in order."""
    rows = [list(row) for _, row in groupby(cells, key=lambda cell: cell.row)]
    sample = _sample(rows)
    yield Block(
        Kind.PARAGRAPH,
        f"Table {name}: {len(rows)} rows, too large to be shown whole. "
        f"Its columns, and the first {_FIRST}, the last {_LAST} and {_BETWEEN} rows between them:",
    )
    yield Block(Kind.TABLE, cells=tuple(_schema(rows)))
    yield Block(Kind.TABLE, cells=tuple(cell for row in sample for cell in row))


def _sample(rows: list[list[Cell]]) -> list[list[Cell]]:
    middle = rows[_FIRST : len(rows) - _LAST]
    step = max(len(middle) // _BETWEEN, 1)
    return [*rows[:_FIRST], *middle[step // 2 :: step][:_BETWEEN], *rows[max(len(rows) - _LAST, _FIRST) :]]


def _schema(rows: list[list[Cell]]) -> Iterator[Cell]:
    for column, title in enumerate(("Column", "Heading", "Kind", "Filled", "Range")):
        yield Cell(0, column, title, header=True)
    headings = {cell.column: cell.text for cell in rows[0]}
    columns: dict[int, list[str]] = {}
    for row in rows[1:]:
        for cell in row:
            columns.setdefault(cell.column, []).append(cell.text.strip())
    for place, column in enumerate(sorted({*columns, *headings}), start=1):
        texts = columns.get(column, [])
        kind, reach = _described(texts)
        told = (letters(column), headings.get(column, ""), kind, f"{len(texts)} of {len(rows) - 1}", reach)
        yield from (Cell(place, at, text[: 4 * _LONGEST]) for at, text in enumerate(told))


def _described(texts: list[str]) -> tuple[str, str]:
    """Say what kind of values a column holds, and from which to which they reach."""
    if not texts:
        return "empty", ""
    if all(_DATE.fullmatch(text) for text in texts):
        return "date", f"{min(texts)} to {max(texts)}"
    if all(_NUMBER.fullmatch(text) for text in texts):
        ordered = [min(texts, key=_value), max(texts, key=_value)]
        return "number", f"{ordered[0]} to {ordered[1]}"
    different: set[str] = set()
    for text in texts:
        different.add(text[:_LONGEST])
        if len(different) > _MOST_DIFFERENT:
            return "text", f"more than {_MOST_DIFFERENT} different"
    listed = sorted(different)
    return "text", ", ".join(listed) if len(listed) <= _FEW else f"{len(listed)} different, {listed[0]} to {listed[-1]}"


def _value(text: str) -> float:
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
