"""Upright pages: those written in columns from right to left are laid out with the page turned, and put back.

Columns are then lines from top to bottom, and whatever tells paragraphs and headings of lines tells them of columns.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from moonshelf.extraction.document import Box, Page
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import IDEOGRAPHIC, ideographic

_TALL = 1.5  # times as high as wide: a run of two letters below each other
_NARROW = 1.3  # of the type size of columns: figures side by side in one


def seen(facts: PageFacts) -> tuple[PageFacts, bool]:
    """Return *facts* as they are laid out, and whether that is turned: most letters stand below each other."""
    standing = [run for run in facts.runs if _stands(run)]
    if sum(len(run.text) for run in standing) * 2 <= sum(len(run.text) for run in facts.runs if not run.hidden):
        return facts, False
    widest = _NARROW * max(run.size for run in standing)
    level = {id(run) for run in facts.runs if _stands(run) or _in_column(run, standing, widest)}
    turned = replace(
        facts,
        width=facts.height,
        height=facts.width,
        runs=tuple(_turned(run, facts.width, level=id(run) in level) for run in facts.runs),
        rules=tuple(replace(rule, box=_lying(rule.box, facts.width)) for rule in facts.rules),
        fills=tuple(replace(fill, box=_lying(fill.box, facts.width)) for fill in facts.fills),
    )
    return turned, True


def back(page: Page) -> Page:
    """Return a *page* that was laid out turned with what it holds in its own place."""
    blocks = (replace(block, box=_standing(block.box, page.height) if block.box else None) for block in page.blocks)
    return replace(page, blocks=tuple(blocks), width=page.height, height=page.width)


def _stands(run: Run) -> bool:
    tall = boxes.height(run.box) > _TALL * boxes.width(run.box)
    return tall and len(run.text) > 1 and not run.rotation and not run.hidden and ideographic(run.text)


def _in_column(run: Run, standing: Sequence[Run], widest: float) -> bool:
    """Say whether *run* is a single letter, or figures side by side that a column above or below goes on from."""
    if run.rotation or boxes.width(run.box) > widest:
        return False
    around = boxes.grown(run.box, run.size / 2)
    return bool(IDEOGRAPHIC.match(run.text)) or any(boxes.touch(around, one.box) for one in standing)


def _turned(run: Run, width: float, *, level: bool) -> Run:
    """Turn a run by a quarter; *level* says that it is read along its column."""
    return replace(run, box=_lying(run.box, width), rotation=0.0 if level else (run.rotation - 90) % 360)


def _lying(box: Box, width: float) -> Box:
    left, top, right, bottom = box
    return (top, width - right, bottom, width - left)


def _standing(box: Box, width: float) -> Box:
    left, top, right, bottom = box
    return (width - bottom, left, width - top, right)
