"""Pages written in columns from right to left, letter below letter."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout import assemble, boxes
from moonshelf.extraction.pages.text_layer import verticals
from moonshelf.extraction.pages.text_layer.accents import Glyph
from moonshelf.extraction.pages.text_layer.layers import Item, Word

_COLUMNS = ("吾輩は猫である。名前は", "まだ無い。")
_SIZE = (420.0, 595.0)


def _letters(columns: Sequence[str], *, top: float = 60.0) -> list[Glyph]:
    return [
        Glyph(letter, (300.0 - 20 * place, top + 12 * row, 312.0 - 20 * place, top + 12 + 12 * row), 12.0)
        for place, column in enumerate(columns)
        for row, letter in enumerate(column)
    ]


def _items(letters: Sequence[Glyph]) -> list[Item]:
    """Return what the reader makes of *letters*: those side by side are words of one line."""
    rows: dict[float, list[Glyph]] = {}
    for one in letters:
        rows.setdefault(one.box[1], []).append(one)
    return [_item(sorted(row, key=lambda one: one.box[0])) for row in rows.values()]


def _item(row: Sequence[Glyph]) -> Item:
    words = tuple(Word(one.text, one.box) for one in row)
    return Item(" ".join(one.text for one in row), boxes.around(one.box for one in row), size=12.0, words=words)


def _blocks(runs: Sequence[Run]) -> tuple[Block, ...]:
    (page,) = assemble([PageFacts(1, *_SIZE, runs=tuple(runs))], {}).pages
    assert (page.width, page.height) == _SIZE
    return page.blocks


def _number(text: str) -> Item:
    box = (210.0, 560.0, 222.0, 570.0)
    return Item(text, box, size=10.0, words=(Word(text, box),))


def test_columns_are_read_from_right_to_left() -> None:
    letters = _letters(_COLUMNS)
    items = [*_items(letters), _number("17")]
    assert verticals.likely(items)
    runs = verticals.told(items, letters, _SIZE)
    assert sorted(run.text for run in runs) == sorted([*_COLUMNS, "17"])
    text, number = _blocks(runs)
    assert text.text == "".join(_COLUMNS)
    assert text.box == (280.0, 60.0, 312.0, 192.0)
    assert (number.text, number.box) == ("17", (210.0, 560.0, 222.0, 570.0))


def test_numbers_of_pages_are_told_from_columns() -> None:
    pages = []
    for number, columns in enumerate((_COLUMNS, _COLUMNS[::-1], (_COLUMNS[1],), _COLUMNS), 1):
        letters = _letters(columns)
        runs = verticals.told([*_items(letters), _number(str(number))], letters, _SIZE)
        pages.append(PageFacts(number, *_SIZE, runs=tuple(runs)))
    kinds = {block.text: block.kind for page in assemble(pages, {}).pages for block in page.blocks}
    assert [kinds[number] for number in "1234"] == [Kind.FOOTER] * 4


def test_figures_beside_each_other_stay_in_their_column() -> None:
    runs = verticals.told([], _letters(["平成"]), _SIZE)
    runs += [Run("12", (300, 84, 311, 96), 12.0), *verticals.told([], _letters(["年三月"], top=96.0), _SIZE)]
    assert [block.text for block in _blocks(runs)] == ["平成12年三月"]


def test_letters_in_a_grid_that_are_read_along_the_line_stay_lines() -> None:
    rows = [
        Glyph(letter, (60.0 + 12 * place, 100.0 + 20 * row, 72.0 + 12 * place, 112.0 + 20 * row), 12.0)
        for row, line in enumerate(_COLUMNS)
        for place, letter in enumerate(line)
    ]
    runs = verticals.told(_items(rows), rows, _SIZE)
    assert "".join(block.text for block in _blocks(runs)).replace(" ", "") == "".join(_COLUMNS)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("吾輩は、a1"), st.integers(0, 30), st.integers(0, 40)), max_size=40))
def test_no_letter_is_lost_wherever_letters_stand(placed: list[tuple[str, int, int]]) -> None:
    letters = [Glyph(one, (12.0 * x, 12.0 * y, 12.0 * x + 12, 12.0 * y + 12), 12.0) for one, x, y in placed]
    runs = verticals.told(_items(letters), letters, _SIZE)
    found = "".join(block.text for block in _blocks(runs))
    assert all(one.text in found for one in letters)
