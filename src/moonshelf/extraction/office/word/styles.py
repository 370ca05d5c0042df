"""Styles and lists as a Word document defines them: which paragraphs are headings, code or numbered items."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from moonshelf.extraction.office import looks
from moonshelf.extraction.office.definitions import Definitions, root_of
from moonshelf.extraction.office.elements import find
from moonshelf.extraction.office.openxml import MC, W, flag, whole
from moonshelf.extraction.office.word.numbering import Level

if TYPE_CHECKING:
    from lxml.etree import _Element

_VAL = f"{W}val"
_HEADING = re.compile(r"heading ?([1-9])", re.IGNORECASE)  # built-in names are English whatever Word speaks
CODE = frozenset({"source code", "html preformatted", "preformatted text", "code", "code block", "macro"})
"""Names of styles for lines of a program."""
_MONOSPACE = re.compile(r"courier|consolas|mono\b|menlo|monaco|lucida console|source code", re.IGNORECASE)
_DEEPEST = 9  # outline and list levels that Word knows
_DEPTHS = range(_DEEPEST)
_LONGEST_CHAIN = 50  # of styles based on styles
_DEFAULT = f"{W}default"
_OUTLINE, _NUMBERING, _FONTS = f"{W}outlineLvl", f"{W}numPr", f"{W}rFonts"
_NAME, _BASE, _PARAGRAPH, _RUN = f"{W}name", f"{W}basedOn", f"{W}pPr", f"{W}rPr"
_BOLD, _ITALIC, _HIDDEN, _SIZE = f"{W}b", f"{W}i", f"{W}vanish", f"{W}sz"
_RAISED = f"{W}vertAlign"
_LOOKS = frozenset((_BOLD, _ITALIC, _HIDDEN, _FONTS, _RAISED))
_ASCII = f"{W}ascii"


class Style(msgspec.Struct, frozen=True):
    """What a style says that matters to a reader; ``None`` where it says nothing."""

    name: str | None = None
    heading: int | None = None  # depth from 1; 0 for body text
    number: str | None = None  # a list's id
    level: int | None = None  # of the list
    bold: bool | None = None
    italic: bool | None = None
    hidden: bool | None = None
    monospace: bool | None = None
    place: str | None = None  # "sup" or "sub", where it is raised or lowered

    @property
    def code(self) -> bool:
        """Whether its paragraphs are lines of a program."""
        return (self.name or "").lower() in CODE or bool(self.monospace)

    def over(self, below: "Style") -> "Style":
        """Return this style with *below* showing through where it says nothing."""
        return looks.over(self, below, silent=_SILENT)


_SILENT = Style()


class _Own(msgspec.Struct, frozen=True):
    """What the element of a style says: of itself, and what it is based on."""

    style: Style
    base: str
    resizes: bool


class Styles:
    """All styles of a document by id, each with those it is based on."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._known: dict[str, Style] = {}
        self._own: dict[str, _Own | None] = {}  # without those that they are based on
        named = (one.get(f"{W}styleId") for one in definitions.tagged(b"default", b"paragraph") if _is_default(one))
        self.default = self.of(next(named, None))  # of a paragraph that names none

    def of(self, style_id: str | None) -> Style:
        """Return the style *style_id*, or one that says nothing."""
        if not style_id:
            return _SILENT
        if style_id not in self._known:
            self._known[style_id] = self._inherited(style_id)
        return self._known[style_id]

    def _inherited(self, style_id: str) -> Style:
        style, resized = _SILENT, False
        for _ in range(_LONGEST_CHAIN):
            own = self._stated(style_id)
            if own is None:
                break
            defined = own.style
            if resized and _is_title(defined.name):
                defined = replace(defined, heading=None)  # set like the title in another size: who wrote it, and when
            style = style.over(defined)
            resized |= own.resizes
            style_id = own.base
        return style

    def _stated(self, style_id: str) -> _Own | None:
        """Return what a style says by itself: that many are based on it should not have it read for each."""
        if style_id not in self._own:
            element = self._definitions[style_id] if style_id else None
            self._own[style_id] = None if element is None else _own(element)
        return self._own[style_id]


def stated(properties: "_Element | None") -> "dict[str, _Element]":
    """Return what properties hold by tag: each look at an element anew makes an object anew."""
    return {} if properties is None else {one.tag: one for one in properties}


def paragraph_style(properties: "Mapping[str, _Element]") -> Style:
    """Read what is ``stated`` in a ``w:pPr`` by itself."""
    outline, numbering = properties.get(_OUTLINE), properties.get(_NUMBERING)
    if outline is None and numbering is None:
        return _SILENT
    return Style(
        heading=None if outline is None else _depth(whole(outline.get(_VAL))),
        number=None if numbering is None else _value(numbering, "numId") or None,
        level=None if numbering is None else whole(_value(numbering, "ilvl")),
    )


