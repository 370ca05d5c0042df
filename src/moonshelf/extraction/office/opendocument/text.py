"""The text of OpenDocument files: paragraphs, lists, tables, notes and what is anchored among them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from moonshelf.errors import LimitReached
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Cell, Kind
from moonshelf.extraction.office.elements import find, text_of
from moonshelf.extraction.office.form_fields import BOX, LIST, FormField
from moonshelf.extraction.office.opendocument import objects
from moonshelf.extraction.office.opendocument.objects import Inside
from moonshelf.extraction.office.opendocument.styles import (
    DC,
    DRAW,
    OFFICE,
    PRESENTATION,
    STYLE,
    SVG,
    TABLE,
    TEXT,
    XLINK,
    Look,
    Styles,
)
from moonshelf.extraction.office.openxml import whole
from moonshelf.extraction.office.raised import shifted
from moonshelf.extraction.office.word.blocks import joined_code, lines
from moonshelf.extraction.office.word.numbering import Numbering
from moonshelf.extraction.office.word.styles import CODE
from moonshelf.extraction.tools import Limits

if TYPE_CHECKING:
    from lxml.etree import _Element

_LINKABLE = re.compile(r"(?:https?|mailto|ftp):[^\s()<>]+", re.IGNORECASE)
_FIELD = "{urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0}"
_SPACES = re.compile(r"[ \t\r\n]{2,}|[\t\r\n]")  # shown as one (ODF 1.3, 6.1.2): text:s stands for more
_FORMULA = re.compile(r"\$([^$\n]+)\$")
_MOST_SPACES = 100  # that one element may stand for: a hostile one says two billion
_MOST_REPEATS = 100  # of a row or a cell of a table in a text
_WIDEST = 1_000
_MARGINS = ("header", "header-first", "header-left", "footer", "footer-first", "footer-left")
_SILENT = frozenset(
    (
        f"{TEXT}tracked-changes", f"{TEXT}sequence-decls", f"{TEXT}variable-decls", f"{TEXT}user-field-decls",
        f"{OFFICE}forms", f"{TEXT}alphabetical-index-auto-mark-file", f"{TEXT}dde-connection-decls",
        f"{TEXT}list-header-number", f"{OFFICE}annotation-end", f"{OFFICE}event-listeners",
        f"{DRAW}glue-point", f"{DRAW}object", f"{DRAW}enhanced-geometry", f"{TEXT}ruby-text-style",
    )
)  # fmt: skip
_DRAWN = frozenset(
    f"{DRAW}{name}"
    for name in ("frame", "g", "custom-shape", "rect", "ellipse", "circle", "line", "polygon", "polyline", "path",
                 "connector", "caption", "regular-polygon", "a")
)  # fmt: skip


_NOTHING = Inside(lambda _name: None)  # of a file that is one XML document, which holds what it embeds


class Flow:
    """Reads one document's text; notes are collected on the way and read at its end."""

    def __init__(
        self, styles: Styles, limits: Limits, withheld: Withheld, inside: Inside = _NOTHING, *, is_sheet: bool = False
    ) -> None:
        """Read embedded charts from *inside*; those of a sheet without their data, which stands in its cells."""
        self._inside, self._is_sheet = inside, is_sheet
        self._styles = styles
        self._numbering = Numbering(styles.level)
        self._cells_left = limits.cells
        self._anchored: list[_Element] = []
        self._opened: dict[_Element, _Element | None] = {}  # embedded documents
        self._notes: list[tuple[str, _Element]] = []
        self._counts: dict[str, int] = {}
        self._withheld = withheld
        self._is_code = False  # the paragraph that is being read

    def within(self, container: "Iterable[_Element]") -> Iterator[Block]:
        """Read the blocks that *container* holds."""
        return joined_code(self._blocks(container))

    def _blocks(self, container: "Iterable[_Element]") -> Iterator[Block]:
        for element in container:
            if element.tag == f"{TEXT}h":
                yield from self._paragraph(element, whole(element.get(f"{TEXT}outline-level"), 1))
            elif element.tag == f"{TEXT}p":
                yield from self._paragraph(element, 0)
            elif element.tag == f"{TEXT}list":
                yield from self._list(element, "", 0)
            elif element.tag == f"{TABLE}table":
                yield from self.table(element)
            elif element.tag in _DRAWN:
                yield from self.drawn(element)
            elif element.tag not in _SILENT and self._shown(element):
                yield from self._blocks(element)

    def notes(self) -> Iterator[Block]:
        """Read the notes met so far, in order; notes may hold further ones."""
        for marker, element in self._notes:  # grows meanwhile
            author = text_of(element, f"{DC}creator")
            body = find(element, f"{TEXT}note-body")
            if text := lines(self.within(element if body is None else body)):
                yield Block(Kind.NOTE, f"{author}: {text}" if author else text, marker=marker)

    def margins(self, styles_root: "_Element | None") -> Iterator[Block]:
        """Read headers and footers, each text once: readers look for what stands there, if not on every page."""
        seen: set[str] = set()
        tags = [f"{STYLE}{name}" for name in _MARGINS]
        for element in styles_root.iter(*tags) if styles_root is not None else ():
            text = lines(self.within(element))
            if text and text not in seen:
                seen.add(text)
                yield Block(Kind.NOTE, f"Page {element.tag.removeprefix(STYLE)[:6]}: {text}")

    def drawn(self, element: "_Element") -> Iterator[Block]:
        """Read a drawing: its text, its tables, and what is said of its pictures."""
        if element.tag in (f"{DRAW}g", f"{DRAW}a"):
            for child in element:
                if child.tag in _DRAWN:
                    yield from self.drawn(child)
            return
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
        document = self._embedded(element)
        if document is None:
            return
        if (body := objects.body(document)) is not None:
            yield from self.within(body)
            return
        yield from objects.titles(document)
        if not self._is_sheet:
            for table in objects.data(document):
                yield from self.table(table)
        if text := objects.formula(document):
            yield Block(Kind.FORMULA, text)

    def table(self, table: "_Element") -> Iterator[Block]:
        """Read a table inside a text or on a slide."""
        cells = [cell for row, element in enumerate(_rows(table)) for cell in self._row(row, element)]
        if any(cell.text for cell in cells):
            yield Block(Kind.TABLE, cells=tuple(cells))

    def _row(self, row: int, element: "_Element") -> Iterator[Cell]:
        column = 0
        for cell in element:
            times = min(max(whole(cell.get(f"{TABLE}number-columns-repeated"), 1), 1), _WIDEST)
            if cell.tag == f"{TABLE}table-cell":
                text = lines(self.within(cell))
                spans = (_span(cell, "rows"), _span(cell, "columns"))
                for place in range(times if text else 1):
                    self._cells_left -= 1
                    if self._cells_left < 0:
                        raise LimitReached("its tables hold too many cells")
                    yield Cell(row, column + place, text, *spans)
            column += times

    def _paragraph(self, element: "_Element", level: int, marker: str | None = None, depth: int = 0) -> Iterator[Block]:
        look = self._styles.look("paragraph", element.get(f"{TEXT}style-name"))
        named = self._styles.name("paragraph", element.get(f"{TEXT}style-name"))
        switch = find(element, f"{TEXT}hidden-paragraph")
        hidden = look.hidden or (switch is not None and switch.get(f"{TEXT}is-hidden") == "true")
        self._is_code = not level and marker is None and named.replace("_20_", " ").lower() in CODE
        text = "".join(self._inline(element, Look(hidden=hidden)))
        if self._is_code:
            yield Block(Kind.CODE, text)
        elif (text := text.strip(" ")).strip():
            yield _block(text, level or (1 if named == "Title" else 0), marker, depth)
        anchored, self._anchored = self._anchored, []
        for one in anchored:
            yield from self.drawn(one)

    def _list(self, element: "_Element", style: str, depth: int) -> Iterator[Block]:
        style = element.get(f"{TEXT}style-name") or style
        if not depth and element.get(f"{TEXT}continue-numbering") != "true" and not element.get(f"{TEXT}continue-list"):
            self._numbering.restart(style)
        for item in element:
            if item.tag not in (f"{TEXT}list-item", f"{TEXT}list-header"):
                continue
            marker = None
            for child in item:
                if child.tag == f"{TEXT}list":
                    yield from self._list(child, style, depth + 1)
                elif child.tag in (f"{TEXT}p", f"{TEXT}h"):
                    if marker is None:
                        marker = self._numbering.marker(style, depth) if item.tag == f"{TEXT}list-item" else ""
                    else:
                        marker = ""
                    level = whole(child.get(f"{TEXT}outline-level"), 1) if child.tag == f"{TEXT}h" else 0
                    yield from self._paragraph(child, level, marker, depth)
                else:
                    yield from self.within((child,))

    def _inline(self, element: "_Element", look: Look) -> Iterator[str]:
        yield self._said(element.text, look)
        for child in element:
            yield from self._child(child, look)
            yield self._said(child.tail, look)

    def _child(self, child: "_Element", look: Look) -> Iterator[str]:
        if (stands_for := _STANDS_FOR.get(child.tag)) is not None:
            yield stands_for(child)
        elif child.tag == f"{TEXT}span":
            yield from self._styled(child, look)
        elif child.tag == f"{TEXT}a":
            yield _linked("".join(self._inline(child, look)), child.get(f"{XLINK}href", ""))
        elif child.tag in (f"{TEXT}note", f"{OFFICE}annotation"):
            yield self._note(child)
        elif child.tag in _DRAWN:
            yield from self._drawing(child)
        elif child.tag == f"{TEXT}ruby-text":
            yield f"({''.join(self._inline(child, look))})"
        elif child.tag == f"{TEXT}hidden-text":
            text = child.get(f"{TEXT}string-value") or "".join(map(str, child.itertext()))
            yield "" if self._withheld.takes(text, "hidden text") else text
        elif child.tag not in _SILENT and self._shown(child):
            yield from self._inline(child, look)

    def _drawing(self, element: "_Element") -> Iterator[str]:
        """Read a formula where it stands among words, and what else is drawn after their paragraph."""
        embedded = find(element, f"{DRAW}object") if element.tag == f"{DRAW}frame" else None
        document = None if embedded is None else self._embedded(embedded)
        if document is not None and (text := objects.formula(document)):
            yield f"${text}$"
        else:
            self._anchored.append(element)

    def _embedded(self, element: "_Element") -> "_Element | None":
        """Return the document that *element* embeds: its part is given out once."""
        if element not in self._opened:
            self._opened[element] = objects.root(element, self._inside.part)
        return self._opened[element]

    def _styled(self, element: "_Element", look: Look) -> Iterator[str]:
        own = self._styles.look("text", element.get(f"{TEXT}style-name"))
        text = "".join(self._inline(element, own.over(look)))
        if self._is_code:
            yield text
            return
        mark = ("**" if own.bold else "") + ("*" if own.italic else "")
        core = text.strip()
        if not mark or not core or "\n" in core or core.startswith("*"):
            yield text
        else:
            yield text.replace(core, f"{mark}{core}{mark}", 1)

    def _said(self, text: str | None, look: Look) -> str:
        if not text:
            return ""
        if look.hidden and self._withheld.takes(text, "hidden text"):
            return ""
        return shifted(_SPACES.sub(" ", text), look.place)

    def _shown(self, element: "_Element") -> bool:
        if element.get(f"{TEXT}display") == "none":
            return not self._withheld.takes("".join(str(text) for text in element.itertext()), "hidden text")
        return element.tag not in (f"{SVG}desc", f"{SVG}title", f"{PRESENTATION}notes")

    def _note(self, element: "_Element") -> str:
        kind = "comment" if element.tag == f"{OFFICE}annotation" else element.get(f"{TEXT}note-class", "footnote")
        self._counts[kind] = self._counts.get(kind, 0) + 1
        own = text_of(element, f"{TEXT}note-citation").strip()
        marker = f"c{self._counts[kind]}" if kind == "comment" else own or str(self._counts[kind])
        self._notes.append((marker, element))
        return f"[^{marker}]"


