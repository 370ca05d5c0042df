"""Text of a Rich Text document as it grows: paragraphs, cells and rows of its body, of a note, of a header."""

import msgspec

from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.office.rich_text.rows import RowShape
from moonshelf.extraction.office.word.blocks import lines
from moonshelf.extraction.office.word.edged_tables import Row, placed

INNER_EDGE = " | "  # between cells of a table in a cell


class State(msgspec.Struct):
    """What a group inherits and its end undoes."""

    target: str = "text"  # where characters go
    font: int = -1
    hidden: bool = False
    deleted: bool = False
    place: str | None = None  # "sup" or "sub", where characters are raised or lowered
    skipped: int = 1  # characters after one in Unicode, for readers that don't know it
    level: int = 0  # of the paragraph as a heading, ...
    depth: int = 0  # ... or in a list
    listed: bool = False
    in_table: bool = False


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
        text = paired("".join(self.parts)).strip(" ").removesuffix(INNER_EDGE.rstrip())
        number, self.parts, self.number = self.number.strip(), [], ""
        if not state.in_table:
            self.table()
        into = self.cell if state.in_table else self.blocks
        if text.strip():
            into.append(self._block(state, number, text))
        if drawn := paired(self.drawn).strip():
            into.append(Block(Kind.PARAGRAPH, drawn))
        into += self.anchored
        self.drawn, self.anchored = "", []

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
            return  # as after most paragraphs
        self.end_row()
        cells = tuple(placed(self.rows))
        if any(cell.text for cell in cells):
            self.blocks.append(Block(Kind.TABLE, cells=cells))
        self.blocks.extend(self.cell)
        self.rows, self.cell = [], []


def paired(text: str) -> str:
    """Join surrogates, which are spelt one by one; a lone one is a character unknown."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
