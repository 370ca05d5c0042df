"""Formulas of spreadsheet cells."""

import pytest

from moonshelf.extraction.office.sheets.formulas.wording import moved, of_opendocument, shown


@pytest.mark.parametrize(
    ("formula", "there"),
    [
        ("SUM(A1:B$2)+$C3", "SUM(B3:C$2)+$C5"),
        ('"A1"&A1', '"A1"&B3'),
        ("'A1 x'!A1+Z1", "'A1 x'!B3+AA3"),
        ("LOG10(A1)", "LOG10(B3)"),
    ],
)
def test_a_shared_formula_moves_its_relative_references(formula: str, there: str) -> None:
    assert moved(formula, 2, 1) == there


def test_formulas_are_written_as_spreadsheets_show_them() -> None:
    assert of_opendocument("of:=SUM([.A1:.B2];[$Other.C3])") == "=SUM(A1:B2;$Other.C3)"
    assert shown("3", "1+2") == "3 (=1+2)"
    assert shown("", "1+2") == "=1+2"
    assert shown("3", "") == "3"
