"""What stands in the margins of a page is told from text by that page alone."""

import pytest
from msgspec.structs import replace

from extraction.layout.typeset import run
from moonshelf.extraction import layout
from moonshelf.extraction.document import Kind
from moonshelf.extraction.facts import PageFacts, Run

_FULL = "The committee met on Monday and went through each of the open points in turn"


def _prose(top: float, lines: int = 40, x: float = 100) -> list[Run]:
    return [run(_FULL, x, top + 13 * line) for line in range(lines)]


def _kinds(*pages: list[Run]) -> dict[str, Kind]:
    document = layout.assemble([PageFacts(n, 612, 792, runs=tuple(runs)) for n, runs in enumerate(pages, 1)], {})
    return {block.text: block.kind for page in document.pages for block in page.blocks}


@pytest.mark.parametrize(
    ("words", "x", "y", "kind"),
    [
        ("7", 300, 691, Kind.FOOTER),  # as TeX sets numbers of pages on American paper
        ("Doe 4", 480, 60, Kind.HEADER),
        ("12 Of the Lengths of Roads", 100, 85, Kind.HEADER),
        ("Of the Lengths of Roads", 100, 40, Kind.HEADER),
        ("Anno 2019", 480, 85, Kind.PARAGRAPH),  # a letter's date
        ("A first line of text", 100, 95, Kind.PARAGRAPH),
    ],
)
def test_a_number_or_a_title_apart_from_text_is_none(words: str, x: float, y: float, kind: Kind) -> None:
    assert _kinds([run(words, x, y), *_prose(130)])[words] is kind


def test_noise_of_a_scan_above_a_running_header_hides_it_not() -> None:
    row = [run("400", 60, 70), run("British Husbandry", 250, 70), run("Ch. XIX", 480, 70)]
    assert _kinds([run("\u2014", 560, 20), *row, *_prose(84)])["400 British Husbandry Ch. XIX"] is Kind.HEADER


def test_a_page_set_up_to_its_edges_begins_with_text() -> None:
    assert _kinds([run("Dear reader", 30, 30), *_prose(62, x=30)])["Dear reader"] is Kind.PARAGRAPH


def test_a_sentence_above_the_text_is_text() -> None:
    title, sentence = "\u901f\u5ea6\u6bd4\u8f83", "\u540c\u73af\u5883\u4e0b\u6bd4\u8f83\u901f\u5ea6\u3002"
    for size in (10, 8):
        assert _kinds([run(sentence, 100, 30, size=size), *_prose(130)])[sentence] is Kind.PARAGRAPH
    assert _kinds([run(title, 100, 30), *_prose(130)])[title] is Kind.HEADER


def test_captions_and_notes_are_text_in_the_margins_too() -> None:
    caption, note = "Table 2. Roads and their lengths", "3 See the annual report of that year."
    kinds = _kinds([run(caption, 100, 76, 8), *_prose(110, 44), run(note, 100, 740, 8)])
    assert kinds[caption] is Kind.PARAGRAPH
    assert Kind.NOTE in kinds.values()
    assert not {Kind.HEADER, Kind.FOOTER} & {*kinds.values()}


def test_the_last_lines_of_two_columns_are_no_footer() -> None:
    left = [run("words that fill a column up to it", 60, 100 + 13 * line) for line in range(48)]
    right = [replace(run, box=(run.box[0] + 260, run.box[1] + 2, run.box[2] + 260, run.box[3] + 2)) for run in left]
    kinds = _kinds([*left, run("end here.", 60, 724), *right, run("as in section 2", 320, 726)])
    assert Kind.FOOTER not in kinds.values()


def test_titles_of_sections_that_no_other_page_has_are_kept_apart() -> None:
    titles = [
        f"{number} {title}" for number, title in enumerate(("Of Metals", "Of Stones", "Of Herbs", "Of Beasts"), 1)
    ]
    kinds = _kinds(*([run(title, 100, 70), *_prose(110)] for title in titles))
    assert [title for title in titles if kinds[title] is Kind.HEADER] == titles
