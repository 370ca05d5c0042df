"""Topics, outlines, translations and captions in XML: read as what they say, in the order they say it."""

import contextlib
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
from moonshelf.extraction.registry import find
from samples.markup.vocabularies import (
    CAPTIONS,
    ENDNOTE,
    GPX,
    KML,
    MAP,
    MEMORY,
    MIND_MAP,
    MODS,
    NOTES,
    OUTLINE,
    PROPERTY_LIST,
    PUBMED,
    RESX,
    STRINGS,
    TASK,
    XLIFF,
    XLIFF_2,
)  # fmt: skip

ALL = (
    TASK, MAP, OUTLINE, XLIFF, XLIFF_2, MEMORY, CAPTIONS, MIND_MAP, NOTES, KML, GPX, STRINGS, RESX, PROPERTY_LIST,
    PUBMED, ENDNOTE, MODS,
)  # fmt: skip


def read(content: bytes) -> Document:
    one = find(sniffing.media_type(BytesIO(content), "download"))
    assert isinstance(one, Flowing)
    return one.extract(BytesIO(content), TOOLS)


def markdown(content: str) -> str:
    return to_markdown(read(content.encode()))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (TASK, "application/dita+xml"),
        (b'<concept id="a"><title>A</title><conbody/></concept>', "application/dita+xml"),
        (MAP, "application/dita+xml"),
        (b"<map><area/></map>", "text/plain"),
        (b"<topic><body/></topic>", "text/plain"),
        (OUTLINE, "text/x-opml+xml"),
        (MIND_MAP, "application/x-freemind+xml"),
        (NOTES, "application/enex+xml"),
        (XLIFF, "application/xliff+xml"),
        (XLIFF_2, "application/xliff+xml"),
        (MEMORY, "application/x-tmx+xml"),
        (CAPTIONS, "application/ttml+xml"),
        (b'<tt:tt xmlns:tt="http://www.w3.org/2006/10/ttaf1"/>', "application/ttml+xml"),
        (b"<tt>typed</tt>", "text/plain"),
        (KML, "application/vnd.google-earth.kml+xml"),
        (GPX, "application/gpx+xml"),
        (STRINGS, "application/x-string-resources+xml"),
        (RESX, "application/x-string-resources+xml"),
        (PROPERTY_LIST, "application/x-plist+xml"),
        (PUBMED, "application/x-references+xml"),
        (ENDNOTE, "application/x-references+xml"),
        (MODS, "application/x-references+xml"),
        (b"<resources><color name='red'>#f00</color></resources>", "text/plain"),
        (b'<root><data name="a" value="5"/></root>', "text/plain"),
    ],
)
def test_each_vocabulary_is_told_by_what_begins_it(content: bytes, kind: str) -> None:
    assert sniffing.media_type(BytesIO(content), "download") == kind


def test_a_topic_reads_as_its_steps_tables_and_remarks() -> None:
    found = read(TASK)
    assert found.metadata == {"title": "Press apples", "author": "Ann Ek"}
    assert to_markdown(found) == (
        "# Press apples\n\nHow to **press**.\n\nAuthor: Ann Ek\nKeywords: cider\n\nWash [fruit] first.\n\n"
        "1. Choose **File** > **New**\n   Once.\n2. Turn\n   - left\n\n**Caution:** Mind your hands[^1].\n\n"
        "| Size | Liters |\n| --- | --- |\n| Small | 5 |\n\n```sh\npress --all\n```\n\n"
        "[Text from elsewhere belongs here: lib.dita#lib/p]\n\nA press\n\n![A screw]()\n\nSee More.\n\n"
        "## More\n\nPears.\n\nPears\n\n[^1]: Both.\n\n> 1 word of hidden text withheld."
    )


def test_a_map_lists_its_topics_as_they_lie_in_each_other() -> None:
    assert to_markdown(read(MAP)) == "# Orchard\n\n- Apples (href: a.dita)\n  - Pears\n    (href: p.dita)"
    named = '<map title="Plan"><topicref navtitle="A"/><topicref href="b"/></map>'
    assert markdown(named) == "# Plan\n\n- A\n- (href: b)"


def test_a_topic_in_a_topic_is_a_section_of_it_and_a_bare_note_says_so() -> None:
    inner = '<concept id="b"><title>B</title><conbody><note><p>Mind.</p></note></conbody></concept>'
    text = markdown(f'<concept id="a"><title>A</title><shortdesc>Short.</shortdesc><conbody/>{inner}</concept>')
    assert text == "# A\n\nShort.\n\n## B\n\n**Note:** Mind."


