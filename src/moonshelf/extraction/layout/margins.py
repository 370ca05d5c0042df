"""Margins: what stands in them and is no text, told from the page itself, without others to compare it with."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from statistics import median
from typing import TypeAlias

from moonshelf.extraction.document import Box, Kind
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.derived import Derived
from moonshelf.extraction.layout.lines import TextLine
from moonshelf.extraction.layout.prose import headings
from moonshelf.extraction.layout.prose.passages import NOTE, raised

HEIGHT = 0.13  # of the page's height, at the top and at the bottom
_AROUND = 0.2  # of the page's height: what may be in the margins stands here, and the row next to it
_UPPER = 0.12  # of the page's height: where small print and rows of pieces stand
_LOWER = 0.09  # of the page's height: where small print at the foot is no note
_OUTER = 0.08  # of the page's height: where a line as large as text may be none
_EDGE = 0.05  # of the page's height: nobody sets text so near to the edge of the paper
_SMALLER, _AS_LARGE = 0.93, 1.05  # than body text
_FURTHER = 0.9  # of the left margin: what stands so near to the upper edge is not set as text is
_APART = 1.5  # of the type size: the least distance from the text
_FOOT = 0.6  # of the type size: the same, for a row of pieces at the foot
_LONELY = 2.5  # of the type size: no text stands so far from the rest in the margin of a page
_TINY, _FAR = 0.6, 4.0  # than body text; of its own type size, from everything else
_STREWN = 3.0  # of the type size: pieces of a running header stand so far apart
_PIECE = 50  # letters: longer pieces are text
_TITLE = 100  # letters
_SAME_EDGE = 2.0  # points
_WORD = re.compile(r"\w")
_DIGITS = re.compile(r"\d+")
_STOPS = ("\u3002", "\uff01", "\uff1f")  # the ends of Chinese and Japanese sentences
_PAGED = re.compile(r"\d{1,3}\s+(\W\s+)?[^\W\d].*|[^\W\d].*[^,]\s\d{1,3}")
"""A title with the number of a page before or after it, not with a year; in an index a comma parts them."""
PAGE_NUMBER = re.compile(
    r"[^\w]*((page|seite|p\.|第)\s*)?(\d{1,4}|[ivxlc]{1,7})(\s*(页|頁))?(\s*(of|/|von)\s*\d+)?[^\w]*", re.IGNORECASE
)

Edge: TypeAlias = tuple[TextLine, Kind]
"""A line in a margin, and what it is if it is no text."""

_Row: TypeAlias = list[TextLine]


@dataclass(frozen=True)
class _Page:
    """A page, its level text, and that of it which is not in the margins; there is some."""

    facts: PageFacts
    runs: Sequence[Run]
    inner: Sequence[Run]

    @Derived
    def size(self) -> float:
        """The usual type size."""
        return median(run.size for run in self.inner)

    @Derived
    def left(self) -> float:
        """Where text begins."""
        return min(run.box[0] for run in self.inner)

    def room(self, kind: Kind, row: _Row) -> float:
        """Return how far *row*, of the header or the footer, stands from the text next to it."""
        _, top, _, bottom = boxes.around(line.box for line in row)
        if kind is Kind.HEADER:
            below = (run.box[1] for run in self.runs if run.box[1] + run.box[3] > 2 * bottom)
            return min(below, default=bottom) - bottom
        above = (run.box[3] for run in self.runs if run.box[1] + run.box[3] < 2 * top)
        return top - max(above, default=top)


def side(facts: PageFacts, box: Box, share: float = HEIGHT) -> Kind | None:
    """Return what stands in *box* may be, if that is in the margin that has this *share* of the page's height."""
    if box[3] < share * facts.height:
        return Kind.HEADER
    if box[1] > (1 - share) * facts.height:
        return Kind.FOOTER
    return None


def alone(facts: PageFacts, lines: Sequence[TextLine]) -> Iterator[Edge]:
    """Yield what is no text in the margins of a page, from each of its edges inwards until text begins."""
    low, high = _AROUND * facts.height, (1 - _AROUND) * facts.height
    rows = _rows([line for line in lines if not low < line.box[1] < high and _WORD.search(line.text)])
    page = _page(facts) if rows else None
    if page is None:
        return
    below_notes = list(takewhile(lambda row: not any(map(raised, row)), rows[::-1]))
    for kind, inwards in ((Kind.HEADER, rows), (Kind.FOOTER, below_notes)):
        done = 0
        while count := _furniture(page, kind, inwards[done:]):
            yield from ((line, kind) for row in inwards[done : done + count] for line in row)
            done += count


