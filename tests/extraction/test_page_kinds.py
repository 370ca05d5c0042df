"""Letters, contents and small print: pages that are no reports are read in order too."""

from collections.abc import Sequence

from moonshelf.extraction import layout
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.facts import PageFacts, Run

_FULL = "The committee met on Monday and went through each of the open points in turn"


def _run(words: str, x: float, y: float, size: float = 10) -> Run:
    return Run(words, (x, y, x + 0.5 * size * len(words), y + 1.2 * size), size)


def _lines(texts: Sequence[str], x: float = 72, y: float = 100, pitch: float = 13) -> list[Run]:
    return [_run(words, x, y + pitch * row) for row, words in enumerate(texts)]


def _blocks(*runs: Run) -> tuple[Block, ...]:
    return layout.assemble([PageFacts(1, 612, 792, runs=runs)], {}).pages[0].blocks


def test_an_address_at_the_right_above_a_letter_is_no_column() -> None:
    sender = _lines(["Measures Ltd", "12 Harbour Road", "Bergen"], x=440, y=60)
    blocks = _blocks(*sender, *_lines(["Ada Writer", "Tromso"], y=120), *_lines([_FULL] * 3, y=180))
    assert [block.text.split(" ")[0] for block in blocks] == ["Measures", "Ada", "The"]


def test_titles_with_dots_to_their_page_are_lines_of_their_own() -> None:
    titles = [f"{title} {'.' * 60} {page}" for title, page in (("Introduction", 1), ("Results", 22))]
    assert [block.text for block in _blocks(*_lines(titles))] == titles


def test_headings_at_the_head_of_each_column_are_no_running_header() -> None:
    text = "words that fill a column from its left"
    runs = [_run(text, x, 52 + 12 * row) for x in (60, 320) for row in range(1, 20)]
    heads = [_run("1. Terms of use", 60, 52), _run("4. Duties", 320, 52)]
    assert not any(block.kind is Kind.HEADER for block in _blocks(*heads, *runs))
