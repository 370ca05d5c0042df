"""XML of unknown origin as trees: no network, no entities but HTML's named characters, depth bounded by the parser."""

import re
from collections import Counter
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lxml.etree import _Element

_LITERAL = r"<!\[CDATA\[.*?(?:\]\]>|\Z)"  # in which nothing is markup
_LITERALS = re.compile(f"({_LITERAL})", re.DOTALL)
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z_][\w.-]{0,63});")
_HALF = r"&#(?:[xX][dD][89a-fA-F][0-9a-fA-F]{2}|5[5-7]\d{3});"
_HALVES = re.compile(rf"{_HALF}(?:{_HALF})*")
"""Characters by their numbers, as many programs spell one in two: the parser takes them and then fails on them."""
_DEFINED = re.compile(r"<!ENTITY\s+([A-Za-z_][\w.-]{0,63})\s+(?:\"([^\"]{0,1000})\"|'([^']{0,1000})')\s*>")
_MOST_DEFINED = 1 << 20  # characters that definitions may put in
_DECLARATION = re.compile(r"^[\ufeff\s]*<\?xml[^>]*\?>")
_PROLOG = re.compile(r"(?>[^<]++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)  # what stands before a document type, if one does
# What is never closed is looked through once: it would be as often as it is opened.
_DOCTYPE = re.compile(r"<!DOCTYPE(?:[^>\[]*(?:\[[^\]]*\]\s*)?>)?", re.IGNORECASE)
_STRAY = re.compile(_LITERAL + r"|&(?!#?\w{1,64};)|<(?![A-Za-z_/!?])", re.DOTALL)  # no entity, no tag
_SPELT = {"&": "&amp;", "<": "&lt;"}
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # which XML forbids
_TAG = re.compile(r"<!\[CDATA\[|\]\]>|<!--.*?-->|<\?.*?\?>|(<!--.*|<\?.*)|</?[A-Za-z_][^<>]*>?", re.DOTALL)
_LETTER = re.compile(r"[^\W_]")


_MENDED = "The XML is not well-formed; where its elements end is guessed, and no word is lost."
_PARTLY = "The XML is not well-formed; what stands behind the fault may be missing."


class Tree(NamedTuple):
    """The root of a tree, if there is one, and sentences on what is wrong with its XML."""

    root: "_Element | None"
    warnings: tuple[str, ...] = ()
    whole: bool = True  # no letter of the text is missing


def mended(text: str, *, define: bool = False) -> Tree:
    """Parse *text* as ``parse`` does, mending what is not well-formed as far as that goes."""
    root = parse(text, recover=False, define=define)
    if root is not None:
        return Tree(root)
    spelt = _STRAY.sub(lambda stray: _SPELT.get(stray[0], stray[0]), _CONTROLS.sub("", text))
    root = parse(spelt, define=define)
    whole = root is not None and not _lost(spelt, "".join(map(str, root.itertext())))
    return Tree(root, (_MENDED if whole else _PARTLY,), whole)


def _lost(markup: str, text: str) -> bool:
    """Say whether *text* lacks letters of *markup*, tags and entities aside."""
    words = unescape(_TAG.sub(r"\1", _DOCTYPE.sub("", _DECLARATION.sub("", markup, count=1), count=1)))
    return bool(Counter(_LETTER.findall(words)) - Counter(_LETTER.findall(text)))


def parse(text: str, *, recover: bool = True, define: bool = False) -> "_Element | None":
    """Parse *text*; what stands before a fault is kept if *recover*, else a fault gives nothing.

    The document type goes unread: HTML's named characters are put in, any other entity stays as it is written. If
    *define*, those that it defines are put in too, but for files and for what stands in definitions.
    """
    from lxml import etree  # noqa: PLC0415  heavy: a shared library

    declaration = _DECLARATION.match(text)
    begin = declaration.end() if declaration else 0
    prolog = _PROLOG.match(text, begin)
    doctype = _DOCTYPE.match(text, prolog.end() if prolog else begin)  # what an element says of one is its text
    bare = text[begin : doctype.start()] + text[doctype.end() :] if doctype else text[begin:]
    plain = _spelt(bare, doctype[0] if doctype and define else "").strip("\ufeff \t\r\n")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, recover=recover
    )
    try:
        return etree.fromstring(plain.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None


def _spelt(text: str, doctype: str) -> str:
    """Put in what the parser would not, but for what stands in literal sections."""
    value = _entities(doctype)
    pieces = _LITERALS.split(text)
    pieces[::2] = [_ENTITY.sub(value, _HALVES.sub(_joined, piece)) for piece in pieces[::2]]
    return "".join(pieces)


def _joined(halves: re.Match[str]) -> str:
    numbers = halves[0].replace("&#", "").split(";")[:-1]
    units = [int(one[1:], 16) if one[0] in "xX" else int(one) for one in numbers]
    return b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le", "replace")


def _entities(doctype: str) -> Callable[[re.Match[str]], str]:
    """Return what says an entity's value. Definitions are never looked up in one another, so none can grow by it."""
    defined = {found[1]: _ENTITY.sub(_character, found[2] or found[3] or "") for found in _DEFINED.finditer(doctype)}
    left = _MOST_DEFINED

    def value(entity: re.Match[str]) -> str:
        nonlocal left
        known = defined.get(entity[1])
        if known is None or len(known) > left:
            return _character(entity)
        left -= len(known)
        return known

    return value


def _character(entity: re.Match[str]) -> str:
    return unescape(entity[0]).replace("&", "&amp;").replace("<", "&lt;")
