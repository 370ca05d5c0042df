"""Contents whose titles no dots lead to their pages are read entry by entry."""

from collections.abc import Iterator, Sequence

from extraction.layout.typeset import run, texts
from moonshelf.extraction import layout
from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.facts import PageFacts, Run

_CHAPTERS = [
    [("The harbour", "1"), ("Its first quay", "2"), ("How it was dredged", "5"), ("Lights and signals", "9")],
    [("Ships", "14"), ("Ferries to the outer villages", "14"), ("Boats that bring the mail", "17")],
    [("Storms", "21"), ("The winter without bread", "22"), ("What was built after it", "30"), ("Costs", "31")],
]


def _entries(*, pages_at: float) -> Iterator[Run]:
    """Yield contents with more room above each chapter; pages end at one place, or are close behind titles at 0."""
    y = 100.0
    for chapter in _CHAPTERS:
        for number, (title, page) in enumerate(chapter):
            first = run(title, 84 if number else 72, y)
            yield first
            yield run(page, (pages_at - 5 * len(page)) if pages_at else first.box[2] + 14, y)
            y += 14
        y += 8


def _blocks(runs: Sequence[Run]) -> tuple[Block, ...]:
    return layout.assemble([PageFacts(1, 612, 792, runs=tuple(runs))], {}).pages[0].blocks


def test_a_chapter_is_no_cell_though_more_room_parts_it_from_the_next() -> None:
    (table,) = _blocks(list(_entries(pages_at=540)))
    assert texts(table.cells) == [list(entry) for chapter in _CHAPTERS for entry in chapter]


def test_pages_close_behind_their_titles_end_entries() -> None:
    read = [block.text for block in _blocks(list(_entries(pages_at=0)))]
    assert read == [f"{title} {page}" for chapter in _CHAPTERS for title, page in chapter]


def test_a_heading_below_a_table_without_rules_is_no_row_of_it() -> None:
    story = [
        run("the larger ferries could berth at the northern quay again, which many people had", 72, 304 + 13 * n)
        for n in range(5)
    ]
    heading = [run("1", 72, 280, 14), run("The harbour", 100, 280, 14)]
    blocks = _blocks([*_entries(pages_at=540), *heading, *story])
    assert [(block.kind, block.text) for block in blocks[1:2]] == [(Kind.HEADING, "1 The harbour")]
