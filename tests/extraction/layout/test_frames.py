"""Cards: frames side by side, each with a text of its own."""

from collections.abc import Iterator, Sequence

import pytest
from msgspec.structs import replace

from extraction.layout.typeset import PAGE, level, run, upright
from moonshelf.extraction import layout
from moonshelf.extraction.document import Block, Box, Kind
from moonshelf.extraction.facts import Fill, PageFacts, Rule, Run
from moonshelf.extraction.layout import frames
from moonshelf.extraction.layout.frames import Region

_CARDS = [
    ("Pottery", ["Throw bowls and cups", "on the wheel in six", "evenings."]),
    ("Drawing", ["From still life to", "portrait."]),
    ("Weaving", ["Small looms, natural", "wool, and patterns", "from the north."]),
    ("Printing", ["Set type by hand and", "print your cards."]),
    ("Glass", ["Cut, grind and join", "glass."]),
    ("Wood", ["Carve spoons from", "green wood."]),
]
_READ = [text for name, lines in _CARDS for text in (name, " ".join(lines))]
_ABOVE = "Our courses begin in autumn, and all of them are open to everybody who lives in town."
_ACROSS, _DOWN, _WIDE, _HIGH = 160, 90, 140, 72
_ROUND = 6


def _boxes(across: int = _ACROSS) -> list[Box]:
    lefts_and_tops = [(72 + across * (n % 3), 120 + _DOWN * (n // 3)) for n in range(len(_CARDS))]
    return [(x, y, x + _WIDE, y + _HIGH) for x, y in lefts_and_tops]


def _words(across: int = _ACROSS, cards: Sequence[tuple[str, Sequence[str]]] = tuple(_CARDS)) -> Iterator[Run]:
    yield run(_ABOVE, 72, 90)
    for (left, top, _, _), (name, lines) in zip(_boxes(across), cards, strict=True):
        yield replace(run(name, left + 8, top + 6), bold=True)
        for number, words in enumerate(lines):
            yield run(words, left + 8, top + 24 + 12 * number)
    yield run(_ABOVE, 72, 310)


def _strokes(boxes: Sequence[Box], inset: float = 0) -> list[Rule]:
    """Return four strokes for each box, which end before its corners where these are round."""
    return [
        stroke
        for left, top, right, bottom in boxes
        for stroke in (
            *(level(y, left + inset, right - inset) for y in (top, bottom)),
            *(upright(x, top + inset, bottom - inset) for x in (left, right)),
        )
    ]


def _blocks(runs: Iterator[Run], rules: Sequence[Rule] = (), fills: Sequence[Fill] = ()) -> Sequence[Block]:
    facts = PageFacts(1, 612, 792, runs=tuple(runs), rules=tuple(rules), fills=tuple(fills))
    return layout.assemble([facts], {}).pages[0].blocks


@pytest.mark.parametrize("inset", [0, _ROUND])
def test_drawn_cards_are_read_one_by_one(inset: int) -> None:
    assert [block.text for block in _blocks(_words(), _strokes(_boxes(), inset))] == [_ABOVE, *_READ, _ABOVE]


def test_painted_cards_with_a_line_around_them_are_read_one_by_one() -> None:
    fills = [Fill(box, "f4f4f4") for box in _boxes()]
    blocks = _blocks(_words(), fills=[*fills, *(replace(fill, color="999999") for fill in fills)])
    assert [block.text for block in blocks] == [_ABOVE, *_READ, _ABOVE]


def test_cells_whose_walls_touch_are_a_table() -> None:
    blocks = _blocks(_words(_WIDE), _strokes(_boxes(_WIDE)))
    assert Kind.TABLE in {block.kind for block in blocks}


def test_names_of_columns_in_two_lines_are_no_cards() -> None:
    """Two tables stand side by side; the names above each are painted."""
    tops = [(72, 120), (232, 120), (392, 120)]
    names = [run(words, x + 8, y + 6 + 12 * n) for x, y in tops for n, words in enumerate(("Number of", "members"))]
    rows = [run(words, x + 8, 160 + 18 * n) for n in range(4) for x, words in ((72, f"{n}1"), (232, "7"), (392, "8"))]
    fills = [Fill((x, y, x + _WIDE, y + 34), "334455") for x, y in tops]
    assert len(frames.parted(Region([*names, *rows], [], fills), PAGE)) == 1


def test_frames_with_text_beside_them_part_nothing() -> None:
    beside = [run(words, 540, 124 + 12 * n) for n, words in enumerate(["See there", "for more"])]
    assert len(frames.parted(Region([*_words()], _strokes(_boxes()), []), PAGE)) == len(_CARDS) + 2
    assert len(frames.parted(Region([*_words(), *beside], _strokes(_boxes()), []), PAGE)) == 1