def test_an_outline_reads_as_a_list_with_what_is_told_of_each_item() -> None:
    found = read(OUTLINE)
    assert found.metadata == {"title": "Reading"}
    assert to_markdown(found) == (
        "# Reading\n\nOwner: Ann\n\n- News\n  - A **blog**\n    Type: rss; Feed: http://a.example/rss\n"
        "  - Plain\n    Not\n    read.\n- Second"
    )


def test_an_item_of_an_outline_without_a_text_or_a_title_says_the_rest() -> None:
    found = markdown('<opml version="2.0"><body><outline type="rss"><outline text="A"/></outline></body></opml>')
    assert found == "- Type: rss\n  - A"


def test_a_mind_map_reads_as_a_list_with_the_pages_of_its_nodes() -> None:
    assert to_markdown(read(MIND_MAP)) == (
        "- Orchard\n  - Apples\n    http://a.example/\n    - Red **and** round\n  - Pears\n    Not yet"
    )


def test_notes_read_as_what_they_say_with_the_names_of_their_files() -> None:
    assert to_markdown(read(NOTES)) == (
        "# Harvest\n\nCreated: 20261005T100000Z\nTag: fruit\nFile: image/png, a.png\n\nApples **did** well.\n\n"
        "☒ Pick\n\n☐ Press\n\n# Second\n\nPears"
    )


def test_a_translation_reads_as_a_table_of_its_languages() -> None:
    assert to_markdown(read(XLIFF)) == (
        "# app.html\n\nBe kind\n\n[The file that was translated is embedded here.]\n\n"
        "| ID | Source en | Target de | Remarks |\n| --- | --- | --- | --- |\n"
        "| a.b | Hello {{name}}, Ann Ek | Hallo {{name}} | A greeting |\n| c | Bye |  |  |"
    )


def test_segments_are_rows_and_codes_say_what_they_stand_for() -> None:
    assert to_markdown(read(XLIFF_2)) == (
        "# f\n\n| ID | Source en | Target ja | Remarks |\n| --- | --- | --- | --- |\n"
        "| 1 | Apples %d | りんご | Careful |\n|  | Pears |  |  |"
    )


def test_a_memory_has_a_column_for_each_language() -> None:
    assert to_markdown(read(MEMORY)) == (
        "Ours\n\n| en | sv |\n| --- | --- |\n| Apples <b>well</b> | Äpplen |\n| Pears |  |"
    )


def test_a_memory_of_very_many_languages_names_them_in_its_cells() -> None:
    units = "".join(f'<tu><tuv lang="x-{number}"><seg>Apples</seg></tuv></tu>' for number in range(70))
    text = markdown(f"<tmx><body>{units}</body></tmx>")
    assert text.startswith("Text\n\nx-0: Apples\n\nx-1: Apples\n\n")


def test_captions_say_when_and_by_whom_and_hidden_ones_are_withheld() -> None:
    found = read(CAPTIONS)
    assert found.metadata == {"title": "Film"}
    assert to_markdown(found) == (
        "# Film\n\nSpeaker: Ann\n\n00:00:11.500 --> 00:00:12.200\nAnn: Apples\ndid well\n\n"
        "00:00:13.000 --> 00:00:15.000\nPears\n\n00:01:10.000 --> 00:01:11.000\nOne\n\n00:01:11.000 -->\nTwo\n\n"
        "00:00:11.000 --> 00:00:12.000\nWord by word\n\n> 1 word of hidden text withheld."
    )


@pytest.mark.parametrize(
    ("begin", "said"),
    [
        ("19.764", "00:00:19.764"),
        ("1:05.3", "00:01:05.300"),
        ("01:00:00:15", "01:00:00.500"),
        ("1500ms", "00:00:01.500"),
        ("2h", "02:00:00.000"),
    ],
)
def test_a_time_is_read_however_it_is_written(begin: str, said: str) -> None:
    root = '<tt xmlns="http://www.w3.org/ns/ttml"><body>'
    assert markdown(f'{root}<p begin="{begin}">Apples</p></body></tt>') == f"{said} -->\nApples"


@pytest.mark.parametrize("rate", ["", "0", "9" * 5000, "x"])
def test_rates_that_make_no_sense_cost_no_caption(rate: str) -> None:
    root = f'<tt xmlns="http://www.w3.org/ns/ttml" frameRate="{rate}" tickRate="{rate}" frameRateMultiplier="{rate} 0">'
    assert "Apples" in markdown(f'{root}<body><p begin="5f" end="9t">Apples</p></body></tt>')


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(ALL), st.data())
def test_any_bytes_give_a_document_or_an_extraction_error(content: bytes, data: st.DataObject) -> None:
    with contextlib.suppress(ExtractionError):
        read(data.draw(swapped(content)))


