"""Text of a Rich Text document as it grows: its body, notes and margins, each in paragraphs, cells and rows."""

import re
from collections.abc import Callable, Iterator, Mapping

import msgspec
from msgspec.structs import replace

from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.office.rich_text.destinations import MARGINS, NOTES
from moonshelf.extraction.office.rich_text.rows import RowShape
from moonshelf.extraction.office.rich_text.states import State
from moonshelf.extraction.office.word.blocks import lines
from moonshelf.extraction.office.word.edged_tables import Row, placed

_SURROGATE = re.compile("[\ud800-\udfff]")
INNER_EDGE = " | "  # between cells of a table in a cell
_LAST_EDGE = INNER_EDGE.rstrip()


class Story(msgspec.Struct):
    """Text that stands apart: the body, a note, a header. *kind* is the word that began it."""

    kind: str = ""
    marker: str = ""
    opened: int = 0  # groups around it
    parts: list[str] = msgspec.field(default_factory=list)
    number: str = ""  # what is printed before the paragraph, if it is an item
    blocks: list[Block] = msgspec.field(default_factory=list)
    cell: list[Block] = msgspec.field(default_factory=list)
    row: list[str] = msgspec.field(default_factory=list)
    shape: RowShape = msgspec.field(default_factory=RowShape)
    rows: list[Row] = msgspec.field(default_factory=list)
    drawn: str = ""  # letters that are drawn: WordArt
    anchored: list[Block] = msgspec.field(default_factory=list)  # what pictures show, told after the paragraph

    def paragraph(self, state: State) -> None:
        """End the paragraph."""
        text = paired("".join(self.parts)).strip(" ").removesuffix(_LAST_EDGE)
        number, self.parts, self.number = self.number.strip(), [], ""
        if not state.in_table:
            self.table()
        into = self.cell if state.in_table else self.blocks
        if text.strip():
            into.append(self._block(state, number, text))
        if self.drawn or self.anchored:
            into += self._floated()

    def _floated(self) -> list[Block]:
        """Take what is drawn in the paragraph, or anchored there."""
        drawn, floated = paired(self.drawn).strip(), self.anchored
        self.drawn, self.anchored = "", []
        return [Block(Kind.PARAGRAPH, drawn), *floated] if drawn else floated

    def _block(self, state: State, number: str, text: str) -> Block:
        if state.level:
            return Block(Kind.HEADING, f"{number} {text}" if number else text, level=state.level)
        if number or state.listed:
            return Block(Kind.LIST, text, level=state.depth, marker=number)
        return Block(Kind.PARAGRAPH, text)

    def end_cell(self, state: State) -> None:
        """End the cell."""
        state.in_table = True
        self.paragraph(state)
        self.row.append(lines(self.cell))
        self.cell = []

    def end_row(self) -> None:
        """End the row."""
        if self.row:
            self.rows.append(self.shape.of(self.row))
        self.row = []

    def table(self) -> None:
        """End the table, if there is one."""
        if not (self.rows or self.row or self.cell):
            return  # most paragraphs follow no table
        self.end_row()
        cells = tuple(placed(self.rows))
        if any(cell.text for cell in cells):
            self.blocks.append(Block(Kind.TABLE, cells=cells))
        self.blocks.extend(self.cell)
        self.rows, self.cell = [], []


ENDS: Mapping[str, Callable[[Story, State], None]] = {
    "par": Story.paragraph,
    "\n": Story.paragraph,
    "\r": Story.paragraph,
    "sect": Story.paragraph,
    "page": Story.paragraph,
    "cell": Story.end_cell,
    "row": lambda story, _: story.end_row(),
    "nestcell": lambda story, _: story.parts.append(INNER_EDGE),
    "nestrow": lambda story, _: story.parts.append("\n"),
}
"""Words, and what each ends."""


class Stories:
    """The stories of a document: the body, and those that interrupt it and one another."""

    def __init__(self) -> None:
        self.now = Story()  # the one that is being read
        self._open = [self.now]
        self._ended: list[Story] = []
        self._notes: dict[str, int] = {}  # by their kinds

    def begin(self, word: str, opened: int) -> None:
        """Begin the story of the *word* that opens its group, which stands in so many *opened* ones."""
        kind, marker = MARGINS.get(word, word), ""
        if kind in NOTES:
            self._notes[kind] = self._notes.get(kind, 0) + 1
            marker = f"{NOTES[kind]}{self._notes[kind]}"
            self.now.parts.append(f"[^{marker}]")
        self.now = Story(kind, marker, opened)
        self._open.append(self.now)

    def end(self, state: State) -> None:
        """Go on with the story that this one interrupted."""
        ended = self._open.pop()
        ended.paragraph(replace(state, in_table=False))
        self._ended.append(ended)
        self.now = self._open[-1]

    def close(self, state: State) -> list[Block]:
        """End all, and return the blocks of the body, then those of notes, headers and footers, each text once."""
        while len(self._open) > 1:
            self.end(state)
        self.now.paragraph(replace(state, in_table=False))
        return [*self.now.blocks, *self._told()] if self._ended else self.now.blocks

    def _told(self) -> Iterator[Block]:
        seen: set[str] = set()
        for story in sorted(self._ended, key=lambda one: one.kind not in NOTES):
            text = lines(story.blocks)
            if story.kind in NOTES and text:
                yield Block(Kind.NOTE, text, marker=story.marker)
            elif text and text not in seen:
                seen.add(text)
                yield Block(Kind.NOTE, f"Page {story.kind}: {text}")


def paired(text: str) -> str:
    """Join surrogates, which are spelt one by one; a lone one is a character unknown."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
