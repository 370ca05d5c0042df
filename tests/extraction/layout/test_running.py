"""Running headers and footers are told from text, on many pages and on a single one."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from extraction.layout.typeset import run
from moonshelf.extraction import layout
from moonshelf.extraction.document import Document, Kind
from moonshelf.extraction.facts import PageFacts, Run

_FULL = "The committee met on Monday and went through each of the open points in turn"


def _page(*runs: Run, number: int = 1) -> PageFacts:
    return PageFacts(number, 612, 792, runs=runs)


def _lines(texts: Sequence[str], y: float = 100) -> list[Run]:
    return [run(words, 72, y + 13 * row) for row, words in enumerate(texts)]


def _said(document: Document, kind: Kind) -> list[str]:
    return [block.text for page in document.pages for block in page.blocks if block.kind is kind]


def _prose(top: float) -> list[Run]:
    return [run(f"{_FULL} {line}", 60, top + 14 * line) for line in range(20)]


def test_what_repeats_in_the_margins_is_kept_apart() -> None:
    pages = [
        _page(
            run("The Quarterly Review", 200, 30),
            *_lines([f"{_FULL} {number}"] * 3, y=100),
            run(str(number), 300, 760),
            number=number,
        )
        for number in range(1, 5)
    ]
    document = layout.assemble(pages, {})
    assert _said(document, Kind.HEADER) == ["The Quarterly Review"] * 4
    assert _said(document, Kind.FOOTER) == ["1", "2", "3", "4"]


def test_what_is_all_that_a_document_says_is_no_running_header() -> None:
    pages = [_page(run("Left blank on purpose", 200, 30), run(str(n), 300, 760), number=n) for n in range(1, 5)]
    document = layout.assemble(pages, {})

    assert [block.text for page in document.pages for block in page.blocks if block.kind is not Kind.FOOTER] == [
        "Left blank on purpose"
    ] * 4
    assert not _said(document, Kind.HEADER)
    assert _said(document, Kind.FOOTER) == ["1", "2", "3", "4"]


def test_an_original_and_its_copy_have_no_running_header() -> None:
    bill = ["Anvils 3 pieces 60.00", "Rockets 1 piece 40.00", "To be paid 100.00"]
    pages = [
        _page(run("Invoice 2021/7", 330, 75), run(kind, 72, 120), *_lines(bill, y=160), number=number)
        for number, kind in enumerate(("original", "copy", "copy"), 1)
    ]
    assert not _said(layout.assemble(pages, {}), Kind.HEADER)


def test_what_is_turned_and_stands_beside_page_after_page_is_kept_apart() -> None:
    beside = Run("Down loaded from the press", (590, 200, 600, 500), 8, rotation=90)
    label = Run("share of all", (300, 300, 310, 350), 8, rotation=90)
    pages = [_page(*_lines([f"{_FULL} {number}"] * 3), beside, label, number=number) for number in (1, 2, 3)]
    pages[1] = replace(pages[1], runs=(*pages[1].runs[:-2], replace(beside, text="Downloaded from the press"), label))
    document = layout.assemble(pages, {})
    assert [text.replace(" ", "") for text in _said(document, Kind.FOOTER)] == ["Downloadedfromthepress"] * 3
    assert _said(document, Kind.PARAGRAPH).count("share of all") == 3


def test_a_chapter_of_one_page_has_a_running_header_where_others_have_theirs() -> None:
    titles = ["Of Metals", "Of Metals", "Of Metals", "Of Stones"]
    pages = [
        _page(run(title, 200, 30), *_lines([f"{_FULL} {number}"] * 3, y=100), number=number)
        for number, title in enumerate(titles, 1)
    ]
    assert _said(layout.assemble(pages, {}), Kind.HEADER) == titles


@pytest.mark.parametrize(
    "header",
    [
        [("400", 60, 70), ("British Husbandry", 250, 70), ("Ch. XIX", 480, 70)],  # set close to the text
        [("Downloaded from a library on July 12", 200, 8)],  # next to the paper's edge
        [("Draft report", 60, 36), ("Internal use", 300, 36)],  # far from the text
    ],
)
def test_a_running_header_is_told_on_a_single_page(header: list[tuple[str, float, float]]) -> None:
    page = _page(*(run(*piece) for piece in header), *_prose(86))
    document = layout.assemble([page], {})
    assert " ".join(_said(document, Kind.HEADER)).split() == " ".join(text for text, _, _ in header).split()
    assert _FULL in " ".join(_said(document, Kind.PARAGRAPH))


def test_a_row_of_pieces_at_the_foot_is_a_footer_and_its_neighbours_are_text() -> None:
    foot = [run("Revision: 2.4", 60, 712), run("P/N 119-036", 250, 712), run("10 June 2019", 440, 712)]
    document = layout.assemble([_page(*_prose(424), *foot)], {})
    assert _said(document, Kind.FOOTER) == ["Revision: 2.4 P/N 119-036 10 June 2019"]
    assert len(" ".join(_said(document, Kind.PARAGRAPH)).split()) == 20 * len(f"{_FULL} 1".split())


def test_a_running_footer_is_told_on_a_page_with_columns_too() -> None:
    def foot(number: int, right: float) -> list[Run]:
        return [run("Annual report of the society", 60, 740), run(f"{number}", right, 740)]

    plain = [_page(*_prose(86), *foot(number, 300), number=number) for number in (1, 2, 3)]
    sides = [
        run(f"The {side} side, {line}", x, 86 + 14 * line)
        for side, x in (("left", 60), ("right", 320))
        for line in range(30)
    ]
    document = layout.assemble([*plain, _page(*sides, *foot(4, 330), number=4)], {})
    assert " ".join(_said(replace(document, pages=document.pages[3:]), Kind.FOOTER)) == "Annual report of the society 4"
