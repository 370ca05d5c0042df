"""Styles and lists of OpenDocument files: what is emphasised, hidden or a heading, and how items are numbered."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from moonshelf.extraction.office import looks
from moonshelf.extraction.office.definitions import Definitions, Root, root_of
from moonshelf.extraction.office.openxml import whole
from moonshelf.extraction.office.tags import attributes
from moonshelf.extraction.office.word.numbering import Level

if TYPE_CHECKING:
    from lxml.etree import _Element

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, DRAW = (f"{{{_SPACE}{name}:1.0}}" for name in ("office", "text", "table", "drawing"))
STYLE, PRESENTATION, SHOWN = (f"{{{_SPACE}{name}:1.0}}" for name in ("style", "presentation", "xsl-fo-compatible"))
SVG = f"{{{_SPACE}svg-compatible:1.0}}"
XLINK, DC = "{http://www.w3.org/1999/xlink}", "{http://purl.org/dc/elements/1.1/}"
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none"}
_PROPERTIES = re.compile(r"<(?:\w+:)?text-properties(?=\s)([^<]*)")
_UNSEEN = re.compile(r"\s(?:\w+:)?(?:display=[\"']false|visibility=[\"']hidden)[\"']")
_LEVEL = re.compile(r"<(?:\w+:)?(list-level-style-(?:bullet|number)|outline-level-style)(?=\s)([^<]*)")
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
_Levels = Mapping[int, tuple[str, Mapping[str, str]]]  # what kind each level of a list is of, and what it states


class Style(msgspec.Struct, frozen=True):
    """A style as it is spelt: trees of them take longer than to read the text that has them."""

    family: str
    name: str
    parent: str
    look: Look
    is_displayed: bool  # of tables and slides
    is_automatic: bool

    @classmethod
    def of(cls, source: str, *, is_automatic: bool) -> "Style":
        """Read the element that *source* spells; which namespace an attribute is of, its name tells."""
        tag, _, inside = source.partition(">")
        own, properties = _local(tag), _PROPERTIES.search(inside)
        look = _stated(_local(properties[1])) if properties else _SILENT
        return cls(
            own.get("family", ""), own.get("name", ""), own.get("parent-style-name", ""), look,
            is_displayed=not _UNSEEN.search(inside), is_automatic=is_automatic,
        )  # fmt: skip


class _Listed:
    """Styles and lists of one kind, the named or the automatic ones of a part, by their names."""

    def __init__(self, content: bytes, root: Root, *, is_automatic: bool) -> None:
        """Look in *content*, which stands below *root*."""
        self._is_automatic = is_automatic
        self._styles = Definitions(content, root, STYLE, "style", "name")
        self._layouts = Definitions(content, root, STYLE, "page-layout", "name")
        self._lists = [Definitions(content, root, TEXT, one, "name") for one in ("list-style", "outline-style")]

    def style(self, family: str, name: str) -> Style | None:
        """Return the style of this family and name, if there is one."""
        for source in self._styles.spelt(name):
            style = Style.of(source.decode("utf-8", "replace"), is_automatic=self._is_automatic)
            if style.family == family:
                return style
        return None

    def list(self, name: str) -> str:
        """Return how the style of lists of this name is spelt, if there is one."""
        return next((one.decode("utf-8", "replace") for lists in self._lists for one in lists.spelt(name)), "")

    def layouts(self) -> "Iterator[_Element]":
        """Yield the layouts of pages that say how large they are."""
        return self._layouts.having(b"page-width")


class Stylesheet:
    """The styles of a part, which are most of it: a document uses five of hundreds."""

    def __init__(self, content: bytes) -> None:
        """Take them out of *content*, which is ``plain``; what is left stands in ``rest``."""
        self._root = root_of(content)
        self.rest = content
        self.automatic, self.named = self._taken(b"automatic-styles"), self._taken(b"styles")
        self._taken(b"font-face-decls")

    def _taken(self, name: bytes) -> _Listed:
        tag = self._root.prefix(OFFICE) + name
        before, _, rest = self.rest.partition(b"<%s>" % tag)
        taken, found, behind = rest.partition(b"</%s>" % tag)
        if found:
            self.rest = before + behind
        return _Listed(taken if found else b"", self._root, is_automatic=name == b"automatic-styles")


class Styles:
    """All styles of a document by family and name."""

    def __init__(self, *sheets: Stylesheet) -> None:
        """Look in all *sheets*: automatic styles hold before named ones, and those of an earlier sheet."""
        self._automatic = [one.automatic for one in sheets]
        self._all = [*self._automatic, *(one.named for one in sheets)]
        self._found: dict[tuple[str, str], Style | None] = {}
        self._lists: dict[str, _Levels] = {}
        self._looks: dict[tuple[str, str], Look] = {}
        self._names: dict[tuple[str, str], str] = {}

    def layouts(self) -> "Iterator[_Element]":
        """Yield the layouts of pages that say how large they are."""
        for listed in self._automatic:
            yield from listed.layouts()

    def look(self, family: str, name: str | None) -> Look:
        """Return what the style *name* and those it is derived from say."""
        key = (family, name or "")
        if key not in self._looks:
            look = _SILENT
            for style in self._chain(*key):
                look = look.over(style.look)
            self._looks[key] = look
        return self._looks[key]

    def name(self, family: str, name: str | None) -> str:
        """Return the name of the first named style behind *name*: automatic ones are called P1, T2."""
        key = (family, name or "")
        if key not in self._names:
            self._names[key] = next((one.name for one in self._chain(*key) if not one.is_automatic), "")
        return self._names[key]

    def displayed(self, family: str, name: str | None) -> bool:
        """Whether tables of the style *name*, or slides, are shown."""
        return all(style.is_displayed for style in self._chain(family, name or ""))

    def level(self, name: str, depth: int) -> Level | None:
        """Return how the level *depth* of the lists of style *name* counts, if there is one."""
        if name and name not in self._lists:
            source = next(filter(None, (listed.list(name) for listed in self._all)), "")
            levels = ((kind, _local(tag)) for kind, tag in _LEVEL.findall(source))
            self._lists[name] = {whole(stated.get("level"), 1) - 1: (kind, stated) for kind, stated in levels}
        found = self._lists.get(name, {}).get(depth)
        return _level(name, *found, depth) if found else None

    def _chain(self, family: str, name: str) -> Iterator[Style]:
        for _ in range(_LONGEST_CHAIN):
            if name and (family, name) not in self._found:
                found = (listed.style(family, name) for listed in self._all)
                self._found[family, name] = next((one for one in found if one is not None), None)
            style = self._found.get((family, name))
            if style is None:
                return
            yield style
            name = style.parent


def _local(tag: str) -> dict[str, str]:
    return {name.rpartition(":")[2]: value for name, value in attributes(tag).items()}


def _stated(properties: Mapping[str, str]) -> Look:
    weight, slope = properties.get("font-weight"), properties.get("font-style")
    display, position = properties.get("display"), properties.get("text-position")
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


def _level(owner: str, kind: str, stated: Mapping[str, str], depth: int) -> Level:
    if kind.endswith("bullet"):
        return Level(owner, "bullet", stated.get("bullet-char", "•"))
    form = _FORMS.get(stated.get("num-format", ""), "decimal")
    shown = min(max(whole(stated.get("display-levels"), 1), 1), depth + 1, _DEEPEST)
    numbers = ".".join(f"%{level + 1}" for level in range(depth - shown + 1, depth + 1) if level < 9)  # noqa: PLR2004 - as many as places go
    before, after = stated.get("num-prefix", ""), stated.get("num-suffix", "")
    start = whole(stated.get("start-value"), 1)
    return Level(owner, form, f"{before}{numbers}{after}" if form != "none" else "", start)
