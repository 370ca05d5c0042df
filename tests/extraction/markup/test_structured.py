"""XML of articles, manuals, editions and patents: read as what it says, or as it is where it is none."""

import contextlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moonshelf.errors import ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.markup.structured import EDITION, JOURNAL_ARTICLE, MANUAL, PATENT
from moonshelf.extraction.tools import Tools

TOOLS = Tools(recognise=lambda _raster: ())

ARTICLE = b"""<?xml version="1.0"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Publishing DTD v1.2 20190208//EN" "JATS.dtd">
<article article-type="research-article"><front>
<journal-meta><journal-title-group><journal-title>Orchards</journal-title></journal-title-group></journal-meta>
<article-meta><article-id pub-id-type="doi">10.1/apples</article-id>
<title-group><article-title>Harvest of <italic>Malus</italic></article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Ek</surname><given-names>Ann</given-names></name>
<xref ref-type="aff" rid="a1">1</xref></contrib><contrib contrib-type="author"><name><surname>Roe</surname>
<given-names>Bo</given-names></name></contrib></contrib-group><aff id="a1"><label>1</label>Pomona Institute</aff>
<pub-date date-type="pub"><day>5</day><month>3</month><year>2026</year></pub-date>
<abstract><p>Apples did well.</p></abstract></article-meta></front>
<body><sec><label>1.</label><title>Yield</title><p>Much grew<xref ref-type="fn" rid="n1">a</xref>:
<disp-formula><tex-math>m = \\rho V</tex-math></disp-formula></p>
<list list-type="order"><list-item><p>first</p></list-item><list-item><p>second</p></list-item></list>
<table-wrap><label>Table 1</label><caption><title>Tons.</title><p>By year.</p></caption><table>
<tr><th rowspan="2">Fruit</th><th colspan="2">Tons</th></tr><tr><th>2024</th><th>2025</th></tr>
<tr><td>Apple</td><td>12</td><td>13</td></tr></table></table-wrap></sec></body>
<back><fn-group><fn id="n1"><label>a</label><p>By weight.</p></fn></fn-group>
<ref-list><title>References</title><ref id="r1"><label>1</label><element-citation><person-group><name>
<surname>Lind</surname><given-names>C</given-names></name></person-group><article-title>On pears</article-title>
<source>Fruit</source><year>1999</year><fpage>7</fpage><lpage>9</lpage></element-citation></ref></ref-list></back></article>
"""
HANDBOOK = b"""<?xml version="1.0"?>
<!DOCTYPE book [<!ENTITY press "cider press">]>
<book xmlns="http://docbook.org/ns/docbook" xmlns:xlink="http://www.w3.org/1999/xlink">
<info><title>Pressing</title><author><personname><firstname>Ann</firstname><surname>Ek</surname></personname></author>
</info><chapter xml:id="c"><title>The &press;</title>
<para>Turn the <guilabel>screw</guilabel><footnote><para>Slowly.</para></footnote>, see <xref linkend="c"/>.</para>
<warning><para>Mind your <emphasis role="bold">hands</emphasis>.</para></warning>
<procedure><step><para>Wash</para></step><step><para>Press</para></step></procedure>
<table><title>Sizes</title><tgroup cols="2"><colspec colname="a"/><colspec colname="b"/><thead><row><entry>Size</entry>
<entry>Liters</entry></row></thead><tbody><row><entry morerows="1">Small</entry><entry>5</entry></row><row><entry>6
</entry></row><row><entry namest="a" nameend="b">ask us</entry></row></tbody></tgroup></table>
<programlisting language="sh">press --all</programlisting><indexterm><primary>screws</primary></indexterm>
</chapter></book>
"""
LETTERS = b"""<?xml version="1.0"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Letters</title><author>Ann Ek</author>
</titleStmt><publicationStmt><publisher>Pomona</publisher></publicationStmt></fileDesc></teiHeader><text><body>
<div><head>To Bo</head><p>Apples<note>Of 2025.</note> did <hi rend="bold">very</hi> <choice><sic>wel</sic><corr>well
</corr></choice>.</p><lg><l>Red and round</l><l>on the ground</l></lg><table><row role="label"><cell>Fruit</cell>
<cell>Tons</cell></row><row><cell>Apple</cell><cell>12</cell></row></table><list><item>first</item></list></div>
</body></text></TEI>
"""
PATENT_OF_A_PRESS = b"""<?xml version="1.0"?>
<!DOCTYPE us-patent-grant SYSTEM "us-patent-grant-v45-2014-04-03.dtd" [ ]>
<us-patent-grant lang="EN"><us-bibliographic-data-grant><publication-reference><document-id><country>US</country>
<doc-number>0123</doc-number></document-id></publication-reference><classifications-ipcr><classification-ipcr>
<section>A</section><class>23</class><subclass>N</subclass><main-group>1</main-group><subgroup>02</subgroup>
<symbol-position>F</symbol-position></classification-ipcr></classifications-ipcr>
<invention-title id="t">Cider press</invention-title><us-parties><inventors><inventor><addressbook>
<last-name>Ek</last-name><first-name>Ann</first-name><address><city>Lund</city></address></addressbook></inventor>
</inventors></us-parties></us-bibliographic-data-grant><abstract><p>A press.</p></abstract><description>
<heading level="1">BACKGROUND</heading><p>Apples hold H<sub>2</sub>O, see <figref>FIG. <b>1</b></figref>.</p><tables>
<table><tgroup cols="2"><colspec colname="1"/><colspec colname="2"/><tbody><row><entry>Apple</entry><entry>12</entry>
</row></tbody></tgroup></table></tables></description><claims><claim><claim-text><b>1</b>. A press, with:
<claim-text>a screw;</claim-text></claim-text></claim></claims></us-patent-grant>
"""


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


def test_what_is_not_printed_is_withheld() -> None:
    known = read(MANUAL, HANDBOOK).pages[0].coverage
    assert [(span.text, span.reason) for span in known.hidden] == [("screws", "not printed")]


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
    names = content.split(b"<")
    first, second = (data.draw(st.integers(1, len(names) - 1)) for _ in range(2))
    names[first], names[second] = names[second], names[first]  # still much like XML, if no longer the same
    with contextlib.suppress(ExtractionError):
        to_markdown(read(one, b"<".join(names)))
