"""OLE files: their streams, what they say about themselves, and the ones that hold a locked package."""

import contextlib
import struct
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.office import TOOLS, damaged, limited, ole
from moonshelf.errors import CorruptDocument, EncryptedDocument, ExtractionError, LimitReached
from moonshelf.extraction.facts import Limits
from moonshelf.extraction.office.ole_streams import ENCRYPTED_OFFICE, Streams
from moonshelf.extraction.registry import find
from moonshelf.extraction.sniffing import media_type


def summary(*values: tuple[int, bytes], count: int | None = None) -> bytes:
    """Write a summary of *values* by number; *count* is how many it claims."""
    listed, body = b"", b""
    start = 8 + 8 * len(values)
    for number, value in values:
        listed += struct.pack("<II", number, start + len(body))
        body += value
    section = struct.pack("<II", start + len(body), len(values) if count is None else count) + listed + body
    return struct.pack("<HHI16xI16xI", 0xFFFE, 0, 0, 1, 48) + section


def narrow(text: bytes) -> bytes:
    return struct.pack("<II", 0x1E, len(text) + 1) + text + b"\0"


CYRILLIC = (1, struct.pack("<IHxx", 2, 1251))
TITLE = (2, narrow(b"\xd4\xe8\xeb\xe8\xed"))
AUTHOR = (4, struct.pack("<II", 0x1F, 4) + "Ann\0".encode("utf-16-le"))


def test_a_title_is_read_in_its_code_page_and_an_author_in_unicode() -> None:
    file = ole({"\x05SummaryInformation": summary(CYRILLIC, TITLE, AUTHOR)})
    assert Streams(file, Limits()).metadata() == {"title": "Филин", "author": "Ann"}


def test_a_count_made_up_costs_no_time() -> None:
    file = ole({"\x05SummaryInformation": summary(CYRILLIC, TITLE, count=0xFFFFFFFF)})
    assert Streams(file, Limits()).metadata().get("title") == "Филин"


def test_a_broken_summary_is_no_summary() -> None:
    assert Streams(ole({"\x05SummaryInformation": b"\xff" * 60}), Limits()).metadata() == {}
    assert Streams(ole({"Other": b"x"}), Limits()).metadata() == {}


def test_streams_longer_than_the_budget_are_refused() -> None:
    with pytest.raises(LimitReached):
        Streams(ole({"Long": b"x" * 10_000}), limited(unpacked_bytes=100).limits).read("Long")


def test_a_file_that_is_none_is_corrupt() -> None:
    with pytest.raises(CorruptDocument):
        Streams(BytesIO(b"no OLE file at all"), Limits())


def test_an_encrypted_package_is_told_as_what_it_is() -> None:
    file = ole({"EncryptedPackage": b"x" * 100, "EncryptionInfo": b"y" * 100})
    assert find(media_type(file, "report.docx")) is ENCRYPTED_OFFICE
    with pytest.raises(EncryptedDocument):
        ENCRYPTED_OFFICE.extract(file, TOOLS)


@given(st.one_of(st.binary(max_size=2000), damaged(ole({"A": b"a" * 5000, "B": b"b"}).getvalue())))
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_streams_or_an_error(content: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        assert isinstance(Streams(BytesIO(content), Limits()).read("A"), bytes | None)
