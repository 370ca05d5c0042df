"""EPUB books read in the order of their spine."""

import contextlib
from collections.abc import Mapping
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.tools import TOOLS
from moonshelf.errors import CorruptDocument, EncryptedDocument, ExtractionError, LimitReached
from moonshelf.extraction.document import Document
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.markup.ebooks import extract
from moonshelf.extraction.tools import Limits, Tools
from samples.markup.ebooks import BOOK, CHAPTER, PACKAGE
from samples.packages import zipped


def read(members: Mapping[str, str], limits: Limits | None = None) -> Document:
    return extract(BytesIO(zipped(members)), Tools(lambda _raster: (), limits or Limits()))


def test_chapters_come_in_the_order_of_the_spine_a_page_each() -> None:
    book = read(BOOK)
    assert [page.number for page in book.pages] == [1, 2]
    assert to_markdown(book) == (
        "Title: The Book\nAuthors: A. One, B. Two\n\n# First\n\ntext\n\n# Second\n\na note<sup>1</sup>\n\n1. the note"
    )
    assert book.metadata == {"title": "The Book", "author": "A. One, B. Two"}


def _book(stated: str, *chapters: str) -> str:
    package = PACKAGE.replace("<dc:title>", f"{stated}<dc:title>")
    texts = dict(zip(("OPS/a.xhtml", "OPS/text/b c.xhtml"), map(CHAPTER.format, chapters), strict=True))
    return to_markdown(read(BOOK | {"OPS/book.opf": package} | texts))


def test_what_the_text_says_of_the_book_is_said_once() -> None:
    page = "<p>THE BOOK</p><p>by <b>A. One</b> &amp; B.&#160;Two</p>"
    assert _book("", "<img src='p.png' alt='cover'/>", page).startswith("![cover]()\n\nTHE BOOK")
    assert _book("", "<p>The books</p>", "<p>by A. One</p>").startswith("Title: The Book\nAuthors: A. One, B. Two\n\n")


def test_a_description_is_read_as_the_html_that_it_may_spell() -> None:
    words = "<dc:description>&lt;p&gt;Of &lt;i&gt;barley&lt;/i&gt; &amp;amp; rye.&lt;/p&gt;</dc:description>"
    assert _book(words, "<p>The Book</p>", "<p>A. One, B. Two</p>") == (
        "Description: Of *barley* & rye.\n\nThe Book\n\nA. One, B. Two"
    )
    assert (
        _book("<dc:description>Rye &lt; 3</dc:description>", "<p>text</p>", "<p/>").splitlines()[2]
        == "Description: Rye < 3"
    )


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ('rel="stylesheet" href="css/a%20b.css"', False),
        ('rel="alternate stylesheet" href="css/a%20b.css"', True),
        ('rel="stylesheet" media="print" href="css/a%20b.css"', True),
        ('rel="stylesheet" href="css/none.css"', True),
        ('rel="stylesheet" href="../../out.css"', True),
        ('rel="stylesheet"', True),
    ],
)
def test_what_a_style_sheet_of_the_book_hides_is_withheld(link: str, *, shown: bool) -> None:
    page = f"<html><head><link {link}/></head><body><p>one</p><p class='gone'>two</p></body></html>"
    book = read(BOOK | {"OPS/a.xhtml": page, "OPS/css/a b.css": ".gone { display: none }", "out.css": "p{opacity:1}"})
    assert [block.text for block in book.pages[0].blocks][-1] == ("two" if shown else "one")
    assert book.pages[0].coverage.words_hidden == (0 if shown else 1)


def test_a_style_sheet_that_cannot_be_read_hides_nothing_and_refuses_no_book() -> None:
    page = "<html><head><link rel='stylesheet' href='a.css'/></head><body><p>one</p></body></html>"
    book = read(BOOK | {"OPS/a.xhtml": page, "OPS/a.css": " " * 2_000_000}, Limits(unpacked_bytes=1_000_000))
    assert [block.text for block in book.pages[0].blocks][-1] == "one"


