"""Lines of text: the runs that stand side by side, joined with the spaces that their gaps mean."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from moonshelf.extraction.document import Box
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.derived import Derived

IDEOGRAPHIC = re.compile(
    "[\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"
)
"""Characters as wide as the type is high."""

_UNSPACED = "\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
BROKEN_ANYWHERE = re.compile(f"[{_UNSPACED}\u0e00-\u0fff\u1780-\u17ff\u1950-\u19ff]")
"""Characters of scripts that part no words by spaces: Chinese and Japanese, and from Thai to Khmer."""

HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_FULL = re.compile(f"[{_UNSPACED}]")

SENTENCE_END = re.compile("[.!?:;\u3002\uff01\uff1f\uff1a\uff1b]['\"\u201d\u2019\uff09)]?$")

HYPHENS = "-\u2010"
"""What a line ends with that breaks a word."""

_SPACE = 0.12  # of the type size; a narrower gap is kerning
_WIDE_SPACE = 0.4  # of the type size, between an ideograph and anything
_SAME_LINE = 0.5  # of the lower run's height
_NEAR = 1.0  # of the type size: an index and an exponent stand so close to their letter


class TextLine(msgspec.Struct, frozen=True, dict=True):
    """Runs of one line, from left to right; never empty."""

    runs: tuple[Run, ...]

    @Derived
    def box(self) -> Box:
        """The smallest box that holds all runs."""
        return self.runs[0].box if len(self.runs) == 1 else boxes.around(run.box for run in self.runs)

    @Derived
    def text(self) -> str:
        """The runs' text."""
        return joined(self.runs)

    @Derived
    def size(self) -> float:
        """The type size of most of its characters."""
        if len(self.runs) == 1:
            return self.runs[0].size
        sizes: Counter[float] = Counter()
        for run in self.runs:
            sizes[run.size] += len(run.text)
        return sizes.most_common(1)[0][0]

    @Derived
    def bold(self) -> bool:
        """Whether most of its characters are bold."""
        return _mostly(self.runs, [run.bold for run in self.runs])

    @Derived
    def wholly_bold(self) -> bool:
        """Whether all of its characters are bold."""
        return all(run.bold for run in self.runs)

    @Derived
    def monospace(self) -> bool:
        """Whether all of its characters have one width."""
        return all(run.monospace for run in self.runs)


def ideographic(text: str) -> bool:
    """Say whether any character of *text* is as wide as the type is high."""
    return not text.isascii() and bool(IDEOGRAPHIC.search(text))


def _mostly(runs: Sequence[Run], marks: Sequence[bool]) -> bool:
    marked = sum(len(run.text) for run, mark in zip(runs, marks, strict=True) if mark)
    return marked * 2 > sum(len(run.text) for run in runs)


def joined(runs: Sequence[Run]) -> str:
    """Return the text of *runs* that stand on one line, from left to right."""
    text = runs[0].text
    for before, after in pairwise(runs):
        text += (" " if _parted(before, after) else "") + after.text
    return text


def _parted(before: Run, after: Run) -> bool:
    gap = after.box[0] - before.box[2]
    size = min(before.size, after.size)
    if _FULL.match(before.text[-1]) or _FULL.match(after.text[0]):
        return gap > _WIDE_SPACE * size
    return gap > _SPACE * size


class _Row(msgspec.Struct):
    """A line in the making: where its tallest run stands, the lowest top and highest bottom of any, and the runs."""

    top: float
    bottom: float
    lowest_top: float
    highest_bottom: float
    runs: list[Run]

    def add(self, run: Run) -> None:
        """Put *run* on the line."""
        _, top, _, bottom = run.box
        if bottom - top > self.bottom - self.top:
            self.top, self.bottom = top, bottom
        self.lowest_top = max(self.lowest_top, top)
        self.highest_bottom = min(self.highest_bottom, bottom)
        self.runs.append(run)


def grouped(runs: Iterable[Run]) -> list[TextLine]:
    """Sort *runs* into lines from top to bottom, as far as they stand side by side.

    A line is as high as its tallest run, and must not creep up or down with the others.
    """
    rows: list[_Row] = []
    for run in sorted(runs, key=lambda run: (run.box[1] + run.box[3], run.box[0])):
        _, top, _, bottom = run.box
        height = bottom - top
        for row in rows[:-4:-1]:
            if row.bottom <= top:
                continue
            # What ``_level`` says, without its calls for each run of each page.
            least = _SAME_LINE * min(row.bottom - row.top, height)
            level = 0 < least < row.bottom - top and least < bottom - row.top
            if level and not ((row.highest_bottom <= top or bottom <= row.lowest_top) and _elsewhere(run, row.runs)):
                row.add(run)
                break
        else:
            rows.append(_Row(top, bottom, top, bottom, [run]))
    held = (row.runs for row in rows)
    return [TextLine(tuple(sorted(one, key=lambda run: run.box[0]) if len(one) > 1 else one)) for one in held]


def _level(run: Run, above: float, below: float) -> bool:
    """Say whether *run* stands on a line that reaches from *above* to *below*."""
    _, top, _, bottom = run.box
    return min(below, bottom) - max(above, top) > _SAME_LINE * min(below - above, bottom - top)


def _elsewhere(run: Run, row: Sequence[Run]) -> bool:
    """Say whether nothing of *row* that is near *run*, which stands above or below others of it, is on its line.

    Two lines of one column may stand beside a heading, or a line between the two, in the other.
    """
    left, _, right, _ = run.box
    apart = [(max(left - one.box[2], one.box[0] - right), one) for one in row]
    near = max(_NEAR * run.size, min(gap for gap, _ in apart))
    return not any(gap <= near and _level(run, one.box[1], one.box[3]) for gap, one in apart)
