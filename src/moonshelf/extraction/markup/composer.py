"""Blocks in the making: what each element of a marked-up page does to them as it begins and ends."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.markup import page_tables
from moonshelf.extraction.markup.inline import Inline
from moonshelf.extraction.markup.page_tables import Entry
from moonshelf.extraction.notation.numerals import letters, roman

if TYPE_CHECKING:
    from lxml.etree import _Element

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "html", "legend", "li", "listing", "main", "marquee", "menu", "nav", "ol", "optgroup",
    "option", "p", "plaintext", "pre", "search", "section", "select", "summary", "table", "tbody", "td", "text",
    "textarea", "tfoot", "th", "thead", "tr", "ul", "xmp",
))  # fmt: skip
_PREFORMATTED = frozenset({"pre", "listing", "plaintext", "xmp"})
_EMPHASIS: Mapping[str, tuple[str, str]] = {
    "b": ("**", "**"),
    "strong": ("**", "**"),
    "i": ("*", "*"),
    "em": ("*", "*"),
    "code": ("`", "`"),
    "kbd": ("`", "`"),
    "samp": ("`", "`"),
    "tt": ("`", "`"),
    "sup": ("<sup>", "</sup>"),  # 10 to the 6th is not 106
    "sub": ("<sub>", "</sub>"),
    "s": ("~~", "~~"),  # or what was struck out would run into what stands for it
    "strike": ("~~", "~~"),
    "del": ("~~", "~~"),
    "q": ("“", "”"),
    "rt": ("(", ")"),  # how what stands before it is read
    "a": ("[", "]"),
}
_WRITTEN = frozenset({"text", "email", "number", "tel", "url", "date", "time", "month", "week", "search"})
_PRESSED = frozenset({"submit", "reset", "button"})
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_BUILT = frozenset((
    "h1", "h2", "h3", "h4", "h5", "h6", "li", "table", "tr", "td", "th", "optgroup", *_LISTS, *_PREFORMATTED,
))  # fmt: skip
_LINES = frozenset({"div", "p", "li", "tr"})  # inside preformatted text
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_LANGUAGE = re.compile(r"(?:language-|lang-|highlight-source-|brush:\s*)([\w+#.-]{1,30})")
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>()]{1,1000}", re.IGNORECASE)


@dataclass(slots=True)
class _List:
    ordered: bool
    numeral: str
    number: int


@dataclass(slots=True)
class _Item:
    """A list item; its marker stands before its first text only."""

    level: int
    marker: str
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    """A table of data, and the lists it stands in: those inside its cells are their own."""

    items: list[_Item]
    lists: list[_List]
    rows: list[list[Entry]] = field(default_factory=list)
    cell: Entry | None = None


class Composer:
    """Takes elements and text in document order; ``blocks`` grows as they end."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._inline = Inline()
        self._marks: list[tuple[str, tuple[int, int]]] = []  # open emphasis: its sign ("" if it has no effect), place
        self._heading = 0
        self._lists: list[_List] = []
        self._items: list[_Item] = []
        self._table: _Table | None = None
        self._pre: _Element | None = None
        self._raw: list[str] = []

    def text(self, text: str) -> None:
        """Add text where the walk stands."""
        if self._pre is not None:
            self._raw.append(text)
        elif self._inline.pieces or not text.isspace():  # as what parts the lines of the markup
            self._inline.add(text)

    def formula(self, text: str) -> None:
        """Add a formula, which is one piece of the text around it."""
        self.text(text)

    def flush(self) -> None:
        """End the block that is being written."""
        if text := self._inline.take():
            self._put(text)

    def start(self, tag: str, element: "_Element") -> None:
        """Begin *element* and add the text at its beginning."""
        if self._pre is not None:
            self._raw.append("\n" if tag == "br" else "")
        elif tag in _BLOCKS:
            self.flush()
            if tag in _BUILT:
                self._begin(tag, element)
        elif tag in _EMPHASIS:
            sign = _EMPHASIS[tag][0]
            idle = any(known in (sign, "`") for known, _ in self._marks) or (sign == "**" and self._heading)
            self._marks.append(("" if idle else sign, self._inline.place()))
        elif tag == "br":
            self._inline.add_break()
        elif tag == "img" and (alt := " ".join((element.get("alt") or "").split())):
            self._inline.add(f"![{alt}]()")
        elif tag == "input" and (entered := _entered(element)):
            self._inline.add(f" {entered}" if self._inline.ends_in_a_word() else entered)
        if inside := element.text:
            self.text(inside)

    def end(self, tag: str, element: "_Element") -> None:
        """End *element*."""
        if self._pre is not None:
            self._end_raw(tag, element)
        elif tag in _BLOCKS:
            self.flush()
            if tag in _BUILT:
                self._finish(tag)
        elif tag in _EMPHASIS:
            sign, place = self._marks.pop()
            if sign == "[" and _refers(element):
                self._refer(place)
            elif sign == "[":
                self._link(place, element.get("href") or "")
            elif sign:
                self._inline.wrap(place, *_EMPHASIS[tag])

    def _begin(self, tag: str, element: "_Element") -> None:
        if tag in ("td", "th"):
            self._begin_cell(element, header=tag == "th")
        elif tag[0] == "h":
            self._heading = int(tag[1:])
        elif tag in _PREFORMATTED:
            self._pre = element
        elif tag in _LISTS:
            self._put_item()
            self._lists.append(_List(tag == "ol", element.get("type") or "1", _number(element.get("start"))))
        elif tag == "li":
            self._items.append(_Item(max(0, len(self._lists) - 1), self._marker(element)))
        elif tag == "table" and page_tables.holds_data(element):
            self._put_item()
            self._table = _Table(self._items, self._lists)
            self._items, self._lists = [], []
        elif tag == "tr" and self._table:
            self._table.rows.append([])
        elif tag == "optgroup":
            self._inline.add(element.get("label") or "")
            self.flush()

    def _finish(self, tag: str) -> None:
        if tag in ("td", "th"):
            if self._table:
                self._table.cell = None
        elif tag[0] == "h":
            self._heading = 0
        elif tag in _LISTS and self._lists:
            self._lists.pop()
        elif tag == "li" and self._items:
            self._put_item()
            self._items.pop()
        elif tag == "table" and self._table:
            table, self._table = self._table, None
            self._items, self._lists = table.items, table.lists
            cells = page_tables.place(table.rows)
            if any(cell.text for cell in cells):
                self.blocks.append(Block(Kind.TABLE, cells=cells))

    def _begin_cell(self, element: "_Element", *, header: bool) -> None:
        if self._table:
            self._table.cell = page_tables.entry(element, header=header)
            self._table.rows = self._table.rows or [[]]
            self._table.rows[-1].append(self._table.cell)

    def _put(self, text: str) -> None:
        """Put a finished text where it belongs: into a list item, a table cell, or a block of its own."""
        if self._items and not self._heading:
            self._items[-1].lines.append(text)
        elif self._table and self._table.cell:
            self._table.cell.lines.append(text)
        elif self._heading:
            self._put_item()
            self.blocks.append(Block(Kind.HEADING, text, level=self._heading))
        else:
            self.blocks.append(Block(Kind.PARAGRAPH, text))

    def _put_item(self) -> None:
        if not self._items or not self._items[-1].lines:
            return
        item = self._items[-1]
        text, item.lines = "\n".join(item.lines), []
        if self._table and self._table.cell:
            self._table.cell.lines.append(f"{item.marker or '-'} {text}")
        else:
            self.blocks.append(Block(Kind.LIST, text, level=item.level, marker=item.marker))
        item.marker = ""

    def _marker(self, element: "_Element") -> str:
        if not self._lists or not self._lists[-1].ordered:
            return "-"
        inside = self._lists[-1]
        number = _number(element.get("value"), inside.number)
        inside.number = number + 1
        match inside.numeral:
            case "a" | "A":
                numeral = letters(number)
            case "i" | "I":
                numeral = roman(number)
            case _:
                numeral = str(number)
        return f"{numeral.upper() if inside.numeral.isupper() else numeral}."

    def _link(self, place: tuple[int, int], address: str) -> None:
        """Keep where a link leads if that makes sense outside the page, and is not what the link says already."""
        if _ADDRESS.fullmatch(address) and address.removeprefix("mailto:") != self._inline.since(place):
            self._inline.wrap(place, "[", f"]({address})")

    def _refer(self, place: tuple[int, int]) -> None:
        """Raise the number of a note, as books do by a style: it is no part of the word before it."""
        if not (any(sign == "<sup>" for sign, _ in self._marks) or "<sup>" in self._inline.since(place)):
            self._inline.wrap(place, *_EMPHASIS["sup"])

    def _end_raw(self, tag: str, element: "_Element") -> None:
        if element is not self._pre:
            if tag in _LINES and self._raw and not self._raw[-1].endswith("\n"):
                self._raw.append("\n")
            return
        text = "".join(self._raw).removeprefix("\n").rstrip()
        self._pre = None
        self._raw.clear()
        if not text.strip():
            return
        if self._table and self._table.cell:
            self._put(text)
            return
        self._put_item()
        self.blocks.append(Block(Kind.CODE, text, language=_language(element)))


def _refers(link: "_Element") -> bool:
    """Tell whether a *link* is the number of a note."""
    return link.get("role") == "doc-noteref" or "noteref" in (link.get(_EPUB_TYPE) or "").split()


def _entered(field: "_Element") -> str:
    """Return what a field of a form shows: a box that is ticked or not, what stands in it, or what it asks for."""
    kind = (field.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return "☐ " if field.get("checked") is None else "☒ "
    if kind == "image":
        return f" {field.get('alt') or ''} "
    shown = field.get("value") or (field.get("placeholder") if kind in _WRITTEN else "")
    return f" {shown or ''} " if kind in _WRITTEN or kind in _PRESSED else ""


def _language(pre: "_Element") -> str:
    """Return the language a highlighter was told, on the block or on the code in it."""
    for one in (pre, next(iter(pre), None), pre.getparent()):
        found = _LANGUAGE.search((one.get("class") or "") if one is not None else "")
        if found:
            return found[1]
    return ""


def _number(text: str | None, default: int = 1) -> int:
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,9}", text) else default
