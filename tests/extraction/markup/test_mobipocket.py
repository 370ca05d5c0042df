"""MOBI and PalmDoc books, in each of the ways they are packed."""

import contextlib
import struct
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.tools import TOOLS
from moonshelf.errors import CorruptDocument, EncryptedDocument, ExtractionError, LimitReached
from moonshelf.extraction.document import Document
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.markup.mobipocket import extract
from moonshelf.extraction.markup.palm_records import unpack_palm
from moonshelf.extraction.tools import Limits, Tools
from samples.markup.mobipocket import HUFFMAN, PALM, PLAIN, azw3, book, database, joined


def read(content: bytes) -> Document:
    return extract(BytesIO(content), TOOLS)


def test_records_make_one_text() -> None:
    document = read(book(PLAIN, b"<html><body><h1>Caf\xc3", b"\xa9</h1><p>text</p>", title=b"CAF\xc3\x89"))
    assert to_markdown(document) == "# Café\n\ntext"
    assert document.metadata == {"title": "CAFÉ"}


def test_what_a_book_does_not_say_its_header_does() -> None:
    stated = [
        (100, b"Zo\xc3\xab Lind"),
        (100, b"B. Two"),
        (101, b"A press"),
        (103, b"<p>Of <b>barley</b>.</p>"),
        (503, b"Harvest"),
    ]
    document = read(book(PLAIN, b"<p>text by B. Two", title=b"harvest_final", stated=stated))
    assert (
        to_markdown(document)
        == "Title: Harvest\nAuthors: Zoë Lind, B. Two\nDescription: Of **barley**.\n\ntext by B. Two"
    )
    assert document.metadata == {"title": "Harvest", "author": "Zoë Lind, B. Two"}


def test_a_header_that_ends_amid_what_it_says_costs_no_book() -> None:
    content = book(PLAIN, b"<p>text", stated=[(100, b"A. One")])
    at = content.index(b"A. One") - 4
    for size in (b"\0\0\0\0", b"\xff\xff\xff\xff"):
        assert to_markdown(read(content[:at] + size + content[at + 4 :])).endswith("text")


def test_style_sheets_behind_the_chapters_are_no_text() -> None:
    words = to_markdown(
        read(azw3(b"<html><body></body></html><p>Apples did well.</p>", b".a { color: red }", b"<svg/>"))
    )
    assert words == "Apples did well."


def test_what_stands_behind_the_frame_of_a_chapter_is_put_into_it() -> None:
    frame = b"<html><head><title>x</title></head><body><div><%s></%s></div></body></html>"
    code = frame % (b"pre", b"pre") + b"<b>one</b>\n  two\n"
    items = b"<?xml version='1.0'?>" + frame % (b"ol", b"ol") + b"<li>first</li><li>second</li>"
    whole = b"<html><body><h1>Title</h1></body></html><p>text</p>"
    words = to_markdown(read(azw3(code + items + whole, b".a { color: red }")))
    assert words == "```\none\n  two\n```\n\n1. first\n2. second\n\n# Title\n\ntext"


def test_of_two_versions_of_a_book_the_newer_is_read() -> None:
    old, new = book(PLAIN, b"<p><b>Harvest</b></p>"), azw3(b"<h1>Harvest</h1>", b".a { color: red }")
    assert to_markdown(read(joined(old, new))) == "# Harvest"
    assert to_markdown(read(joined(old, book(PLAIN, b"<h1>Harvest</h1>")))) == "**Harvest**"


def test_what_trails_a_record_is_no_text() -> None:
    assert to_markdown(read(book(PLAIN, b"<p>one" + b"xyz\x84", b" two" + b"\x81", flags=2))) == "one two"
    assert to_markdown(read(book(PLAIN, b"<p>one" + b"\xa9\x01", b" two" + b"\0", flags=1))) == "one two"


def test_palmdoc_repeats_what_it_had_and_knows_spaces() -> None:
    assert unpack_palm(b"abc" + struct.pack(">H", 0x8000 | 3 << 3 | 3)) == b"abcabcabc"
    assert unpack_palm(b"a\x02\xc3\xa9\xe2") == b"a\xc3\xa9 b"
    assert to_markdown(read(book(PALM, b"<p>ab\xe3"))) == "ab c"


