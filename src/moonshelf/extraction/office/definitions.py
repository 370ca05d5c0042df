"""Definitions of a document, such as its styles: found by their ids, and parsed when one is asked for.

A document of one page brings along hundreds and uses five: to build trees of all took longer than to read the page.
"""

import html
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from moonshelf.extraction.office.openxml import LARGEST_TREE, Package, parse

if TYPE_CHECKING:
    from lxml.etree import _Element

_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml[^>]*\?>)?\s*<((?:\w+:)?[\w.-]+)([^>]*)>")
_SPACE = re.compile(rb"(\sxmlns(?::(\w+))?\s*=\s*(\"[^\"]*\"|'[^']*'))")
_ENCODED = re.compile(rb"[^>]*\sencoding\s*=\s*(?![\"']utf-8)", re.IGNORECASE)
_END_REACH = 200  # bytes within which a part ends, but for white space
_MOST_ALIKE = 20  # elements of one id


class Definitions:
    """The elements of one name by the values of one attribute."""

    def __init__(self, content: bytes, space: str, name: str, attribute: str) -> None:
        """Look in *content*, which is ``plain``, for elements *name* of a namespace, which do not nest.

        The *attribute* that tells them apart has a prefix, as all have in parts that define things.
        """
        root = _ROOT.match(content)
        stated: list[tuple[bytes, bytes, bytes]] = _SPACE.findall(root[2]) if root else []
        self._spaces = b"".join([declared for declared, _, _ in stated])
        own = [one for one in stated if one[2][1:-1] == space[1:-1].encode()]
        self._space, prefix, _ = own[0] if own else (b"", b"", b"")
        self._prefix = prefix + b":" if prefix else b""
        tag = self._prefix + name.encode()
        self._begin, self._end = b"<%s " % tag, b"</%s>" % tag
        first = content.find(self._begin) if own else -1
        self._content = content[first:] if first >= 0 else b""  # Word's styles stand behind twice as much of other kind
        self._identity = re.compile(rb"[^>]*:%s\s*=\s*[\"']([^\"'>]*)" % attribute.encode())
        self._known: dict[str, list[_Element]] = {}

    def __getitem__(self, key: str) -> "_Element | None":
        """Return the element of this id, the last where there are several."""
        return next(iter(self.all(key)), None)

    def all(self, key: str) -> "list[_Element]":
        """Return the elements of this id, those that stand last first."""
        if key not in self._known:
            alike = self._sources.get(key, [])[-_MOST_ALIKE:]
            self._known[key] = list(self._parsed(reversed(alike)))
        return self._known[key]

    def having(self, mark: bytes) -> "Iterator[_Element]":
        """Yield the elements in whose source *mark* stands, in their order."""
        for key, alike in self._sources.items():
            if any(mark in source for source in alike) and (element := self[key]) is not None:
                yield element

    @cached_property
    def _sources(self) -> dict[str, list[bytes]]:
        """What stands behind the beginnings of elements, by their ids."""
        found: dict[str, list[bytes]] = {}
        for source in self._content.split(self._begin)[1:]:
            if named := self._identity.match(source):
                found.setdefault(_text(named[1]), []).append(source)
        return found

    def _parsed(self, sources: Iterable[bytes]) -> "Iterator[_Element]":
        for source in sources:
            inside = source.partition(self._end)[0]
            # Most need none of the dozens of namespaces that the root declares but one.
            spaces = self._space if inside.count(b":") == inside.count(self._prefix) else self._spaces
            root, _ = parse(b"<all%s>%s%s%s</all>" % (spaces, self._begin, inside, self._end))
            if root is not None and len(root):
                yield root[0]


def plain(package: Package, part: str) -> bytes:
    """Return a part in which tags are what they seem: it is whole, in UTF-8, and has no comments or declarations."""
    content = package.bytes(part) or b""
    root = _ROOT.match(content)
    ends = root is not None and content[-_END_REACH:].rstrip().endswith(b"</%s>" % root[1])
    if ends and len(content) <= LARGEST_TREE and b"!" not in content and not _ENCODED.match(content):
        return content
    from lxml import etree  # noqa: PLC0415 - heavy: a shared library

    tree = package.xml(part)
    return b"" if tree is None else etree.tostring(tree, encoding="utf-8")


def _text(attribute: bytes) -> str:
    text = attribute.decode("utf-8", "replace")
    return html.unescape(text) if "&" in text else text
