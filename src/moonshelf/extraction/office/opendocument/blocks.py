"""Blocks of an OpenDocument text: paragraphs with their role, lists, tables, notes and drawings."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from moonshelf.errors import LimitReached
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Cell, Kind
from moonshelf.extraction.office.elements import find, text_of
from moonshelf.extraction.office.opendocument import objects
from moonshelf.extraction.office.opendocument.controls import CONTROL
from moonshelf.extraction.office.opendocument.objects import Inside
from moonshelf.extraction.office.opendocument.styles import (
    DC,
    DRAW,
    LOEXT,
    PRESENTATION,
    STYLE,
    SVG,
    TABLE,
    TEXT,
    Look,
    Styles,
)
from moonshelf.extraction.office.opendocument.text import DRAWN, STYLED, Line, Story, is_shown
from moonshelf.extraction.office.openxml import whole
from moonshelf.extraction.office.word.blocks import joined_code, lines
from moonshelf.extraction.office.word.numbering import Numbering
from moonshelf.extraction.office.word.styles import CODE
from moonshelf.extraction.tools import Limits

if TYPE_CHECKING:
    from lxml.etree import _Element

_FORMULA = re.compile(r"\$([^$\n]+)\$")
_MOST_REPEATS = 100  # of a row or a cell of a table in a text
_WIDEST = 1_000
_HEADING, _PARAGRAPH, _LIST = f"{TEXT}h", f"{TEXT}p", f"{TEXT}list"
_ITEM, _LIST_HEADER, _OUTLINE = f"{TEXT}list-item", f"{TEXT}list-header", f"{TEXT}outline-level"
_SWITCH = f"{TEXT}hidden-paragraph"
_TABLE, _ROW, _CELL = f"{TABLE}table", f"{TABLE}table-row", f"{TABLE}table-cell"
_ROW_GROUPS = frozenset(f"{TABLE}{name}" for name in ("table-rows", "table-header-rows", "table-row-group"))
_GROUPS = frozenset((f"{DRAW}g", f"{DRAW}a"))
NOTES = f"{PRESENTATION}notes"
"""What holds the notes of a slide's speaker."""

_MARGINS = (
    *(f"{STYLE}{name}" for name in ("header", "header-first", "header-left", "footer", "footer-first", "footer-left")),
    *(f"{LOEXT}{name}" for name in ("header-first", "footer-first")),  # as LibreOffice wrote them before ODF 1.3
)
_NOTHING = Inside(lambda _name: None)  # of a file that is one XML document, which holds what it embeds
_BARE, _HIDDEN = Look(), Look(hidden=True)


