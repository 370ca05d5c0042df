"""No word of a page goes missing unsaid."""

from collections import Counter
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from moonshelf.extraction import layout, markdown
from moonshelf.extraction.coverage import audit
from moonshelf.extraction.document import Block, Coverage, Document, Kind, Origin, Page
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.pages.pdf import open_text
from moonshelf.extraction.tools import Tools
from samples.papers import pdf, text


def _run(words: str, x: float, y: float, *, size: float = 10, hidden: str = "", confidence: float = 1.0) -> Run:
    box = (x, y, x + len(words) * size * 0.5, y + size)
    return Run(words, box, size, hidden=hidden, confidence=confidence)


def _facts(*runs: Run, number: int = 1) -> PageFacts:
    return PageFacts(number, 600, 800, runs=runs)


def _page(*texts: str) -> Document:
    return Document((Page(1, tuple(Block(Kind.PARAGRAPH, one) for one in texts)),))


def _coverage(document: Document, *pages: PageFacts) -> Coverage:
    return audit.audited(document, pages).pages[0].coverage


def test_a_word_that_no_block_holds_is_lost_and_named_with_its_place() -> None:
    found = _coverage(_page("kept words"), _facts(_run("kept words", 50, 50), _run("gone", 300, 50)))
    assert (found.words_seen, found.words_emitted, found.words_lost) == (3, 2, 1)
    assert [(one.text, one.box[0]) for one in found.lost] == [("gone", 300)]


def test_a_word_that_stands_twice_must_be_emitted_twice() -> None:
    assert _coverage(_page("twice"), _facts(_run("twice", 50, 50), _run("twice", 50, 90))).words_lost == 1


def test_words_in_running_headers_and_on_the_next_page_are_not_lost() -> None:
    header = Page(1, (Block(Kind.HEADER, "Annual report"),))
    document = Document((header, Page(2, (Block(Kind.PARAGRAPH, "a para-graph that goes on overleaf"),))))
    pages = _facts(_run("Annual report", 50, 10), _run("a paragraph that", 50, 700)), _facts(number=2)
    assert audit.audited(document, pages).pages[0].coverage.words_lost == 0


def test_a_word_that_stands_far_from_its_page_is_lost_all_the_same() -> None:
    pages = [Page(number, (Block(Kind.PARAGRAPH, said),)) for number, said in enumerate(("a", "b", "gone"), 1)]
    facts = [_facts(_run("a", 50, 50), _run("gone", 50, 90)), _facts(number=2), _facts(number=3)]
    audited = audit.audited(Document(tuple(pages)), facts)
    assert [one.text for one in audited.pages[0].coverage.lost] == ["gone"]


def test_what_is_lost_is_said_in_the_contents_last_line() -> None:
    audited = audit.audited(_page("kept"), [_facts(_run("kept", 50, 50), _run("gone", 300, 50))])
    assert markdown.to_markdown(audited).endswith("> 1 word of the text layer could not be placed.")


def test_nothing_is_said_of_a_page_that_was_read_whole() -> None:
    audited = audit.audited(_page("kept"), [_facts(_run("kept", 50, 50))])
    assert markdown.to_markdown(audited) == "kept"


def test_hidden_and_unsure_words_are_listed() -> None:
    facts = _facts(_run("plain", 50, 50), _run("ghost", 50, 90, hidden="tiny"), _run("smudge", 50, 130, confidence=0.6))
    found = _coverage(_page("plain smudge"), facts)
    assert [(one.text, one.reason) for one in found.hidden] == [("ghost", "tiny")]
    assert [(one.text, one.confidence) for one in found.doubtful] == [("smudge", 0.6)]
    assert (found.words_seen, found.words_emitted, found.words_hidden) == (3, 2, 1)


def test_lines_too_unclear_to_read_are_listed_counted_and_said() -> None:
    scrawl, sign = _run("scrawl", 50, 90, confidence=0.3), _run("", 50, 130, confidence=0.1)
    facts = replace(_facts(_run("plain", 50, 50)), illegible=(scrawl, replace(sign, box=(50, 130, 59, 139))))
    audited = audit.audited(_page("plain"), [facts])
    found = audited.pages[0].coverage
    assert [(one.text, one.confidence) for one in found.illegible] == [("scrawl", 0.3), ("", 0.1)]
    assert (found.lines_illegible, found.words_seen, found.words_lost) == (1, 1, 0)
    assert markdown.to_markdown(audited) == (
        "plain\n\n> Too unclear to read, or in a script that is not recognised: 1 line (page 1)."
    )


def test_a_picture_without_words_is_ink_unread() -> None:
    facts = replace(_facts(_run("plain", 50, 50)), pictures=((40, 40, 90, 70), (300, 300, 400, 400)))
    assert _coverage(_page("plain"), facts).unread == ((300, 300, 400, 400),)


def test_the_origin_tells_both_sources_apart() -> None:
    mixed = _facts(_run("typed", 50, 50), replace(_run("scanned", 50, 90), origin=Origin.OCR))
    assert _coverage(_page("typed scanned"), mixed).origin is Origin.BOTH
    assert _coverage(_page(), _facts()).origin is Origin.BLANK
    drawn = replace(_facts(), origin=Origin.OCR, unread=((300, 300, 400, 400),))
    assert _coverage(_page(), drawn).origin is Origin.OCR
    assert _coverage(_page(), replace(_facts(), failure="It is torn.")).origin is Origin.FAILED
    assert _coverage(_page("half"), replace(_facts(_run("half", 50, 50)), failure="It is torn.")).origin is Origin.TEXT


_WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=9)
_PLACES = st.tuples(st.integers(0, 2), st.integers(0, 28))  # column, row
_PAGES = st.dictionaries(_PLACES, st.tuples(_WORDS, st.sampled_from([6, 9, 11, 18])), max_size=25)


@settings(max_examples=40, deadline=None)
@given(st.lists(_PAGES, min_size=1, max_size=3))
def test_wherever_words_stand_they_are_emitted(pages: list[dict[tuple[int, int], tuple[str, int]]]) -> None:
    data = pdf(
        [
            [text(word, 20 + 180 * column, 20 + 26 * row, size=size) for (column, row), (word, size) in page.items()]
            for page in pages
        ]
    )
    opened = open_text(BytesIO(data), Tools(lambda _: []))
    facts = [opened.read(number) for number in range(1, len(opened) + 1)]
    opened.close()
    document = audit.audited(layout.assemble(facts, {}), facts)
    said = "".join(
        block.text + "".join(cell.text for cell in block.cells) for page in document.pages for block in page.blocks
    )
    for page, placed in zip(document.pages, pages, strict=True):
        assert not page.coverage.lost
        read = Counter(word for run in facts[page.number - 1].runs for word in run.text.split())
        assert read == Counter(word for word, _ in placed.values())
        assert all(word in said for word, _ in placed.values())
