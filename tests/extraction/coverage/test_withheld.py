"""What is kept out is all counted; of a page the first two hundred are listed."""

from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Cell, Kind
from moonshelf.extraction.inclusion import NOTHING_MORE, Include


def _of(count: int, name: str = "word") -> Withheld:
    withheld = Withheld(NOTHING_MORE)
    for number in range(count):
        assert withheld.takes(f" {name} {number} ", "hidden")
    return withheld


def test_all_is_counted_and_the_first_are_listed() -> None:
    coverage = _of(300).page(1, ()).coverage
    assert (coverage.words_seen, coverage.words_emitted, coverage.words_hidden) == (600, 0, 600)
    assert [one.text for one in coverage.hidden] == [f"word {number}" for number in range(200)]


def test_what_was_kept_out_of_a_file_inside_is_kept_out_of_the_one_around_it() -> None:
    around = _of(150)
    around.merge(_of(100, "inner").page(1, ()).coverage)
    around.merge(_of(1, "last").page(1, ()).coverage)
    assert around.words == 502
    assert len(around.spans) == 200
    assert around.spans[-1].text == "inner 49"


def test_what_has_no_page_of_its_own_is_added_to_another() -> None:
    page = _of(150).page(1, (Block(Kind.PARAGRAPH, "seen"),))
    coverage = _of(100, "sheet").added_to(page).coverage
    assert (coverage.words_seen, coverage.words_emitted, coverage.words_hidden) == (501, 1, 500)
    assert len(coverage.hidden) == 200
    assert coverage.hidden[-1].text == "sheet 49"


def test_blocks_are_kept_out_with_their_cells() -> None:
    withheld = Withheld(NOTHING_MORE)
    withheld.take_blocks([Block(Kind.TABLE, "above", cells=(Cell(0, 0, "a b"), Cell(0, 1, " ")))], "hidden")
    assert withheld.words == 3
    assert [one.text for one in withheld.spans] == ["above", "a b"]


def test_on_request_nothing_is_kept_out() -> None:
    withheld = Withheld(Include(hidden=True))
    assert not withheld.takes("secret", "hidden")
    assert (withheld.words, withheld.spans) == (0, [])
