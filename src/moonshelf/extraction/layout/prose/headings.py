"""Headings: told by size, weight and numbering against the body text of the whole document."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

from moonshelf.extraction.document import Origin
from moonshelf.extraction.facts import Run
from moonshelf.extraction.layout.lines import TextLine

_LARGER = {Origin.TEXT: 1.1, Origin.OCR: 1.18}  # than body text; the size of scanned ink is an estimate
_ALIKE = 1.07  # sizes this close are one style
_PAPER_LINES = 2
_MOST_LETTERS = 200
_DEEPEST = 6
_CAPTION = re.compile(r"(table|figure|fig\.|chart|exhibit)\s*\d|[表图圖]\s*\d", re.IGNORECASE)
_NUMBERED = re.compile(r"(\d+\.)+\d*\s+\S|[IVX]+\.\s+\S|(chapter|section|part|appendix)\s+[\dIVXA-Z]", re.IGNORECASE)
_CJK_NUMBERED = re.compile(
    "第[〇一二三四五六七八九十百零\\d]+[章节篇部编節編回卷]|[一二三四五六七八九十]+、|제\\s*\\d+\\s*[장절편]"
)
_SENTENCE = re.compile("[.,;:!?\u2026\u3002\uff0c\uff1b\uff1a\uff01\uff1f]$")
_STOP, _WORDS = re.compile("[.\u3002]$"), 9  # words at least, of a sentence in large type
_LONG, _LINES, _PART = 40, 6, 0.2  # letters of a line; such lines, and their part of all letters, that are text
_LETTER = re.compile(r"[^\W\d_]")
_SMALL_CAPITALS = re.compile(r"csc\d|sfcc\d|smallcap|caps\d|-sc\b", re.IGNORECASE)
_PAPER_NUMBER = re.compile(r"([A-Z]\.|[IVX]+\.|\d{1,2}(\.\d{1,2})*\.?)\s+[^\W\d_]")
_CAPITALS = 5  # letters: fewer may be a name


Style: TypeAlias = tuple[float, bool]
"""A heading's type size, and whether it is larger than body text."""


@dataclass(frozen=True)
class Body:
    """The type of a document's running text, and the largest that a good part of it is set in.

    On a page of references or notes these are most of the text, and the rest no heading.
    """

    size: float
    bold: bool
    largest: float


def body(lines: Sequence[TextLine], cells: Sequence[Run] = ()) -> Body:
    """Return the size in the middle of all letters, whether most of these are bold, and the largest size of text.

    Where no line is as long as those of text are, what stands between tables are headings and labels, and the *cells*
    of these tell the size, which may be a little below that of text.
    """
    letters = sum(len(line.text) for line in lines)
    if sum(len(run.text) for run in cells) > letters and not any(len(line.text) >= _LONG for line in lines):
        return Body(_LARGER[Origin.TEXT] * median(run.size for run in cells), bold=False, largest=0.0)
    sizes: Counter[float] = Counter()
    rows: Counter[float] = Counter()
    bold = 0
    for line in lines:
        letters = 0
        for run in line.runs:
            letters += len(run.text)
            sizes[run.size] += len(run.text)
            bold += len(run.text) if run.bold else 0
        if letters >= _LONG:
            rows[line.size] += 1
    total, passed = sum(sizes.values()), 0
    for size, letters in sorted(sizes.items()):
        passed += letters
        if passed * 2 >= total:
            text = [one for one, count in rows.items() if count >= _LINES and sizes[one] >= _PART * total]
            return Body(size, bold * 2 > total, max([size, *text]))
    return Body(10.0, bold=False, largest=10.0)


def heading(lines: Sequence[TextLine], text: Body) -> bool:
    """Say whether *lines*, which are set alike and stand together, head what follows."""
    words = " ".join(line.text for line in lines).strip()
    if len(words) > _MOST_LETTERS or not _LETTER.search(words):
        return False
    if _CAPTION.match(words):
        return False
    size = max(line.size for line in lines)
    larger = size >= _LARGER.get(lines[0].runs[0].origin, 1.1) * text.size
    if larger and (text.largest == text.size or size > _ALIKE * text.largest):
        return not (_STOP.search(words) and len(words.split()) >= _WORDS)
    wholly_bold = all(line.wholly_bold for line in lines)
    if size < text.size / _ALIKE or not wholly_bold or text.bold or _SENTENCE.search(words):
        return bool(wholly_bold and _CJK_NUMBERED.match(words))
    return len(lines) <= 2 or bool(_NUMBERED.match(words))  # noqa: PLR2004  longer bold text is emphasis


def papers(lines: Sequence[TextLine], *, centred: bool) -> bool:
    """Say whether *lines* are a heading as papers have them in body type: small capitals amid, or numbered italics."""
    words = " ".join(line.text for line in lines)
    if len(lines) > _PAPER_LINES or _CAPTION.match(words) or _SENTENCE.search(words):
        return False
    runs = [run for line in lines for run in line.runs]
    if centred and (all(_SMALL_CAPITALS.search(run.font) for run in runs) or _in_capitals(words)):
        return True
    return bool(_PAPER_NUMBER.match(words)) and all(run.italic for run in runs)


def _in_capitals(words: str) -> bool:
    return words.isupper() and len(_LETTER.findall(words)) >= _CAPITALS


def caption(lines: Sequence[TextLine]) -> bool:
    """Say whether *lines* tell what a picture or a table shows."""
    return bool(_CAPTION.match(lines[0].text))


def titles(bookmarks: str) -> frozenset[str]:
    """Return what tells the titles of *bookmarks*, which are a line each."""
    return frozenset(filter(None, map(_plain, bookmarks.split("\n"))))


def titled(lines: Sequence[TextLine], names: frozenset[str]) -> bool:
    """Say whether *lines* are one of the titles that go by these *names*."""
    return bool(names) and _plain(" ".join(line.text for line in lines)) in names


def _plain(text: str) -> str:
    """Return what two ways to write a title have in common."""
    return "".join(filter(str.isalnum, text.casefold()))


def style(lines: Sequence[TextLine], text: Body) -> Style:
    """Return what sets a heading apart from headings of another depth."""
    size = max(line.size for line in lines)
    return (round(size * 2) / 2, size >= text.size * _ALIKE)


def depths(styles: Iterable[Style]) -> dict[Style, int]:
    """Give each style of heading its depth from 1: the larger the higher, body size last."""
    found: dict[Style, int] = {}
    depth, first = 0, 0.0
    for size, larger in sorted(set(styles), key=lambda style: (-style[1], -style[0])):
        if not depth or first > size * _ALIKE or not larger:
            depth, first = min(_DEEPEST, depth + 1), size
        found[size, larger] = depth
    return found
