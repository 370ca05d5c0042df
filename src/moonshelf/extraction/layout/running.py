"""Running headers and footers: what stands in the margins of page after page."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, groupby
from typing import TypeAlias

from moonshelf.extraction.document import Kind
from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.layout import boxes, margins
from moonshelf.extraction.layout.lines import TextLine
from moonshelf.extraction.layout.margins import Edge
from moonshelf.extraction.layout.prose import headings, passages

_BESIDE = 0.12  # of the page's width
_SAME_HEIGHT = 4.0  # points
_OFTEN = 0.25  # of the pages
_COPIED = 0.5  # of a page's own lines: where more stand on an earlier page too, it is a copy
_USUAL = 0.3  # of the pages: where so many have a running line, a line set alike is one too
_DIGITS = re.compile(r"\d+")

_Look: TypeAlias = tuple[int, int, bool]  # height, size, weight


def found(
    pages: Sequence[tuple[PageFacts, Sequence[TextLine]]], titles: frozenset[str] = frozenset()
) -> Mapping[int, Kind]:
    """Return the lines that are headers or footers, by their ``id``; *titles* are those of the document's bookmarks."""
    single = [edge for facts, lines in pages for edge in margins.alone(facts, lines)]
    if titles:
        said = Counter(line.text for _, lines in pages for line in lines)  # what is said again is no heading
        single = [one for one in single if not (said[one[0].text] == 1 and headings.titled([one[0]], titles))]
    original = list(_original(pages)) if len(pages) > 1 else [True]
    recurring = _recurring(pages, original) if sum(original) > 1 else []
    return {id(line): kind for line, kind in (*single, *recurring)}


def _recurring(pages: Sequence[tuple[PageFacts, Sequence[TextLine]]], original: Sequence[bool]) -> list[Edge]:
    """Return what recurs in the margins of pages, those that are *original* telling what does."""
    rows = [list(_rows(facts, lines)) for facts, lines in pages]
    telling = list(chain.from_iterable(compress(rows, original)))
    whole = Counter(_place(row) for row in telling)
    piece = Counter(_place([edge]) for row in telling for edge in row)
    least = max(2, _OFTEN * sum(original))
    kept: list[Edge] = []
    for row in chain.from_iterable(rows):
        together = whole[_place(row)] >= least
        kept += [edge for edge in row if together or piece[_place([edge])] >= least]
    heads = Counter(_look(line) for line, _ in kept)
    usual = {look for look, count in heads.items() if count >= _USUAL * len(pages)}
    alike = [(line, kind) for row in chain.from_iterable(rows) for line, kind in row if _look(line) in usual]
    return [*kept, *alike]


def _original(pages: Sequence[tuple[PageFacts, Sequence[TextLine]]]) -> Iterator[bool]:
    """Tell of each page whether it is no copy of those before, as invoices have them: in a copy everything recurs."""
    seen: set[tuple[str, int]] = set()
    for facts, lines in pages:
        inner = [(line.text, _height(line)) for line in lines if margins.side(facts, line.box) is None]
        yield sum(line in seen for line in inner) <= _COPIED * len(inner)
        seen.update(inner)


def _look(line: TextLine) -> _Look:
    """Return where and how *line* is set: a chapter's own title stands as those of other chapters do."""
    return _height(line), round(line.size), line.bold


def _rows(facts: PageFacts, lines: Sequence[TextLine]) -> Iterator[list[Edge]]:
    """Yield the lines in the margins of a page, those of one height together.

    What is one line on other pages may be several where there are columns. Notes, whose number is raised, may have the
    same words on many pages.
    """
    found = ((line, margins.side(facts, line.box)) for line in lines)
    edges = [(line, kind) for line, kind in found if kind is not None and not passages.raised(line)]
    edges.sort(key=lambda edge: (_height(edge[0]), edge[0].box[0]))
    for _, row in groupby(edges, key=lambda edge: _height(edge[0])):
        yield list(row)


def _place(row: Sequence[Edge]) -> tuple[str, int]:
    """Return what the same row on another page would have in common: its words, numbers aside, and its height."""
    return _alike([line for line, _ in row]), _height(row[0][0])


def _alike(lines: Iterable[TextLine]) -> str:
    """Return the letters of *lines* without spaces, which readers of text layers place differently page by page.

    Numbers of pages are alike, Roman ones too.
    """
    letters = "".join("".join(line.text.split()) for line in lines)
    return "#" if margins.PAGE_NUMBER.fullmatch(letters) else _DIGITS.sub("#", letters)


def counts(line: TextLine) -> bool:
    """Say whether *line* is the number of a page."""
    return bool(margins.PAGE_NUMBER.fullmatch("".join(line.text.split())))


def turned(pages: Sequence[tuple[PageFacts, Sequence[TextLine]]]) -> Mapping[int, Kind]:
    """Return, by their ``id``, the turned lines that stand beside the text of page after page."""
    beside = [[line for line in lines if _beside(facts, line)] for facts, lines in pages]
    counts = Counter(letters for lines in beside for letters in {_alike([line]) for line in lines})
    least = max(2, _OFTEN * len(pages))
    return {id(line): Kind.FOOTER for lines in beside for line in lines if counts[_alike([line])] >= least}


def _beside(facts: PageFacts, line: TextLine) -> bool:
    return line.box[2] < _BESIDE * facts.width or line.box[0] > (1 - _BESIDE) * facts.width


def _height(line: TextLine) -> int:
    return round(boxes.middle(line.box)[1] / _SAME_HEIGHT)
