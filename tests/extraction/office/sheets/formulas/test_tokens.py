"""Formulas as xls and xlsb keep them, put together token by token."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moonshelf.extraction.office.sheets.formulas.books import Book, Source, Unwritable
from moonshelf.extraction.office.sheets.formulas.constants import BIFF_5, BIFF_8, BIFF_12, Form
from moonshelf.extraction.office.sheets.formulas.tokens import written

A1, B2, C3 = (b"\x24" + struct.pack("<HH", one, one | 0xC000) for one in range(3))
FIXED = b"\x24" + struct.pack("<HH", 0, 0)
AREA = b"\x25" + struct.pack("<HHHH", 0, 2, 0xC000, 0xC000)
BOOK = Book(
    sheets=["One", "My sheet", "Q1"],
    names=["Rate"],
    sources=[None, Source("Other.xls", ["Far"]), Source(names=["EDATE"])],
    references=[(0, 0, 0), (0, 1, 2), (1, 0, 0), (2, -2, -2), (0, -1, -1), (0, 2, 2)],
)


def whole(number: int) -> bytes:
    return b"\x1e" + struct.pack("<H", number)


def call(number: int, count: int) -> bytes:
    return b"\x42" + struct.pack("<BH", count, number)


def said(tokens: bytes, extra: bytes = b"", version: int = BIFF_8, at: tuple[int, int] = (0, 0)) -> str:
    return written(tokens, extra, Form(version), BOOK, at)


@pytest.mark.parametrize(
    ("tokens", "formula"),
    [
        (A1 + B2 + b"\x03", "A1+B2"),
        (A1 + B2 + b"\x03\x15" + C3 + b"\x05", "(A1+B2)*C3"),
        (FIXED + b"\x13", "-$A$1"),
        (whole(50) + b"\x14", "50%"),
        (b"\x1f" + struct.pack("<d", 0.125), "0.125"),
        (b'\x17\x03\x00a"b' + b"\x17\x01\x01\xf6\x00" + b"\x08", '"a""b"&"ö"'),
        (b"\x1d\x01", "TRUE"),
        (b"\x1c\x2a", "#N/A"),
        (AREA + b"\x19\x10\x00\x00", "SUM(A1:A3)"),
        (A1 + b"\x19\x02\x05\x00" + whole(1) + b"\x16" + call(1, 3), "IF(A1,1,)"),
        (A1 + b"\x41" + struct.pack("<H", 24), "ABS(A1)"),
        (b"\x23" + struct.pack("<I", 1) + A1 + call(255, 2), "Rate(A1)"),
        (b"\x39" + struct.pack("<HI", 3, 1) + A1 + call(255, 2), "EDATE(A1)"),
        (b"\x5a" + struct.pack("<HHH", 1, 0, 0xC000), "'My sheet:Q1'!A1"),
        (b"\x5a" + struct.pack("<HHH", 2, 0, 0xC000), "[Other.xls]Far!A1"),
        (b"\x5a" + struct.pack("<HHH", 4, 0, 0xC000), "#REF!A1"),
        (b"\x3b" + struct.pack("<H", 5) + AREA[1:], "'Q1'!A1:A3"),
        (b"\x3c" + bytes(6), "#REF!"),
        (b"\x2b" + bytes(8), "#REF!"),
        (b"\x25" + struct.pack("<HHHH", 0, 0xFFFF, 0xC001, 0xC002), "B:C"),
        (b"\x25" + struct.pack("<HHHH", 2, 4, 0, 0xFF), "$3:$5"),
        (b"\x29\x0b\x00" + A1 + B2 + b"\x10\x15", "(A1,B2)"),
    ],
)  # fmt: skip
def test_a_formula_is_written_as_it_was_typed(tokens: bytes, formula: str) -> None:
    assert said(tokens) == formula


def test_what_cells_share_moves_with_them() -> None:
    left = b"\x4c" + struct.pack("<HH", 0xFFFF, 0x00FF | 0xC000)
    assert said(left, at=(4, 2)) == "B4"
    assert said(b"\x4c" + struct.pack("<IH", 0xFFFFF, 0x3FFF | 0xC000), version=BIFF_12, at=(4, 2)) == "B4"
    assert said(b"\x2d" + struct.pack("<HHHH", 0, 1, 0xC000, 0), at=(4, 2)) == "C5:$A$2"


def test_excel_95_and_xlsb_have_sizes_of_their_own() -> None:
    assert said(b"\x24" + struct.pack("<HB", 0x8001, 1), version=BIFF_5) == "$B2"
    assert said(b"\x17\x02\xe4b", version=BIFF_5) == '"äb"'
    assert said(b"\x3a" + struct.pack("<H8xhhHB", 0xFFFF, 0, 0, 0xC000, 0), version=BIFF_5) == "One!A1"
    assert said(b"\x23" + struct.pack("<H12x", 1), version=BIFF_5) == "Rate"
    assert said(b"\x24" + struct.pack("<IH", 70_000, 0xC000), version=BIFF_12) == "A70001"
    assert said(b"\x17" + struct.pack("<H", 1) + "ö".encode("utf-16-le"), version=BIFF_12) == '"ö"'


def test_arrays_stand_behind_the_tokens() -> None:
    old = struct.pack("<BHBd", 1, 0, 1, 2.5) + struct.pack("<BHB", 2, 1, 0) + b"x"
    assert said(b"\x60" + bytes(7), old) == '{2.5,"x"}'
    new = struct.pack("<iiBd", 2, 1, 0, 1) + struct.pack("<BB", 2, 1)
    assert said(b"\x60" + bytes(14), new, BIFF_12) == "{1;TRUE}"


@pytest.mark.parametrize(
    "tokens", [b"", b"\x03", b"\x16", A1 + B2, call(1, 9), b"\x23\x09\0\0\0", b"\x02" + bytes(4), A1[:3]]
)
def test_what_makes_no_formula_is_not_guessed(tokens: bytes) -> None:
    with pytest.raises(Unwritable):
        said(tokens)


def test_a_formula_that_grows_without_end_is_given_up() -> None:
    with pytest.raises(Unwritable):
        said(b"\x17\xff\x00" + b"x" * 255 + (b"\x17\xff\x00" + b"x" * 255 + b"\x08") * 40)


@given(st.binary(max_size=60), st.binary(max_size=40), st.sampled_from([BIFF_5, BIFF_8, BIFF_12]))
def test_any_tokens_give_a_formula_or_none(tokens: bytes, extra: bytes, version: int) -> None:
    with contextlib.suppress(Unwritable):
        assert said(tokens, extra, version)
