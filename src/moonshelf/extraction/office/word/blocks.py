"""Blocks of a Word part: paragraphs with their role, lists with their numbers, tables with their spans."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec.structs import replace

from moonshelf.errors import LimitReached
from moonshelf.extraction.coverage.withheld import MERGED
from moonshelf.extraction.document import Block, Cell, Kind
from moonshelf.extraction.office import drawings
from moonshelf.extraction.office.elements import find, head
from moonshelf.extraction.office.openxml import MC, Package, R, W, chosen, whole
from moonshelf.extraction.office.pictures import Pictures
from moonshelf.extraction.office.word.chunks import Chunks
from moonshelf.extraction.office.word.numbering import Numbering
from moonshelf.extraction.office.word.styles import Style, paragraph_style, stated
from moonshelf.extraction.office.word.text import Line, Story

if TYPE_CHECKING:
    from lxml.etree import _Element

_CODE = Kind.CODE  # to ask the enumeration for each block costs more than to compare it
_PARAGRAPH, _TABLE, _VAL = f"{W}p", f"{W}tbl", f"{W}val"
_ROW, _ROW_LOOK, _CELL, _CELL_LOOK = f"{W}tr", f"{W}trPr", f"{W}tc", f"{W}tcPr"
_PROPERTIES, _STYLE, _MARK = f"{W}pPr", f"{W}pStyle", f"{W}rPr"
_INSERTED, _GONE = f"{W}ins", frozenset((f"{W}del", f"{W}moveFrom"))  # schemas put them before all else
_CHUNK, _ID = f"{W}altChunk", f"{R}id"
_WIDEST = 63  # columns of a Word table
_TRANSPARENT = frozenset(
    f"{W}{name}" for name in ("body", "sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")
)


def joined_code(blocks: Iterable[Block]) -> Iterator[Block]:
    """Make one block of lines of code that follow each other, and leave out what is empty."""
    code: list[str] = []
    for block in blocks:
        if block.kind is _CODE:
            code.append(block.text)
            continue
        if code:
            yield from _listing(code)
            code = []
        if block.text.strip() or block.cells:
            yield block
    yield from _listing(code)


def _listing(code: Iterable[str]) -> Iterator[Block]:
    if text := "\n".join(code).strip("\n"):
        yield Block(_CODE, text)


@dataclass(frozen=True, slots=True)
class Shared:
    """What the parts of one document share: lists are numbered on, pictures and files read once, whoever shows them."""

    package: Package
    numbering: Numbering
    pictures: Pictures
    chunks: Chunks


class Flow:
    """One part's text, block after block; its tables may have *cells* together."""

    def __init__(self, shared: Shared, part: str, story: Story, *, cells: int) -> None:
        self._package, self._numbering = shared.package, shared.numbering
        self._pictures, self._chunks = shared.pictures, shared.chunks
        self._part, self._story, self._cells_left = part, story, cells

    def within(self, container: "_Element") -> Iterator[Block]:
        """Read what *container* holds."""
        return joined_code(self._blocks(container))

    def _blocks(self, container: "_Element") -> Iterator[Block]:
        for element in container:
            tag = element.tag
            if tag == _PARAGRAPH:
                yield from self._paragraph(element)
            elif tag == _TABLE:
                yield from self._table(element)
            elif tag in _TRANSPARENT:
                yield from self._blocks(element)
            elif tag == f"{MC}AlternateContent":
                for child in chosen(element):
                    yield from self._blocks(child)
            elif tag == _CHUNK and (relation := self._story.relations.get(element.get(_ID, ""))):
                yield from self._chunks.blocks(relation.target)

    def _paragraph(self, element: "_Element") -> Iterator[Block]:
        stating = head(element, _PROPERTIES)
        properties = {} if stating is None else stated(stating)
        style = self._style(properties)
        line = Line(self._story, element, style)
        mark = properties.get(_MARK)
        if mark is not None and _is_gone(mark) and _goes_on(element):
            line.carry()
            return
        yield self._block(style, line)
        anchored, self._story.anchored = self._story.anchored, []
        for drawing in anchored:
            yield from self._drawn(drawing)

    def _style(self, properties: "Mapping[str, _Element]") -> Style:
        if not properties:
            return self._story.styles.default
        named = properties.get(_STYLE)
        below = self._story.styles.default if named is None else self._story.styles.of(named.get(_VAL))
        return paragraph_style(properties).over(below)

    def _block(self, style: Style, line: Line) -> Block:
        numbered = style.number not in (None, "0")
        level = style.level or 0
        marker = self._numbering.marker(style.number or "", level) if numbered else ""
        if style.heading:
            text = line.plain()
            return Block(Kind.HEADING, f"{marker} {text}" if marker and text.strip() else text, level=style.heading)
        if numbered:
            return Block(Kind.LIST, line.marked(), level=level, marker=marker)
        if style.code or line.code:
            return Block(Kind.CODE, line.plain())
        if line.formula:
            return Block(Kind.FORMULA, line.formula)
        return Block(Kind.PARAGRAPH, line.marked())

    def _drawn(self, drawing: "_Element") -> Iterator[Block]:
        if drawing.tag == _TABLE:
            yield from self._table(drawing)
            return
        for part in drawings.parts(drawing):
            if part.tag == f"{W}txbxContent":
                yield from self.within(part)
            else:
                yield from drawings.blocks(self._package, self._part, part)
        yield from self._pictures.blocks(self._package.relations(self._part), drawing)

    def _table(self, table: "_Element") -> Iterator[Block]:
        rows = list(_rows(table))
        if len(rows) == 1 and len(only := list(_cells(rows[0]))) == 1:
            yield from self.within(only[0])  # a frame around text, not a table
            return
        grid = _Grid()
        for number, row in enumerate(rows):
            self._row(grid, number, row)
        yield Block(Kind.TABLE, cells=tuple(grid.cells))

    def _row(self, grid: "_Grid", number: int, row: "_Element") -> None:
        properties = head(row, _ROW_LOOK)
        header = properties is not None and find(properties, f"{W}tblHeader") is not None
        column = min(_number(properties, "gridBefore"), _WIDEST)
        for element in _cells(row):
            self._spend()
            shape = head(element, _CELL_LOOK)
            width = min(max(_number(shape, "gridSpan", 1), 1), _WIDEST)
            text = lines(self.within(element))
            merge = None if shape is None else find(shape, f"{W}vMerge")
            if merge is not None and merge.get(f"{W}val") != "restart" and grid.extend(number, column):
                if not self._story.withheld.takes(text, MERGED):
                    grid.append(column, text)
            else:
                grid.add(Cell(number, column, text, column_span=width, header=header), open_below=merge is not None)
            column += width

    def _spend(self) -> None:
        self._cells_left -= 1
        if self._cells_left < 0:
            raise LimitReached("its tables hold too many cells")


