"""Workbooks of xls under the password that Excel tries by itself."""

import contextlib
import struct
import tracemalloc
from itertools import islice

import pytest
from hypothesis import given, settings

from extraction.blocks import texts
from extraction.damage import damaged
from extraction.tools import TOOLS
from moonshelf.errors import EncryptedDocument, ExtractionError
from moonshelf.extraction.document import Document
from moonshelf.extraction.office.sheets.binary import extract
from samples.compound_files import ole
from samples.office import encryption
from samples.office.encryption import Cipher
from samples.office.sheets_binary import label, record, workbook

TEXT = "What a sheet says. " * 200  # longer than the stream that one key is for
XOR = struct.pack("<HHH", 0, 0xB359, 0x9A0A), encryption.obfuscated


def under(way: tuple[bytes, Cipher], cells: bytes, version: int = 0x0600) -> dict[str, bytes]:
    stated, cipher = way
    streams = workbook(cells, more=record(encryption.FILE_PASS, stated), version=version)
    return {name: encryption.encrypted(stream, cipher) for name, stream in streams.items()}


def test_the_cipher_of_these_tests_is_the_known_one() -> None:
    assert bytes(islice(encryption.rc4(b"Key"), 8)).hex() == "eb9f7781b734ca72"


@pytest.mark.parametrize("way", [XOR, encryption.by_md5(), encryption.by_sha1(40), encryption.by_sha1(128)])
def test_a_workbook_that_excel_opens_without_asking_is_read(way: tuple[bytes, Cipher]) -> None:
    streams = under(way, label(0, 0, TEXT))
    assert TEXT.encode("utf-16-le") not in streams["Workbook"]
    assert texts(extract(ole(streams), TOOLS))[:3] == ["One", TEXT, "Two"]


def test_excel_5_says_less_of_its_only_way() -> None:
    cells = record(0x0204, struct.pack("<HHHH", 0, 0, 0, 4), b"said")
    streams = under((XOR[0][2:], encryption.obfuscated), cells, version=0x0500)
    assert texts(extract(ole(streams), TOOLS))[:2] == ["One", "said"]


@pytest.mark.parametrize(
    "stated", [encryption.by_md5("another")[0], struct.pack("<HHH", 0, 0xB359, 1), b"\1\0", b"", b"\1\0\1\0\1\0"]
)
def test_another_password_is_asked_for(stated: bytes) -> None:
    with pytest.raises(EncryptedDocument):
        extract(ole(under((stated, encryption.obfuscated), b"")), TOOLS)


def test_a_key_that_is_said_to_have_gigabytes_has_as_many_bytes_as_keys_have() -> None:
    stated, cipher = encryption.by_sha1(128)
    vast = stated[:30] + struct.pack("<I", 2**32 - 8) + stated[34:]
    tracemalloc.start()
    try:
        assert texts(extract(ole(under((vast, cipher), label(0, 0, "a"))), TOOLS))[:3] == ["One", "a", "Two"]
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()


@given(damaged(under(encryption.by_sha1(128), label(0, 0, "a"))["Workbook"]))
@settings(max_examples=100, deadline=None)
def test_damaged_records_give_a_document_or_an_error(stream: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        assert isinstance(extract(ole({"Workbook": stream}), TOOLS), Document)
