"""The words in SVG drawings."""

import contextlib
import gzip
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.tools import TOOLS
from moonshelf.errors import CorruptDocument, ExtractionError, LimitReached
from moonshelf.extraction.document import Document
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.markup.vectors import extract
from moonshelf.extraction.tools import Limits, Tools


def read(inner: str) -> Document:
    drawing = f'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">{inner}</svg>'
    return extract(BytesIO(drawing.encode()), TOOLS)


def test_texts_come_in_the_order_of_the_drawing() -> None:
    drawing = read("<title>Plan</title><g><text>North\n gate</text><path d='M0'/></g><desc>a map</desc><text/>")
    assert to_markdown(drawing) == "Plan\n\nNorth gate\n\na map"
    assert drawing.metadata == {"title": "Plan"}


def test_lines_of_a_text_are_parted_and_letters_of_a_word_are_not() -> None:
    assert to_markdown(read("<text><tspan x='0'>one</tspan><tspan x='0' dy='1em'>two</tspan></text>")) == "one two"
    assert to_markdown(read("<text>w<tspan font-weight='bold'>or</tspan>d</text>")) == "word"


def test_words_in_html_inside_are_read_and_its_scripts_are_not() -> None:
    inner = "<foreignObject><div><p>a</p><p>b</p><style>p {}</style></div></foreignObject><script>x</script>"
    assert to_markdown(read(inner)) == "a b"


def test_what_is_not_displayed_is_counted() -> None:
    hidden = "<g style='display: none'><text>one two</text></g><text visibility='hidden'>three</text><text>seen</text>"
    assert to_markdown(read(hidden)) == "seen\n\n> 3 words of hidden text withheld."


def test_of_a_switch_what_is_drawn_is_read_and_its_fallback_counted() -> None:
    inner = "<switch><foreignObject><p>a label</p></foreignObject><text>a lab...</text></switch>"
    assert to_markdown(read(inner)) == "a label\n\n> 2 words of hidden text withheld."
    inner = "<switch><text systemLanguage='de'>Tor</text><text>gate</text></switch>"
    assert to_markdown(read(inner)) == "gate\n\n> 1 word of hidden text withheld."
    assert to_markdown(read("<switch><text systemLanguage='de'>Tor</text></switch><switch/>")) == "Tor"


def test_a_shape_whose_title_is_its_label_is_named_once() -> None:
    inner = "<g><title>A</title><ellipse/><text>A</text></g><g><title>A to B</title><text>goes</text></g>"
    assert to_markdown(read(inner)) == "A\n\nA to B\n\ngoes"


def test_packed_drawings_are_unpacked_within_the_budget() -> None:
    packed = gzip.compress(b"<svg><text>hi</text></svg>")
    assert to_markdown(extract(BytesIO(packed), TOOLS)) == "hi"
    bomb = gzip.compress(b"<svg>" + b" " * 2_000_000)
    with pytest.raises(LimitReached):
        extract(BytesIO(bomb), Tools(TOOLS.recognise, Limits(unpacked_bytes=1_000_000)))


def test_entities_are_not_expanded_and_files_not_opened() -> None:
    doctype = '<!DOCTYPE svg [<!ENTITY a "haha"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    drawing = f"{doctype}<svg><text>x&a;&f;y</text></svg>"
    assert to_markdown(extract(BytesIO(drawing.encode()), TOOLS)) == "x&a;&f;y"


@pytest.mark.parametrize("content", [b"", b"words", b"\x1f\x8b\x08nothing"])
def test_what_is_no_drawing_is_corrupt(content: bytes) -> None:
    with pytest.raises(CorruptDocument):
        extract(BytesIO(content), TOOLS)


def test_a_drawing_too_deep_is_read_as_far_as_it_goes() -> None:
    assert to_markdown(read("<text>seen</text>" + "<g>" * 50_000)).startswith("seen")


@settings(max_examples=100, deadline=None)
@given(st.binary())
def test_any_bytes_give_a_document_or_an_extraction_error(content: bytes) -> None:
    for begin in (b"<svg><text>", b"\x1f\x8b\x08\0", b""):
        with contextlib.suppress(ExtractionError):
            to_markdown(extract(BytesIO(begin + content), TOOLS))
