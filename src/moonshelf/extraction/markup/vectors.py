"""SVG drawings, packed or not: the words in them, in the order of the document."""

import re
from typing import TYPE_CHECKING, BinaryIO

from moonshelf.errors import CorruptDocument, LimitReached
from moonshelf.extraction.charset import declared_in, decode
from moonshelf.extraction.containers.unpacking import Budget, gunzip
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.markup import xml_trees
from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.tools import Tools

if TYPE_CHECKING:
    from lxml.etree import _Element

_LARGEST = 48 * 2**20  # bytes of markup; the tree takes more
_WORDY = frozenset({"text", "flowroot", "foreignobject", "title", "desc"})
_UNSEEN = re.compile(r"display:none|visibility:hidden|opacity:0(?![.\d])")


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read each text of the drawing as a paragraph. Raises ``CorruptDocument`` on what is no XML."""
    source.seek(0)
    packed = source.read(2) == b"\x1f\x8b"
    source.seek(0)
    content = gunzip(source, Budget(tools.limits)) if packed else source.read()
    if len(content) > _LARGEST:
        raise LimitReached(f"it holds {len(content) / 2**20:.0f} MB of drawing")
    decoded = decode(content, declared=declared_in(content))
    root, faults, _ = xml_trees.mended(decoded.text)
    if root is None:
        raise CorruptDocument("its XML cannot be read")
    withheld = Withheld(tools.include)
    page = withheld.page(1, [Block(Kind.PARAGRAPH, text) for text in _texts(root, withheld)])
    title = next((_line(one) for one in root if local(one) == "title"), "")
    return Document((page,), {"title": title} if title else {}, (*decoded.warnings(), *faults))


def _texts(root: "_Element", withheld: Withheld) -> list[str]:
    from lxml import etree  # noqa: PLC0415  heavy: a shared library

    texts: list[str] = []
    fallbacks: set[_Element] = set()
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if (_is_unseen(element) or element in fallbacks) and withheld.takes(_line(element), "not displayed"):
            walk.skip_subtree()
        elif local(element) in _WORDY:
            if not _is_label_again(element):
                texts.append(_line(element))
            walk.skip_subtree()
        elif local(element) == "switch":
            fallbacks |= _undrawn(element)
    return [text for text in texts if text]


def _is_unseen(element: "_Element") -> bool:
    style = "".join((element.get("style") or "").lower().split())
    return bool(_UNSEEN.search(style)) or element.get("display") == "none" or element.get("visibility") == "hidden"


def _undrawn(switch: "_Element") -> "set[_Element]":
    """Return what a ``switch`` draws only where its first child cannot be, or for people of one language."""
    children = [one for one in switch if local(one)]
    drawn = next((one for one in children if not one.get("systemLanguage")), children[0] if children else None)
    return {one for one in children if one is not drawn}


def _is_label_again(title: "_Element") -> bool:
    """Tell the title of a shape, shown to who points at it, that repeats its label: Graphviz gives one to each node."""
    shape = title.getparent()
    if local(title) != "title" or title.getprevious() is not None or shape is None:
        return False
    named = _line(title)
    return any(_line(one) == named for one in shape if local(one) == "text")


def _line(element: "_Element") -> str:
    """Words of a text; its spans are lines of it, whose ends no white space may mark."""
    pieces: list[str] = []
    for one in element.iter():
        if local(one) in ("tspan", "flowpara", "p", "div", "br"):
            pieces.append(" " if one.get("x") or one.get("y") or one.get("dy") or local(one) != "tspan" else "")
        pieces.append(one.text or "" if local(one) not in ("style", "script") else "")
        pieces.append(one.tail or "" if one is not element else "")
    return " ".join("".join(pieces).split())


SVG = Flowing(
    name="SVG drawing",
    media_types={".svg": "image/svg+xml", ".svgz": "image/svg+xml-compressed"},
    extract=extract,
)
