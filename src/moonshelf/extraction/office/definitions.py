"""Definitions of a document, such as its styles: found by their ids, and parsed when one is asked for.

A document of one page brings along hundreds and uses five: to build trees of all took longer than to read the page.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from moonshelf.extraction.office.openxml import fragment
from moonshelf.extraction.office.tags import opening, resolved, root_tag

if TYPE_CHECKING:
    from lxml.etree import _Element

_SPACE = re.compile(rb"(\sxmlns(?::(\w+))?\s*=\s*(?:\"[^\"]*\"|'[^']*'))")
_DECLARING = re.compile(rb"\sxmlns(?::(\w+))?\s*=\s*\Z")
_MOST_ALIKE = 20  # elements of one id


class Root(msgspec.Struct, frozen=True):
    """The tag of the root of a part, which declares namespaces, of which most are asked for one or two."""

    attributes: bytes = b""
    used: bytes = b""  # the prefix of its own name
    _prefixes: dict[str, bytes] = msgspec.field(default_factory=dict)  # of the namespaces that were asked for

    def prefix(self, space: str) -> bytes:
        """Return the prefix of a namespace, with its colon; that of no name, if it has none.

        Where it has two, it goes by the one that the root is called by.
        """
        known = self._prefixes.get(space)
        if known is None:
            known = self._prefixes[space] = self._prefix(space)
        return known

    def _prefix(self, space: str) -> bytes:
        before = self.attributes.replace(b"'", b'"').split(b'"%s"' % space[1:-1].encode())[:-1]
        found = [one[1] or b"" for part in before if (one := _DECLARING.match(part, part.rfind(b"xmlns") - 1))]
        return _colon(self.used if self.used in found else found[0]) if found else b""

    def around(self, source: bytes) -> bytes:
        """Put an element around what *source* spells: of dozens of namespaces most use one or two."""
        spaces = b"".join([declared for prefix, declared in _declared(self.attributes) if prefix in source])
        return b"<all%s>%s</all>" % (spaces, source)

    def parsed(self, source: bytes) -> "_Element | None":
        """Parse the element that *source* spells."""
        root = fragment(self.around(source))
        return root[0] if root is not None and len(root) else None


class Definitions:
    """The elements of one name by the values of one attribute."""

    def __init__(self, content: bytes, root: Root, space: str, name: str, attribute: str) -> None:
        """Look in *content*, ``plain`` and below *root*, for elements *name* of a namespace, which do not nest.

        The *attribute* that tells them apart has a prefix, as all have in parts that define things.
        """
        self._space, self._root = space, root
        tag = root.prefix(space) + name.encode()
        self._begin, self._end = b"<%s " % tag, b"</%s>" % tag
        self._content, self._attribute = content, attribute.encode()
        self._found: dict[str, list[bytes]] | None = None
        self._known: dict[str, list[_Element]] = {}
        self._inner: dict[tuple[str, str], Definitions] = {}

    def __getitem__(self, key: str) -> "_Element | None":
        """Return the element of this id, the last where there are several."""
        return next(iter(self.all(key)), None)

    def all(self, key: str) -> "list[_Element]":
        """Return the elements of this id, those that stand last first."""
        if key not in self._known:
            self._known[key] = [one for one in map(self._root.parsed, self.spelt(key)) if one is not None]
        return self._known[key]

    def spelt(self, key: str) -> Iterable[bytes]:
        """Return how the elements of this id are spelt, those that stand last first."""
        alike = self._sources().get(key)
        return map(self._whole, reversed(alike[-_MOST_ALIKE:])) if alike else ()

    def _whole(self, source: bytes) -> bytes:
        tag = source.partition(b">")[0]
        return self._begin + (tag + b">" if tag.endswith(b"/") else source.partition(self._end)[0] + self._end)

    def within(self, key: str, name: str, attribute: str) -> "Definitions":
        """Return the definitions that stand in the element of this id, as the levels of a list do."""
        if (key, name) not in self._inner:
            source = b"".join(self._sources().get(key, [])[-1:]).partition(self._end)[0]
            self._inner[key, name] = Definitions(source, self._root, self._space, name, attribute)
        return self._inner[key, name]

    def having(self, mark: bytes) -> "Iterator[_Element]":
        """Yield the elements in whose source *mark* stands, in their order."""
        for key, alike in self._sources().items():
            if any(mark in source for source in alike) and (element := self[key]) is not None:
                yield element

    def tagged(self, *marks: bytes) -> "Iterator[_Element]":
        """Yield the elements in whose tags all *marks* stand, in their order."""
        for key, alike in self._sources().items():
            tags = b"".join([source[: source.find(b">")] for source in alike])
            if all(mark in tags for mark in marks) and (element := self[key]) is not None:
                yield element

    def _sources(self) -> Mapping[str, list[bytes]]:
        """Return what stands behind the beginnings of elements, by their ids."""
        if self._found is None:
            self._found = self._listed() if self._content else {}
        return self._found

    def _listed(self) -> dict[str, list[bytes]]:
        identity = _identity(self._attribute)
        found: dict[str, list[bytes]] = {}
        for source in self._content.rsplit(self._begin)[1:]:  # from behind CPython finds twice as fast
            if named := identity.search(source, 0, source.find(b">")):
                name = named[1].decode("utf-8", "replace")
                found.setdefault(resolved(name) if "&" in name else name, []).append(source)
        return found


@lru_cache(maxsize=16)
def _identity(attribute: bytes) -> re.Pattern[bytes]:
    """Return what finds an attribute in a tag."""
    return re.compile(rb":%s\s*=\s*[\"']([^\"'>]*)" % attribute)


def root_of(content: bytes) -> Root:
    """Read the root of *content*, which is ``plain``."""
    return _root(opening(content)) or _root_of(content) or Root()


@lru_cache(maxsize=64)
def _root(opening: bytes) -> Root | None:
    return _root_of(opening)


def _root_of(content: bytes) -> Root | None:
    found = root_tag(content)
    return Root(found[2], found[1].rpartition(b":")[0]) if found else None


@lru_cache(maxsize=32)  # the roots of most parts of a file are the same
def _declared(attributes: bytes) -> list[tuple[bytes, bytes]]:
    """Return each namespace that a root declares: its prefix, and how it does."""
    return [(_colon(prefix), declared) for declared, prefix in _SPACE.findall(attributes)]


def _colon(prefix: bytes) -> bytes:
    return prefix + b":" if prefix else b""
