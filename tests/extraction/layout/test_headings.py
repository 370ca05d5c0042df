"""Headings are told from text that is set larger than the rest of its page."""

from collections.abc import Sequence

from extraction.layout.typeset import run
from moonshelf.extraction import layout
from moonshelf.extraction.document import Kind
from moonshelf.extraction.facts import PageFacts, Run

_FULL = "The committee met on Monday and went through each of the open points in turn"


def _headings(runs: Sequence[Run]) -> list[str]:
    blocks = layout.assemble([PageFacts(1, 612, 792, runs=tuple(runs))], {}).pages[0].blocks
    return [block.text for block in blocks if block.kind is Kind.HEADING]


def test_text_above_many_references_is_no_heading() -> None:
    text = [run(f"{_FULL} {line}", 72, 100 + 14 * line, 11) for line in range(8)]
    apart = [run("Here we say it with few words", 72, 240, 11), run("Results in large", 72, 270, 14)]
    references = [run(f"{_FULL}, {_FULL}", 72, 300 + 11 * line, 6) for line in range(12)]
    assert _headings([*text, *apart, *references]) == ["Results in large"]


def test_a_sentence_in_larger_type_is_no_heading() -> None:
    claim = run("Please pay within a month and quote the number of this bill.", 72, 180, 12)
    text = [run(_FULL, 72, 240 + 13 * line, 10) for line in range(20)]
    assert _headings([run("Invoice", 72, 120, 16), claim, *text]) == ["Invoice"]
