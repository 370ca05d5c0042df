"""Running text is told by lines that end where the next word had no room: in columns, widely spaced, and numbered."""

import textwrap
from collections.abc import Iterator, Sequence

import pytest

from extraction.layout.typeset import run
from moonshelf.extraction import layout
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout import wrapping

_STORY = (
    "the harbour was dredged twice in spring, and the larger ferries could berth at the northern quay again, which "
    "people from the outer villages had asked for since the storms of the winter before, when none of the boats "
    "that bring the mail had come in for eleven days and bread was baked from what the mill had left"
)


def _lines(words: str, left: float, top: float, *, wide: int, pitch: float = 12) -> Iterator[Run]:
    for number, line in enumerate(textwrap.wrap(words, wide)):
        yield run(line, left, top + pitch * number)


def _blocks(runs: Sequence[Run]) -> tuple[Block, ...]:
    return layout.assemble([PageFacts(1, 612, 792, runs=tuple(runs))], {}).pages[0].blocks


def _all(*columns: Iterator[Run]) -> list[Run]:
    return [one for column in columns for one in column]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_columns_of_ragged_text_are_read_one_after_the_other(count: int) -> None:
    step = 480 / count
    texts = [f"Column {number} says that {_STORY}." for number in range(count)]
    columns = [_lines(words, 72 + step * n, 100, wide=int(step / 5) - 4) for n, words in enumerate(texts)]
    assert [(block.kind, block.text) for block in _blocks(_all(*columns))] == [(Kind.PARAGRAPH, one) for one in texts]


def test_columns_of_names_stay_a_table() -> None:
    names = ["Northern harbour master", "Keeper of the lights", "Pilot of the ferries", "Baker at the quay"] * 2
    runs = [
        run(f"{name} {column}", 72 + 160 * column, 100 + 12 * row)
        for row, name in enumerate(names)
        for column in range(3)
    ]
    assert [block.kind for block in _blocks(runs)] == [Kind.TABLE]


@pytest.mark.parametrize("pitch", [24, 28, 36])
def test_lines_far_apart_are_one_paragraph_where_the_text_runs_on(pitch: float) -> None:
    (block,) = _blocks(list(_lines(f"They say that {_STORY}.", 72, 100, wide=60, pitch=pitch)))
    assert block.text == f"They say that {_STORY}."


def test_statements_far_apart_stay_apart() -> None:
    said = ["Sales grew in all regions but one", "Two new offices opened", "Costs stayed as they were last year"] * 2
    runs = [run(words, 72, 100 + 30 * number) for number, words in enumerate(said)]
    assert [block.text for block in _blocks(runs)] == said


def _numbered(words: str, first: int) -> list[Run]:
    lines = list(_lines(words, 110, 100, wide=60, pitch=24))
    return [*lines, *(run(str(first + n), 80, one.box[1]) for n, one in enumerate(lines))]


def test_a_few_numbers_beside_lines_of_running_text_count_these() -> None:
    story = f"They say that {_STORY}. So it went on, and {_STORY}."
    blocks = _blocks(_numbered(story, 29))
    assert [block.text for block in blocks if block.kind is Kind.PARAGRAPH] == [story]
    assert not any(block.kind is Kind.TABLE for block in blocks)


def test_numbers_beside_items_that_each_take_a_line_belong_to_these() -> None:
    items = [f"Item of the inventory in room {number}" for number in range(9)]
    runs = [run(words, 110, 100 + 14 * n) for n, words in enumerate(items)]
    blocks = _blocks([*runs, *(run(str(n + 1), 80, one.box[1]) for n, one in enumerate(runs))])
    assert not any(block.kind is Kind.FOOTER for block in blocks)


def test_names_of_authors_are_one_line_above_two_columns() -> None:
    columns = _all(*(_lines(f"{_STORY} {_STORY}", left, 130, wide=42) for left in (72, 320)))
    left, right = 72, max(one.box[2] for one in columns)
    rows = [("Maria Keller", "Tomasz Nowak", "Wei Zhang"), ("Anna Lindqvist", "Robert Okafor")]
    names: list[Run] = []
    for number, row in enumerate(rows):
        x = (left + right - 6 * len("".join(row)) - 60 * (len(row) - 1)) / 2
        for name in row:
            names.append(run(name, x, 80 + 16 * number, 12))
            x = names[-1].box[2] + 60
    blocks = _blocks([run("Counting Ships from Above", 200, 50, 17), *names, *columns])
    said = " ".join(block.text for block in blocks)
    assert "Maria Keller Tomasz Nowak Wei Zhang Anna Lindqvist Robert Okafor the harbour" in said


def test_cells_of_one_length_are_not_taken_for_running_text() -> None:
    cells = [[run(f"Customer of branch {n:02}", 72, 100 + 12 * n)] for n in range(20)]
    assert not wrapping.running(cells)
    assert wrapping.running([[one] for one in _lines(_STORY, 72, 100, wide=40)])