def test_places_are_told_with_what_is_said_of_them_and_where_they_are() -> None:
    found = read(KML)
    assert found.metadata == {"title": "Orchards"}
    assert to_markdown(found) == (
        "# Orchards\n\n## South\n\n### Old mill\n\nApples & **pears**\n\nAddress: 1 Lane\nNumber of trees: 40\n"
        "KIND: cider\nLongitude and latitude: 10.0,59.9,0\n\nLink: http://a.example/k.kml"
    )


def test_points_of_a_walk_are_tables_of_what_is_said_of_them() -> None:
    assert to_markdown(read(GPX)) == (
        "Description: A walk\nName: Ann\nLink: More http://a.example\nBounds: minlat 1, maxlat 2\n\n"
        "| Latitude | Longitude | Elevation | Name | Description |\n| --- | --- | --- | --- | --- |\n"
        "| 59.9 | 10.0 | 5 | Gate |  |\n| 60 | 11 |  | Mill | Old |\n\n## Round\n\n"
        "| Latitude | Longitude | Time |\n| --- | --- | --- |\n| 1 | 2 | 2026-10-05T10:00:00Z |"
    )


def test_points_of_more_kinds_than_columns_lose_nothing() -> None:
    points = "".join(f'<wpt lat="{place}" a{place}="x{place}"/>' for place in range(50))
    assert markdown(f"<gpx>{points}</gpx>").endswith("Latitude: 49; A49: x49")


def test_texts_of_programs_are_a_table_by_their_names() -> None:
    assert to_markdown(read(STRINGS)) == (
        "| Name | Text |\n| --- | --- |\n| greeting | Äpfel **did** well |\n| apples (one) | %d apple |\n"
        "| apples (other) | %d apples |\n| towns (1) | Ulm |\n| towns (2) | Kiel |\n| red (color) | #f00 |"
    )
    assert to_markdown(read(RESX)) == (
        "| Name | Text | Comment |\n| --- | --- | --- |\n| Greeting | Apples | On the menu |\n"
        "| Icon | [Data, which are not read.] |  |"
    )


def test_a_property_list_is_a_list_of_its_keys() -> None:
    assert to_markdown(read(PROPERTY_LIST)) == (
        "- Name: Apples & co\n- Ripe: true\n- Sizes:\n  - 5\n  - 2:\n    - Blob: [Data, which are not read.]"
    )


def test_a_property_list_is_told_by_what_it_says_whatever_it_is_called() -> None:
    assert sniffing.media_type(BytesIO(PROPERTY_LIST), "Info.plist") == "application/x-plist+xml"
    assert sniffing.media_type(BytesIO(b'{ Name = "Apples"; }'), "Info.plist") == "application/xml"


def test_readings_of_captions_follow_their_characters() -> None:
    begin = '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:s="http://www.w3.org/ns/ttml#styling"><head><styling>'
    style = '<style xml:id="r" s:ruby="text"/></styling></head><body><div><p begin="1s" end="2s">'
    ruby = '<span s:ruby="container"><span s:ruby="base">東京</span><span s:ruby="delimiter">[</span>'
    text = '<span style="r">とうきょう</span></span>へ</p></div></body></tt>'
    assert markdown(begin + style + ruby + text) == "00:00:01.000 --> 00:00:02.000\n東京(とうきょう)へ"


def test_works_of_a_list_are_told_one_by_one() -> None:
    assert to_markdown(read(PUBMED)) == (
        "# Apples did well.\n\nPMID: 123\nDate revised: 2026-10-05\nTitle: Orchards\n"
        "Authors: Ann Ek (Ulm); The Growers\nKeyword: fruit; juice\n\nAim: To press.\n\nResult: Cider."
    )
    assert to_markdown(read(ENDNOTE)) == (
        "# Apples did well\n\nRec number: 7\nRef type: Journal Article\nAuthors: Ek, Ann\nSecondary title: Orchards\n"
        "Dates: 2026\n\nCider."
    )
    assert to_markdown(read(MODS)) == "# Apples\n\nNames: Ek, Ann author\nDate issued: 2026\n\nCider."


@pytest.mark.parametrize("name", ["http://a.example/k.kml", "a:b:c", "a::", "T10:00Z", "a:-b", "a:.", "a:\u0301"])
def test_a_name_with_colons_is_that_of_an_element_as_any_other(name: str) -> None:
    placemark = f"<Placemark><name>Mill</name><{name}>well</href></Placemark>"
    found = read(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{placemark}</Document></kml>'.encode())
    assert "Mill" in to_markdown(found)
