"""Continuations: a table or a paragraph that a page or a column breaks in two is put where it begins."""

import re
from collections.abc import Sequence
from typing import TypeAlias

from msgspec import structs

from moonshelf.extraction.layout.lines import IDEOGRAPHIC, TextLine
from moonshelf.extraction.layout.prose import headings
from moonshelf.extraction.layout.prose.headings import Body
from moonshelf.extraction.layout.prose.passages import Passage
from moonshelf.extraction.layout.tables import breaks
from moonshelf.extraction.layout.tables.table import Table

Part: TypeAlias = Table | Passage

_NEAR_MARGIN = 2.0  # of the type size: what ends so close to its margin is a full line
_SAME_SIZE = 1.05
# Unlike what ends a sentence within a column: a semicolon goes on, and the number of a note may follow.
_ENDED = re.compile("[.!?:\u3002\uff01\uff1f\uff1a]['\"\u201d\u2019)\uff09\\]\\d]*$")
_BROKEN = re.compile("[^\\W\\d_][-\u00ad]$")


def whole(pages: Sequence[Sequence[Part]], body: Body) -> list[list[Part]]:
    """Return the parts of all pages with each table and paragraph whole; *body* is the type of running text."""
    return _paragraphs(_tables(pages), body)


def _tables(pages: Sequence[Sequence[Part]]) -> list[list[Part]]:
    """Put the rest of a table that begins at the foot of a page where the table is."""
    found = [list(parts) for parts in pages]
    began = None  # the page that holds what the last page so far ends with, if this is a table
    for number, parts in enumerate(found):
        if began is not None and (table := _joined(found[began][-1:], parts[:1])):
            found[began][-1] = table
            del parts[0]
            if not parts:
                continue
        began = number if parts and isinstance(parts[-1], Table) else None
    return found


def _joined(above: Sequence[Part], below: Sequence[Part]) -> Table | None:
    """Return the table that the two parts make, if they are parts of one."""
    match [*above, *below]:
        case [Table() as table, Table() as rest] if breaks.same_columns(table.edges, rest.edges):
            return structs.replace(table, cells=breaks.appended(table.cells, rest.cells))
    return None


def _paragraphs(pages: Sequence[Sequence[Part]], body: Body) -> list[list[Part]]:
    """Put the rest of a paragraph that breaks off at the foot of a column or a page where it begins.

    Tables, captions and small print that stand between are passed over.
    """
    found: list[list[Part]] = []
    last: tuple[int, int, Passage] | None = None  # page, place there, and what is there of running text
    for number, parts in enumerate(pages):
        found.append([])
        for part in parts:
            if isinstance(part, Passage) and _running(part, body):
                if last is not None and _goes_on(last[2], part, pages=number - last[0]):
                    page, place, above = last
                    found[page][place] = joined = Passage(above.lines, above.marker, part.lines)
                    last = page, place, joined
                    continue
                last = number, len(found[number]), part
            found[number].append(part)
    return found


def _running(passage: Passage, body: Body) -> bool:
    size = passage.lines[0].size
    if headings.caption(passage.lines):
        return False
    return max(size, body.size) <= _SAME_SIZE * min(size, body.size) and not all(line.bold for line in passage.lines)


def _goes_on(above: Passage, part: Passage, *, pages: int) -> bool:
    """Say whether *part*, so many *pages* later, goes on with the sentence of *above* in the next column or page."""
    jumps = pages == 1 or (pages == 0 and part.lines[0].box[1] < above.lines[0].box[1])
    return jumps and not above.rest and not part.marker and _breaks_off(above.lines, part.lines[0])


def _breaks_off(lines: Sequence[TextLine], next_line: TextLine) -> bool:
    """Say whether the last of *lines* is full and ends within a sentence, with which *next_line* goes on."""
    last, first = lines[-1], next_line.text[0]
    if _ENDED.search(last.text) or last.monospace:
        return False
    right = max(line.box[2] for line in lines)
    full = len(lines) == 1 or right - last.box[2] < _NEAR_MARGIN * last.size
    return full and (first.islower() or bool(_BROKEN.search(last.text)) or bool(IDEOGRAPHIC.match(first)))
