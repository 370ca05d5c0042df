"""HTML and XHTML: headings, paragraphs, lists, tables, code; what a browser hides is withheld."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from moonshelf.extraction.charset import declared_in, decode
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.markup import xml_trees
from moonshelf.extraction.markup.composition import SILENT, compose
from moonshelf.extraction.markup.style_sheets import Linked
from moonshelf.extraction.tools import Tools

if TYPE_CHECKING:
    from lxml.etree import _Element

_LARGEST_TREE = 24 * 2**20  # bytes of markup; a tree takes twenty times that
_BREAKS = frozenset((
    "address", "article", "br", "dd", "div", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "listing", "p",
    "pre", "section", "td", "th", "tr", "ul", "xmp",
))  # fmt: skip
_VOID = frozenset({"meta", "link", "base"})  # of the silent ones: they never end
_MOST_TAGS = 800_000  # both ends counted; ten seconds of reading
_END = re.compile(r"</html\s*>", re.IGNORECASE)
_CROWDED = re.compile(r"<(/?[A-Za-z][^\s<>/]{0,99})[^<>]{50000,}+>?")  # a tag, mostly of one long address
_MOST_ATTRIBUTES = 5_000  # the parser compares each with all before it
_XHTML = "http://www.w3.org/1999/xhtml"
_OPENING = 2000  # characters in which a page says that it is XHTML
_FLATTENED = "The page is too deep or too large to keep its structure; its text stands without headings and tables."


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page of markup holds."""

    blocks: tuple[Block, ...] = ()
    title: str = ""
    warnings: tuple[str, ...] = ()


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a page; its title comes first where it has no heading of the first level."""
    source.seek(0)
    withheld = Withheld(tools.include)
    reading = read(source.read(), withheld)
    blocks = list(reading.blocks)
    if reading.title and not any(block.kind is Kind.HEADING and block.level == 1 for block in blocks):
        blocks.insert(0, Block(Kind.HEADING, reading.title, level=1))
    page = withheld.page(1, blocks)
    return Document((page,), {"title": reading.title} if reading.title else {}, reading.warnings)


def read(markup: bytes, withheld: Withheld, *, declared: str = "", linked: Linked | None = None) -> Reading:
    """Read markup in any encoding and of any quality; *declared* is the encoding that its envelope states.

    What a browser would not show is *withheld*, by style sheets too that are *linked* and came with the page.
    """
    decoded = decode(markup, declared=declared or declared_in(markup))
    root = _tree(decoded.text)
    if root is None:
        blocks, warnings = _flat(decoded.text), (_FLATTENED,)
        return Reading(blocks, warnings=(*decoded.warnings(), *(warnings if blocks else ())))
    _unfold(root)
    composed = compose(root, withheld, linked)
    title = root.findtext(".//{*}head/{*}title") or ""
    return Reading(tuple(composed), " ".join(title.split()), decoded.warnings())


def _tree(text: str) -> "_Element | None":
    """Parse as XML what says it is, because there ``<script/>`` and ``<title/>`` end; all else as browsers do.

    Nothing, where the tree would be too large, or is so deep that the parser would drop what lies below.
    """
    from lxml import etree  # noqa: PLC0415  heavy: a shared library

    if len(text) > _LARGEST_TREE or text.count("<") > _MOST_TAGS:
        return None
    if text.lstrip("\ufeff \t\r\n").startswith("<?xml") or _XHTML in text[:_OPENING]:
        strict = xml_trees.parse(text, recover=False)
        if strict is not None:
            return strict
    loose = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(_endless(text), loose)
    except etree.XMLSyntaxError:
        return None  # nothing in it at all
    return None if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in loose.error_log) else root


def _unfold(root: "_Element") -> None:
    """Put pages that frames spell out in an attribute where the frames stand; each is shorter than what spells it.

    Of a page of frames, which are other files, what stands for them is shown; the parser takes it for text.
    """
    frames = list(root.iter("{*}iframe"))
    while frames:
        frame = frames.pop()
        inside = _tree(frame.get("srcdoc") or "")
        if inside is not None:
            frames += inside.iter("{*}iframe")
            frame.tag, frame.text = "div", None
            frame[:] = [inside]
    for stand_in in [one for frameset in root.iter("{*}frameset") for one in frameset.iterchildren("{*}noframes")]:
        inside = _tree(stand_in.text or "")
        stand_in.tag, stand_in.text = "div", None
        stand_in.extend([] if inside is None else [inside])


def _endless(text: str) -> bytes:
    """Take out ``</html>``: the parser drops what follows, browsers and the authors of such pages do not."""
    return _CROWDED.sub(_thinned, _END.sub("", text)).encode("utf-8", "replace")


def _thinned(tag: re.Match[str]) -> str:
    """Leave nothing but its name of a tag with more attributes than anybody writes."""
    return tag[0] if len(tag[0].split(None, _MOST_ATTRIBUTES)) <= _MOST_ATTRIBUTES else f"<{tag[1]}>"


class _Words:
    """Text of a page as the parser meets it, without a tree; the parser calls these names."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._silent = 0

    def start(self, tag: str | bytes, _attributes: object) -> None:
        self._silent += tag in SILENT and tag not in _VOID
        self._pieces.append("\n" if tag in _BREAKS else "")

    def end(self, tag: str | bytes) -> None:
        self._silent = max(0, self._silent - (tag in SILENT and tag not in _VOID))
        self._pieces.append("\n" if tag in _BREAKS else "")

    def data(self, data: str | bytes) -> None:
        if not self._silent:
            self._pieces.append(str(data))

    def comment(self, text: str | bytes) -> None:
        pass  # nobody sees it

    def close(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._pieces).split("\n"))
        return "\n".join(line for line in lines if line)


def _flat(text: str) -> tuple[Block, ...]:
    from lxml import etree  # noqa: PLC0415  heavy: a shared library

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, target=_Words())
    try:
        words = str(etree.fromstring(_endless(text), parser))
    except etree.XMLSyntaxError:
        words = ""
    return (Block(Kind.PARAGRAPH, words),) if words else ()


HYPERTEXT = Flowing(
    name="HTML",
    media_types={".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml"},
    extract=extract,
)