def huffman_tables(bits: int = 8) -> list[bytes]:
    """Codes of eight or more bits, the highest for the first phrase; the third is made of the other two."""
    highest = (1 << bits) - 1
    codes = struct.pack(">256I", *[highest << 8 | 0x80 | bits if bits == 8 else 8] * 256)
    ranges = struct.pack(">64I", *[highest + 1, 0] * (bits - 1), 0, highest, *[0] * (64 - 2 * bits))
    table = b"HUFF" + struct.pack(">III", 24, 24, 24 + len(codes)) + bytes(8) + codes + ranges
    phrases = [(b"one ", True), (b"two ", True), (b"\xff\xfe", False)]
    offsets, content = b"", b""
    for phrase, is_plain in phrases:
        offsets += struct.pack(">H", 2 * len(phrases) + len(content))
        content += struct.pack(">H", len(phrase) | is_plain << 15) + phrase
    return [table, b"CDIC" + struct.pack(">III", 16, len(phrases), 8) + offsets + content]


def test_phrases_of_a_dictionary_are_put_in() -> None:
    assert to_markdown(read(book(HUFFMAN, b"\xfd\xfe", extra=huffman_tables()))) == "one two two"


def test_codes_may_be_longer_than_a_byte() -> None:
    assert to_markdown(read(book(HUFFMAN, b"\xff\xff\x80", extra=huffman_tables(bits=9)))) == "one two"


def test_phrases_that_double_and_double_stop() -> None:
    table, _ = huffman_tables()
    phrases = [(b"x" * 1000, True), *((bytes([255 - number]) * 200, False) for number in range(8))]
    offsets, content = b"", b""
    for phrase, is_plain in phrases:
        offsets += struct.pack(">H", 2 * len(phrases) + len(content))
        content += struct.pack(">H", len(phrase) | is_plain << 15) + phrase
    dictionary = b"CDIC" + struct.pack(">III", 16, len(phrases), 8) + offsets + content
    with pytest.raises(CorruptDocument, match="unpacks to more"):
        read(book(HUFFMAN, bytes([255 - 8]), extra=[table, dictionary]))


def test_phrases_that_are_made_of_themselves_are_corrupt() -> None:
    table, dictionary = huffman_tables()
    with pytest.raises(CorruptDocument):
        read(book(HUFFMAN, b"\xfd", extra=[table, dictionary.replace(b"\xff\xfe", b"\xfd\xfd")]))


def test_a_palm_text_is_words_or_markup() -> None:
    header = struct.pack(">HHIHHI", PLAIN, 0, 5, 1, 4096, 0)
    assert to_markdown(read(database(b"TEXtREAd", [header, b"plain <words>"]))) == "plain <words>"
    assert to_markdown(read(database(b"TEXtREAd", [header, b"<HTML><p>marked"]))) == "marked"


def test_a_locked_book_says_so() -> None:
    with pytest.raises(EncryptedDocument):
        read(book(PLAIN, b"x", lock=2))


def test_a_book_stops_at_the_budget() -> None:
    with pytest.raises(LimitReached):
        extract(BytesIO(book(PLAIN, *[bytes(4096)] * 10)), Tools(TOOLS.recognise, Limits(unpacked_bytes=30_000)))


@pytest.mark.parametrize("content", [b"", bytes(80), b"x" * 100, database(b"BOOKMOBI", []), book(7, b"x")])
def test_what_makes_no_sense_is_corrupt(content: bytes) -> None:
    with pytest.raises(ExtractionError):
        read(content)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_damage_gives_a_document_or_an_extraction_error(data: st.DataObject) -> None:
    samples = [book(PALM, b"<p>ab\xe3\x80\x1b", flags=3), book(HUFFMAN, b"\xfd\xfe", extra=huffman_tables())]
    content = bytearray(data.draw(st.sampled_from(samples)))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(60, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ExtractionError):
        to_markdown(read(bytes(content)))
