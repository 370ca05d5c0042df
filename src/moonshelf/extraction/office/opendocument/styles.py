"""Styles and lists of OpenDocument files: what is emphasised, hidden or a heading, and how items are numbered."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from moonshelf.extraction.office import looks
from moonshelf.extraction.office.definitions import Definitions, Root, root_of
from moonshelf.extraction.office.openxml import whole
from moonshelf.extraction.office.tags import resolved
from moonshelf.extraction.office.word.numbering import Level

if TYPE_CHECKING:
    from lxml.etree import _Element

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, DRAW = (f"{{{_SPACE}{name}:1.0}}" for name in ("office", "text", "table", "drawing"))
STYLE, PRESENTATION, SHOWN = (f"{{{_SPACE}{name}:1.0}}" for name in ("style", "presentation", "xsl-fo-compatible"))
SVG = f"{{{_SPACE}svg-compatible:1.0}}"
XLINK, DC = "{http://www.w3.org/1999/xlink}", "{http://purl.org/dc/elements/1.1/}"
_FORMS = {  # by the first number that each shows
    "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none",
    "1st": "ordinal", "One": "cardinalText", "First": "ordinalText", "\uff11": "decimalFullWidth",
    "一": "chineseCounting", "壹": "chineseLegalSimplified", "壱": "japaneseLegal", "①": "decimalEnclosedCircle",
    "甲": "ideographTraditional", "子": "ideographZodiac", "ア": "aiueo", "イ": "iroha", "일": "koreanCounting",
    "가": "ganada", "ㄱ": "chosung", "א": "hebrew1", "أ": "arabicAlpha",
}  # fmt: skip
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_STATED = r"[\s:](%s)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')"  # whatever its prefix: the name tells the namespace
_ORIGIN = re.compile(_STATED % "family|parent-style-name")
_LOOK = re.compile(_STATED % "font-weight|font-style|display|text-position")
_DEPTH = re.compile(_STATED % "level")
_COUNT = re.compile(_STATED % "bullet-char|num-format|num-prefix|num-suffix|display-levels|start-value")
_PROPERTIES = re.compile(r"<(?:\w+:)?text-properties(?=\s)([^<]*)")
_UNSEEN = re.compile(r"\s(?:\w+:)?(?:display=[\"']false|visibility=[\"']hidden)[\"']")
_MASTER = re.compile(r"[\s:]master-page-name\s*=\s*[\"']([^\"']*)")
_LEVEL = re.compile(r"<(?:\w+:)?(list-level-style-(?:bullet|number)|outline-level-style)(?=\s)([^<]*)")
_SOON = 5  # bytes of a tag that are looked for first
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


class Style(msgspec.Struct, frozen=True):
    """A style as it is spelt: trees of them take longer than to read the text that has them."""

    name: str
    family: str
    parent: str
    look: Look
    is_automatic: bool
    spelt: str

    @classmethod
    def of(cls, name: str, source: str, *, is_automatic: bool) -> "Style":
        """Read the element of this name that *source* spells."""
        tag, _, inside = source.partition(">")
        own, properties = _stated(_ORIGIN, tag), _PROPERTIES.search(inside)
        stated = _stated(_LOOK, properties[1]) if properties else None
        look = _look(stated) if stated else _SILENT
        return cls(name, own.get("family", ""), own.get("parent-style-name", ""), look, is_automatic, source)

    @property
    def is_displayed(self) -> bool:
        """Whether tables and slides of this style are shown."""
        return not _UNSEEN.search(self.spelt)


class Derived(msgspec.Struct, frozen=True):
    """What a style and those it is derived from say."""

    look: Look
    name: str  # of the first that has one: automatic ones are called P1, T2


class _Listed:
    """Styles and lists of one kind, the named or the automatic ones of a part, by their names."""

    def __init__(self, content: bytes, root: Root, *, is_automatic: bool) -> None:
        """Look in *content*, which stands below *root*."""
        self._content, self._root, self._is_automatic = content, root, is_automatic
        self._styles = Definitions(content, root, STYLE, "style", "name")

    def __bool__(self) -> bool:
        return bool(self._content)

    def style(self, family: str, name: str) -> Style | None:
        """Return the style of this family and name, if there is one."""
        for source in self._styles.spelt(name):
            style = Style.of(name, source.decode("utf-8", "replace"), is_automatic=self._is_automatic)
            if style.family == family:
                return style
        return None

    def list(self, name: str) -> str:
        """Return how the style of lists of this name is spelt, if there is one."""
        return next((one.decode("utf-8", "replace") for lists in self._lists for one in lists.spelt(name)), "")

    @cached_property
    def _lists(self) -> Sequence[Definitions]:
        kinds = ("list-style", "outline-style")
        return [Definitions(self._content, self._root, TEXT, one, "name") for one in kinds]

    def layouts(self) -> "Iterator[_Element]":
        """Yield the layouts of pages that say how large they are."""
        return Definitions(self._content, self._root, STYLE, "page-layout", "name").having(b"page-width")


class Stylesheet:
    """The styles of a part, which are most of it: a document uses five of hundreds."""

    def __init__(self, content: bytes) -> None:
        """Take them out of *content*, which is ``plain``; what is left stands in ``rest``."""
        self._root = root_of(content)
        self._office = self._root.prefix(OFFICE)
        self.rest = content
        # These first, as they are most of a part.
        self.named = _Listed(self._taken(b"styles"), self._root, is_automatic=False)
        self.automatic = _Listed(self._taken(b"automatic-styles"), self._root, is_automatic=True)
        self._taken(b"font-face-decls")

    def _taken(self, name: bytes) -> bytes:
        tag = self._office + name
        begin, end = b"<%s>" % tag, b"</%s>" % tag
        start = _find(self.rest, begin)
        stop = _find(self.rest, end, start) if start >= 0 else -1
        if stop < 0:
            return b""
        taken = self.rest[start + len(begin) : stop]
        self.rest = self.rest[:start] + self.rest[stop + len(end) :]
        return taken


def _find(content: bytes, tag: bytes, start: int = -1) -> int:
    """Find a *tag* behind a place, as ``bytes.find`` does, which looks for five bytes thrice as fast as for more."""
    at = content.find(tag[:_SOON], start + 1)
    while at >= 0 and not content.startswith(tag, at):
        at = content.find(tag[:_SOON], at + 1)
    return at


class Styles:
    """All styles of a document by family and name."""

    def __init__(self, *sheets: Stylesheet) -> None:
        """Look in all *sheets*: automatic styles hold before named ones, and those of an earlier sheet."""
        self._automatic = [one.automatic for one in sheets if one.automatic]
        self._all = [*self._automatic, *(one.named for one in sheets if one.named)]
        self._found: dict[tuple[str, str], Style | None] = {}
        self._lists: dict[str, str] = {}  # how those asked for are spelt
        self._derived: dict[tuple[str, str | None], Derived] = {}
        self._displayed: dict[tuple[str, str | None], bool] = {}

    def layouts(self) -> "Iterator[_Element]":
        """Yield the layouts of pages that say how large they are."""
        for listed in self._automatic:
            yield from listed.layouts()

    def derived(self, family: str, name: str | None) -> Derived:
        """Return what the style *name* and those it is derived from say."""
        found = self._derived.get((family, name))
        if found is None:
            look, named = _SILENT, ""
            for style in self._chain(family, name):
                look = style.look if look is _SILENT else look.over(style.look)
                named = named or ("" if style.is_automatic else style.name)
            found = self._derived[family, name] = Derived(look, named)
        return found

    def displayed(self, family: str, name: str | None) -> bool:
        """Whether tables of the style *name*, or slides, are shown."""
        if (family, name) not in self._displayed:
            self._displayed[family, name] = all(style.is_displayed for style in self._chain(family, name))
        return self._displayed[family, name]

    def master(self, table: str | None) -> str:
        """Return the name of the pages that tables of the style *table* are printed on; nothing, where none says it."""
        stated = (_MASTER.search(style.spelt) for style in self._chain("table", table))
        return next((found[1] for found in stated if found), "")

    def level(self, name: str, depth: int) -> Level | None:
        """Return how the level *depth* of the lists of style *name* counts, if there is one."""
        if name and name not in self._lists:
            self._lists[name] = next(filter(None, (listed.list(name) for listed in self._all)), "")
        for one in _LEVEL.finditer(self._lists.get(name, "")):
            if _depth(one[2]) == depth:
                return _level(name, one[1], _stated(_COUNT, one[2]), depth)
        return None

    def _chain(self, family: str, name: str | None) -> Iterator[Style]:
        for _ in range(_LONGEST_CHAIN):
            style = self._style(family, name) if name else None
            if style is None:
                return
            yield style
            name = style.parent

    def _style(self, family: str, name: str) -> Style | None:
        if (family, name) not in self._found:
            self._found[family, name] = self._looked_up(family, name)
        return self._found[family, name]

    def _looked_up(self, family: str, name: str) -> Style | None:
        for listed in self._all:
            if (style := listed.style(family, name)) is not None:
                return style
        return None


def _stated(attributes: re.Pattern[str], tag: str) -> dict[str, str]:
    """Read the *attributes* that *tag* spells, by their names without prefixes."""
    said = {name: one or other for name, one, other in attributes.findall(tag)}
    return {name: resolved(value) for name, value in said.items()} if "&" in tag else said


def _depth(stated: str) -> int:
    found = _DEPTH.search(stated)
    return whole(found[2] or found[3], 1) - 1 if found else 0


def _look(properties: Mapping[str, str]) -> Look:
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
    first = stated.get("num-format", "").partition(",")[0]
    form = _FORMS.get(first, first)
    shown = min(max(whole(stated.get("display-levels"), 1), 1), depth + 1, _DEEPEST)
    numbers = ".".join(f"%{level + 1}" for level in range(depth - shown + 1, depth + 1) if level < 9)  # noqa: PLR2004 - as many as places go
    before, after = stated.get("num-prefix", ""), stated.get("num-suffix", "")
    start = whole(stated.get("start-value"), 1)
    return Level(owner, form, f"{before}{numbers}{after}" if form != "none" else "", start)
