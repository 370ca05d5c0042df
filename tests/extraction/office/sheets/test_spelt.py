"""Excel's workbooks of 2003 in XML."""

import contextlib
from io import BytesIO

import pytest
from hypothesis import given, settings

from extraction.damage import damaged
from extraction.tools import TOOLS, limited
from moonshelf.errors import ExtractionError
from moonshelf.extraction import sniffing
from moonshelf.extraction.document import Document
from moonshelf.extraction.inclusion import Include
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office.sheets.spelt import extract
from moonshelf.extraction.tools import Tools
from samples.office.spelt import WORKBOOK

TABLE = """<table>
<tr><td>Fruit</td><td>Share</td><td>Picked</td><td>Ripe</td></tr>
<tr><td>Apple</td><td>12.50%</td><td>5-Oct-26</td><td>TRUE</td></tr>
<tr><td colspan="2">All</td><td>2026-10-06 12:30</td><td></td></tr>
</table>"""


def read(content: bytes = WORKBOOK, tools: Tools = TOOLS) -> Document:
    return extract(BytesIO(content), tools)


def test_cells_stand_where_and_as_their_sheet_shows_them() -> None:
    assert read().metadata == {"title": "Harvest", "author": "Ann"}
    assert to_markdown(read()) == (
        f"## Yield\n\n{TABLE}\n\n12\n\nComment on A2: Bo: Small ones.\n\n> 2 words of hidden text withheld."
    )


def test_formulas_and_what_is_hidden_are_read_on_request() -> None:
    text = to_markdown(read(tools=Tools(TOOLS.recognise, include=Include(formulas=True, hidden=True))))
    assert "12.50% (=1/8)" in text
    assert "unseen" in text
    assert text.endswith("## Notes (hidden)\n\nsecret")


@pytest.mark.parametrize("name", ["report.xls", "report.xml", ""])
def test_such_a_workbook_is_told_whatever_it_is_called(name: str) -> None:
    assert sniffing.media_type(BytesIO(WORKBOOK), name) == "application/vnd.ms-excel.2003+xml"


def test_a_row_far_away_and_a_wide_merge_cost_nothing() -> None:
    far = WORKBOOK.replace(b'ss:Index="6"', b'ss:Index="999999999"').replace(
        b'MergeAcross="1"', b'MergeAcross="99999999"'
    )
    assert "All" in to_markdown(read(far))
    assert read(far, limited(cells=2)).warnings[0] == "The sheet 'Yield' is too large: it was read up to row 0 only."


@settings(max_examples=30, deadline=None)
@given(damaged(WORKBOOK))
def test_any_bytes_give_a_document_or_an_extraction_error(content: bytes) -> None:
    with contextlib.suppress(ExtractionError):
        to_markdown(extract(BytesIO(content), TOOLS))
