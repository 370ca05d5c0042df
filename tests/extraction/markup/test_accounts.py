"""XBRL: facts of a report in tables, with the units and periods that they refer to, and their texts."""

import contextlib
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.tools import TOOLS
from moonshelf.errors import ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.markup.structured import REPORT
from samples.markup.accounts import ACCOUNTS


def test_facts_stand_in_tables_with_what_they_refer_to_and_texts_in_sections() -> None:
    assert sniffing.media_type(BytesIO(ACCOUNTS), "upload.xml") == "application/xbrl-instance+xml"
    found = REPORT.extract(BytesIO(ACCOUNTS), TOOLS)
    assert found.metadata == {"title": "10-K Pomona AG"}
    assert to_markdown(found) == (
        "# 10-K Pomona AG\n\nEntity: 0007\n\n| Fact | Value | Period | Of |\n| --- | --- | --- | --- |\n"
        "| Document Type | 10-K | 2025-01-01 to 2025-12-31 |  |\n"
        "| Entity Registrant Name | Pomona AG | 2025-01-01 to 2025-12-31 |  |\n"
        "| Net Income Loss | -1200 EUR | 2025-01-01 to 2025-12-31 |  |\n"
        "| Share Price | 10.49 EUR/shares | 2025-12-31 | Fruit Kind: Pear Trees |\n"
        "| Share Price | nil | 2025-01-01 to 2025-12-31 |  |\n\n"
        "## Harvest Note\n\n### Note 1\n\nApples did **very** well.\n\n"
        "## Policy\n\nBy weight, always.\n\nBy weight.\n\n> 1 word of hidden text withheld."
    )


def test_text_that_belongs_to_no_fact_is_kept() -> None:
    report = b'<xbrl xmlns="http://www.xbrl.org/2003/instance">Apples <a contextRef="c">12</a> and pears</xbrl>'
    assert to_markdown(REPORT.extract(BytesIO(report), TOOLS)).startswith("Apples and pears\n\n| Fact |")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_bytes_give_a_document_or_an_extraction_error(data: st.DataObject) -> None:
    names = ACCOUNTS.split(b"<")
    first, second = (data.draw(st.integers(1, len(names) - 1)) for _ in range(2))
    names[first], names[second] = names[second], names[first]
    with contextlib.suppress(ExtractionError):
        REPORT.extract(BytesIO(b"<".join(names)), TOOLS)
