"""Running headers and footers: what stands in the margins of page after page."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, groupby
from statistics import median
from typing import TypeAlias

from moonshelf.extraction.document import Kind
from moonshelf.extraction.facts import PageFacts
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import TextLine

_MARGIN = 0.12  # of the page's height, at the top and at the bottom
_OUTER_MARGIN = 0.08  # of a page that has no other to compare it with
_SMALLER = 0.93  # than body text, for a line in the margin of a single page
_APART = 1.5  # of the type size: the least distance from the text, on a single page
_LONELY = 2.5  # of the type size: no text stands so far from the rest in the margin of a page
_WIDEST_MARGIN = 0.13  # where small print may stand that is far from everything
_EDGE = 0.05  # of the page's height: nobody sets text so near to the edge of the paper
_TINY, _FAR = 0.6, 4.0  # than body text; of its own type size, from everything else
_STREWN = 3.0  # of the type size: pieces of a running header stand so far apart
_PIECE = 50  # letters: longer pieces are text
_SAME_HEIGHT = 4.0  # points
_SAME_EDGE = 2.0  # points
_OFTEN = 0.25  # of the pages
_COPIED = 0.5  # of a page's own lines: where more stand on an earlier page too, it is a copy
_USUAL = 0.3  # of the pages: where so many have a running line, a line set alike is one too
_WORD = re.compile(r"\w")
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[^\w]*(page|seite|p\.|第)?\s*(\d{1,4}|[ivxlc]{1,7})\s*(页|頁)?(\s*(of|/|von)\s*\d+)?[^\w]*", re.IGNORECASE
)


_Look: TypeAlias = tuple[int, int, bool]  # height, size, weight
Edge: TypeAlias = tuple[TextLine, Kind]
"""A line in a margin, and what it is if others stand there too."""


def found(pages: Sequence[tuple[PageFacts, Sequence[TextLine]]]) -> Mapping[int, Kind]:
    """Return the lines that are headers or footers, by their ``id``."""
    original = list(_original(pages)) if len(pages) > 1 else [True]
    if sum(original) == 1:
        return {id(line): kind for facts, lines in pages for line, kind in _alone(facts, lines)}
    rows = [list(_rows(facts, lines)) for facts, lines in pages]
    telling = list(chain.from_iterable(compress(rows, original)))
    whole = Counter(_place(row) for row in telling)
    single = Counter(_place([edge]) for row in telling for edge in row)
    least = max(2, _OFTEN * sum(original))
    kept: list[Edge] = []
    for row in chain.from_iterable(rows):
        together = whole[_place(row)] >= least
        kept += [edge for edge in row if together or single[_place([edge])] >= least]
    heads = Counter(_look(line) for line, _ in kept)
    usual = {look for look, count in heads.items() if count >= _USUAL * len(pages)}
    alike = [(line, kind) for row in chain.from_iterable(rows) for line, kind in row if _look(line) in usual]
    return {id(line): kind for line, kind in (*kept, *alike)}


def _original(pages: Sequence[tuple[PageFacts, Sequence[TextLine]]]) -> Iterator[bool]:
    """Tell of each page whether it is no copy of those before, as invoices have them: in a copy everything recurs."""
    seen: set[tuple[str, int]] = set()
    for facts, lines in pages:
        inner = [(line.text, _height(line)) for line in lines if _margin(facts, line, _MARGIN) is None]
        yield sum(line in seen for line in inner) <= _COPIED * len(inner)
        seen.update(inner)


def _look(line: TextLine) -> _Look:
    """Return where and how *line* is set: a chapter's own title stands as those of other chapters do."""
    return _height(line), round(line.size), line.bold


def _rows(facts: PageFacts, lines: Sequence[TextLine]) -> Iterator[list[Edge]]:
    """Yield the lines in the margins of a page, those of one height together.

    What is one line on other pages may be several where there are columns.
    """
    edges = [(line, kind) for line in lines if (kind := _margin(facts, line, _MARGIN)) is not None]
    edges.sort(key=lambda edge: (_height(edge[0]), edge[0].box[0]))
    for _, row in groupby(edges, key=lambda edge: _height(edge[0])):
        yield list(row)


def _margin(facts: PageFacts, line: TextLine, share: float) -> Kind | None:
    if line.box[3] < share * facts.height:
        return Kind.HEADER
    if line.box[1] > (1 - share) * facts.height:
        return Kind.FOOTER
    return None


def _place(row: Sequence[Edge]) -> tuple[str, int]:
    """Return what the same row on another page would have in common: its words, numbers aside, and its height."""
    return _alike([line for line, _ in row]), _height(row[0][0])


def _alike(lines: Iterable[TextLine]) -> str:
    """Return the letters of *lines* without spaces, which readers of text layers place differently page by page.

    Numbers of pages are alike, Roman ones too.
    """
    letters = "".join("".join(line.text.split()) for line in lines)
    return "#" if _PAGE_NUMBER.fullmatch(letters) else _DIGITS.sub("#", letters)