def _spaces(element: "_Element") -> str:
    return " " * min(max(whole(element.get(f"{TEXT}c"), 1), 0), _MOST_SPACES)


def _form(element: "_Element") -> str:
    """Return what a field of a form shows: its parameters say, which bear names of their own."""
    stated = [(one.get(f"{_FIELD}name", ""), one.get(f"{_FIELD}value", "")) for one in element]
    known = dict(stated)
    if element.get(f"{_FIELD}type", "").endswith("FORMCHECKBOX"):
        return FormField(BOX, int(known.get("Checkbox_Checked") == "true")).shown()
    entries = [value for name, value in stated if name == "Dropdown_ListEntry"]
    return FormField(LIST, whole(known.get("Dropdown_Selected")), entries=entries).shown()


_STANDS_FOR: "Mapping[str, Callable[[_Element], str]]" = {
    f"{TEXT}s": _spaces,
    f"{TEXT}tab": lambda _: "\t",
    f"{TEXT}line-break": lambda _: "\n",
    f"{_FIELD}fieldmark": _form,
}


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
        if element.tag == f"{TABLE}table-row":
            for _ in range(min(max(whole(element.get(f"{TABLE}number-rows-repeated"), 1), 1), _MOST_REPEATS)):
                yield element
        elif element.tag in (f"{TABLE}table-rows", f"{TABLE}table-header-rows", f"{TABLE}table-row-group"):
            yield from _rows(element)


def _span(cell: "_Element", of: str) -> int:
    return min(max(whole(cell.get(f"{TABLE}number-{of}-spanned"), 1), 1), _WIDEST)


def _linked(text: str, address: str) -> str:
    if not text.strip() or not _LINKABLE.fullmatch(address) or text.strip() == address:
        return text
    return f"[{text.strip()}]({address})"
