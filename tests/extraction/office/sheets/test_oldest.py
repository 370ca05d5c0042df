"""Sheets of Excel 2 to 4, built record by record."""

import contextlib
import struct
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from extraction.blocks import table, texts
from extraction.damage import damaged
from extraction.tools import TOOLS
from moonshelf.errors import EncryptedDocument, ExtractionError
from moonshelf.extraction.document import Document, Kind
from moonshelf.extraction.inclusion import Include
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office.sheets.binary import extract
from moonshelf.extraction.sniffing import media_type
from samples.compound_files import ole

CELLS, WORKBOOK = 0x0010, 0x0100


def record(kind: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack("<HH", kind, len(content)) + content


def begin(version: int, kind: int = CELLS) -> bytes:
    size = 4 if version == 2 else 6
    return record({2: 0x0009, 3: 0x0209, 4: 0x0409}[version], struct.pack("<HH", version, kind).ljust(size, b"\0"))


END = record(0x0A)
FORMATS = record(0x1E, b"\x07General"), record(0x1E, b"\x030.0"), record(0x1E, b"\x08d-mmm-yy")
OLD = b"".join(
    (
        begin(2), record(0x42, struct.pack("<H", 1256)), *FORMATS,
        record(0x04, struct.pack("<HH3x", 0, 0), b"\x04", "وليد".encode("cp1256")),
        record(0x02, struct.pack("<HHBBBH", 0, 1, 0, 0xC1, 0, 42)),
        record(0x03, struct.pack("<HHBBBd", 1, 0, 0, 2, 0, 33239.0)),
        record(0x06, struct.pack("<HH3x8s", 1, 1, b"\0" * 6 + b"\xff\xff")), record(0x07, b"\x03due"),
        record(0x05, struct.pack("<HH3xBB", 2, 0, 1, 0)), END,
    )
)  # fmt: skip


def read(content: bytes) -> Document:
    return extract(BytesIO(content), TOOLS)


def styled(row: int, column: int, style: int = 0) -> bytes:
    return struct.pack("<HHH", row, column, style)


def test_a_sheet_of_excel_2_is_read_as_it_is_shown() -> None:
    assert media_type(BytesIO(OLD), "") == "application/vnd.ms-excel"
    assert table(read(OLD)) == [["وليد", "42.0"], ["1-Jan-91", "due"], ["TRUE"]]


def test_a_sheet_of_excel_3_keeps_styles_aside_and_withholds_hidden_columns() -> None:
    styles = (record(0x0243, bytes((0, number)).ljust(12, b"\0")) for number in (0, 1))
    content = begin(3) + b"".join((*FORMATS, *styles))
    content += record(0x7D, struct.pack("<HH2xHH", 2, 2, 0, 1))
    content += record(0x0204, styled(0, 0), struct.pack("<H", 4), b"rate") + record(0x0203, styled(0, 1, 1), b"\0" * 8)
    content += record(0x027E, styled(1, 1, 1), struct.pack("<I", 7 << 2 | 2)) + record(
        0x0204, styled(1, 2), b"\6\0secret"
    )
    content += record(0x1C, struct.pack("<HHH", 0, 0, 4), b"why?") + record(0x14, b"\x05&LTop") + END
    assert to_markdown(read(content)) == (
        "## Sheet1\n\n| rate | 0.0 |\n| --- | --- |\n|  | 7.0 |\n\nComment: why?\n\nPage header: Top\n\n"
        "> 1 word of hidden text withheld."
    )


def test_a_workbook_of_excel_4_has_its_sheets_under_their_names_in_a_container_too() -> None:
    sheets = (
        record(0x8F, b"\0\0\0\0", bytes([len(name)]), name.encode()) + begin(4)
        + record(0x0406, styled(0, 0), struct.pack("<d", number)) + END
        for name, number in (("May", 5.0), ("June", 6.0))
    )  # fmt: skip
    content = begin(4, WORKBOOK) + b"".join(sheets) + END
    for document in (read(content), extract(ole({"Book": content}), TOOLS)):
        assert texts(document, Kind.SHEET) == ["May", "June"]
    asked = extract(BytesIO(content), replace(TOOLS, include=Include(formulas=True)))
    assert asked.warnings == ("The formulas of 2 cells could not be read.",)


def test_an_encrypted_sheet_is_told() -> None:
    with pytest.raises(EncryptedDocument):
        read(begin(3) + record(0x2F, b"\0\0\0\0"))


@given(st.sampled_from([begin(2), begin(3), begin(4)]), damaged(OLD[8:]))
@settings(max_examples=100, deadline=None)
def test_damaged_sheets_give_a_document_or_an_error(head: bytes, rest: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        read(head + rest)
