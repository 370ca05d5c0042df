"""Headings are told from text that is set larger than the rest of its page."""

from collections.abc import Sequence

from moonshelf.extraction import layout
from moonshelf.extraction.document import Kind
from moonshelf.extraction.facts import PageFacts, Run

_FULL = "The committee met on Monday and went through each of the open points in turn"


def _run(words: str, y: float, size: float) -> Run:
    return Run(words, (72, y, 72 + 0.5 * size * len(words), y + 1.2 * size), size)


def _headings(runs: Sequence[Run]) -> list[str]:
    blocks = layout.assemble([PageFacts(1, 612, 792, runs=tuple(runs))], {}).pages[0].blocks
    return [block.text for block in blocks if block.kind is Kind.HEADING]


def test_text_above_many_references_is_no_heading() -> None:
    text = [_run(f"{_FULL} {line}", 100 + 14 * line, 11) for line in range(8)]
    apart = [_run("Here we say it with few words", 240, 11), _run("Results in large", 270, 14)]
    references = [_run(f"{_FULL}, {_FULL}", 300 + 11 * line, 6) for line in range(12)]
    assert _headings([*text, *apart, *references]) == ["Results in large"]


def test_a_sentence_in_larger_type_is_no_heading() -> None:
    claim = _run("Please pay within a month and quote the number of this bill.", 180, 12)
    text = [_run(_FULL, 240 + 13 * line, 10) for line in range(20)]
    assert _headings([_run("Invoice", 120, 16), claim, *text]) == ["Invoice"]
