"""Excel workbooks of 1993 to 2003, built record by record."""

import contextlib
import struct
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from extraction.blocks import blocks, table, texts
from extraction.damage import damaged
from extraction.tools import TOOLS, limited
from moonshelf.errors import CorruptDocument, EncryptedDocument, ExtractionError
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.inclusion import Include
from moonshelf.extraction.office.sheets.biff import packed_number
from moonshelf.extraction.office.sheets.binary import extract
from moonshelf.extraction.tools import Tools
from samples.compound_files import ole
from samples.office.sheets_binary import END, begin, label, record, string, workbook


def read(cells: bytes, *, tools: Tools = TOOLS, shared: bytes = b"", more: bytes = b"", state: int = 0) -> Document:
    return extract(ole(workbook(cells, shared=shared, more=more, state=state)), tools)


URL = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")


def link(flags: int, *content: bytes) -> bytes:
    return record(0x01B8, struct.pack("<HHHH16xII", 0, 0, 0, 0, 2, flags), *content)


def counted(words: str) -> bytes:
    return struct.pack("<I", len(words) + 1) + f"{words}\0".encode("utf-16-le")


@pytest.mark.parametrize(
    "linked",
    [
        link(0x03, URL, struct.pack("<I", 40), "https://a.example/x\0".encode("utf-16-le")),
        link(
            0x93,
            counted("shown"),
            counted("frame"),
            URL,
            struct.pack("<I", 40),
            "https://a.example/x\0".encode("utf-16-le"),
        ),
        link(0x103, counted("https://a.example/x")),
    ],
)
def test_cells_that_are_links_say_where_they_lead(linked: bytes) -> None:
    assert "[see](https://a.example/x)" in texts(read(label(0, 0, "see") + linked))


@pytest.mark.parametrize("linked", [link(0x08, counted("Sheet2!A1")), link(0x01, bytes(16), bytes(40)), link(0x01)])
def test_links_within_a_workbook_leave_their_cells_as_they_are(linked: bytes) -> None:
    assert "see" in texts(read(label(0, 0, "see") + linked))


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (label(0, 0, "Größe"), "Größe"),
        (record(0x0203, struct.pack("<HHHd", 0, 0, 1, 43363)), "2018-09-20"),
        (record(0x0203, struct.pack("<HHHd", 0, 0, 2, 0.256)), "25.6%"),
        (record(0x027E, struct.pack("<HHHI", 0, 0, 0, 12345 << 2 | 3)), "123.45"),
        (record(0x0205, struct.pack("<HHHBB", 0, 0, 0, 0x2A, 1)), "#N/A"),
        (record(0x0205, struct.pack("<HHHBB", 0, 0, 0, 1, 0)), "TRUE"),
        (record(0x0006, struct.pack("<HHHd", 0, 0, 0, 7.5)), "7.5"),
        (
            record(0x0006, struct.pack("<HHH", 0, 0, 0) + b"\0\0\0\0\0\0\xff\xff") + record(0x0207, string("said")),
            "said",
        ),
        (record(0x0006, struct.pack("<HHH", 0, 0, 0) + b"\1\0\0\0\0\0\xff\xff"), "FALSE"),
    ],
)
def test_a_cell_says_what_it_shows(cell: bytes, shown: str) -> None:
    assert blocks(read(cell))[:2] == [Block(Kind.SHEET, "One"), Block(Kind.PARAGRAPH, shown)]


def test_formulas_stand_behind_the_values_on_request() -> None:
    def formula(row: int, tokens: bytes) -> bytes:
        return record(0x0006, struct.pack("<HHHdHIH", row, 0, 0, row, 0, 0, len(tokens)), tokens)

    shared = b"\x4c" + struct.pack("<HH", 0, 0xC001) + b"\x1e\1\0\3"
    base = b"\1" + struct.pack("<HH", 1, 0)
    cells = formula(0, b"\x1e\7\0") + formula(1, base)
    cells += record(0x04BC, struct.pack("<HHBBBBH", 1, 2, 0, 0, 0, 2, len(shared)), shared) + formula(2, base)
    cells += formula(3, b"\x18") + formula(4, b"\1" + struct.pack("<HH", 9, 9))
    asked = replace(TOOLS, include=Include(formulas=True))

    found = read(cells, tools=asked)
    assert table(found) == [["0 (=7)"], ["1 (=B2+1)"], ["2 (=B3+1)"], ["3"], ["4"]]
    assert found.warnings == ("The formulas of 2 cells could not be read.",)
    assert table(read(cells)) == [["0"], ["1"], ["2"], ["3"], ["4"]]


