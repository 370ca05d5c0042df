"""XML of articles, manuals, editions and patents: read as what it says, or as it is where it is none."""

import contextlib
import time
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.damage import swapped
from extraction.tools import TOOLS
from moonshelf.errors import ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.markup.structured import EDITION, JOURNAL_ARTICLE, MANUAL, PATENT
from samples.markup.structured import (
    APPLICATION_OF_2001,
    ARTICLE,
    HANDBOOK,
    LETTERS,
    PATENT_OF_2002,
    PATENT_OF_A_PRESS,
)


def read(one: Flowing, content: bytes) -> Document:
    return one.extract(BytesIO(content), TOOLS)


def article(inner: str) -> str:
    return to_markdown(read(JOURNAL_ARTICLE, f"<article><body>{inner}</body></article>".encode()))


def manual(inner: str) -> str:
    return to_markdown(read(MANUAL, f"<article>{inner}</article>".encode()))


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (ARTICLE, "application/jats+xml"),
        (HANDBOOK, "application/docbook+xml"),
        (LETTERS, "application/tei+xml"),
        (PATENT_OF_A_PRESS, "application/x-patent+xml"),
        (PATENT_OF_2002, "application/x-patent+xml"),
        (APPLICATION_OF_2001, "application/x-patent+xml"),
        (b"<article><front><article-meta/></front></article>", "application/jats+xml"),
        (
            b"<?xml version='1.0'?>\n<!-- mine -->\n<sect1><title>A</title><para>b</para></sect1>",
            "application/docbook+xml",
        ),
        (b"<?xml version='1.0'?><article><name>Chair</name><price>3</price></article>", "application/xml"),
        (b"<?xml version='1.0'?><part><number>7</number></part>", "application/xml"),
    ],
)
def test_a_vocabulary_is_told_by_its_type_its_namespace_or_its_elements(content: bytes, media_type: str) -> None:
    assert sniffing.media_type(BytesIO(content), "upload.xml") == media_type


def test_an_article_states_who_wrote_it_and_what() -> None:
    assert read(JOURNAL_ARTICLE, ARTICLE).metadata == {"title": "Harvest of Malus", "author": "Ann Ek, Bo Roe"}
    assert read(MANUAL, HANDBOOK).metadata == {"title": "Pressing", "author": "Ann Ek"}
    assert read(EDITION, LETTERS).metadata == {"title": "Letters", "author": "Ann Ek"}


def test_of_two_ways_to_write_a_formula_one_is_read() -> None:
    whole = "\\documentclass{x}\\begin{document}$$E$$\\end{document}"
    assert article(f"<p><tex-math>{whole}</tex-math></p>") == "$E$"
    both = "<alternatives><tex-math>E = m</tex-math><math><msup><mi>c</mi><mn>2</mn></msup></math></alternatives>"
    assert article(f"<p>It is <inline-formula>{both}</inline-formula>.</p>") == "It is $c^{2}$."


def test_parts_of_a_reference_are_never_run_together() -> None:
    parts = "<source>Fruit</source><volume>4</volume>: <fpage>7</fpage><pub-id pub-id-type='pmid'>99</pub-id>"
    assert article(f"<p><mixed-citation>{parts}</mixed-citation></p>") == "Fruit 4: 7 pmid: 99"


def test_what_manuals_and_articles_strike_out_is_marked() -> None:
    manual = b"<article><title>T</title><para>4<emphasis role='strikethrough'>5</emphasis></para></article>"
    assert to_markdown(read(MANUAL, manual)) == "# T\n\n4~~5~~"
    article = b"<article><front/><body><p>4<strike>5</strike></p></body></article>"
    assert to_markdown(read(JOURNAL_ARTICLE, article)) == "4~~5~~"


def test_a_page_of_reference_is_named_and_its_synopsis_bracketed() -> None:
    head = "<refmeta><refentrytitle>press</refentrytitle><manvolnum>1</manvolnum></refmeta>"
    names = "<refnamediv><refname>press</refname><refpurpose>make cider</refpurpose></refnamediv>"
    call = "<command>press</command><arg>-a</arg><arg choice='plain' rep='repeat'>FILE</arg>"
    text = manual(
        f"<refentry>{head}{names}<refsynopsisdiv><cmdsynopsis>{call}</cmdsynopsis></refsynopsisdiv></refentry>"
    )
    assert text == "## press(1)\n\npress — make cider\n\n### Synopsis\n\n`press`[-a] FILE..."


def test_a_patent_leads_with_its_title_and_ends_with_its_classes() -> None:
    found = read(PATENT, PATENT_OF_A_PRESS)
    assert found.metadata == {"title": "Cider press", "author": "Ann Ek"}
    assert to_markdown(found) == (
        "# Cider press\n\nAnn Ek\n\n## Abstract\n\nA press.\n\n## Description\n\n### BACKGROUND\n\n"
        "Apples hold H<sub>2</sub>O, see FIG. **1**.\n\n| Apple | 12 |\n| --- | --- |\n\n## Claims\n\n"
        "**1**. A press, with:\n\na screw;\n\n## About this patent\n\nPublication: US, 0123\n"
        "Classification (IPC): A23N 1/02 (F)\nParties: Ek, Ann, Lund"
    )


