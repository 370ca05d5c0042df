"""OpenDocument files, packed or in one file of XML, of whatever kind."""

import contextlib
from collections.abc import Mapping
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.damage import damaged, damaged_parts
from extraction.tools import TOOLS, limited
from moonshelf.errors import CorruptDocument, EncryptedDocument, ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office.opendocument.packages import extract, extract_flat
from moonshelf.extraction.registry import find
from samples.office.opendocument import META, STYLES, cell, flat, parts
from samples.packages import archive

ENCRYPTED = "\x8f\x1c<\x02\xe1>\x7f\x9b"
MANIFEST = "<manifest:manifest><manifest:encryption-data/></manifest:manifest>"


def read(body: str, kind: str = "text") -> Document:
    return extract(archive(parts(body, kind)), TOOLS)


def with_parts(more: Mapping[str, str]) -> Document:
    return extract(archive({**parts("<text:p>x</text:p>"), **more}), TOOLS)


def test_the_title_and_author_are_metadata() -> None:
    assert with_parts({"meta.xml": META}).metadata == {"title": "A title", "author": "Ann", "custom: Client": "Bob"}


@pytest.mark.parametrize("name", ["content.xml", "styles.xml"])
def test_an_encrypted_document_is_told(name: str) -> None:
    with pytest.raises(EncryptedDocument):
        with_parts({name: ENCRYPTED * 40, "META-INF/manifest.xml": MANIFEST})


def test_a_document_that_is_encrypted_as_one_member_is_told() -> None:
    members = {"mimetype": "application/vnd.oasis.opendocument.text", "META-INF/manifest.xml": MANIFEST}
    with pytest.raises(EncryptedDocument):
        extract(archive({**members, "encrypted-package": ENCRYPTED}), TOOLS)


def test_a_document_of_nothing_known_is_corrupt() -> None:
    with pytest.raises(CorruptDocument):
        read("", "chart")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text", '<text:p>Some <text:span text:style-name="B">bold</text:span> words.</text:p>'),
        ("spreadsheet", f'<table:table table:name="S"><table:table-row>{cell("one")}</table:table-row></table:table>'),
        (
            "presentation",
            "<draw:page><draw:frame><draw:text-box><text:p>one</text:p></draw:text-box></draw:frame></draw:page>",
        ),
    ],
)
def test_one_xml_file_reads_as_the_packed_document_does(kind: str, body: str) -> None:
    content = flat(body, kind)
    found = find(sniffing.media_type(BytesIO(content), "a.xml"))

    assert isinstance(found, Flowing)
    document = found.extract(BytesIO(content), TOOLS)
    assert document.pages == read(body, kind).pages
    assert document.metadata == {"title": "A title", "author": "Ann", "custom: Client": "Bob"}


def test_damage_in_the_midst_of_a_text_is_told() -> None:
    torn = "<text:p>before</text:h><text:p>behind</text:p>"
    for document in (read(torn), extract_flat(BytesIO(flat(torn)), TOOLS)):
        assert "damaged" in " ".join(document.warnings)


@pytest.mark.parametrize(("spelt", "told"), [("</style:header>", False), ("</style:heading>", True)])
def test_a_header_behind_an_empty_master_page_is_read_and_damage_in_it_told(spelt: str, *, told: bool) -> None:
    empty = '<style:master-page style:name="First"/><style:master-page '
    styles = STYLES.replace("</style:header>", spelt).replace("<style:master-page ", empty)
    document = extract(archive(parts("<text:p>x</text:p>", styles=styles)), TOOLS)

    assert [block.text for block in document.pages[0].blocks] == ["x", "Page header: Top"]
    assert any("damaged" in one for one in document.warnings) == told


SOUND = parts(
    '<text:h text:outline-level="1">H</text:h><text:list text:style-name="L"><text:list-item><text:p>i</text:p>'
    f'</text:list-item></text:list><table:table><table:table-row table:number-rows-repeated="2">{cell("c")}'
    "</table:table-row></table:table>",
    styles=STYLES,
)


SHEETS = parts(
    '<table:table table:name="One"><table:table-column table:number-columns-repeated="3"/><table:table-row '
    'table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"><text:p>c</text:p>'
    "</table:table-cell></table:table-row></table:table>",
    "spreadsheet",
)


@given(st.one_of(damaged_parts(SOUND), damaged_parts(SHEETS)))
@settings(max_examples=200, deadline=None)
def test_a_damaged_part_gives_a_document_or_an_error(file: BytesIO) -> None:
    with contextlib.suppress(ExtractionError):
        assert isinstance(extract(file, limited(cells=1000)), Document)


@given(st.one_of(st.binary(max_size=300), damaged(archive(SOUND).getvalue())))
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_a_document_or_an_error(content: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        assert isinstance(extract(BytesIO(content), TOOLS), Document)


@settings(max_examples=60, deadline=None)
@given(damaged(flat("<text:p>Some words.</text:p>")))
def test_damage_to_one_xml_file_gives_a_document_or_an_error_of_ours(content: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        extract_flat(BytesIO(content), TOOLS)
