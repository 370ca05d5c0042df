"""The line at the end of a content says all that is missing, each once, however much of it there is."""

from moonshelf.extraction.coverage.omissions import describe
from moonshelf.extraction.document import Coverage, Document, Page


def _pages(*coverages: Coverage) -> tuple[Page, ...]:
    return tuple(Page(number, (), coverage=one) for number, one in enumerate(coverages, 1))


def test_what_is_missing_is_counted_over_all_pages() -> None:
    one = Coverage(words_hidden=1, words_lost=2, zero_width=3, lines_illegible=1)
    document = Document(
        _pages(one, Coverage(), one, Coverage(failure="It is torn.")), warnings=("No fonts", "No fonts")
    )
    assert describe(document) == (
        "Not read: page 4 (It is torn). Too unclear to read, or in a script that is not recognised: 2 lines "
        "(pages 1, 3). 4 words of the text layer could not be placed. 2 words of hidden text withheld. "
        "6 zero-width characters withheld. No fonts."
    )


def test_one_of_each_is_said_in_the_singular() -> None:
    document = Document(_pages(Coverage(words_hidden=1, words_lost=1, zero_width=1, lines_illegible=1)))
    assert describe(document) == (
        "Too unclear to read, or in a script that is not recognised: 1 line (page 1). "
        "1 word of the text layer could not be placed. 1 word of hidden text withheld. 1 zero-width character withheld."
    )


def test_pages_that_fail_alike_are_told_together_and_beyond_eight_reasons_counted() -> None:
    failures = ["torn", "torn", "burnt", "torn", *(f"reason {number}" for number in range(8)), "burnt"]
    document = Document(_pages(*(Coverage(failure=one) for one in failures)))
    assert describe(document) == (
        "Not read: pages 1-2, 4 (torn); pages 3, 13 (burnt); page 5 (reason 0); page 6 (reason 1); page 7 (reason 2); "
        "page 8 (reason 3); page 9 (reason 4); page 10 (reason 5); 2 more pages."
    )


def test_warnings_beyond_eight_are_counted() -> None:
    assert describe(Document((), warnings=tuple(f"No {number}" for number in range(10)))) == (
        "No 0. No 1. No 2. No 3. No 4. No 5. No 6. No 7. 2 more warnings."
    )
