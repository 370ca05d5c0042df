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

ACCOUNTS = b"""<?xml version="1.0"?>
<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:dei="http://a.example/dei" xmlns:gaap="http://a.example/gaap"
 xmlns:xbrldi="http://xbrl.org/2006/xbrldi" xmlns:iso4217="http://www.xbrl.org/2003/iso4217"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:link="http://www.xbrl.org/2003/linkbase">
<context id="year"><entity><identifier scheme="http://a.example/id">0007</identifier></entity>
<period><startDate>2025-01-01</startDate><endDate>2025-12-31</endDate></period></context>
<context id="pears"><entity><identifier scheme="http://a.example/id">0007</identifier><segment>
<xbrldi:explicitMember dimension="gaap:FruitKindAxis">gaap:PearTreesMember</xbrldi:explicitMember></segment></entity>
<period><instant>2025-12-31</instant></period></context>
<unit id="money"><measure>iso4217:EUR</measure></unit><unit id="each"><divide><unitNumerator><measure>iso4217:EUR
</measure></unitNumerator><unitDenominator><measure>shares</measure></unitDenominator></divide></unit>
<dei:DocumentType contextRef="year">10-K</dei:DocumentType>
<dei:EntityRegistrantName contextRef="year">Pomona AG</dei:EntityRegistrantName>
<gaap:NetIncomeLoss contextRef="year" unitRef="money" decimals="0">-1200</gaap:NetIncomeLoss>
<gaap:NetIncomeLoss contextRef="year" unitRef="money" decimals="0" id="again">-1200</gaap:NetIncomeLoss>
<gaap:SharePrice contextRef="pears" unitRef="each">10.49</gaap:SharePrice>
<gaap:SharePrice contextRef="year" unitRef="each" xsi:nil="true"/>
<gaap:HarvestNoteTextBlock contextRef="year">&lt;h1&gt;Note 1&lt;/h1&gt;&lt;p&gt;Apples did &lt;b&gt;very&lt;/b&gt;
well.&lt;/p&gt;&lt;p style="display:none"&gt;secret&lt;/p&gt;</gaap:HarvestNoteTextBlock>
<gaap:PolicyTextBlock contextRef="year">&lt;p&gt;By weight, always.&lt;/p&gt;</gaap:PolicyTextBlock>
<gaap:AgainTextBlock contextRef="year">&lt;p&gt;By weight, always.&lt;/p&gt;</gaap:AgainTextBlock>
<gaap:HarvestPolicyTextBlock contextRef="year">&lt;p&gt;Apples did very well.&lt;/p&gt;</gaap:HarvestPolicyTextBlock>
<link:footnoteLink><link:footnote>By weight.</link:footnote></link:footnoteLink></xbrl>
"""


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
