"""Signs of a page are told as whoever set them meant them."""

from moonshelf.extraction.facts import Run
from moonshelf.extraction.pages.text_layer import signs


def test_two_single_quotation_marks_are_a_double_one_but_in_code() -> None:
    said, code = (
        Run("\u2018\u2018social\u2019\u2019 and man\u2019s", (0, 0, 9, 9), 9),
        Run("\u2018\u2018x", (0, 0, 9, 9), 9, monospace=True),
    )
    assert [run.text for run in signs.paired([said, code])] == ["\u201csocial\u201d and man\u2019s", "\u2018\u2018x"]
