"""Excel workbooks of binary parts, built record by record."""

import contextlib
import struct
from collections.abc import Mapping
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from extraction.blocks import blocks, table, texts
from extraction.damage import damaged
from extraction.tools import TOOLS, limited
from moonshelf.errors import CorruptDocument, ExtractionError
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.inclusion import Include
from moonshelf.extraction.office.sheets.packed import extract
from moonshelf.extraction.tools import Tools
from samples.office.sheets_packed import cell, parts, record, row, string, text
from samples.packages import archive, relations


def read(cells: bytes, *, tools: Tools = TOOLS, state: int = 0, more: bytes = b"") -> Document:
    return extract(archive(parts(cells, state=state, more=more)), tools)


def test_cells_that_are_links_say_where_they_lead() -> None:
    linked = record(494, struct.pack("<IIII", 0, 0, 0, 0), string("l"), string(""), string(""), string(""))
    some = parts(row(0, text(0, "see")) + linked)
    some["xl/worksheets/_rels/sheet1.bin.rels"] = relations(("l", "hyperlink", "https://a.example/x"))
    assert "[see](https://a.example/x)" in texts(extract(archive(some), TOOLS))


def test_formulas_stand_behind_the_values_on_request() -> None:
    def calculated(kind: int, value: bytes, tokens: bytes, extra: bytes = b"") -> bytes:
        sizes = struct.pack("<HI", 0, len(tokens)), struct.pack("<I", len(extra))
        return cell(kind, 0, value + sizes[0] + tokens + sizes[1] + extra)

    shared = b"\x4c" + struct.pack("<IH", 0, 0xC001) + b"\x1e\1\0\3"
    base = b"\1" + struct.pack("<I", 1), struct.pack("<I", 0)
    cells = row(0, calculated(8, string("x"), b"\x17" + struct.pack("<H", 1) + b"x\0"))
    cells += row(1, calculated(9, struct.pack("<d", 1), *base))
    cells += record(427, struct.pack("<IIIII", 1, 2, 0, 0, len(shared)), shared, bytes(4))
    cells += row(2, calculated(9, struct.pack("<d", 2), *base)) + row(3, calculated(10, b"\1", b"\x18"))
    asked = replace(TOOLS, include=Include(formulas=True))

    found = read(cells, tools=asked)
    assert table(found) == [['x (="x")'], ["1 (=B2+1)"], ["2 (=B3+1)"], ["TRUE"]]
    assert "The formula of 1 cell could not be read." in found.warnings
    assert table(read(cells)) == [["x"], ["1"], ["2"], ["TRUE"]]


@pytest.mark.parametrize(
    ("one", "shown"),
    [
        (text(0, "said"), "said"),
        (cell(2, 0, struct.pack("<I", 43363 << 2 | 2), 1), "2018-09-20"),
        (cell(5, 0, struct.pack("<d", 0.256), 2), "25.6%"),
        (cell(9, 0, struct.pack("<d", 7.5)), "7.5"),
        (cell(4, 0, b"\1"), "TRUE"),
        (cell(3, 0, b"\x2a"), "#N/A"),
        (cell(7, 0, b"\0\0\0\0"), "shared"),
    ],
)
def test_a_cell_says_what_it_shows(one: bytes, shown: str) -> None:
    assert blocks(read(row(0, one)))[:2] == [Block(Kind.SHEET, "First"), Block(Kind.PARAGRAPH, shown)]


def test_hidden_rows_columns_and_sheets_are_left_out_and_counted() -> None:
    cells = row(0, text(0, "a"), text(1, "b"), text(2, "not seen")) + row(1, text(0, "three more words"), hidden=True)
    hidden = record(60, struct.pack("<IIIIH", 2, 2, 0, 0, 1))
    document = read(cells, state=1, more=hidden)
    assert len(document.pages) == 1
    assert table(document) == [["a", "b"]]
    assert document.pages[0].coverage.words_hidden == 2 + 3 + 2