def test_formulas_name_sheets_and_books() -> None:
    name = record(0x0018, struct.pack("<HBBHHH4x", 0, 0, 4, 0, 0, 0), b"\0Rate")
    links = record(0x01AE, struct.pack("<H", 2), b"\1\4") + record(0x0017, struct.pack("<HHhh", 1, 0, 1, 1))
    tokens = b"\x5a" + struct.pack("<HHH", 0, 0, 0xC000) + b"\x23" + struct.pack("<I", 1) + b"\5"
    cell = record(0x0006, struct.pack("<HHHdHIH", 0, 0, 0, 2, 0, 0, len(tokens)), tokens)
    asked = replace(TOOLS, include=Include(formulas=True))
    assert texts(read(cell, tools=asked, more=name + links))[1] == "2 (=Two!A1*Rate)"


def test_a_row_of_packed_numbers() -> None:
    row = struct.pack("<HH", 3, 1) + struct.pack("<HiHi", 0, 5 << 2 | 2, 0, 6 << 2 | 2) + struct.pack("<H", 2)
    assert table(read(record(0x00BD, row))) == [["5", "6"]]


@pytest.mark.parametrize(
    ("packed", "number"), [(0x3FF00000, 1.0), (0x3FF00001, 0.01), (-2, -1.0), (401 << 2 | 3, 4.01)]
)
def test_numbers_are_unpacked(packed: int, number: float) -> None:
    assert packed_number(packed) == number


def test_shared_strings_go_on_in_the_next_record_in_another_width() -> None:
    start = struct.pack("<II", 2, 2) + struct.pack("<HB", 3, 0) + b"abc" + struct.pack("<HB", 6, 0) + b"def"
    rest = b"\1" + "gñi".encode("utf-16-le")
    shared = record(0x00FC, start) + record(0x003C, rest)
    cells = b"".join(record(0x00FD, struct.pack("<HHHI", 0, column, 0, column)) for column in range(3))
    assert table(read(cells, shared=shared)) == [["abc", "defgñi"]]


def test_strings_with_formats_and_readings_are_read_without_them() -> None:
    rich = struct.pack("<HBHI", 2, 0x0C, 1, 3) + b"ab" + b"\0\0\0\0" + b"xyz" + struct.pack("<HB", 1, 0) + b"c"
    cells = b"".join(record(0x00FD, struct.pack("<HHHI", 0, column, 0, column)) for column in range(2))
    assert table(read(cells, shared=record(0x00FC, struct.pack("<II", 2, 2), rich))) == [["ab", "c"]]


def test_hidden_rows_columns_and_sheets_are_left_out_and_counted() -> None:
    cells = (
        record(0x007D, struct.pack("<HHHHHH", 2, 2, 0, 0, 1, 0))
        + record(0x0208, struct.pack("<HHHHHHHH", 1, 0, 3, 0, 0, 0, 0x20, 0))
        + label(0, 0, "a") + label(0, 1, "b") + label(0, 2, "not seen") + label(1, 0, "three more words")
    )  # fmt: skip
    document = read(cells, state=1)
    assert len(document.pages) == 1
    assert table(document) == [["a", "b"]]
    assert document.pages[0].coverage.words_hidden == 2 + 3 + 2


def test_comments_boxes_and_headers_are_read() -> None:
    def box(number: int, words: str) -> bytes:
        about = record(0x005D, struct.pack("<HHHH", 0x15, 0x12, 0x19, number))
        return about + record(0x01B6, struct.pack("<10xHHI", len(words), 0, 0)) + record(0x003C, b"\0" + words.encode())

    note = record(0x001C, struct.pack("<HHHH", 1, 1, 0, 7), string("Ann"))
    cells = label(0, 0, "x") + record(0x0014, string("&LTop &P")) + box(7, "Too high") + box(8, "boxed") + note
    assert texts(read(cells))[2:5] == ["Page header: Top", "Comment on B2: Ann: Too high", "boxed"]


