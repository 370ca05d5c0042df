"""The text of an OpenDocument paragraph: spans, fields, links, notes and what is anchored among them."""

import re
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

import msgspec

from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.office.elements import find, text_of
from moonshelf.extraction.office.form_fields import BOX, LIST, FormField
from moonshelf.extraction.office.opendocument import objects
from moonshelf.extraction.office.opendocument.objects import Inside
from moonshelf.extraction.office.opendocument.styles import DRAW, OFFICE, SVG, TEXT, XLINK, Look, Styles
from moonshelf.extraction.office.openxml import whole
from moonshelf.extraction.office.raised import shifted

if TYPE_CHECKING:
    from lxml.etree import _Element

STYLED = f"{TEXT}style-name"
DRAWN = frozenset(
    f"{DRAW}{name}"
    for name in ("frame", "g", "custom-shape", "rect", "ellipse", "circle", "line", "polygon", "polyline", "path",
                 "connector", "caption", "measure", "regular-polygon", "control", "a")
)  # fmt: skip
"""What may be drawn among words."""
_SILENT = frozenset(
    (
        f"{TEXT}tracked-changes", f"{TEXT}sequence-decls", f"{TEXT}variable-decls", f"{TEXT}user-field-decls",
        f"{OFFICE}forms", f"{TEXT}alphabetical-index-auto-mark-file", f"{TEXT}dde-connection-decls",
        f"{TEXT}list-header-number", f"{OFFICE}annotation-end", f"{OFFICE}event-listeners",
        f"{DRAW}glue-point", f"{DRAW}object", f"{DRAW}enhanced-geometry", f"{TEXT}ruby-text-style",
    )
)  # fmt: skip
_TOLD_ELSEWHERE = frozenset((f"{SVG}desc", f"{SVG}title"))
_LINKABLE = re.compile(r"(?:https?|mailto|ftp):[^\s()<>]+", re.IGNORECASE)
_FIELD = "{urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0}"
_SPACES = re.compile(r"[ \t\r\n]{2,}|[\t\r\n]")  # shown as one (ODF 1.3, 6.1.2): text:s stands for more
_MOST_SPACES = 100  # that one element may stand for: a hostile one says two billion


class Story(msgspec.Struct):
    """What lasts from one paragraph to the next of one document."""

    styles: Styles
    withheld: Withheld
    inside: Inside
    anchored: "list[_Element]" = msgspec.field(default_factory=list)  # what is drawn, told after its paragraph
    notes: "deque[tuple[str, _Element]]" = msgspec.field(default_factory=deque)  # to be read, with their markers
    _counts: dict[str, int] = msgspec.field(default_factory=dict)  # of notes, by their kinds
    _opened: "dict[_Element, _Element | None]" = msgspec.field(default_factory=dict)  # embedded documents

    def embedded(self, element: "_Element") -> "_Element | None":
        """Return the document that *element* embeds: its part is given out once."""
        if element not in self._opened:
            self._opened[element] = objects.root(element, self.inside.part)
        return self._opened[element]

    def note(self, element: "_Element") -> str:
        """Remember a note that the text holds, and return its marker."""
        kind = "comment" if element.tag == f"{OFFICE}annotation" else element.get(f"{TEXT}note-class", "footnote")
        self._counts[kind] = self._counts.get(kind, 0) + 1
        own = text_of(element, f"{TEXT}note-citation").strip()
        marker = f"c{self._counts[kind]}" if kind == "comment" else own or str(self._counts[kind])
        self.notes.append((marker, element))
        return marker