def _page(facts: PageFacts) -> _Page | None:
    low, high = _OUTER * facts.height, (1 - _OUTER) * facts.height
    runs = [run for run in facts.runs if not (run.hidden or run.rotation)]
    inner = [run for run in runs if run.box[3] >= low and run.box[1] <= high]
    return _Page(facts, runs, inner) if inner else None


def _rows(lines: Sequence[TextLine]) -> list[_Row]:
    """Return *lines* from top to bottom, those side by side together."""
    rows: list[_Row] = []
    for line in sorted(lines, key=lambda line: boxes.middle(line.box)[1]):
        if rows and abs(boxes.middle(rows[-1][0].box)[1] - boxes.middle(line.box)[1]) < line.size / 2:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.box[0]) for row in rows]


def _furniture(page: _Page, kind: Kind, rows: Sequence[_Row]) -> int:
    """Return how many of *rows*, which begin at an edge of the page, are no text: its first, or all up to a gap."""
    if _titled(page, kind, rows):
        return 1
    for count, row in enumerate(rows, 1):
        if any(side(page.facts, line.box) is not kind for line in row):
            return 0
        gap = page.room(kind, row)
        if gap > _APART * row[0].size:
            return count if all(_minor(page, kind, one, gap) for one in rows[:count]) else 0
    return 0


def _titled(page: _Page, kind: Kind, rows: Sequence[_Row]) -> bool:
    """Say whether the first of *rows* is a title here and a page there; rows of contents and tables stand together."""
    if not rows or any(side(page.facts, line.box, _UPPER) is not kind for line in rows[0]):
        return False
    if not _strewn(rows[0]) or any(map(_strewn, rows[1:2])):
        return False
    if kind is Kind.FOOTER:
        return page.room(kind, rows[0]) > _FOOT * rows[0][0].size
    return not _over_text(rows[0], page.runs)


def _minor(page: _Page, kind: Kind, row: _Row, gap: float) -> bool:
    """Say whether *row*, which stands apart from the text by a *gap*, is no text."""
    text, own = " ".join(line.text for line in row), max(line.size for line in row)
    if PAGE_NUMBER.fullmatch(text):
        return True
    if headings.caption(row) or (kind is Kind.FOOTER and any(map(_noted, row))):
        return False
    if kind is Kind.HEADER and text.endswith(_STOPS):
        return False  # a sentence
    upper, lower, outer, edge = (
        side(page.facts, row[0].box, share) is kind for share in (_UPPER, _LOWER, _OUTER, _EDGE)
    )
    plain, short, lonely = own <= page.size, len(text) <= _PIECE, gap > _LONELY * own
    if own < _SMALLER * page.size and (lower or (upper and kind is Kind.HEADER)):
        return True
    if kind is Kind.HEADER and outer and not row[0].bold and row[0].box[1] < _FURTHER * page.left:
        return own <= _AS_LARGE * page.size and (lonely or len(text) <= _TITLE)
    tiny = own <= _TINY * page.size and gap > _FAR * own
    paged = short and (outer or kind is Kind.HEADER) and bool(_PAGED.fullmatch(text))
    return tiny or paged or (outer and lonely and short and plain) or (edge and plain)


def _noted(line: TextLine) -> bool:
    """Say whether *line*, one of those that stand side by side at the foot of columns, is a note."""
    return bool(NOTE.match(line.text)) and len(_pieces([line])) == 1


def _over_text(row: _Row, runs: Sequence[Run]) -> bool:
    """Say whether a line of a row stands close above text that begins where it does, as the first of a column does."""

    def heads(line: TextLine) -> bool:
        left, _, _, bottom = line.box
        near = (run for run in runs if abs(run.box[0] - left) < _SAME_EDGE)
        return any(-line.size / 2 < run.box[1] - bottom < _APART * line.size for run in near)

    return len(row) > 1 and any(map(heads, row))


def _strewn(row: _Row) -> bool:
    """Say whether a row is short pieces far from each other, a number among them: a title here, a page there."""
    texts = _pieces(row)
    short = all(len(text) <= _PIECE for text in texts)
    return len(texts) > 1 and short and any(_DIGITS.search(text) for text in (texts[0], texts[-1]))


def _pieces(row: _Row) -> list[str]:
    """Return the texts of *row* that stand far from each other."""
    runs = [run for line in row for run in line.runs]
    pieces = [[runs[0]]]
    for run in runs[1:]:
        if run.box[0] - pieces[-1][-1].box[2] > _STREWN * run.size:
            pieces.append([run])
        else:
            pieces[-1].append(run)
    return [" ".join(run.text for run in piece) for piece in pieces]