def test_patents_before_2005_have_vocabularies_of_their_own() -> None:
    granted, applied = read(PATENT, PATENT_OF_2002), read(PATENT, APPLICATION_OF_2001)
    assert granted.metadata == {"title": "Cider press", "author": "Ann Ek"}
    assert to_markdown(granted) == (
        "# Cider press\n\nAnn Ek\n\n## Abstract\n\nA press for H<sub>2</sub>O of **10** l.\n\n## Description\n\n"
        "### BRIEF DESCRIPTION\n\nFig. one.\n\n| Apple | 12 |\n| --- | --- |\n\n## Claims\n\n"
        "### What is claimed is:\n\n1. A press, as in claim 1.\n\n"
        "## About this patent\n\nNumber: 06442728\nKind: B1\nDate: 20020827\nOffice: US\n"
        "Application: 09225198\nInventors: Ann, Ek, Lund"
    )
    assert applied.metadata == {"title": "Assay reagent", "author": "Wilson Burgess"}
    text = to_markdown(applied)
    assert text.startswith(
        "# Assay reagent\n\nWilson Burgess\n\n## Abstract\n\n[0000] A cell-derived assay reagent.\n\n"
    )
    assert "[0001] H<sub>2</sub>O in FIG. **1**.\n\n## Claims" in text
    assert "**1**. A method.\n\n**2**. As in claim 1.\n\n## About this patent\n\nDocument id: 20010031492, A1," in text


def test_what_is_taken_out_of_a_tree_takes_the_time_of_its_size() -> None:
    people = "<B700>" * 50 + "<B720><NAM>Ek</NAM></B720>" * 30_000 + "</B700>" * 50
    began = time.process_time()
    read(PATENT, f"<PATDOC><SDOBI>{people}</SDOBI></PATDOC>".encode())
    assert time.process_time() - began < 5  # seconds: .3 where nothing else runs, and twelve when it was its square


def test_what_is_not_printed_is_withheld() -> None:
    known = read(MANUAL, HANDBOOK).pages[0].coverage
    assert [(span.text, span.reason) for span in known.hidden] == [("screws", "not printed")]


def test_what_stands_in_literal_text_is_neither_a_document_type_nor_an_entity() -> None:
    page = "<!DOCTYPE html>\n<p>&copy; A &amp; B</p>"
    assert f"```\n{page}\n```" in manual(f"<title>&copy;</title><screen><![CDATA[{page}]]></screen>")
    typed = '<!-- <!DOCTYPE a> --><!DOCTYPE article [<!ENTITY fruit "Apples">]><article><para>&fruit;</para></article>'
    assert to_markdown(read(MANUAL, typed.encode())) == "Apples"


def test_characters_that_are_spelt_in_halves_are_whole() -> None:
    assert manual("<para>An &#55356;&#57166; &#xD83C;&#xDF4E; a day</para>") == "An \U0001f34e \U0001f34e a day"
    assert manual("<para>An &#xD83C; a &#55176; day</para>") == "An \ufffd a \ud788 day"


@pytest.mark.parametrize("broken", ["<p>Apples & pears</body>", "<p>Apples &amp; pears", "<p>Apples &\0 pears</q></p>"])
def test_what_is_not_well_formed_is_mended_where_no_word_is_lost(broken: str) -> None:
    text, said = article(broken).split("\n\n> ")
    assert text == "Apples & pears"
    assert said.startswith("The XML is not well-formed; where its elements end is guessed")


def test_what_cannot_be_mended_stays_as_it_is_and_says_so() -> None:
    broken = "<article><p>Apples</p></article><p>and pears</p>"
    text, said = to_markdown(read(JOURNAL_ARTICLE, broken.encode())).split("\n\n> ")
    assert text == broken
    assert said.startswith("The XML is not well-formed, or too deep, and cannot be mended without loss")


def test_definitions_never_grow_by_one_another() -> None:
    doctype = "<!DOCTYPE article [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'><!ENTITY file SYSTEM 'secret.txt'>]>"
    text = to_markdown(read(MANUAL, f"{doctype}<article><para>&a; &b; &file; &eacute;</para></article>".encode()))
    assert text == "ha &a;&a; &file; é"


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([(JOURNAL_ARTICLE, ARTICLE), (MANUAL, HANDBOOK), (EDITION, LETTERS)]), st.data())
def test_any_bytes_give_a_document_or_an_extraction_error(sample: tuple[Flowing, bytes], data: st.DataObject) -> None:
    one, content = sample
    with contextlib.suppress(ExtractionError):
        to_markdown(read(one, data.draw(swapped(content))))