class _Grid:
    """Cells of a table as they come, and which of them reach into the next row."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self._open: dict[int, int] = {}  # column -> place in cells

    def add(self, cell: Cell, *, open_below: bool) -> None:
        self._open.pop(cell.column, None)
        if open_below:
            self._open[cell.column] = len(self.cells)
        self.cells.append(cell)

    def extend(self, row: int, column: int) -> bool:
        """Stretch the cell above down to *row*, if there is one that reaches so far."""
        place = self._open.get(column)
        if place is None or self.cells[place].row + self.cells[place].row_span != row:
            return False
        self.cells[place] = replace(self.cells[place], row_span=self.cells[place].row_span + 1)
        return True

    def append(self, column: int, text: str) -> None:
        """Add *text* to the open cell at *column*."""
        place = self._open[column]
        self.cells[place] = replace(self.cells[place], text=f"{self.cells[place].text}\n{text}".strip())


def lines(blocks: Iterable[Block]) -> str:
    """Return *blocks* as text for a place that holds no blocks: a cell, a note, a margin."""
    return "\n".join(text for block in blocks if (text := _line(block).strip()))


def _line(block: Block) -> str:
    if block.kind is Kind.TABLE:
        rows = groupby(block.cells, key=lambda cell: cell.row)
        return "\n".join(" | ".join(cell.text.replace("\n", " ") for cell in row) for _, row in rows)
    if block.kind is Kind.FORMULA:
        return f"${block.text}$"
    return f"{block.marker} {block.text}" if block.kind is Kind.LIST and block.marker else block.text


def _is_gone(mark: "_Element") -> bool:
    """Tell whether the end of a paragraph of these properties is deleted, so that what follows belongs to it."""
    if not len(mark):
        return False
    first = mark[0].tag  # once, as in ``head``
    return first in _GONE or (first == _INSERTED and len(mark) > 1 and mark[1].tag in _GONE)


def _goes_on(paragraph: "_Element") -> bool:
    following = paragraph.getnext()
    return following is not None and following.tag == _PARAGRAPH


def _rows(table: "_Element") -> "Iterator[_Element]":
    for element in table:
        if element.tag == _ROW:
            properties = head(element, _ROW_LOOK)
            if properties is None or find(properties, f"{W}del") is None:
                yield element
        elif element.tag in _TRANSPARENT:
            yield from _rows(element)


def _cells(row: "_Element") -> "Iterator[_Element]":
    for element in row:
        if element.tag == _CELL:
            yield element
        elif element.tag in _TRANSPARENT:
            yield from _cells(element)


def _number(properties: "_Element | None", name: str, default: int = 0) -> int:
    element = None if properties is None else find(properties, f"{W}{name}")
    return default if element is None else max(whole(element.get(f"{W}val"), default), 0)