class Line:
    """One paragraph, read as its elements come by."""

    def __init__(self, story: Story, *, is_code: bool) -> None:
        """Leave the emphasis of spans out, if it *is_code*."""
        self._story, self._is_code = story, is_code
        self._parts: list[str] = []
        self._marked = (-1, "")  # how many parts there were when a span had been marked, and its mark

    def read(self, paragraph: "_Element", look: Look) -> str:
        """Return its text with emphasis and links as Markdown marks them."""
        self._walk(paragraph, look)
        return "".join(self._parts)

    def _walk(self, element: "_Element", look: Look) -> None:
        if text := element.text:
            self._say(text, look)
        for child in element:
            read = self._READERS.get(child.tag)
            if read is not None:
                read(self, child, look)
            elif is_shown(child, self._story.withheld):
                self._walk(child, look)
            if tail := child.tail:
                self._say(tail, look)

    def _say(self, text: str, look: Look) -> None:
        if look.hidden and self._story.withheld.takes(text, "hidden text"):
            return
        shown = text if text.isprintable() and "  " not in text else _SPACES.sub(" ", text)
        self._parts.append(shifted(shown, look.place) if look.place else shown)

    def _within(self, element: "_Element", look: Look) -> tuple[int, str]:
        """Read what *element* holds, and return where in the parts it starts, and its text."""
        start = len(self._parts)
        self._marked = (-1, "")  # what stands before is not within
        self._walk(element, look)
        return start, "".join(self._parts[start:])

    def _span(self, element: "_Element", look: Look) -> None:
        own = self._story.styles.derived("text", element.get(STYLED)).look
        mark = ("**" if own.bold else "") + ("*" if own.italic else "")
        if self._is_code or not mark:
            self._walk(element, own.over(look))
            return
        before = self._marked
        start, text = self._within(element, own.over(look))
        core = text.strip()
        if not core or "\n" in core or core.startswith("*"):
            return
        marked = text.replace(core, f"{mark}{core}{mark}", 1)
        if before == (start, mark) and marked.startswith(mark) and self._parts[start - 1].endswith(mark):
            self._parts[start - 1] = self._parts[start - 1].removesuffix(mark)  # a word in two spans is one
            marked = marked.removeprefix(mark)
        self._parts[start:] = [marked]
        self._marked = (start + 1, mark)

    def _link(self, element: "_Element", look: Look) -> None:
        start, text = self._within(element, look)
        self._parts[start:] = [_linked(text, element.get(f"{XLINK}href", ""))]

    def _ruby(self, element: "_Element", look: Look) -> None:
        """Pinyin and furigana stand in brackets behind what they are said of."""
        self._parts.append("(")
        self._walk(element, look)
        self._parts.append(")")

    def _note(self, element: "_Element", _look: Look) -> None:
        self._parts.append(f"[^{self._story.note(element)}]")

    def _drawing(self, element: "_Element", _look: Look) -> None:
        """Read a formula where it stands among words, and what else is drawn after their paragraph."""
        embedded = find(element, f"{DRAW}object") if element.tag == f"{DRAW}frame" else None
        document = None if embedded is None else self._story.embedded(embedded)
        if document is not None and (text := objects.formula(document)):
            self._parts.append(f"${text}$")
        else:
            self._story.anchored.append(element)

    def _hidden(self, element: "_Element", _look: Look) -> None:
        text = element.get(f"{TEXT}string-value") or "".join(map(str, element.itertext()))
        if not self._story.withheld.takes(text, "hidden text"):
            self._parts.append(text)

    def _spaces(self, element: "_Element", _look: Look) -> None:
        self._parts.append(" " * min(max(whole(element.get(f"{TEXT}c"), 1), 0), _MOST_SPACES))

    def _tab(self, _element: "_Element", _look: Look) -> None:
        self._parts.append("\t")

    def _break(self, _element: "_Element", _look: Look) -> None:
        self._parts.append("\n")

    def _form(self, element: "_Element", _look: Look) -> None:
        self._parts.append(_shown_by(element))

    _READERS: ClassVar[Mapping[str, Callable[["Line", "_Element", Look], None]]] = {
        **dict.fromkeys(DRAWN, _drawing),
        f"{TEXT}span": _span,
        f"{TEXT}a": _link,
        f"{TEXT}s": _spaces,
        f"{TEXT}tab": _tab,
        f"{TEXT}line-break": _break,
        f"{TEXT}note": _note,
        f"{OFFICE}annotation": _note,
        f"{TEXT}ruby-text": _ruby,
        f"{TEXT}hidden-text": _hidden,
        f"{_FIELD}fieldmark": _form,
    }


def is_shown(element: "_Element", withheld: Withheld) -> bool:
    """Whether what *element* holds is text to be read here; what is there and not displayed is *withheld*."""
    if element.tag in _SILENT:
        return False
    if element.get(f"{TEXT}display") == "none":
        return not withheld.takes("".join(map(str, element.itertext())), "hidden text")
    return element.tag not in _TOLD_ELSEWHERE


def _shown_by(field: "_Element") -> str:
    """Return what a field of a form shows: its parameters say, which bear names of their own."""
    stated = [(one.get(f"{_FIELD}name", ""), one.get(f"{_FIELD}value", "")) for one in field]
    known = dict(stated)
    if field.get(f"{_FIELD}type", "").endswith("FORMCHECKBOX"):
        return FormField(BOX, int(known.get("Checkbox_Checked") == "true")).shown()
    entries = [value for name, value in stated if name == "Dropdown_ListEntry"]
    return FormField(LIST, whole(known.get("Dropdown_Selected")), entries=entries).shown()


def _linked(text: str, address: str) -> str:
    if not text.strip() or not _LINKABLE.fullmatch(address) or text.strip() == address:
        return text
    return f"[{text.strip()}]({address})"
