"""Flow: what each passage of running text is: a heading, a paragraph, a list item, a note, code or a formula."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from moonshelf.extraction.document import Block, Kind, Origin
from moonshelf.extraction.layout import boxes
from moonshelf.extraction.layout.lines import TextLine
from moonshelf.extraction.layout.prose import headings, listings, lists, paragraphs
from moonshelf.extraction.layout.prose.headings import Body, Style
from moonshelf.extraction.layout.prose.passages import NOTE, Passage

_MOST_LINES = 4  # of a heading
_NOTE_SIZE = 0.92  # of body text
_NOTE_PLACE = 0.6  # of the page's height: notes stand below
_LATEX = re.compile(r"\\[A-Za-z]{2,}|[_^]\{")


@dataclass(frozen=True)
class Setting:
    """How the whole document is set: what a passage is told by."""

    body: Body
    depths: Mapping[Style, int]
    heads: Container[int]  # the ``id`` of each passage that is a heading
    vocabulary: Container[str]
    syllables: bool = False  # lines of Korean end after any of them


def block(passage: Passage, setting: Setting, *, height: float) -> Block:
    """Turn a passage of a page of this *height* into a block."""
    lines = passage.lines
    box, origin = boxes.around(line.box for line in lines), lines[0].runs[0].origin
    texts = [line.text for line in (*lines, *passage.rest)]
    if listings.listing(lines):
        return Block(Kind.CODE, listings.text(lines), box, origin)
    if _formula(lines):
        return Block(Kind.FORMULA, " ".join(texts), box, origin)
    kind, marker, level = _role(passage, setting, height)
    texts[0] = texts[0].removeprefix(marker).lstrip() if marker else texts[0]
    text = paragraphs.text(texts, setting.vocabulary, syllables=setting.syllables)
    return Block(kind, text, box, origin, level, marker)


def heads(passage: Passage, body: Body, titles: frozenset[str]) -> bool:
    """Say whether *passage* is a heading: it looks like one, or a bookmark has its words for a title."""
    lines = passage.lines
    if len(lines) > _MOST_LINES or listings.listing(lines) or _formula(lines):
        return False
    set_off = headings.heading(lines, body) or headings.papers(lines, centred=passage.centred)
    return set_off or headings.titled(lines, titles)


def small(passage: Passage, body: Body, *, height: float) -> bool:
    """Say whether *passage* is set and placed as notes are, low on a page of this *height*."""
    lines = passage.lines
    top = min(line.box[1] for line in lines)
    return top > _NOTE_PLACE * height and lines[0].size <= _NOTE_SIZE * body.size


def note(passage: Passage, body: Body, *, height: float) -> str:
    """Return the number or sign of the note that *passage* is on a page of this *height*, nothing if it is none."""
    found = NOTE.match(passage.lines[0].text)
    return found[1] if found and not passage.marker and small(passage, body, height=height) else ""


def _role(passage: Passage, setting: Setting, height: float) -> tuple[Kind, str, int]:
    """Return what a passage is, the marker it begins with and its level."""
    lines = passage.lines
    if id(passage) in setting.heads and not lists.bulleted(lines[0]):
        return Kind.HEADING, "", setting.depths.get(headings.style(lines, setting.body), 1)
    if passage.marker:
        return Kind.LIST, passage.marker, 0
    if number := note(passage, setting.body, height=height):
        return Kind.NOTE, number, 0
    return Kind.PARAGRAPH, "", 0


def _formula(lines: Sequence[TextLine]) -> bool:
    """Say whether the recogniser wrote all of it in LaTeX, as it does formulas."""
    return all(run.origin is Origin.OCR for line in lines for run in line.runs) and all(
        _LATEX.search(line.text) for line in lines
    )
