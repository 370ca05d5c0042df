"""Newspapers: articles parted by rules, each in columns of its own, with headlines over some of them and pictures."""

from collections.abc import Iterator, Sequence

from extraction.layout import typeset
from moonshelf.extraction import layout
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.facts import PageFacts, Rule, Run


def _article(name: str, top: float, count: int, skipped: int = 0) -> Iterator[Run]:
    """Yield ten lines in each of *count* columns; the second one begins lower, below a picture."""
    wide = 500 / count
    for column in range(count):
        for line in range(skipped if column == 1 else 0, 10):
            words = f"{name}{column}".ljust(int((wide - 14) / 5) - 1, "x") + str(line)
            yield typeset.run(words, 60 + wide * column, top + 12 * line)


def _blocks(runs: Sequence[Run], rules: Sequence[Rule]) -> tuple[Block, ...]:
    return layout.assemble([PageFacts(1, 612, 792, runs=tuple(runs), rules=tuple(rules))], {}).pages[0].blocks


def test_articles_between_rules_are_read_one_by_one_and_are_no_tables() -> None:
    heads = [typeset.run("Rain on the hills", 60, 60, 22), typeset.run("A new bridge for us", 60, 230, 22)]
    runs = [*heads, *_article("rain", 100, 3, skipped=4), *_article("bridge", 270, 2)]
    rules = [typeset.level(y, 60, 546) for y in (50, 225, 395)]
    blocks = _blocks(runs, rules)
    assert all(block.kind is not Kind.TABLE for block in blocks)
    read = " ".join(block.text for block in blocks)
    places = [read.index(word) for word in ("Rain", "rain0", "rain1", "rain2", "A new", "bridge0", "bridge1")]
    assert places == sorted(places)


def test_lines_with_wide_spaces_fill_their_column_as_others_do() -> None:
    runs: list[Run] = []
    for number, run in enumerate(_article("text", 100, 3)):
        cut = 6 + 5 * number % 17
        left, top = run.box[0], run.box[1]
        parts = [(0, cut), (cut + 2, 30)] if number % 2 else [(0, 30)]
        runs += [typeset.run(run.text[start:stop], left + 5 * start, top) for start, stop in parts]
    rules = [typeset.level(y, 60, 546) for y in (90, 225)]
    assert all(block.kind is not Kind.TABLE for block in _blocks(runs, rules))


def test_a_list_beside_text_is_a_column_though_tables_below_reach_across_both() -> None:
    points = [typeset.run(f"\u2022 point {number}", 60, 100 + 12 * number) for number in range(6)]
    beside = [typeset.run("text beside the list to its right", 320, 100 + 12 * number) for number in range(6)]
    rows = typeset.rows([["Name", "Count"], *([f"Part {row}", str(row)] for row in range(12))], top=200, step=380)
    rules = [typeset.level(196 + 20 * row, 60, 546) for row in range(14)]
    read = " ".join(block.text for block in _blocks([*points, *beside, *rows], rules))
    assert read.index("point 5") < read.index("text beside")


def test_roman_numbers_of_pages_are_no_text() -> None:
    pages = [
        PageFacts(number, 612, 792, runs=(*_article(f"page{number}", 100, 1), typeset.run(roman, 300, 770)))
        for number, roman in enumerate(("i", "ii", "iii"), 1)
    ]
    kinds = [block.kind for page in layout.assemble(pages, {}).pages for block in page.blocks if len(block.text) < 4]
    assert kinds == [Kind.FOOTER] * 3
