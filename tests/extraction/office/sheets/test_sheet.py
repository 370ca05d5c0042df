"""A sheet as it fills up, cell by cell and row by row."""

from hypothesis import given
from hypothesis import strategies as st

from moonshelf.extraction.office.sheets.sheet import Budget, Sheet

TEXTS = st.sampled_from(["a", "bc", "long " * 8_000])
ROWS = st.lists(st.dictionaries(st.integers(0, 5), TEXTS), max_size=6)


@given(ROWS, st.integers(0, 12), st.integers(0, 70_000))
def test_rows_are_kept_as_far_as_their_cells_would_be(rows: list[dict[int, str]], cells: int, characters: int) -> None:
    whole = Sheet("", Budget(cells, characters))
    single = Sheet("", Budget(cells, characters))
    assert all(whole.fill(row, dict(texts)) for row, texts in enumerate(rows)) == all(
        single.put(row, column, text) for row, texts in enumerate(rows) for column, text in texts.items()
    )
    assert (whole.rows, whole.cut_at) == (single.rows, single.cut_at)


def test_cells_that_hold_nothing_have_an_end_too() -> None:
    sheet = Sheet("", Budget(10, blanks=5))
    assert sheet.fill(0, {0: "a"}, 5)
    assert not sheet.fill(1, {0: "b"}, 1)
    assert (sheet.rows, sheet.cut_at) == ({0: {0: "a"}}, 1)
