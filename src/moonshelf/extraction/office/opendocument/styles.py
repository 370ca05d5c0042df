"""Styles and lists of OpenDocument files: what is emphasised, hidden or a heading, and how items are numbered."""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from moonshelf.extraction.office import looks
from moonshelf.extraction.office.definitions import Definitions
from moonshelf.extraction.office.elements import find
from moonshelf.extraction.office.openxml import whole
from moonshelf.extraction.office.word.numbering import Level

if TYPE_CHECKING:
    from lxml.etree import _Element

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, DRAW = (f"{{{_SPACE}{name}:1.0}}" for name in ("office", "text", "table", "drawing"))
STYLE, PRESENTATION, SHOWN = (f"{{{_SPACE}{name}:1.0}}" for name in ("style", "presentation", "xsl-fo-compatible"))
SVG = f"{{{_SPACE}svg-compatible:1.0}}"
XLINK, DC = "{http://www.w3.org/1999/xlink}", "{http://purl.org/dc/elements/1.1/}"
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none"}
_NAMED, _NAMED_END = b"<office:styles>", b"</office:styles>"
_LONGEST_CHAIN = 50
_DEEPEST = 10  # levels of a list
_RAISED = ("sup", *"123456789")  # a word of two spellings, or a percentage above none


class Look(msgspec.Struct, frozen=True):
    """What a style says that matters to a reader; ``None`` where it says nothing."""

    bold: bool | None = None
    italic: bool | None = None
    hidden: bool | None = None
    place: str | None = None  # "sup" or "sub", where it is raised or lowered

    def over(self, below: "Look") -> "Look":
        """Return this look with *below* showing through where it says nothing."""
        return looks.over(self, below, silent=_SILENT)


_SILENT = Look()


class Named:
    """The named styles of a part that is nothing but styles: nine tenths of it, of which a document uses five."""

    def __init__(self, content: bytes) -> None:
        """Look in *content*, which is ``plain``."""
        begin, end = content.find(_NAMED), content.rfind(_NAMED_END)
        self.rest = content if begin < 0 or end < begin else content[:begin] + content[end + len(_NAMED_END) :]
        self._content = content[: max(end, 0)]

    def style(self, family: str, name: str) -> "_Element | None":
        """Return the style of this family and name, if there is one."""
        return next((one for one in self._styles.all(name) if one.get(f"{STYLE}family", "") == family), None)

    def list(self, name: str) -> "_Element | None":
        """Return the style of lists of this name, if there is one."""
        return next((one for lists in self._lists for one in lists.all(name)), None)

    @cached_property
    def _styles(self) -> Definitions:
        return Definitions(self._content, STYLE, "style", "name")

    @cached_property
    def _lists(self) -> tuple[Definitions, Definitions]:
        kinds = "list-style", "outline-style"
        return Definitions(self._content, TEXT, kinds[0], "name"), Definitions(self._content, TEXT, kinds[1], "name")


class Styles:
    """All styles of a document by family and name."""

    def __init__(self, *roots: "_Element | None", named: Named | None = None) -> None:
        """Read the styles of all *roots*; where two share a name the later one holds, and a *named* one last."""
        self._named = named or Named(b"")
        self._elements: dict[tuple[str, str], _Element | None] = {}
        self._lists: dict[str, _Element | None] = {}
        self._looks: dict[tuple[str, str], Look] = {}
        self._names: dict[tuple[str, str], str] = {}
        for root in roots:
            for one in (
                root.iter(f"{STYLE}style", f"{TEXT}list-style", f"{TEXT}outline-style") if root is not None else ()
            ):
                name = one.get(f"{STYLE}name", "")
                if one.tag == f"{STYLE}style":
                    self._elements[one.get(f"{STYLE}family", ""), name] = one
                else:
                    self._lists[name] = one

    def look(self, family: str, name: str | None) -> Look:
        """Return what the style *name* and those it is derived from say."""
        key = (family, name or "")
        if key not in self._looks:
            look = _SILENT
            for element in self._chain(*key):
                look = look.over(_stated(element))
            self._looks[key] = look
        return self._looks[key]

    def name(self, family: str, name: str | None) -> str:
        """Return the name of the first named style behind *name*: automatic ones are called P1, T2."""
        key = (family, name or "")
        if key not in self._names:
            named = (one.get(f"{STYLE}name", "") for one in self._chain(*key) if not _automatic(one))
            self._names[key] = next(named, "")
        return self._names[key]

    def displayed(self, family: str, name: str | None) -> bool:
        """Whether tables of the style *name*, or slides, are shown."""
        for element in self._chain(family, name or ""):
            for properties in element:
                if (
                    properties.get(f"{TABLE}display") == "false"
                    or properties.get(f"{PRESENTATION}visibility") == "hidden"
                ):
                    return False
        return True

    def level(self, name: str, depth: int) -> Level | None:
        """Return how the level *depth* of the lists of style *name* counts, if there is one."""
        if name and name not in self._lists:
            self._lists[name] = self._named.list(name)
        element = self._lists.get(name)
        level = None
        for one in () if element is None else element:
            if whole(one.get(f"{TEXT}level"), 1) - 1 == depth:
                level = _level(name, one, depth) or level
        return level

    def _chain(self, family: str, name: str) -> "Iterator[_Element]":
        for _ in range(_LONGEST_CHAIN):
            if name and (family, name) not in self._elements:
                self._elements[family, name] = self._named.style(family, name)
            element = self._elements.get((family, name))
            if element is None:
                return
            yield element
            name = element.get(f"{STYLE}parent-style-name", "")


def _automatic(element: "_Element") -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == f"{OFFICE}automatic-styles"


def _stated(element: "_Element") -> Look:
    text = find(element, f"{STYLE}text-properties")
    weight = None if text is None else text.get(f"{SHOWN}font-weight")
    slope = None if text is None else text.get(f"{SHOWN}font-style")
    display = None if text is None else text.get(f"{TEXT}display")
    position = None if text is None else text.get(f"{STYLE}text-position")
    return Look(
        bold=None if weight is None else weight in ("bold", "600", "700", "800", "900"),
        italic=None if slope is None else slope in ("italic", "oblique"),
        hidden=None if display is None else display == "none",
        place=None if position is None else _place(position),
    )


def _place(position: str) -> str:
    """Read how far text is raised: a word or a percentage, and then how small it is."""
    by = position.partition(" ")[0]
    if by == "sub" or by.startswith("-"):
        return "sub"
    return "sup" if by.startswith(_RAISED) else ""


def _level(owner: str, element: "_Element", depth: int) -> Level | None:
    if element.tag == f"{TEXT}list-level-style-bullet":
        return Level(owner, "bullet", element.get(f"{TEXT}bullet-char", "•"))
    if element.tag not in (f"{TEXT}list-level-style-number", f"{TEXT}outline-level-style"):
        return None
    form = _FORMS.get(element.get(f"{STYLE}num-format", ""), "decimal")
    shown = min(max(whole(element.get(f"{TEXT}display-levels"), 1), 1), depth + 1, _DEEPEST)
    numbers = ".".join(f"%{level + 1}" for level in range(depth - shown + 1, depth + 1) if level < 9)  # noqa: PLR2004 - as many as places go
    before, after = element.get(f"{STYLE}num-prefix", ""), element.get(f"{STYLE}num-suffix", "")
    start = whole(element.get(f"{TEXT}start-value"), 1)
    return Level(owner, form, f"{before}{numbers}{after}" if form != "none" else "", start)