def run_style(properties: "Mapping[str, _Element]") -> Style:
    """Read what is ``stated`` in a ``w:rPr`` by itself."""
    if _LOOKS.isdisjoint(properties):
        return _SILENT  # as of most runs, which state a size and a language
    fonts = properties.get(_FONTS)
    family = None if fonts is None else fonts.get(_ASCII)
    return Style(
        bold=flag(properties.get(_BOLD), _VAL),
        italic=flag(properties.get(_ITALIC), _VAL),
        hidden=flag(properties.get(_HIDDEN), _VAL),
        monospace=None if family is None else bool(_MONOSPACE.search(family)),
        place=properties[_RAISED].get(_VAL, "")[:3] if _RAISED in properties else None,
    )


class Lists:
    """The lists of a document by id, each with its levels."""

    def __init__(self, content: Callable[[], bytes]) -> None:
        """Take the part that defines them from *content* when the first paragraph of one asks how it is numbered."""
        self._content = content
        self._levels: dict[tuple[str, int], Level | None] = {}
        self._links: dict[str, str] = {}

    def level(self, number: str, depth: int) -> Level | None:
        """Return how the level *depth* of the list *number* counts, if there is one."""
        if (number, depth) not in self._levels:
            self._levels[number, depth] = self._read(number, depth) if depth in _DEPTHS else None
        return self._levels[number, depth]

    def _read(self, number: str, depth: int) -> Level | None:
        one = self._definitions[1][number]
        if one is None:
            return None
        owner = _value(one, "abstractNumId")
        element, start = self._abstract_level(owner, depth), ""
        for override in one.iter(f"{W}lvlOverride"):
            if whole(override.get(f"{W}ilvl")) == depth:
                element, start = next(override.iter(f"{W}lvl"), element), _value(override, "startOverride")
        if element is None:
            return None
        level = _level(element, owner)
        return replace(level, start=whole(start, 1), restarted=True) if start else level

    @cached_property
    def _definitions(self) -> tuple[Definitions, Definitions]:
        """The lists that others are made after, and those."""
        content = self._content()
        root = root_of(content)
        abstract = Definitions(content, root, W, "abstractNum", "abstractNumId")
        return abstract, Definitions(content, root, W, "num", "numId")

    def _abstract_level(self, owner: str, depth: int) -> "_Element | None":
        abstract, _ = self._definitions
        element = abstract.within(owner, "lvl", "ilvl")[str(depth)]
        if element is not None or not (link := self._link(owner)):
            return element
        return abstract.within(self._styled[link], "lvl", "ilvl")[str(depth)] if link in self._styled else None

    def _link(self, owner: str) -> str:
        """Return the style in whose list the levels of a list stand, if they are not in its own."""
        if owner not in self._links:
            linking = self._definitions[0][owner]
            self._links[owner] = "" if linking is None else _value(linking, "numStyleLink")
        return self._links[owner]

    @cached_property
    def _styled(self) -> Mapping[str, str]:
        """The first list that the levels of each style stand in."""
        found: dict[str, str] = {}
        for one in self._definitions[0].having(b"styleLink"):
            found.setdefault(_value(one, "styleLink"), one.get(f"{W}abstractNumId", ""))
        return found


def _level(element: "_Element", owner: str) -> Level:
    legal = bool(flag(find(element, f"{W}isLgl"), _VAL))
    start = whole(_value(element, "start"), 1)
    limit = whole(_value(element, "lvlRestart"), _DEEPEST)
    return Level(owner, _form(element), _value(element, "lvlText"), start, legal, limit)


def _form(element: "_Element") -> str:
    """Return the form of a level's numbers; of one that is spelt out, as "001, 002, ...", the first number."""
    own = find(element, f"{MC}AlternateContent", f"{MC}Choice", f"{W}numFmt")
    return _value(element, "numFmt") if own is None else own.get(f"{W}format", "").partition(",")[0]


def _own(element: "_Element") -> _Own:
    """Read a ``w:style`` by itself."""
    parts = stated(element)
    base = parts[_BASE].get(_VAL, "") if _BASE in parts else ""
    return _Own(_defined(parts), base, _resizes(element))


def _defined(parts: "Mapping[str, _Element]") -> Style:
    """Read what is ``stated`` in a ``w:style`` by itself."""
    name = parts[_NAME].get(_VAL, "") if _NAME in parts else ""
    paragraph, run = paragraph_style(stated(parts.get(_PARAGRAPH))), run_style(stated(parts.get(_RUN)))
    named = _HEADING.fullmatch(name.strip())
    heading = int(named[1]) if named else 1 if _is_title(name) else paragraph.heading
    looks = (run.bold, run.italic, run.hidden, run.monospace, run.place)
    return Style(name, heading, paragraph.number, paragraph.level, *looks)


def _is_title(name: str | None) -> bool:
    return (name or "").lower() == "title"


def _resizes(element: "_Element") -> bool:
    return next(element.iter(_SIZE), None) is not None


def _is_default(element: "_Element") -> bool:
    return element.get(f"{W}type") == "paragraph" and bool(flag(element, f"{W}default")) and _DEFAULT in element.attrib


def _depth(outline: int) -> int:
    return outline + 1 if 0 <= outline < _DEEPEST else 0


def _value(element: "_Element", child: str) -> str:
    one = find(element, f"{W}{child}")
    return "" if one is None else one.get(_VAL, "")
