"""The mirror: pages that are read from right to left are laid out as seen in one, and what is found is put back.

Whatever tells columns, tables and paragraphs from left to right then tells them from right to left.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from moonshelf.extraction.document import Box, Page
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import grouped

LEFTWARD = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Letters that are written from right to left."""

_RIGHTWARD = re.compile("[^\\W\\d_\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SPACE = 0.12  # of the type size: a narrower gap is none
_WORDS = 0.55  # of the type size: words further apart are not of one phrase


def seen(facts: PageFacts) -> tuple[PageFacts, bool]:
    """Return *facts* as they are laid out, and whether that is as seen in a mirror: most letters are read leftward.

    Phrases that are read the other way than their page become single runs.
    """
    leftward = sum(len(LEFTWARD.findall(run.text)) for run in facts.runs if not run.text.isascii())
    if not leftward:
        return facts, False
    turned = leftward > sum(len(_RIGHTWARD.findall(run.text)) for run in facts.runs)
    facts = replace(facts, runs=tuple(_with_phrases(facts.runs, leftward=not turned)))
    return (_turned(facts), True) if turned else (facts, False)


def back(page: Page) -> Page:
    """Return a *page* that was seen in the mirror with what it holds in its own place."""
    blocks = (replace(block, box=_flipped(block.box, page.width) if block.box else None) for block in page.blocks)
    return replace(page, blocks=tuple(blocks))


def _turned(facts: PageFacts) -> PageFacts:
    return replace(
        facts,
        runs=tuple(replace(run, box=_flipped(run.box, facts.width)) for run in facts.runs),
        rules=tuple(replace(rule, box=_flipped(rule.box, facts.width)) for rule in facts.rules),
        fills=tuple(replace(fill, box=_flipped(fill.box, facts.width)) for fill in facts.fills),
    )


def _flipped(box: Box, width: float) -> Box:
    left, top, right, bottom = box
    return (width - right, top, width - left, bottom)


def _with_phrases(runs: Sequence[Run], *, leftward: bool) -> Iterator[Run]:
    """Yield *runs*, those of a phrase as one that is read *leftward*, or rightward, as its page is not."""
    yield from (run for run in runs if run.rotation or run.hidden)
    for line in grouped(run for run in runs if not run.rotation and not run.hidden):
        phrase: list[Run] = []
        for run in line.runs:
            if phrase and not (_read(run, leftward=leftward) and _close(phrase[-1], run)):
                yield _one(phrase, leftward=leftward)
                phrase = []
            if _read(run, leftward=leftward):
                phrase.append(run)
            else:
                yield run
        if phrase:
            yield _one(phrase, leftward=leftward)


def _read(run: Run, *, leftward: bool) -> bool:
    """Say whether the letters of *run* are read *leftward*, or rightward."""
    found = bool(LEFTWARD.search(run.text))
    return found if leftward else not found and bool(_RIGHTWARD.search(run.text))


def _close(before: Run, after: Run) -> bool:
    return after.box[0] - before.box[2] < _WORDS * before.size


def _one(runs: Sequence[Run], *, leftward: bool) -> Run:
    """Return the run that the words of a phrase, from left to right, are together."""
    gaps = [after.box[0] - before.box[2] > _SPACE * before.size for before, after in pairwise(runs)]
    words = [run.text for run in runs]
    if leftward:
        gaps, words = gaps[::-1], words[::-1]
    text = words[0] + "".join(f"{' ' if gap else ''}{word}" for gap, word in zip(gaps, words[1:], strict=True))
    return replace(runs[0], text=text, box=boxes.around(run.box for run in runs))