def turned(pages: Sequence[tuple[PageFacts, Sequence[TextLine]]]) -> Mapping[int, Kind]:
    """Return, by their ``id``, the turned lines that stand beside the text of page after page."""
    beside = [[line for line in lines if _beside(facts, line)] for facts, lines in pages]
    counts = Counter(letters for lines in beside for letters in {_alike([line]) for line in lines})
    least = max(2, _OFTEN * len(pages))
    return {id(line): Kind.FOOTER for lines in beside for line in lines if counts[_alike([line])] >= least}


def _beside(facts: PageFacts, line: TextLine) -> bool:
    return line.box[2] < _MARGIN * facts.width or line.box[0] > (1 - _MARGIN) * facts.width


def _height(line: TextLine) -> int:
    return round(boxes.middle(line.box)[1] / _SAME_HEIGHT)


def _alone(facts: PageFacts, lines: Sequence[TextLine]) -> list[Edge]:
    """Return the furniture of a single page: small print well apart from the text, and rows of short pieces."""
    inner = [line for line in lines if _margin(facts, line, _OUTER_MARGIN) is None]
    if not inner:
        return []
    size = median(line.size for line in inner)
    rows = [row for row in _outer_rows(facts, lines) if _strewn(row) and not _over_text(row, lines)]
    outer = {id(line) for row in rows for line in row}
    outer |= {id(line) for line in lines if _tiny(facts, line, lines, size)}
    first, last = min(line.box[1] for line in inner), max(line.box[3] for line in inner)
    kept: list[Edge] = []
    for line in lines:
        near = _margin(facts, line, _OUTER_MARGIN)
        gap = first - line.box[3] if near is Kind.HEADER else line.box[1] - last
        alone = gap > _LONELY * line.size and line.size <= size and len(line.text) <= _PIECE
        apart = near is not None and gap > _APART * line.size and (alone or _minor(facts, line, size))
        kind = _margin(facts, line, _WIDEST_MARGIN)
        if kind is not None and (apart or id(line) in outer):
            kept.append((line, kind))
    return kept


def _minor(facts: PageFacts, line: TextLine, size: float) -> bool:
    """Say whether *line*, which stands apart, is no text: it is smaller, a page number, or at the edge of the paper."""
    at_edge = _margin(facts, line, _EDGE) is not None and line.size <= size
    return line.size < _SMALLER * size or bool(_PAGE_NUMBER.fullmatch(line.text)) or at_edge


def _tiny(facts: PageFacts, line: TextLine, lines: Sequence[TextLine], size: float) -> bool:
    """Say whether *line* is far smaller than the text and the last of the page, far below all other lines."""
    if line.size > _TINY * size or _margin(facts, line, _WIDEST_MARGIN) is not Kind.FOOTER:
        return False
    above = [other for other in lines if other.box[3] <= line.box[1] and other.size > _TINY * size]
    below = [other for other in lines if other.box[1] > line.box[3] and other.size > _TINY * size]
    paged = all(_PAGE_NUMBER.fullmatch(other.text) for other in below)
    return paged and bool(above) and line.box[1] - max(other.box[3] for other in above) > _FAR * line.size


def _outer_rows(facts: PageFacts, lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Return the first and the last row of the page, as far as they stand in its margins."""
    worded = sorted((line for line in lines if _WORD.search(line.text)), key=lambda line: boxes.middle(line.box)[1])
    rows = []
    for end in (*worded[:1], *worded[-1:]):
        height = boxes.middle(end.box)[1]
        row = [line for line in lines if abs(boxes.middle(line.box)[1] - height) < end.size / 2 or line is end]
        if all(_margin(facts, line, _MARGIN) for line in row):
            rows.append(sorted(row, key=lambda line: line.box[0]))
    return rows


def _over_text(row: Sequence[TextLine], lines: Sequence[TextLine]) -> bool:
    """Say whether each piece of a row stands close above text that begins where it does, as a column's heading does."""
    runs = [run for line in lines for run in line.runs]

    def heads(line: TextLine) -> bool:
        left, _, _, bottom = line.box
        return any(
            abs(run.box[0] - left) < _SAME_EDGE and -line.size / 2 < run.box[1] - bottom < line.size for run in runs
        )

    return len(row) > 1 and all(map(heads, row))


def _strewn(row: Sequence[TextLine]) -> bool:
    """Say whether a row is short pieces far from each other, a number among them: a title here, a page there."""
    runs = [run for line in row for run in line.runs]
    pieces = [[runs[0]]]
    for run in runs[1:]:
        if run.box[0] - pieces[-1][-1].box[2] > _STREWN * run.size:
            pieces.append([run])
        else:
            pieces[-1].append(run)
    texts = [" ".join(run.text for run in piece) for piece in pieces]
    short = all(len(text) <= _PIECE for text in texts)
    return len(texts) > 1 and short and any(_DIGITS.search(text) for text in (texts[0], texts[-1]))
