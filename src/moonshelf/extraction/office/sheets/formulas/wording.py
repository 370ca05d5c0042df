"""Formulas of spreadsheet cells as they are written beside the values, where the upload asks for them."""

import re

from moonshelf.extraction.outline import letters

_NEWER = re.compile(r"\b_xlfn\.(?:_xlws\.)?")  # before the names of functions that Excel 2007 did not know
_OPEN_REFERENCE = re.compile(r"\[\.?([^\[\]]*)\]")  # of OpenFormula: [.A1:.B2], [$Sheet1.A1]
_NAMESPACE = re.compile(r"^(?:of|oooc|msoxl):")
_TOKEN = re.compile(
    r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'!?"  # a text, or the name of a sheet
    r"|(?<![A-Za-z0-9_.$])(?P<column_fixed>\$?)(?P<column>[A-Za-z]{1,3})(?P<row_fixed>\$?)(?P<row>[0-9]{1,7})"
    r"(?![A-Za-z0-9_.(!])"
)


def shown(value: str, formula: str) -> str:
    """Return *value* with the *formula* it comes from; a value that nobody has calculated yet is its formula."""
    if not formula:
        return value
    formula = _NEWER.sub("", formula)
    formula = formula if formula.startswith(("=", "{=")) else f"={formula}"
    return f"{value} ({formula})" if value and value != formula else formula


def unwritten(count: int) -> list[str]:
    """Say how many formulas can't be put into words, if any."""
    return [f"The formula{'s' * (count != 1)} of {count} cell{'s' * (count != 1)} could not be read."] if count else []


def of_opendocument(formula: str) -> str:
    """Write a formula of OpenDocument as spreadsheets show it: ``of:=SUM([.A1:.B2])`` is ``=SUM(A1:B2)``."""
    plain = _NAMESPACE.sub("", formula)
    return _OPEN_REFERENCE.sub(lambda found: found[1].replace(":.", ":"), plain)


def moved(formula: str, rows: int, columns: int) -> str:
    """Return a shared *formula* for a cell so far from the one that states it: relative references move along."""

    def move(found: "re.Match[str]") -> str:
        if found["column"] is None:
            return found[0]
        column = found["column"] if found["column_fixed"] else letters(max(_number(found["column"]) + columns - 1, 0))
        row = found["row"] if found["row_fixed"] else str(max(int(found["row"]) + rows, 1))
        return f"{found['column_fixed']}{column}{found['row_fixed']}{row}"

    return _TOKEN.sub(move, formula)


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
