"""Outlook items, built property by property."""

import contextlib
import struct
from io import BytesIO
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.damage import damaged
from extraction.tools import TOOLS
from moonshelf.errors import CorruptDocument, ExtractionError
from moonshelf.extraction.mail import lzfu
from moonshelf.extraction.mail.outlook import extract
from moonshelf.extraction.markdown import to_markdown
from samples.compound_files import Tree, write
from samples.mail.outlook import MAIL, NOON, TO, item


def read(tree: Tree) -> str:
    return to_markdown(extract(BytesIO(write(tree)), TOOLS))


def test_headers_body_and_attachments_are_read() -> None:
    found = read(MAIL)
    assert found.startswith(
        "From: Ann <ann@x.org>\nTo: Bob <bob@x.org>\nCc: c@x.org\nDate: Fri, 01 Jan 2010 00:00:00 +0000\n"
        "Subject: Hello\n\nThe words\n\n## Attachment: notes.txt"
    )
    assert found.endswith("## Attached message: Inner\n\nSubject: Inner\n\ninner words")


@pytest.mark.parametrize(
    ("stated", "lines"),
    [
        ({0x0042: "Boss", 0x0C1A: "Ann", 0x5D01: "ann@x.org"}, "From: Boss\nSender: Ann <ann@x.org>"),
        (
            {0x0042: "Ann", 0x0065: "ann@x.org", 0x0C1A: "Ann", 0x0C1F: "a.b@x.org"},
            "From: Ann <ann@x.org>\nSender: Ann <a.b@x.org>",
        ),
        ({0x0042: "Ann B.", 0x0065: "Ann@x.org", 0x0C1A: "Ann", 0x0C1F: "ann@x.org"}, "From: Ann B. <ann@x.org>"),
        ({0x0042: "Ann", 0x0065: "/O=EX/CN=ANN", 0x0C1A: "Ann", 0x5D01: "ann@x.org"}, "From: Ann <ann@x.org>"),
        ({0x0042: "Ann", 0x0065: "/O=EX/CN=ANN", 0x0C1A: "Ann"}, "From: Ann"),
        ({0x0065: "ann@x.org"}, "From: ann@x.org"),
        ({0x0C1A: "Ann"}, "From: Ann"),
    ],
)
def test_who_wrote_and_who_sent_are_told_apart(stated: dict[int, str], lines: str) -> None:
    assert read(item(32, {**stated, 0x1000: "words"})) == f"{lines}\n\nwords"


def test_narrow_strings_are_in_the_code_page_that_the_item_states() -> None:
    narrow = {"__substg1.0_1000001E": "Привет".encode("cp1251"), **item(32, {}, {0x3FFD: (3, 1251)})}
    assert read(narrow) == "Привет"


def test_recipients_are_in_the_code_page_of_their_message() -> None:
    person: Tree = {"__substg1.0_3001001E": "Яков".encode("cp1251"), **item(8, {}, {0x0C15: (3, TO)})}
    message = item(32, {0x1000: "words"}, {0x3FFD: (3, 1251)})
    assert read({**message, "__recip_version1.0_#00000000": person}) == "To: Яков\n\nwords"


def test_an_appointment_says_when_and_where() -> None:
    sets = UUID("00062002-0000-0000-c000-000000000046").bytes_le
    names = {
        "__substg1.0_00020102": sets,
        "__substg1.0_00030102": struct.pack("<IHHIHH", 0x8208, 3 << 1, 0, 0x820D, 3 << 1, 1),
    }
    found = read({**item(32, {0x8000: "Room 5"}, {0x8001: (0x40, NOON)}), "__nameid_version1.0": names})
    assert found == "Location: Room 5\nStart: Fri, 01 Jan 2010 00:00:00 +0000"


def test_a_contact_says_how_to_reach_it() -> None:
    found = read(item(32, {0x001A: "IPM.Contact", 0x3001: "Ann Other", 0x3A08: "+44 1", 0x3A16: "Firm"}))
    assert found == "Name: Ann Other\nCompany: Firm\nBusiness phone: +44 1"


# [MS-OXRTFCP] 4.1.1
COMPRESSED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)


def test_compressed_rich_text_is_unpacked_as_its_specification_shows() -> None:
    assert lzfu.inflate(COMPRESSED) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_a_body_of_rich_text_alone_is_read() -> None:
    assert read({**item(32, {}), "__substg1.0_10090102": COMPRESSED}) == "hello world"


def test_html_wrapped_in_rich_text_is_read_as_html() -> None:
    rich = (
        rb"{\rtf1\ansi\fromhtml1 \deff0{\fonttbl{\f0 Arial;}}{\*\htmltag84 <h1>}\htmlrtf {\b\htmlrtf0 Caf\'e9"
        rb"{\*\htmltag92 </h1>}\htmlrtf }\htmlrtf0 {\*\htmltag64 <p>}\u20013 ?\{text\}}"
    )
    assert lzfu.unwrap(rich, "cp1252") == "<h1>Café</h1><p>中{text}"
    stored = struct.pack("<IIII", len(rich) + 12, len(rich), 0x414C454D, 0) + rich
    assert read({**item(32, {}), "__substg1.0_10090102": stored}) == "# Café\n\n中{text}"


def test_an_item_without_properties_is_corrupt() -> None:
    with pytest.raises(CorruptDocument):
        read({"__properties_version1.0": bytes(32)})


@settings(max_examples=100, deadline=None)
@given(damaged(write(MAIL)))
def test_any_damage_gives_a_document_or_an_extraction_error(data: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        extract(BytesIO(data), TOOLS)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_unpack_or_fail_as_broken_records_do(data: bytes) -> None:
    with contextlib.suppress(struct.error):
        lzfu.unwrap(lzfu.inflate(struct.pack("<IIII", 0, 500, 0x75465A4C, 0) + data), "cp1252")
