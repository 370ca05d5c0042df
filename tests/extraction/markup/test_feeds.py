"""Feeds: RSS and Atom of any version read as entries, with the markup that they spell out."""

import contextlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.damage import swapped
from extraction.tools import TOOLS
from moonshelf.errors import ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.markup.structured import FEED
from samples.markup.feeds import ATOM, RDF, RSS


def feed(content: bytes) -> str:
    return to_markdown(FEED.extract(BytesIO(content), TOOLS))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (RSS, "rss"),
        (RDF, "rss"),
        (ATOM, "atom"),
        (ATOM.replace(b"www.w3.org/2005/Atom", b"purl.org/atom/ns#"), "atom"),
        (b"<feed><cow/></feed>", ""),
    ],
)
def test_a_feed_is_told_by_its_root(content: bytes, kind: str) -> None:
    told = sniffing.media_type(BytesIO(content), "download")
    assert told == (f"application/{kind}+xml" if kind else "text/plain")
    assert sniffing.media_type(BytesIO(RSS), "feed.atom") == "application/rss+xml"


def test_entries_lead_with_their_titles_and_spelt_markup_is_read() -> None:
    found = FEED.extract(BytesIO(RSS), TOOLS)
    assert found.metadata == {"title": "Orchard & press"}
    assert to_markdown(found) == (
        "# Orchard & press\n\nLink: http://a.example\n\nNews of apples\n\n## Harvest\n\nLink: http://a.example/1\n"
        "Author: Ann Ek\nPublished: Mon, 5 Oct 2026 10:00:00 GMT\nCategory: fruit, tons\n\n"
        "Apples did **very** well.\n\n#### Tons\n\n| Fruit | Tons |\n| --- | --- |\n| Apple | 12 |\n\n"
        "File: http://a.example/2.mp3\n\nPears\ndid not.\n\n> 1 word of hidden text withheld."
    )


def test_categories_of_podcasts_stand_with_those_they_are_in() -> None:
    inner = '<p:category text="Business"><p:category text="Shops"/></p:category><p:category text="Education"/>'
    xml = f'<rss xmlns:p="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>T</title>{inner}</channel></rss>'
    assert feed(xml.encode()) == "# T\n\nCategory: Business / Shops, Education"


def test_entries_of_rss_1_stand_below_their_channel() -> None:
    assert feed(RDF) == "# News\n\n## Harvest"


def test_an_entry_keeps_a_summary_that_its_content_does_not_begin_with() -> None:
    assert feed(ATOM).endswith("In short\n\nApples did **very** well.\n\n- first")


def test_what_a_teaser_says_is_not_said_twice() -> None:
    said = "&lt;/p&gt;&lt;p&gt;&lt;i&gt;More&lt;/i&gt;."
    texts = f"Apples did [&amp;#8230;]{said}", f"Apples did well.{said}"
    teaser, whole = (f"<description>&lt;p&gt;{text}&lt;/p&gt;</description>" for text in texts)
    assert feed(f"<rss><item>{teaser}{whole}</item></rss>".encode()) == "Apples did well.\n\n*More*."


def test_a_feed_with_a_bare_ampersand_is_mended_and_says_so() -> None:
    text = feed(b"<rss><channel><title>Apples & pears</title></channel></rss>")
    assert text.startswith("# Apples & pears\n\n> The XML is not well-formed;")


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([RSS, ATOM, RDF]), st.data())
def test_any_bytes_give_a_document_or_an_extraction_error(content: bytes, data: st.DataObject) -> None:
    with contextlib.suppress(ExtractionError):
        feed(data.draw(swapped(content)))
