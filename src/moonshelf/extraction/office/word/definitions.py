"""Definitions of a Word document, such as its styles: found by their ids, and parsed when one is asked for.

A document of one page brings along hundreds and uses five: to build trees of all took longer than to read the page.
"""

import html
import re
from collections.abc import Iterator
from functools import cached_property
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
        root = _ROOT.match(content)
        self._content = content if root else b""
        self._root, prefix, around = root.groups() if root else (b"", b"", b"")
        tag = prefix + name.encode()
        self._prefix, self._attribute = prefix, attribute.encode()
        self._begin, self._end, self._close = b"<%s " % tag, b"</%s>" % tag, b"</%s%s>" % (prefix, around)
        # An element that has names of its own space only needs none of the twenty spaces that the root declares.
        space = re.search(rb"\sxmlns:%s=(?:\"[^\"]*\"|'[^']*')" % prefix[:-1], self._root)
        self._bare = b"<%s%s%s>" % (prefix, around, space[0]) if prefix and space else b""

    def __getitem__(self, key: str) -> "_Element | None":
        """Return the element of this id, if there is one."""
        if key not in self._known:
            piece = self._piece(key)
            self._known[key] = None if piece is None else self._parsed(piece)
        return self._known[key]

    def having(self, mark: bytes) -> "Iterator[_Element]":
        """Yield the elements in whose source *mark* stands, in their order."""
        at = -1
        while (at := self._content.find(mark, at + 1)) >= 0:
            start = self._content.rfind(self._begin, 0, at)
            piece = self._cut(start) if start >= 0 else b""
            if start + len(piece) > at and (element := self._parsed(piece)) is not None:
                yield element
                at = start + len(piece) - 1

    def _piece(self, key: str) -> bytes | None:
        """Return the source of an element: found at once if its id is spelt as by nearly everybody."""
        at = self._content.rfind(b'%s%s="%s"' % (self._prefix, self._attribute, key.encode()))
        start = self._content.rfind(self._begin, 0, max(at, 0))
        return self._otherwise.get(key) if start < 0 or b">" in self._content[start:at] else self._cut(start)

    @cached_property
    def _otherwise(self) -> dict[str, bytes]:
        identity = re.compile(rb"[^>]*?\b%s\s*=\s*[\"']([^\"'>]*)" % self._attribute)
        pieces = [self._begin + piece for piece in self._content.split(self._begin)[1:]]
        return {_text(named[1]): piece for piece in pieces if (named := identity.match(piece))}

    def _cut(self, start: int) -> bytes:
        end = self._content.find(self._end, start)
        return self._content[start : end + len(self._end)] if end >= 0 else self._content[start:]

    def _parsed(self, piece: bytes) -> "_Element | None":
        bare = self._bare and piece.count(b":") == piece.count(self._prefix)
        root, _ = parse(b"".join((self._bare if bare else self._root, piece, self._close)))
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