def test_comments_margins_and_spans_are_read() -> None:
    cells = row(0, text(0, "wide"), text(2, "x")) + row(1, text(0, "a"), text(1, "b"))
    more = record(176, struct.pack("<4I", 0, 0, 0, 1)) + record(479, b"\0\0", string("&LTop"), string("&RBottom"))
    document = read(cells, more=more)
    assert next(one for one in blocks(document) if one.cells).cells[0].column_span == 2
    assert texts(document, Kind.NOTE) == ["Page header: Top", "Page footer: Bottom", "Comment on B2: Ann: No"]


def test_margins_of_even_pages_and_of_the_first_are_read() -> None:
    none = b"\xff\xff\xff\xff"
    more = record(479, b"\x0f\0", string("Odd"), none, string("Even"), string("Same"), string("First"), string("Same"))
    document = read(row(0, text(0, "a")), more=more)
    assert texts(document, Kind.NOTE) == [
        "Page header: Odd", "Page header: Even", "Page footer: Same", "Page header: First", "Comment on B2: Ann: No",
    ]  # fmt: skip


def test_what_a_sheet_asks_for_is_read() -> None:
    said = [string(one) for one in ("Wrong", "Not that", "Day", "Monday on")]
    asked, unseen = (record(64, struct.pack("<II16x", flags, 1), *said, bytes(8)) for flags in (0x40000, 0))
    document = read(row(0, text(0, "a")), more=asked + unseen)
    assert texts(document, Kind.NOTE) == ["Input message: Day: Monday on", "Comment on B2: Ann: No"]


def test_sheets_of_early_writers_are_found() -> None:
    early = record(156, struct.pack("<III", 0, 0, 1), string("s1"), string("Early"))
    document = extract(archive({**parts(row(0, text(0, "a"))), "xl/workbook.bin": early}), TOOLS)
    assert texts(document)[:2] == ["Early", "a"]
    assert document.pages[0].coverage.words_hidden == 0


def test_what_is_missing_or_cut_is_said() -> None:
    cells = b"".join(row(number, text(0, "a")) for number in range(20))
    document = read(cells, tools=limited(cells=5), more=record(148, struct.pack("<4I", 0, 19, 0, 0)))
    assert "The sheet 'Lost' is missing from the file." in document.warnings
    assert "The sheet 'First' is too large: it was read up to row 5 of 20." in document.warnings


def test_a_broken_record_ends_its_sheet_alone_and_is_told() -> None:
    broken = record(5, b"\2\0\0\0")
    found = read(row(0, text(0, "a"), text(1, "b"), broken) + row(1, text(0, "lost")))
    assert table(found) == [["a", "b"]]
    assert "two words" in texts(found)
    assert "Not all of the workbook was read" in found.warnings[-1]
    with pytest.raises(CorruptDocument):
        extract(archive({**parts(broken), "xl/worksheets/sheet2.bin": broken}), TOOLS)


def test_a_head_of_a_row_that_is_cut_off_still_has_its_number() -> None:
    assert table(read(row(0, text(0, "a")) + record(0, b"\1\0\0\0") + text(0, "b"))) == [["a"], ["b"]]


def test_a_cell_that_stands_twice_shows_what_came_last() -> None:
    assert table(read(row(0, text(0, "a"), text(1, "b"), text(0, "c"), text(2, " ")))) == [["c", "b"]]


SOUND = parts(
    row(0, text(0, "a"), cell(5, 1, struct.pack("<d", 1.5), 1)), more=record(176, struct.pack("<4I", 0, 0, 0, 1))
)


@st.composite
def damaged_parts(draw: st.DrawFn, sound: Mapping[str, bytes | str]) -> BytesIO:
    """Pack *sound* with one of its binary parts damaged."""
    name = draw(st.sampled_from(sorted(name for name in sound if name.endswith(".bin"))))
    content = sound[name]
    return archive({**sound, name: draw(damaged(content if isinstance(content, bytes) else content.encode()))})


@given(damaged_parts(SOUND))
@settings(max_examples=200, deadline=None)
def test_damaged_records_give_a_document_or_an_error(file: BytesIO) -> None:
    with contextlib.suppress(ExtractionError):
        assert isinstance(extract(file, TOOLS), Document)
