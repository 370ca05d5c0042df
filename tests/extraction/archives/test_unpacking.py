"""Archives are unpacked under a budget that counts real bytes."""

import gzip
import re
import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moonshelf.errors import CorruptDocument, EncryptedDocument, ExtractionError, LimitReached
from moonshelf.extraction.containers.unpacking import Archive, Budget, gunzip
from moonshelf.extraction.tools import Limits
from samples.packages import zipped


def opened(content: bytes, **limits: int) -> Archive:
    return Archive(BytesIO(content), Limits(**limits))


def test_members_are_found_whatever_their_case_and_slashes() -> None:
    archive = opened(zipped({"word\\Document.xml": b"1", "/docProps/core.xml": b"2"}))
    assert "word/document.xml" in archive
    assert archive.read("/word/document.xml") == b"1"
    assert archive.read("docprops/CORE.xml") == b"2"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_come_out_whole_however_they_are_packed_and_whatever_stands_before(method: int) -> None:
    content = bytes(range(256)) * 2_000 + b"the end"
    into = BytesIO()
    into.write(b"a program that unpacks itself")
    with zipfile.ZipFile(into, "a", method) as archive:
        archive.writestr("a", content)
        archive.writestr("empty", b"")
        with archive.open("64", "w", force_zip64=True) as long:
            long.write(content)
    made = opened(into.getvalue())
    assert {name: made.read(name) for name in made.names()} == {"a": content, "empty": b"", "64": content}


def test_a_directory_of_more_members_than_its_end_can_count_is_read() -> None:
    into = BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for number in range(66_000):
            archive.writestr(zipfile.ZipInfo(str(number)), b"1")
    made = opened(into.getvalue(), members=70_000)
    assert (len(made.names()), made.read("65999")) == (66_000, b"1")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_that_ends_within_its_stream_is_corrupt(method: int) -> None:
    into = BytesIO()
    with zipfile.ZipFile(into, "w", method) as archive:
        archive.writestr("a", b"some text")
    content = into.getvalue()
    at = content.index(b"PK\1\2") + 20  # where the directory says how long it is
    with pytest.raises(CorruptDocument):
        opened(content[:at] + struct.pack("<I", 20) + content[at + 4 :]).read("a")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_with_one_wrong_byte_is_corrupt(method: int) -> None:
    into = BytesIO()
    with zipfile.ZipFile(into, "w", method) as archive:
        archive.writestr("a", b"some text")
    content = bytearray(into.getvalue())
    content[33] ^= 1
    with pytest.raises(CorruptDocument):
        opened(bytes(content)).read("a")


def test_a_name_in_utf8_is_read_so_though_nothing_says_it_is() -> None:
    said = zipped({"图片/一.txt": b"text"})
    unsaid = re.sub(rb"(PK\x01\x02.{4}|PK\x03\x04.{2})\0\x08", rb"\1\0\0", said, flags=re.DOTALL)
    assert unsaid != said
    assert opened(unsaid).read("图片/一.txt") == b"text"
    assert opened(unsaid).spelt("图片/一.txt") == b""


@pytest.mark.parametrize(("of", "name"), [("a\xe9", "aé"), ("another", "a\u0398")])
def test_a_name_that_stands_in_a_field_of_its_own_is_read_if_it_is_of_this_one(of: str, name: str) -> None:
    member = zipfile.ZipInfo("a!")
    told = struct.pack("<BI", 1, zlib.crc32(of.encode("latin-1"))) + "aé".encode()
    member.extra = struct.pack("<HHHH", 0x5455, 2, 0, 0x7075) + struct.pack("<H", len(told)) + told
    into = BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr(member, b"text")
    assert opened(into.getvalue().replace(b"a!", b"a\xe9")).names() == (name,)


def test_a_name_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        opened(zipped({"a": b""})).read("b")


def test_unpacked_bytes_are_counted_over_all_reads() -> None:
    archive = opened(zipped({"a": bytes(600), "b": bytes(600)}), unpacked_bytes=1000)
    assert len(archive.read("a")) == 600
    with pytest.raises(LimitReached):
        archive.read("b")


def test_a_declared_size_of_nothing_does_not_hide_a_bomb() -> None:
    honest = zipped({"a": bytes(10_000_000)})
    lying = honest.replace(struct.pack("<I", 10_000_000), struct.pack("<I", 20_000_000))
    with pytest.raises(LimitReached):
        opened(lying, unpacked_bytes=1_000_000).read("a")


def test_what_stands_before_the_cut_in_a_member_comes_out_before_it_says_so() -> None:
    content = bytearray(zipped({"a": bytes(range(256))}))
    at = content.index(b"PK\x01\x02") + 20
    content[at : at + 4] = struct.pack("<I", struct.unpack_from("<I", content, at)[0] // 2)
    pieces = opened(bytes(content)).stream("a")
    first = next(pieces)
    assert first
    assert bytes(range(256)).startswith(first)
    with pytest.raises(CorruptDocument):
        next(pieces)


def test_too_many_members_are_refused() -> None:
    with pytest.raises(LimitReached):
        opened(zipped({str(number): b"" for number in range(11)}), members=10)


def test_a_vast_directory_is_refused_before_it_is_read() -> None:
    with pytest.raises(LimitReached):
        opened(zipped({f"{number:0>500}": b"" for number in range(40)}), members=10)


def test_a_member_behind_a_password_says_so() -> None:
    content = bytearray(zipped({"a": b"secret"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(EncryptedDocument):
        opened(bytes(content)).read("a")


def test_archives_inside_archives_share_the_budget_and_end_at_the_limit() -> None:
    innermost = zipped({"c": bytes(900)})
    archive = opened(zipped({"b": zipped({"a": innermost})}), unpacked_bytes=1000)
    inner = archive.inner("b")
    with pytest.raises(LimitReached, match="2 deep"):
        inner.inner("a")


def test_a_truncated_archive_is_corrupt() -> None:
    with pytest.raises(CorruptDocument):
        opened(zipped({"a": bytes(100)})[:-30])


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_damage_gives_bytes_or_an_extraction_error(data: st.DataObject) -> None:
    content = bytearray(zipped({"a": b"x" * 50, "b": b"y" * 50}))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        archive = opened(bytes(content))
        for name in archive.names():
            archive.read(name)
    except ExtractionError:
        pass


def test_gzip_members_in_a_row_are_one_stream() -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two")
    assert gunzip(BytesIO(packed), Budget(Limits())) == b"one two"


def test_a_gzip_bomb_stops_at_the_budget() -> None:
    with pytest.raises(LimitReached):
        gunzip(BytesIO(gzip.compress(bytes(50_000_000))), Budget(Limits(unpacked_bytes=1_000_000)))


@pytest.mark.parametrize("content", [b"", b"no gzip", gzip.compress(b"cut short", mtime=0)[:-9]])
def test_what_is_not_gzip_is_corrupt(content: bytes) -> None:
    with pytest.raises(CorruptDocument):
        gunzip(BytesIO(content), Budget(Limits()))


def test_a_member_without_a_name_is_passed_over() -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("a.txt", b"text")
        made.writestr("b.txt", b"nameless")
    nameless = BytesIO(packed.getvalue().replace(b"b.txt", b"\x00.txt"))
    assert list(Archive(nameless, Limits()).names()) == ["a.txt"]
