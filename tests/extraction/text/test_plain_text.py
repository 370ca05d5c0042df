"""Text and source code come back as they are."""

import contextlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.tools import TOOLS
from moonshelf.errors import ExtractionError, UnsupportedFormat
from moonshelf.extraction.markdown import to_markdown, to_text
from moonshelf.extraction.text.plain_text import extract


def content(data: bytes) -> str:
    return to_markdown(extract(BytesIO(data), TOOLS))


@pytest.mark.parametrize(
    "text",
    [
        "  two spaces in front, one after \n\n\n",
        "windows\r\nline ends\r\n",
        "# no heading | no table\n* no list",
        "id,name\n1,<b>\n",
        '{"a": [1, 2]}',
        "我是一个文件",
    ],
)
def test_a_text_comes_back_character_by_character(text: str) -> None:
    assert content(text.encode()) == text
    assert to_text(extract(BytesIO(text.encode()), TOOLS)) == text


def test_the_mark_of_the_encoding_is_no_part_of_the_text() -> None:
    assert content("id,name".encode("utf-16")) == "id,name"


def test_codes_that_colour_a_log_are_no_text() -> None:
    log = b"\x1b]0;make\x07\x1b[1;31mERROR\x1b[0m 2 files\x1b[K\r\n\x1b(Bdone [32m\x1b\x1b]never ends"
    assert content(log) == "ERROR 2 files\r\ndone [32m\x1b\x1b]never ends"


def test_pictures_that_a_text_spells_out_are_left_out_and_told() -> None:
    picture = "iVBORw0KGgo" + "Ab9+/" * 2000
    text = content(
        f"![a](data:image/png;base64,{picture}) and ![b](data:image/svg+xml;charset=utf-8;base64,{picture}=).".encode()
    )
    assert text == (
        "![a](data:image/png;base64,[\u2026]) and ![b](data:image/svg+xml;charset=utf-8;base64,[\u2026]).\n\n"
        "> 2 files that are spelt out in the text, 15 KB, were left out."
    )
    short = "background: url(data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7)"
    assert content(short.encode()) == short


def test_xml_is_read_in_the_encoding_it_declares() -> None:
    xml = '<?xml version="1.0" encoding="iso-8859-2"?><město>Plzeň</město>'
    assert content(xml.encode("iso-8859-2")) == xml


def test_a_text_that_only_mentions_an_encoding_is_not_read_in_it() -> None:
    assert content('"<meta charset=koi8-r>" für alle'.encode()).endswith("für alle")


def test_bytes_that_make_no_sense_are_shown_and_said() -> None:
    text = content("grün und schön ".encode() * 20 + b"\xff")
    assert "schön \ufffd" in text
    assert text.endswith("> In one place bytes are no text in utf-8; they are shown as \ufffd.")


def test_words_are_counted() -> None:
    (page,) = extract(BytesIO(b"three short words\n"), TOOLS).pages
    assert page.coverage.words_seen == page.coverage.words_emitted == 3


@pytest.mark.parametrize("data", [bytes(1000), b"\x7fELF\2\1\1\0" + bytes(range(256))])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedFormat):
        extract(BytesIO(data), TOOLS)


@settings(max_examples=100, deadline=None)
@given(st.binary())
def test_any_bytes_give_a_document_or_an_extraction_error(data: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        content(data)
