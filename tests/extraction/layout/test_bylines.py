"""Authors beside each other are read one after the other, with what stands below their names."""

from collections.abc import Sequence

from extraction.layout.typeset import run
from moonshelf.extraction import layout
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.facts import PageFacts, Run

_AUTHORS = [
    ["Maria Keller", "Tom Nowak", "Wei Zhang"],
    ["Graz", "Krakow", "Dalian"],
    ["keller@a.org", "nowak@b.org", "zhang@c.org"],
]


def _blocks(runs: Sequence[Run]) -> Sequence[Block]:
    return layout.assemble([PageFacts(1, 612, 792, runs=tuple(runs))], {}).pages[0].blocks


def _set(rows: Sequence[Sequence[str]], step: float = 150) -> list[Run]:
    """Return *rows*, each column of which is centred."""
    runs = []
    for number, row in enumerate(rows):
        for column, words in enumerate(row):
            runs.append(run(words, 130 + step * column - 2.5 * len(words), 130 + 13 * number))
    return runs


def test_authors_side_by_side_are_read_one_by_one() -> None:
    title = run("On Layers and what they are good for in the field", 90, 90, 16)
    _, *authors = _blocks([title, *_set(_AUTHORS)])
    assert [block.text for block in authors] == [" ".join(told) for told in zip(*_AUTHORS, strict=True)]


def test_a_table_of_people_and_their_addresses_stays_one() -> None:
    [table] = _blocks(_set(list(zip(*_AUTHORS, strict=True))))
    assert table.kind is Kind.TABLE


def test_two_rows_of_authors_are_read_one_below_the_other() -> None:
    others = [["Ada Stone", "Ben Ito"], ["Cork", "Brno"], ["stone@d.org", "ito@e.org"]]
    below = [run(one.text, one.box[0], one.box[1] + 70) for one in _set(others)]
    words = " ".join(block.text for block in _blocks([*_set(_AUTHORS), *below]))
    assert words == " ".join(words for rows in (_AUTHORS, others) for told in zip(*rows, strict=True) for words in told)


def test_a_line_across_above_authors_is_none_of_theirs() -> None:
    across = run("Proceedings of a meeting on layers, coats and other surfaces", 100, 110)
    first, *authors = _blocks([across, *_set(_AUTHORS)])
    assert first.text == across.text
    told = " ".join(words for told in zip(*_AUTHORS, strict=True) for words in told)
    assert " ".join(block.text for block in authors) == told


def test_addresses_printed_over_each_other_are_given_once() -> None:
    words = [run("keller@a.org", 72, 100), run("nowak@b.org", 100, 100), run("zhang@c.org", 300, 100)]
    text = " ".join(block.text for block in _blocks(words))
    assert all(text.count(one.text) == 1 for one in words)
