"""Footnotes below columns: read after the text of all of them, and no running footers."""

from collections.abc import Iterator, Sequence

from extraction.layout.typeset import level, run
from moonshelf.extraction import layout
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.facts import PageFacts, Rule, Run

_WORDS = "and so the text goes on from line to line"
_LEFT, _RIGHT, _FOOT = 72, 310, 640


def _column(x: float, first: str, last: str, top: int = 100) -> Iterator[Run]:
    """Yield lines of one paragraph as wide as their column, from the *top* down to the notes."""
    count = (_FOOT - top) // 12 - 1
    for number in range(count):
        words = {0: first, count - 1: last}.get(number, _WORDS)
        yield run(words.ljust(len(_WORDS), "x"), x, top + 12 * number)


def _note(number: int, words: str, x: float, y: float) -> list[Run]:
    return [run(str(number), x, y - 2, 5), run(words, x + 4, y, 8)]


def _pages(*pages: Sequence[Run], rules: Sequence[Rule] = ()) -> list[tuple[Block, ...]]:
    facts = [PageFacts(number, 612, 792, runs=tuple(runs), rules=tuple(rules)) for number, runs in enumerate(pages, 1)]
    return [page.blocks for page in layout.assemble(facts, {}).pages]


def test_notes_of_each_column_follow_the_text_of_all() -> None:
    left = [*_column(_LEFT, "Here begins", "it ends", top=136), *_note(1, "First of all notes.", _LEFT, _FOOT)]
    right = [*_column(_RIGHT, "Beyond", "and ends"), *_note(2, "Second of them, in", _RIGHT, _FOOT)]
    [blocks] = _pages([*left, *right, run("two lines.", _RIGHT, _FOOT + 10, 8)])
    assert [(block.kind, block.marker) for block in blocks] == [
        (Kind.PARAGRAPH, ""),
        (Kind.PARAGRAPH, ""),
        (Kind.NOTE, "1"),
        (Kind.NOTE, "2"),
    ]
    assert blocks[3].text == "Second of them, in two lines."


def test_notes_right_below_a_table_stay_with_it() -> None:
    cells = [[f"{column}{row}" for column in "abc"] for row in range(4)]
    table = [run(words, _LEFT + 70 * x, 560 + 20 * y) for y, line in enumerate(cells) for x, words in enumerate(line)]
    rules = [level(556 + 20 * row, _LEFT, 300) for row in range(5)]
    above = [one for one in _column(_LEFT, "Here begins", "") if one.box[1] < 530]
    right = [*_column(_RIGHT, "Beyond", "and ends"), *_note(2, "Second of all notes.", _RIGHT, _FOOT)]
    [blocks] = _pages([*above, *table, *_note(1, "As counted.", _LEFT, _FOOT), *right], rules=rules)
    kinds = [block.kind for block in blocks]
    assert kinds == [Kind.PARAGRAPH, Kind.TABLE, Kind.NOTE, Kind.PARAGRAPH, Kind.NOTE]


def test_notes_side_by_side_at_the_foot_of_a_page_are_no_footer() -> None:
    notes = [*_note(1, "First of all notes.", _LEFT, 745), *_note(2, "Second of them.", _RIGHT, 745)]
    [blocks] = _pages([*_column(_LEFT, "Here begins", "and ends"), *_column(_RIGHT, "Beyond", "it ends"), *notes])
    assert [block.kind for block in blocks][-2:] == [Kind.NOTE, Kind.NOTE]


def test_notes_with_the_same_words_on_each_page_are_no_footers() -> None:
    pages = [
        [*_column(_LEFT, f"Part {page}", "it ends", top=100 + 4 * page), *_note(page, "Ibid., p. 44.", _LEFT, 720)]
        for page in (1, 2, 3)
    ]
    assert [[block.kind for block in blocks] for blocks in _pages(*pages)] == [[Kind.PARAGRAPH, Kind.NOTE]] * 3


def test_the_first_line_of_a_column_beside_a_heading_is_no_running_header() -> None:
    begins = "goes on here"
    right = [run(words.ljust(41, "x"), _RIGHT, 60 + 12 * line) for line, words in enumerate([begins, *[_WORDS] * 40])]
    left = [run("1. Origins", 140, 60), *(run(_WORDS, _LEFT, 78 + 12 * line) for line in range(39))]
    [blocks] = _pages([*left, *right])
    assert not [block.text for block in blocks if block.kind is Kind.HEADER]
