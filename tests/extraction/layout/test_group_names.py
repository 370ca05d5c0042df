"""Names of groups over rows of a table that has neither rules nor fills."""

from collections.abc import Sequence

from msgspec.structs import replace

from extraction.layout.typeset import run, texts
from moonshelf.extraction import layout
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.facts import PageFacts, Run

_HEAD = ("Time", "Subject", "Room")
_GROUPS = [
    ("Monday", [("08:00", "Mathematics", "R 12"), ("09:45", "English", "R 4"), ("11:30", "Biology", "Lab")]),
    ("Wednesday", [("08:00", "History", "R 12"), ("09:45", "Art", "Studio")]),
]
_ROWS = [["Time", "Subject", "Room"], *([*row] for name, rows in _GROUPS for row in ([name], *rows))]


def _set(lefts: Sequence[float], *, pitch: float = 19, size: float = 10) -> list[Run]:
    """Return a row below the other, the names of groups bold and as large as all else or in this *size*."""
    runs = []
    for number, row in enumerate(_ROWS):
        for words, x in zip(row, lefts, strict=False):
            one = run(words, x, 100 + pitch * number, size if len(row) == 1 else 10)
            runs.append(replace(one, bold=len(row) == 1))
    return runs


def _blocks(runs: Sequence[Run]) -> Sequence[Block]:
    return layout.assemble([PageFacts(1, 612, 792, runs=tuple(runs))], {}).pages[0].blocks


def _filled(block: Block) -> list[list[str]]:
    return [[text for text in row if text] for row in texts(block.cells)]


def test_names_that_reach_into_the_next_column_are_rows() -> None:
    [table] = _blocks(_set((80, 116, 190)))
    assert _filled(table) == _ROWS


def test_names_in_larger_type_part_tables() -> None:
    blocks = _blocks(_set((80, 116, 190), size=13))
    assert [block.text for block in blocks if block.kind is Kind.HEADING] == ["Monday", "Wednesday"]


def test_names_without_room_behind_the_cell_above_are_no_part_of_it() -> None:
    [table] = _blocks(_set((80, 135, 210)))
    assert _filled(table) == _ROWS


def test_names_beside_which_nothing_stands_make_no_columns_of_text() -> None:
    rows = [["Dish", "Sold", "Price"], ["Starters"], ["Soup", "2", "5.50"], ["Trout", "3", "8.20"], ["Main courses"]]
    rows += [["Chicken", "12", "14.50"], ["Risotto", "9", "12.90"], ["Desserts"], ["Ice cream", "8", "4.10"]]
    runs = [
        run(words, 80 if right is None else right - 5 * len(words), 100 + 19 * number)
        for number, row in enumerate(rows)
        for words, right in zip(row, (None, 400, 516), strict=False)
    ]
    [table] = _blocks(runs)
    assert _filled(table) == rows
