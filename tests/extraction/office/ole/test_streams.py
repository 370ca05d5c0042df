"""OLE files: their streams, what they say about themselves, and the ones that hold a locked package."""

import contextlib
import struct
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.damage import damaged
from extraction.tools import TOOLS, limited
from moonshelf.errors import CorruptDocument, EncryptedDocument, ExtractionError, LimitReached
from moonshelf.extraction.office.ole.encrypted_packages import ENCRYPTED_OFFICE
from moonshelf.extraction.office.ole.streams import Streams
from moonshelf.extraction.registry import find
from moonshelf.extraction.sniffing import media_type
from moonshelf.extraction.tools import Limits
from samples.compound_files import Tree, ole, write


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
    assert Streams.of(file, Limits()).metadata() == {"title": "Филин", "author": "Ann"}


def properties(names: bytes, *values: tuple[int, bytes]) -> bytes:
    """Write a document's summary: a first part that is empty, a second with the *names* of people's own properties."""
    second = summary((0, names), *values)[48:]
    return struct.pack("<HHI16xI16xI16xI", 0xFFFE, 0, 0, 2, 68, 76) + struct.pack("<II", 8, 0) + second


def test_peoples_own_properties_are_read() -> None:
    named = struct.pack("<III", 2, 2, 7) + b"Client\0" + struct.pack("<II", 3, 6) + b"Count\0"
    text, number = narrow(b"Mickey"), struct.pack("<Ii", 3, -7)
    file = ole({"\x05DocumentSummaryInformation": properties(named, (2, text), (3, number))})
    assert Streams.of(file, Limits()).metadata() == {"custom: Client": "Mickey", "custom: Count": "-7"}


def test_names_of_properties_in_unicode_end_at_whole_words() -> None:
    named = struct.pack("<III", 2, 2, 3) + "Ä1\0".encode("utf-16-le") + b"\0\0"
    named += struct.pack("<II", 3, 2) + "B\0".encode("utf-16-le")
    page, truth = struct.pack("<IHxx", 2, 1200), struct.pack("<II", 0x0B, 0xFFFF)
    wide = struct.pack("<II", 0x1E, 2) + "x\0".encode("utf-16-le")
    file = ole({"\x05DocumentSummaryInformation": properties(named, (1, page), (2, wide), (3, truth))})
    assert Streams.of(file, Limits()).metadata() == {"custom: Ä1": "x", "custom: B": "yes"}


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_properties_or_none(content: bytes) -> None:
    file = ole({"\x05DocumentSummaryInformation": properties(content, (2, content))})
    assert isinstance(Streams.of(file, Limits()).metadata(), dict)


def test_a_count_made_up_costs_no_time() -> None:
    file = ole({"\x05SummaryInformation": summary(CYRILLIC, TITLE, count=0xFFFFFFFF)})
    assert Streams.of(file, Limits()).metadata().get("title") == "Филин"


def test_a_broken_summary_is_no_summary() -> None:
    assert Streams.of(ole({"\x05SummaryInformation": b"\xff" * 60}), Limits()).metadata() == {}
    assert Streams.of(ole({"Other": b"x"}), Limits()).metadata() == {}


def test_streams_longer_than_the_budget_are_refused() -> None:
    with pytest.raises(LimitReached):
        Streams.of(ole({"Long": b"x" * 10_000}), limited(unpacked_bytes=100).limits).read("Long")


def test_a_stream_is_whole_that_lies_in_the_sectors_of_several_tables() -> None:
    content = bytes(range(256)) * 400
    assert Streams.of(ole({"Long": content}), Limits()).read("long") == content


def test_a_stream_is_whole_whose_sectors_lie_in_pieces() -> None:
    content = b"".join(bytes([number]) * 512 for number in range(20))
    file = write({"Long": content})
    sectors = [file[at : at + 512] for at in range(512, len(file) - 512, 512)]
    links = bytearray(file[-512:])
    sectors[3], sectors[11] = sectors[11], sectors[3]
    for sector, onward in ((2, 11), (11, 4), (10, 3), (3, 12)):
        struct.pack_into("<I", links, 4 * sector, onward)
    parted = BytesIO(file[:512] + b"".join(sectors) + links)
    assert Streams.of(parted, Limits()).read("Long") == content


def test_storages_are_told_by_how_their_names_begin() -> None:
    storages = Streams.of(ole({"b2": {"x": b"2"}, "a": {"x": b"0"}, "b1": {"c": {"x": b"1"}}}), Limits()).storages("B")
    assert [[path for path, _ in one.all()] for one in storages] == [["c/x"], ["x"]]


def test_a_file_that_is_none_is_corrupt() -> None:
    with pytest.raises(CorruptDocument):
        Streams.of(BytesIO(b"no OLE file at all"), Limits())


def test_an_encrypted_package_is_told_as_what_it_is() -> None:
    file = ole({"EncryptedPackage": b"x" * 100, "EncryptionInfo": b"\4\0\3\0" + b"y" * 100})
    assert find(media_type(file, "report.docx")) is ENCRYPTED_OFFICE
    with pytest.raises(EncryptedDocument):
        ENCRYPTED_OFFICE.extract(file, TOOLS)


@given(st.one_of(st.binary(max_size=2000), damaged(ole({"A": b"a" * 5000, "B": b"b"}).getvalue())))
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_streams_or_an_error(content: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        assert isinstance(Streams.of(BytesIO(content), Limits()).read("A"), bytes | None)


def test_storages_deeper_than_any_program_makes_them_are_not_walked() -> None:
    tree: Tree = {"words": b"at the bottom"}
    for _ in range(200):
        tree = {"a storage": tree}
    with pytest.raises(LimitReached, match="nest too deeply"):
        list(Streams.of(ole(tree), Limits()).all())
