"""Word's documents of 2003 in XML."""

import contextlib
from io import BytesIO

from hypothesis import given, settings

from extraction.damage import damaged
from extraction.tools import TOOLS, nesting
from moonshelf.errors import ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office.word.spelt import extract
from samples.office.spelt import LETTER


@settings(max_examples=30, deadline=None)
@given(damaged(LETTER))
def test_any_bytes_give_a_document_or_an_extraction_error(content: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        to_markdown(extract(BytesIO(content), TOOLS))


def test_a_document_of_word_2003_reads_as_one_of_today() -> None:
    assert sniffing.media_type(BytesIO(LETTER), "letter.doc") == "application/msword.2003+xml"
    found = extract(BytesIO(LETTER), nesting())
    assert found.metadata == {"title": "Harvest"}
    assert to_markdown(found) == (
        "# Report\n\nApples did **very** well[^1][^c1][more](https://a.example/b)\n\n- a) first\n\n<table>\n"
        '<tr><td rowspan="2">Fruit</td><td>12</td></tr>\n<tr><td>13</td></tr>\n</table>\n\n'
        "[^1]: By weight.\n\n[^c1]: Bo: Sure?\n\nPage header: Page top"
    )
