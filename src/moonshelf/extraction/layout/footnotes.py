"""Footnotes: what stands at the foot of each column is read after the text of all of them."""

from collections.abc import Sequence

from moonshelf.extraction.layout.continuations import Part
from moonshelf.extraction.layout.prose import flow
from moonshelf.extraction.layout.prose.headings import Body
from moonshelf.extraction.layout.prose.passages import Passage
from moonshelf.extraction.layout.tables.table import Table

_OWN = 1.5  # of the type size: what stands closer to a table explains that, and stays with it


def last(columns: Sequence[Sequence[Part]], body: Body, *, height: float) -> list[Part]:
    """Return the parts of a page of this *height*, its *columns* one after the other and then the notes below these.

    Text goes on from column to column, and *body* is its type.
    """
    text: list[Part] = []
    notes: list[Part] = []
    for column in columns:
        first = _first(column, body, height)
        text += column[:first]
        notes += column[first:]
    return [*text, *notes]


def _first(column: Sequence[Part], body: Body, height: float) -> int:
    """Return where the notes begin that *column* ends with; small print without a number may follow one."""
    first = len(column)
    for index in range(len(column) - 1, -1, -1):
        part = column[index]
        if not isinstance(part, Passage) or not flow.small(part, body, height=height):
            break
        if flow.note(part, body, height=height) and not _explains(part, column[:index]):
            first = index
    return first


def _explains(note: Passage, above: Sequence[Part]) -> bool:
    """Say whether *note* stands right below a table."""
    line = note.lines[0]
    return bool(above) and isinstance(above[-1], Table) and line.box[1] - above[-1].box[3] < _OWN * line.size
