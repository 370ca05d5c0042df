"""Vertical writing: letters that stand below each other, as books in Japanese are set; each column is told as a run.

The reader of text layers takes the letters beside each other, of different columns, for words of a line.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import IDEOGRAPHIC
from moonshelf.extraction.pages.text_layer import glyphs
from moonshelf.extraction.pages.text_layer.accents import Glyph, styled
from moonshelf.extraction.pages.text_layer.layers import Item

_LETTERS = re.compile(IDEOGRAPHIC.pattern + "+")
_SINGLE, _MOSTLY = 2, 0.7  # letters of a word, and of the words: so short are those that a reader makes of columns
_TELLING = 12  # letters; a title may be set with spaces
_MOST_PAIRS = 2_000_000  # of words and columns; no page of text comes near
_SPACE = 0.12  # of the type size: a narrower gap is between letters
_BESIDE, _PITCH = 0.5, 1.7  # of a letter's height: how far the next one of a column may be aside, and below


def likely(items: Iterable[Item]) -> bool:
    """Say whether *items* may be parts of columns: their words have hardly more than one letter each."""
    words = [word for item in items if not item.text.isascii() for word in _LETTERS.findall(item.text)]
    return len(words) > _TELLING and sum(len(word) <= _SINGLE for word in words) > _MOSTLY * len(words)


def told(items: Sequence[Item], letters: Sequence[Glyph], size: tuple[float, float]) -> list[Run]:
    """Return the runs of *items*, on a page of this *size*, with the columns that *letters* stand in put right."""
    columns = [column for column in _columns(letters) if len(column) > 1]
    words = [run for item in items for run in glyphs.words(item, *size)]
    if sum(map(len, columns)) * 2 < len(letters) or len(words) * len(columns) > _MOST_PAIRS:
        return [run for item in items for run in glyphs.runs(item, *size)]
    runs = [_run(column) for column in columns]
    rest = [word for word in words if not any(boxes.holds(run.box, boxes.middle(word.box)) for run in runs)]
    return [*rest, *(_set(run, styled(run, words), size) for run in runs)]


def _set(column: Run, like: Run, size: tuple[float, float]) -> Run:
    """Return *column* set *like* what stands nearest, but for its size and direction."""
    hidden = like.hidden or glyphs.unseen(column.box, column.size, *size)
    return replace(like, box=column.box, size=column.size, rotation=0.0, hidden=hidden)


def _columns(letters: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    column: list[Glyph] = []
    for letter in letters:
        if column and not _below(column, letter):
            yield column
            column = []
        column.append(letter)
    if column:
        yield column


def _below(column: Sequence[Glyph], letter: Glyph) -> bool:
    """Say whether *letter* is the next of *column*, whatever part of its place the box of a mark like a comma takes."""
    left, _, right, _ = boxes.around(one.box for one in column[-2:])
    high = max(right - left, boxes.height(letter.box), boxes.width(letter.box))
    aside = max(left - letter.box[0], letter.box[2] - right)
    return aside < _BESIDE * high and 0 < letter.box[1] - column[-1].box[1] < _PITCH * high


def _run(column: Sequence[Glyph]) -> Run:
    """Return *column* as a run; letters that lie in it, as Latin ones do, have spaces between their words."""
    box = boxes.around(one.box for one in column)
    text = column[0].text
    for before, after in pairwise(column):
        lying = before.text.isascii() and after.text.isascii()
        text += (" " if lying and after.box[1] - before.box[3] > _SPACE * boxes.width(box) else "") + after.text
    return Run(text, box, boxes.width(box))