def test_what_a_chart_looks_like_is_said() -> None:
    chart = begin(0x0600, 0x20) + record(0x1017, bytes(6)) + record(0x1018, bytes(2)) + END
    assert texts(read(label(0, 0, "a") + chart + chart)).count("Bar and line chart") == 2  # one each


def test_headers_of_even_pages_and_of_the_first_are_read() -> None:
    wide = struct.pack("<HB", 5, 1) + "Fußzl".encode("utf-16-le")
    more = record(0x089C, bytes(28), struct.pack("<5H", 3, 4, 0, 5, 5), string("Even"), string("First"), wide)
    cells = label(0, 0, "x") + record(0x0014, string("Odd")) + more
    assert texts(read(cells), Kind.NOTE) == [
        "Page header: Odd", "Page header: Even", "Page header: First", "Page footer: Fußzl",
    ]  # fmt: skip


def test_what_a_sheet_asks_for_is_read_each_message_once() -> None:
    said = [string(one) for one in ("Day", "\0", "Monday on", "Wrong")]
    asked, unseen = (record(0x01BE, struct.pack("<I", flags), *said, bytes(12)) for flags in (0x40000, 0))
    untitled = record(0x01BE, struct.pack("<I", 0x40000), struct.pack("<HB", 1, 0), b"\0", *said[1:], bytes(12))
    cells = label(0, 0, "x") + asked + asked + unseen + untitled
    assert texts(read(cells), Kind.NOTE) == ["Input message: Day: Monday on", "Input message: Monday on"]


def test_merged_cells_keep_their_spans() -> None:
    cells = label(0, 0, "wide") + label(0, 2, "x") + label(1, 0, "a") + label(1, 1, "b")
    document = read(cells + record(0x00E5, struct.pack("<H4H", 1, 0, 0, 0, 1)))
    assert next(one for one in blocks(document) if one.cells).cells[0].column_span == 2


def test_an_excel_5_workbook_is_read_in_its_code_page() -> None:
    cells = record(0x0204, struct.pack("<HHHH", 0, 0, 0, 4), "Пиво".encode("cp1251"))
    streams = workbook(cells, more=record(0x0042, struct.pack("<H", 1251)), version=0x0500)
    assert texts(extract(ole(streams), TOOLS))[:2] == ["One", "Пиво"]


def test_a_broken_record_ends_its_sheet_alone_and_is_told() -> None:
    broken = record(0x0203, b"\1\0")
    found = read(label(0, 0, "a") + broken + label(1, 0, "lost"))
    assert texts(found) == ["One", "a", "Two", "two words"]
    assert "Not all of the workbook was read" in found.warnings[-1]
    with pytest.raises(CorruptDocument):
        extract(ole(workbook(broken, version=0x0500)), TOOLS)  # whose second sheet is empty


def test_an_encrypted_workbook_is_told() -> None:
    with pytest.raises(EncryptedDocument):
        read(b"", more=record(0x002F, b"\1\0"))


def test_a_stream_of_something_else_is_corrupt() -> None:
    with pytest.raises(CorruptDocument):
        extract(ole({"Workbook": b"something else"}), TOOLS)


def test_a_sheet_too_large_is_read_as_far_as_the_limit_goes_and_says_so() -> None:
    document = read(b"".join(label(row, 0, "a") + label(row, 1, "b") for row in range(50)), tools=limited(cells=10))
    assert "The sheet 'One' is too large: it was read up to row 5 only." in document.warnings


SOUND = workbook(
    label(0, 0, "a")
    + record(0x0203, struct.pack("<HHHd", 1, 1, 1, 43363))
    + record(0x00E5, struct.pack("<H4H", 1, 0, 0, 0, 1)),
    shared=record(0x00FC, struct.pack("<II", 1, 1), string("abc")) + record(0x003C, b"\0abc"),
)


@given(damaged(SOUND["Workbook"]))
@settings(max_examples=200, deadline=None)
def test_damaged_records_give_a_document_or_an_error(stream: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        assert isinstance(extract(ole({"Workbook": stream}), TOOLS), Document)


@given(st.one_of(st.binary(max_size=300), damaged(ole(SOUND).getvalue())))
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_a_document_or_an_error(content: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        assert isinstance(extract(BytesIO(content), TOOLS), Document)