class Flow:
    """Reads one document's text; notes are collected on the way and read at its end."""

    def __init__(
        self, styles: Styles, limits: Limits, withheld: Withheld, inside: Inside = _NOTHING, *, is_sheet: bool = False
    ) -> None:
        """Read embedded charts from *inside*; those of a sheet without their data, which stands in its cells."""
        self._styles, self._inside, self._is_sheet = styles, inside, is_sheet
        self._story = Story(styles, withheld, inside)
        self._numbering = Numbering(styles.level)
        self._cells_left = limits.cells

    def within(self, container: "Iterable[_Element]") -> Iterator[Block]:
        """Read the blocks that *container* holds."""
        return joined_code(self._blocks(container))

    def _blocks(self, container: "Iterable[_Element]") -> Iterator[Block]:
        for element in container:
            read = self._READERS.get(element.tag)
            if read is not None:
                yield from read(self, element)
            elif is_shown(element, self._story.withheld):
                yield from self._blocks(element)

    def notes(self) -> Iterator[Block]:
        """Read the notes met since they were read last, in order; notes may hold further ones."""
        notes = self._story.notes
        while notes:
            marker, element = notes.popleft()
            author = text_of(element, f"{DC}creator")
            body = find(element, f"{TEXT}note-body")
            if text := lines(self.within(element if body is None else body)):
                yield Block(Kind.NOTE, f"{author}: {text}" if author else text, marker=marker)

    def margins(self, styles_root: "_Element | None") -> Iterator[Block]:
        """Read headers and footers, each text once: readers look for what stands there, if not on every page."""
        seen: set[str] = set()
        for element in styles_root.iter(*_MARGINS) if styles_root is not None else ():
            text = lines(self.within(element))
            if text and text not in seen:
                seen.add(text)
                yield from self.margin(element, text)

    def margin(self, element: "_Element", text: str) -> Iterator[Block]:
        """Make a note of the *text* of a header or footer, unless it is turned off."""
        place = element.tag.rpartition("}")[2][:6]
        is_off = element.get(f"{STYLE}display") == "false"
        if not (is_off and self._story.withheld.takes(text, f"{place} that is turned off")):
            yield Block(Kind.NOTE, f"Page {place}: {text}")

    def drawn(self, element: "_Element") -> Iterator[Block]:
        """Read a drawing: its text, its tables, and what is said of its pictures."""
        if element.tag in _GROUPS:
            for child in element:
                if child.tag in DRAWN:
                    yield from self.drawn(child)
            return
        if element.tag == CONTROL and (text := self._inside.controls.shown(element)):
            yield Block(Kind.PARAGRAPH, text)
        found = [
            *self.within(element),
            *(block for one in element.iter(f"{DRAW}object") for block in self._object(one)),
        ]
        yield from found
        described = (text_of(element, f"{SVG}desc") or text_of(element, f"{SVG}title")).strip()
        if described and not found:
            yield Block(Kind.FIGURE, described)
        yield from self._inside.picture(element)

    def _object(self, element: "_Element") -> Iterator[Block]:
        if (document := self._story.embedded(element)) is not None:
            yield from self.held(document)

    def held(self, document: "_Element") -> Iterator[Block]:
        """Read a document that others hold: a chart, a formula, or one with a body of its own."""
        if (body := objects.body(document)) is not None:
            yield from self.within(body)
            return
        yield from objects.titles(document)
        if not self._is_sheet:
            for table in objects.data(document):
                yield from self.table(table)
        if text := objects.formula(document):
            yield Block(Kind.FORMULA, text)

    def spoken(self, notes: "_Element") -> Iterator[Block]:
        """Read what a speaker notes for a slide, in its own presentation or in one that stands in a text."""
        shapes = (shape for shape in notes if shape.tag.startswith(DRAW))
        if text := lines(block for shape in shapes for block in self.drawn(shape)):
            yield Block(Kind.NOTE, f"Notes: {text}")

    def table(self, table: "_Element") -> Iterator[Block]:
        """Read a table inside a text or on a slide."""
        cells = [cell for row, element in enumerate(_rows(table)) for cell in self._row(row, element)]
        if any(cell.text for cell in cells):
            yield Block(Kind.TABLE, cells=tuple(cells))

    def _row(self, row: int, element: "_Element") -> Iterator[Cell]:
        column = 0
        for cell in element:
            times = min(max(whole(cell.get(f"{TABLE}number-columns-repeated"), 1), 1), _WIDEST)
            if cell.tag == _CELL:
                text = lines(self.within(cell))
                spans = (_span(cell, "rows"), _span(cell, "columns"))
                for place in range(times if text else 1):
                    self._cells_left -= 1
                    if self._cells_left < 0:
                        raise LimitReached("its tables hold too many cells")
                    yield Cell(row, column + place, text, *spans)
            column += times

    def _heading(self, element: "_Element") -> Iterator[Block]:
        return self._paragraph(element, whole(element.get(_OUTLINE), 1))

    def _paragraph(
        self, element: "_Element", level: int = 0, marker: str | None = None, depth: int = 0
    ) -> Iterator[Block]:
        style = self._styles.derived("paragraph", element.get(STYLED))
        is_code = not level and marker is None and style.name.replace("_20_", " ").lower() in CODE
        hidden = style.look.hidden or _is_hidden(element)
        text = Line(self._story, is_code=is_code).read(element, _HIDDEN if hidden else _BARE)
        if is_code:
            yield Block(Kind.CODE, text)
        elif (text := text.strip(" ")).strip():
            yield _block(text, level or (1 if style.name == "Title" else 0), marker, depth)
        anchored, self._story.anchored = self._story.anchored, []
        for one in anchored:
            yield from self.drawn(one)

    def _list(self, element: "_Element", style: str = "", depth: int = 0) -> Iterator[Block]:
        style = element.get(STYLED) or style
        if not depth and element.get(f"{TEXT}continue-numbering") != "true" and not element.get(f"{TEXT}continue-list"):
            self._numbering.restart(style)
        for item in element:
            kind = item.tag  # once, as it is made anew at each look
            if kind not in (_ITEM, _LIST_HEADER):
                continue
            marker = None
            for child in item:
                tag = child.tag
                if tag == _LIST:
                    yield from self._list(child, style, depth + 1)
                elif tag in (_PARAGRAPH, _HEADING):
                    marker = self._numbering.marker(style, depth) if marker is None and kind == _ITEM else ""
                    level = whole(child.get(_OUTLINE), 1) if tag == _HEADING else 0
                    yield from self._paragraph(child, level, marker, depth)
                else:
                    yield from self.within((child,))

    _READERS: ClassVar[Mapping[str, Callable[["Flow", "_Element"], Iterator[Block]]]] = {
        **dict.fromkeys(DRAWN, drawn),
        _HEADING: _heading,
        _PARAGRAPH: _paragraph,
        _LIST: _list,
        _TABLE: table,
        NOTES: spoken,
    }


def _is_hidden(paragraph: "_Element") -> bool:
    switch = find(paragraph, _SWITCH) if len(paragraph) else None
    return switch is not None and switch.get(f"{TEXT}is-hidden") == "true"


def _block(text: str, level: int, marker: str | None, depth: int) -> Block:
    if not level and marker is None and (alone := _FORMULA.fullmatch(text)):
        return Block(Kind.FORMULA, alone[1])
    if level > 0:
        return Block(Kind.HEADING, f"{marker} {text}" if marker else text, level=level)
    if marker is not None:
        return Block(Kind.LIST, text, level=depth, marker=marker)
    return Block(Kind.PARAGRAPH, text)


def _rows(table: "_Element") -> "Iterator[_Element]":
    for element in table:
        if element.tag == _ROW:
            for _ in range(min(max(whole(element.get(f"{TABLE}number-rows-repeated"), 1), 1), _MOST_REPEATS)):
                yield element
        elif element.tag in _ROW_GROUPS:
            yield from _rows(element)


def _span(cell: "_Element", of: str) -> int:
    return min(max(whole(cell.get(f"{TABLE}number-{of}-spanned"), 1), 1), _WIDEST)
