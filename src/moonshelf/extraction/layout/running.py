"""Running headers and footers: what stands in the margins of page after page."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median

from moonshelf.extraction.document import Kind
from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import TextLine

_MARGIN = 0.12  # of the page's height, at the top and at the bottom
_OUTER_MARGIN = 0.08  # of a page that has no other to compare it with
_SMALLER = 0.93  # than body text, for a line in the margin of a single page
_APART = 1.5  # of the type size: the least distance from the text, on a single page
_SAME_HEIGHT = 4.0  # points
_OFTEN = 0.25  # of the pages
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[^\w]*(page|seite|p\.|第)?\s*(\d{1,4}|[ivxlc]{1,7})\s*(页|頁)?(\s*(of|/|von)\s*\d+)?[^\w]*", re.IGNORECASE
)


def found(pages: Sequence[tuple[PageFacts, Sequence[TextLine]]]) -> Mapping[int, Kind]:
    """Return the lines that are headers or footers, by their ``id``."""
    margins = [
        (facts, line, kind)
        for facts, lines in pages
        for line in lines
        if (kind := _margin(facts, line, _MARGIN)) is not None
    ]
    places = Counter(_place(line) for _, line, _ in margins)
    least = max(2, _OFTEN * len(pages))
    repeated = {id(line): kind for _, line, kind in margins if places[_place(line)] >= least}
    if len(pages) > 1:
        return repeated
    return {id(line): kind for facts, lines in pages for line, kind in _alone(facts, lines)}


def _margin(facts: PageFacts, line: TextLine, share: float) -> Kind | None:
    if line.box[3] < share * facts.height:
        return Kind.HEADER
    if line.box[1] > (1 - share) * facts.height:
        return Kind.FOOTER
    return None


def _place(line: TextLine) -> tuple[str, int]:
    """Return what the same line on another page would have in common: its words, numbers aside, and its height."""
    return _DIGITS.sub("#", line.text), round(boxes.middle(line.box)[1] / _SAME_HEIGHT)


def _alone(facts: PageFacts, lines: Sequence[TextLine]) -> list[tuple[TextLine, Kind]]:
    """Return what a single page shows in its margins: page numbers, and small print well apart from the text."""
    inner = [line for line in lines if _margin(facts, line, _OUTER_MARGIN) is None]
    if not inner:
        return []
    size = median(line.size for line in inner)
    first, last = min(line.box[1] for line in inner), max(line.box[3] for line in inner)
    kept: list[tuple[TextLine, Kind]] = []
    for line in lines:
        kind = _margin(facts, line, _OUTER_MARGIN)
        if kind is None:
            continue
        gap = first - line.box[3] if kind is Kind.HEADER else line.box[1] - last
        small = line.size < _SMALLER * size or bool(_PAGE_NUMBER.fullmatch(line.text))
        if small and gap > _APART * line.size:
            kept.append((line, kind))
    return kept
