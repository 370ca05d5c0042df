"""FictionBook files, sections and verses and notes."""

import contextlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.tools import TOOLS
from moonshelf.errors import CorruptDocument, ExtractionError
from moonshelf.extraction.document import Document
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.markup.fiction_books import extract

INFO = """<description><title-info><author><first-name>Лев</first-name><last-name>Толстой</last-name></author>
<book-title>Война и мир</book-title><annotation><p>A novel.</p></annotation></title-info></description>"""


def read(inner: str, encoding: str = "utf-8") -> Document:
    book = f'<?xml version="1.0" encoding="{encoding}"?><FictionBook xmlns="http://f" xmlns:l="http://l">{inner}</FictionBook>'
    return extract(BytesIO(book.encode(encoding)), TOOLS)


def test_titles_rank_by_the_depth_of_their_section() -> None:
    inner = "<title><p>Book</p><p>One</p></title><section><title><p>I</p></title><section><title><p>1</p></title>"
    body = f"<body>{inner}<p>An <emphasis>old</emphasis> tale<a l:href='#n'>[1]</a></p></section></section></body>"
    assert to_markdown(read(body)) == "# Book One\n\n## I\n\n### 1\n\nAn *old* tale[1]"


def test_verses_are_lines_of_their_own_and_notes_come_last() -> None:
    body = "<body><section><poem><stanza><v>first</v><v>second</v></stanza></poem></section></body>"
    notes = "<body name='notes'><section id='n'><title><p>1</p></title><p>a note</p></section></body>"
    book = read(body + notes + "<binary id='p'>AAAA</binary>")
    assert [page.number for page in book.pages] == [1, 2]
    assert to_markdown(book) == "first\n\nsecond\n\n## 1\n\na note"


def test_the_description_gives_title_author_and_annotation() -> None:
    book = read(f"{INFO}<body><p>text</p></body>", "windows-1251")
    assert book.metadata == {"title": "Война и мир", "author": "Лев Толстой"}
    assert to_markdown(book) == "Title: Война и мир\nAuthors: Лев Толстой\n\nA novel.\n\ntext"


def test_the_number_of_a_note_is_no_part_of_the_word_before_it() -> None:
    text = "<p>text<a l:href='#n' type='note'>1</a> <strikethrough>no</strikethrough>more</p>"
    assert to_markdown(read(f"<body>{text}</body>")) == "text<sup>1</sup> ~~no~~more"


def test_a_picture_says_what_its_book_says_of_it() -> None:
    assert to_markdown(read("<body><section><p>See <image l:href='#a' alt='a map'/>.</p></section></body>")) == (
        "See ![a map]()."
    )


def test_what_is_no_xml_is_corrupt() -> None:
    with pytest.raises(CorruptDocument):
        extract(BytesIO(b"no tags"), TOOLS)


@settings(max_examples=100, deadline=None)
@given(st.binary())
def test_any_bytes_give_a_document_or_an_extraction_error(content: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        to_markdown(extract(BytesIO(b"<FictionBook><body><section><title>" + content), TOOLS))
