"""Tables as text: verbatim while they fit into a context, told by columns and samples beyond."""

import re
from io import BytesIO
from itertools import pairwise

import pytest

from extraction.tools import TOOLS
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.outline import LARGEST
from moonshelf.extraction.registry import find
from moonshelf.extraction.text.delimited import DELIMITED, extract

_ROWS = 30_000  # a million characters and some


def _table(mark: str = ",", end: str = "\n") -> str:
    rows = (f'{row}{mark}2026-01-{row % 28 + 1:02}{mark}Ulm{mark}"a{mark} ""b"" {row}"' for row in range(1, _ROWS))
    return end.join((mark.join(("Number", "Day", "Town", "Größe")), *rows))


def _content(text: str, encoding: str = "utf-8") -> str:
    return to_markdown(extract(BytesIO(text.encode(encoding)), TOOLS))


def test_a_table_that_fits_comes_back_character_by_character() -> None:
    text = "a,b\r\n1,<x>\r\n\r\n2,\n"
    assert _content(text) == text
    assert find("text/csv") is find("text/tab-separated-values") is DELIMITED


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_too_large_for_a_context_is_told_by_columns_ranges_and_a_sample(mark: str) -> None:
    read = extract(BytesIO(_table(mark).encode()), TOOLS)
    text = to_markdown(read)

    assert text.startswith("Table: 30000 rows, too large to be shown whole.")
    assert "| A | Number | number | 29999 of 29999 | 1 to 29999 |" in text
    assert "| B | Day | date | 29999 of 29999 | 2026-01-01 to 2026-01-28 |" in text
    assert "| C | Town | text | 29999 of 29999 | Ulm |" in text
    assert "| D | Größe | text | 29999 of 29999 | more than 1000 different |" in text
    assert f'| 29999 | 2026-01-12 | Ulm | a{" " if mark.isspace() else mark} "b" 29999 |' in text.replace("\t", " ")
    assert text.endswith(
        "> The table is too large to be shown whole: columns and sample rows stand for its 30000 rows."
    )
    numbers = [int(number) for number in re.findall(r"^\| (\d+) \| 2026", text, re.MULTILINE)]
    assert len(numbers) == 39 + 20 + 10
    assert numbers == sorted(set(numbers))
    assert max(after - before for before, after in pairwise(numbers[39:59])) < _ROWS / 10
    coverage = read.pages[0].coverage
    assert coverage.words_emitted < 1_000
    assert coverage.words_seen > 2 * _ROWS


@pytest.mark.parametrize(("end", "encoding"), [("\r\n", "utf-16"), ("\r", "utf-8")])
def test_line_ends_and_encodings_do_not_matter(end: str, encoding: str) -> None:
    assert _content(_table(end=end), encoding).startswith("Table: 30000 rows")


def test_a_quote_that_never_ends_takes_nothing_in() -> None:
    text = _content(_table().replace("Town", '"Town'))
    assert "| 29999 | 2026-01-12 |" in text


@pytest.mark.parametrize("text", ["word " * LARGEST, "," * (LARGEST + 1), f"a,b\n{'x' * LARGEST},1\n" * 3])
def test_what_an_outline_would_not_shorten_comes_back_as_it_is(text: str) -> None:
    assert _content(text) == text
