"""Words that a file places one by one are read as those of a file that places whole lines."""

from collections.abc import Sequence

from moonshelf.extraction.document import Origin
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import stretches
from moonshelf.extraction.layout.fences import Fences
from moonshelf.extraction.layout.lines import grouped

_LETTER = 5.0  # points, in type of 10


def _words(text: str, x: float, y: float, gap: float) -> list[Run]:
    """Set the words of *text* one by one with *gap* points between them."""
    found = []
    for word in text.split():
        found.append(Run(word, (x, y, x + _LETTER * len(word), y + 12), 10))
        x += _LETTER * len(word) + gap
    return found


def _justified(texts: Sequence[str], left: float, right: float) -> list[Run]:
    """Set each of *texts* word by word as a line from *left* to *right*."""
    runs = []
    for row, text in enumerate(texts):
        words = text.split()
        gap = (right - left - _LETTER * sum(map(len, words))) / (len(words) - 1)
        runs += _words(text, left, 100 + 13 * row, gap)
    return runs


def _texts(runs: Sequence[Run]) -> list[list[str]]:
    return [[run.text for run in line.runs] for line in grouped(stretches.whole(runs, Fences(())))]


def test_words_a_space_apart_are_one_piece() -> None:
    runs = [*_words("word by word", 72, 100, 3.0), *_words("and another cell", 200, 100, 3.0)]
    assert _texts(runs) == [["word by word", "and another cell"]]


def test_wide_even_spaces_between_margins_are_a_justified_line() -> None:
    lines = ["some lines of a column", "are set wider than they", "should be so that each", "of them ends at the edge"]
    assert _texts(_justified(lines, 72, 200)) == [[line] for line in lines]


def test_cells_that_stand_evenly_below_each_other_stay_apart() -> None:
    head = ["Alpha", "Gamma", "Delta", "Sigma"]
    runs = [*_words(" ".join(head), 72, 100, 9.0), *_words("nn nn nn nn", 72, 113, 24.0)]
    assert _texts([*runs, *_words("mm mm mm mm", 72, 126, 24.0)])[0] == head


def test_cells_below_those_that_wrap_show_that_a_row_is_no_justified_line() -> None:
    head = ["Alpha", "Gamma", "Delta", "Sigma"]
    rows = [_words("nn nn nn nn", 72, y, 24.0) for y in (126, 139)]
    runs = [*_words("Contents", 159, 60, 9.0), *_words(" ".join(head), 72, 100, 9.0)]
    runs += [*_words("more", 20, 106, 9.0), *_words("more", 20, 113, 9.0)]
    assert _texts([*runs, *(run for row in rows for run in row)])[1] == head


def test_figures_that_stand_evenly_stay_apart() -> None:
    figures = "12.5 13.0 14.5 15.5"
    assert _texts([*_words(figures, 72, 100, 9.0), *_words("a line of text there", 72, 113, 9.0)])[0] == figures.split()


def test_pieces_that_a_recogniser_saw_stay_as_they_are() -> None:
    runs = [Run(run.text, run.box, run.size, origin=Origin.OCR) for run in _words("two pieces", 72, 100, 3.0)]
    assert _texts(runs) == [["two", "pieces"]]


def test_a_blank_between_brackets_is_no_gap_between_columns() -> None:
    runs = _words("Which is right?(", 72, 100, 3) + _words(") 5 points", 200, 100, 3)
    assert _texts(runs) == [["Which is right?( ) 5 points"]]