def test_a_drawing_may_be_a_page() -> None:
    drawn = PACKAGE.replace("</manifest>", '<item id="d" href="d.svg" media-type="image/svg+xml"/></manifest>')
    drawn = drawn.replace("</spine>", '<itemref idref="d"/></spine>')
    page = '<svg xmlns="http://www.w3.org/2000/svg"><text>Map of the orchard</text></svg>'
    assert to_markdown(read(BOOK | {"OPS/book.opf": drawn, "OPS/d.svg": page})).endswith("\n\nMap of the orchard")


def test_a_book_without_text_stays_so() -> None:
    assert not _book("", "<p/>", "<img src='p.png'/>")


def test_what_is_said_before_a_book_is_counted() -> None:
    coverage = read(BOOK).pages[0].coverage
    assert (
        coverage.words_seen
        == coverage.words_emitted
        == len(["Title:", "The", "Book", "Authors:", "A.", "One,", "B.", "Two", "First", "text"])
    )


def test_a_book_without_a_package_is_read_by_its_names() -> None:
    pages = {name: content for name, content in BOOK.items() if name.endswith("xhtml")}
    assert to_markdown(read(pages)).startswith("# First")


def test_a_missing_chapter_is_said_and_the_others_are_read() -> None:
    lacking = {name: content for name, content in BOOK.items() if name != "OPS/a.xhtml"}
    assert to_markdown(read(lacking)).endswith("> Not read: page 1 (the book has no 'OPS/a.xhtml').")


def test_a_path_out_of_the_book_finds_nothing() -> None:
    hostile = BOOK | {"OPS/book.opf": PACKAGE.replace("a.xhtml", "../../../../etc/passwd")}
    assert "root:" not in to_markdown(read(hostile))


def _encryption(algorithm: str, name: str) -> str:
    return (
        f'<encryption><EncryptedData><EncryptionMethod Algorithm="{algorithm}"/>'
        f'<CipherData><CipherReference URI="{name}"/></CipherData></EncryptedData></encryption>'
    )


def test_a_locked_book_says_so() -> None:
    locks = _encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OPS/a.xhtml")
    with pytest.raises(EncryptedDocument):
        read(BOOK | {"META-INF/encryption.xml": locks})


def test_scrambled_fonts_lock_nothing() -> None:
    locks = _encryption("http://www.idpf.org/2008/embedding", "OPS/font.otf")
    assert read(BOOK | {"META-INF/encryption.xml": locks}).pages


def test_entities_of_a_chapter_are_not_expanded() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "haha"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    book = BOOK | {"OPS/a.xhtml": bomb + CHAPTER.format("<p>x&a;&b;y</p>")}
    assert "x&a;&b;y" in to_markdown(read(book))


def test_a_bomb_and_an_endless_spine_stop_at_the_limits() -> None:
    with pytest.raises(LimitReached):
        read(BOOK | {"OPS/a.xhtml": " " * 5_000_000}, Limits(unpacked_bytes=1_000_000))
    with pytest.raises(LimitReached):
        read(BOOK, Limits(pages=1))


def test_a_zip_without_chapters_is_corrupt() -> None:
    with pytest.raises(CorruptDocument):
        read({"mimetype": "application/epub+zip"})


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_damage_gives_a_document_or_an_extraction_error(data: st.DataObject) -> None:
    content = bytearray(zipped(BOOK))
    for _ in range(data.draw(st.integers(1, 10))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ExtractionError):
        to_markdown(extract(BytesIO(content), TOOLS))


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text())
def test_any_package_gives_a_document_or_an_extraction_error(package: str, container: str) -> None:
    with contextlib.suppress(ExtractionError):
        read(BOOK | {"OPS/book.opf": f"<a>{package}", "META-INF/container.xml": f"<a>{container}"})
