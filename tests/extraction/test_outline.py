"""Tables too large for a context: columns, ranges and a sample stand for them."""

from moonshelf.extraction.document import Kind
from moonshelf.extraction.inclusion import NOTHING_MORE
from moonshelf.extraction.markdown import to_markdown
from moonshelf.extraction.office.sheets.sheet import Budget, Sheet, document
from moonshelf.extraction.tools import Limits

_ROWS = 20_000


def _sheet(rows: int) -> Sheet:
    sheet = Sheet("Sales", Budget.of(Limits()))
    for column, title in enumerate(("Date", "Amount", "Town", "Note")):
        sheet.put(0, column, title)
    for row in range(1, rows):
        sheet.put(row, 0, f"2026-01-{row % 28 + 1:02}")
        sheet.put(row, 1, f"{row:,}.50")
        sheet.put(row, 2, ("Ulm", "Bonn", "Kiel")[row % 3])
        if row % 2:
            sheet.put(row, 3, f"{row} " + "many words " * 8)
    return sheet


def test_a_table_too_large_for_a_context_is_told_by_columns_ranges_and_a_sample() -> None:
    read = document([_sheet(_ROWS)], {}, include=NOTHING_MORE)
    text = to_markdown(read)

    assert "Table A1:D20000: 20000 rows, too large to be shown whole." in text
    assert "| A | Date | date | 19999 of 19999 | 2026-01-01 to 2026-01-28 |" in text
    assert "| B | Amount | number | 19999 of 19999 | 1.50 to 19,999.50 |" in text
    assert "| C | Town | text | 19999 of 19999 | Bonn, Kiel, Ulm |" in text
    assert "| D | Note | text | 10000 of 19999 | more than 1000 different |" in text
    assert "| 2026-01-08 | 19,999.50 | Bonn |" in text
    assert text.endswith(
        "> The sheet 'Sales' is too large to be shown whole: columns and sample rows stand for A1:D20000."
    )
    assert len(text) < 20_000
    coverage = read.pages[0].coverage
    assert coverage.words_emitted < 5_000
    assert coverage.words_seen > 100_000


def test_a_table_that_fits_is_shown_whole() -> None:
    (page,) = document([_sheet(1_000)], {}, include=NOTHING_MORE).pages
    assert [block.kind for block in page.blocks] == [Kind.SHEET, Kind.TABLE]
    assert page.coverage.words_seen == page.coverage.words_emitted
