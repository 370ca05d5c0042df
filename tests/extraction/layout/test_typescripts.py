"""Documents in letters of one width are letters and records as often as code: what runs on is text."""

import re
import textwrap
from collections.abc import Iterable, Sequence

from moonshelf.extraction import layout
from moonshelf.extraction.document import Kind
from moonshelf.extraction.facts import PageFacts, Run

_WIDTH = 7.2  # points: of a letter of twelve points
_STRETCH = r"\S+(?: \S+)*"  # words that single spaces part
_STORY = (
    "The harbour was dredged twice in spring, and the larger ferries could berth at the northern quay again, which "
    "people from the outer villages had asked for. In the storms of the winter before none of the boats that bring "
    "the mail had come in for eleven days, and bread was baked from what the mill had left."
)
_RECORD = [
    ("Q.", "Where were you on the night when the storm broke the mooring of the northern quay?"),
    ("A.", "In the office."),
    ("Q.", "Alone?"),
    ("A.", "No, the watchman was with me until about ten, and then I went down to the pier to see to the lines."),
    ("MR. DOE:", "Objection. He has answered that before, and we have been over all of this with the first witness."),
    ("Q.", "Let me put it differently. Who was on the pier with you at that time, if anybody was there at all?"),
    ("A.", "Nobody that I could see in the rain, but there was a light on in one of the boats that lay there."),
    ("Q.", "Thank you. That was my last question, and we can go off the record now if nobody else has any."),
]
_CODE = """\
def berths(harbour, ferries):
    free = [one for one in harbour.berths if one.free]
    for ferry in ferries:
        place = next(one for one in free if one.length > ferry.length)
        free.remove(place)
        yield ferry, place

def moored(harbour):
    return {one.name: one.ferry for one in harbour.berths if not one.free}

if __name__ == "__main__":
    for ferry, place in berths(load(), ferries()):
        print(ferry, place)"""


def _typed(lines: Iterable[str], *, pitch: float = 14, numbered: bool = False, pieces: str = _STRETCH) -> list[Run]:
    """Return *lines* as programs place them: what is one of *pieces* is one run."""
    runs = []
    for number, line in enumerate(lines, 1):
        found = [(one.start(), one[0]) for one in re.finditer(pieces, line)]
        placed = [(-2 - len(str(number)), str(number)), *found] if numbered else found
        for column, text in placed:
            left, top = 108 + _WIDTH * column, 60 + pitch * number
            runs.append(Run(text, (left, top, left + _WIDTH * len(text), top + 13), 12, "Courier", monospace=True))
    return runs


def _read(*pages: Sequence[Run]) -> list[tuple[Kind, str]]:
    facts = [PageFacts(number, 612, 792, runs=tuple(runs)) for number, runs in enumerate(pages, 1)]
    blocks = [block for page in layout.assemble(facts, {}).pages for block in page.blocks]
    return [(block.kind, f"{block.marker} {block.text}".strip()) for block in blocks if block.kind is not Kind.FOOTER]


def _letter() -> list[str]:
    story = textwrap.wrap(_STORY, 58)
    return ["Jane Pilot", "12 Quay Street", "Harbour", "", "Dear Jane,", "", *story, "", *story]


def test_a_letter_is_text_and_its_address_stays_in_lines() -> None:
    assert _read(_typed(_letter())) == [
        (Kind.CODE, "Jane Pilot\n12 Quay Street\nHarbour"),
        (Kind.PARAGRAPH, "Dear Jane,"),
        (Kind.PARAGRAPH, _STORY),
        (Kind.PARAGRAPH, _STORY),
    ]


def test_its_last_page_is_text_too() -> None:
    assert _read(_typed(_letter()), _typed(["Come and see."]))[-1] == (Kind.PARAGRAPH, "Come and see.")


def test_words_that_are_placed_one_by_one_are_in_no_columns() -> None:
    story = textwrap.wrap(_STORY, 58)
    assert _read(_typed([*story, "", *story], pieces=r"\S+")) == [(Kind.PARAGRAPH, _STORY)] * 2


def test_questions_and_answers_are_read_one_by_one_without_the_numbers_of_their_lines() -> None:
    lines = [line for who, words in _RECORD for line in textwrap.wrap(f"     {who}  {words}", 44)]
    read = _read(_typed(lines, pitch=26, numbered=True))
    assert [text for _, text in read] == [f"{who} {words}" for who, words in _RECORD]
    assert [kind for kind, _ in read].count(Kind.LIST) == len(_RECORD) - 1


def test_a_listing_that_is_the_whole_document_stays_one() -> None:
    assert _read(_typed(_CODE.splitlines())) == [(Kind.CODE, _CODE)]
