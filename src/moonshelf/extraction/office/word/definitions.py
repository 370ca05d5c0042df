"""Definitions of a Word document, such as its styles: found by their ids, and parsed when one is asked for.

A document of one page brings along hundreds and uses five: to build trees of all took longer than to read the page.
"""

import html
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from moonshelf.extraction.office.openxml import LARGEST_TREE, Package, parse

if TYPE_CHECKING:
    from lxml.etree import _Element

_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml[^>]*\?>)?\s*(<((?:\w+:)?)(\w+)\b[^>]*>)")
_ENCODED = re.compile(rb"[^>]*\sencoding\s*=\s*(?![\"']utf-8)", re.IGNORECASE)
_END_REACH = 200  # bytes within which a part ends, but for white space


class Definitions:
    """The elements of one name by the values of one attribute; of equal ones the last counts."""

    def __init__(self, content: bytes, name: str, attribute: str) -> None:
        """Look in *content*, which is ``plain``, for elements *name*, which do not nest, told apart by *attribute*."""
        self._known: dict[str, _Element | None] = {}
        self._found: dict[str, bytes] = {}
        root = _ROOT.match(content)
        if root is None:
            return
        prefix, tag = root[2], root[2] + name.encode()
        self._begin, self._end = root[1] + b"<%s " % tag, b"</%s>" % tag
        self._close = b"</%s%s>" % (prefix, root[3])
        identity = re.compile(rb"[^>]*?\b%s\s*=\s*[\"']([^\"'>]*)" % attribute.encode())
        for piece in content.split(b"<%s " % tag)[1:]:
            if named := identity.match(piece):
                self._found[_text(named[1])] = piece

    def __getitem__(self, key: str) -> "_Element | None":
        """Return the element of this id, if there is one."""
        if key not in self._known:
            self._known[key] = self._parsed(key)
        return self._known[key]

    def having(self, mark: bytes) -> "Iterator[_Element]":
        """Yield the elements in whose source *mark* stands, in their order."""
        for key, piece in self._found.items():
            if mark in piece and (element := self[key]) is not None:
                yield element

    def _parsed(self, key: str) -> "_Element | None":
        piece = self._found.get(key)
        if piece is None:
            return None
        root, _ = parse(b"".join((self._begin, piece.partition(self._end)[0], self._end, self._close)))
        return root[0] if root is not None and len(root) else None


def plain(package: Package, part: str) -> bytes:
    """Return a part in which tags are what they seem: it is whole, in UTF-8, and has no comments or declarations."""
    content = package.bytes(part) or b""
    root = _ROOT.match(content)
    ends = root is not None and content[-_END_REACH:].rstrip().endswith(b"</%s%s>" % (root[2], root[3]))
    if ends and len(content) <= LARGEST_TREE and b"!" not in content and not _ENCODED.match(content):
        return content
    from lxml import etree  # noqa: PLC0415 - heavy: a shared library

    tree = package.xml(part)
    return b"" if tree is None else etree.tostring(tree, encoding="utf-8")


def _text(attribute: bytes) -> str:
    text = attribute.decode("utf-8", "replace")
    return html.unescape(text) if "&" in text else text
