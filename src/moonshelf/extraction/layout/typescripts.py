"""Typescripts: documents in letters of one width, as letters and records of courts are, whose text is no code."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from msgspec.structs import replace

from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout import boxes, wrapping
from moonshelf.extraction.layout.lines import SENTENCE_END, TextLine, grouped, ideographic, joined
from moonshelf.extraction.layout.prose import lists

_TYPED = 0.8  # of a document's letters
_AMID, _SHARE, _FULL = 6, 0.2, 0.8  # lines that begin within a sentence; of all; so many of them follow full ones
_WORDED = 0.8  # of the words of text hold letters alone
_FURTHEST = 0.9  # of the lines end before the right margin: a running header may reach beyond it
_APART = 1.35  # of the usual pitch: more parts blocks
_SPACE, _TWO_SPACES = 0.9, 1.5  # of the type size: letters are .6 wide
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_MARKS = ".,;:?!\"'()[]\u201c\u201d\u2018\u2019-\u2013\u2014"


@dataclass(frozen=True)
class _Block:
    """Lines as far from each other as most of their page are, without numbers that count them, and their margin."""

    lines: Sequence[TextLine]
    right: float

    def falls(self) -> Iterator[tuple[TextLine, TextLine, bool]]:
        """Yield each line with the next, and whether the first word of that had no room behind it."""
        for above, below in pairwise(self.lines):
            yield above, below, wrapping.full(above.runs, below.runs, (above.box[0], self.right))


def plain(pages: Sequence[PageFacts]) -> Sequence[PageFacts]:
    """Return *pages* as if their running text were in letters of any width, where nearly all of it is in those of one.

    What stands among it and does not run on, as listings and addresses do, stays in lines as it is.
    """
    if not _typed(pages):
        return pages
    blocks = [list(_blocks(page)) for page in pages]
    if not _text([block for page in blocks for block in page]):
        return pages
    return [_told(page, own) for page, own in zip(pages, blocks, strict=True)]


def _typed(pages: Sequence[PageFacts]) -> bool:
    typed = sum(len(run.text) for page in pages for run in page.runs if run.monospace)
    return typed > 0 and typed >= _TYPED * sum(len(run.text) for page in pages for run in page.runs)


def _blocks(page: PageFacts) -> Iterator[_Block]:
    """Yield the blocks of a *page* from top to bottom."""
    lines = grouped(run for run in page.runs if not (run.hidden or run.rotation))
    if not lines:
        return
    lines = [TextLine(line.runs[1:]) if _numbered(line) else line for line in lines]
    right = sorted(line.box[2] for line in lines)[int(_FURTHEST * (len(lines) - 1))]
    pitches = [below.box[1] - above.box[1] for above, below in pairwise(lines)]
    usual = median(pitches or [0.0])
    start = 0
    for index, pitch in enumerate([*pitches, None], 1):
        if pitch is None or pitch > _APART * usual:
            yield _Block(lines[start:index], right)
            start = index


def _numbered(line: TextLine) -> bool:
    return len(line.runs) > 1 and line.runs[0].text.isdecimal()


def _text(blocks: Sequence[_Block]) -> bool:
    """Say whether *blocks* are words for the most part, whose lines go on below where they have no room."""
    words = [word.strip(_MARKS) for block in blocks for line in block.lines for word in line.text.split()]
    lettered = [word for word in words if any(map(str.isalpha, word))]
    if sum(bool(_WORD.fullmatch(word)) for word in lettered) < _WORDED * len(lettered):
        return False
    amid = [full for block in blocks for _, below, full in block.falls() if below.text[0].islower()]
    enough = len(amid) >= max(_AMID, _SHARE * sum(len(block.lines) for block in blocks))
    return enough and sum(amid) >= _FULL * len(amid)


def _told(page: PageFacts, blocks: Sequence[_Block]) -> PageFacts:
    """Return *page* with those of its *blocks* that run on set as other text is."""
    running = [line for block in blocks if _runs_on(block) for line in block.lines]
    taken = {id(run) for line in running for run in line.runs}
    kept = (run for run in page.runs if id(run) not in taken)
    return replace(page, runs=(*kept, *(run for line in running for run in _pieces(line.runs))))


def _runs_on(block: _Block) -> bool:
    """Say whether *block* is text: a single line, or lines that are full more often than the next begins without need.

    Questions and answers begin with a marker.
    """
    if any(ideographic(line.text) for line in block.lines):
        return False
    falls = list(block.falls())
    ended = sum(not (full or lists.marker(below)) for _, below, full in falls)
    return not falls or sum(full for *_, full in falls) > ended


def _pieces(runs: Sequence[Run]) -> Iterator[Run]:
    """Yield the pieces of a line, *runs* that a space parts as one: it is wider than those of other letters."""
    start = 0
    for index, run in enumerate(runs):
        if index + 1 == len(runs) or not _spaced(run, runs[index + 1]):
            part = runs[start : index + 1]
            box = boxes.around(one.box for one in part)
            yield replace(part[0], text=joined(part), box=box, bold=all(one.bold for one in part), monospace=False)
            start = index + 1


def _spaced(run: Run, after: Run) -> bool:
    """Say whether one space parts two runs, or two that follow a sentence; what follows a marker is apart from it."""
    gap = after.box[0] - run.box[2]
    sentence = bool(SENTENCE_END.search(run.text)) and not lists.apart(TextLine((run, after)))
    return gap < (_TWO_SPACES if sentence else _SPACE) * run.size
