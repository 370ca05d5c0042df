"""Office Open XML packages: their parts, what each part refers to, and what the package says about itself."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import unquote

import msgspec

from moonshelf.errors import CorruptDocument, LimitReached
from moonshelf.extraction.containers.unpacking import Archive
from moonshelf.extraction.office.custom_properties import custom
from moonshelf.extraction.office.elements import find
from moonshelf.extraction.office.tags import is_plain, refers, resolved, texts
from moonshelf.extraction.tools import Limits

if TYPE_CHECKING:
    from lxml.etree import XMLParser, _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATION = re.compile(  # all that is asked of it in one go, as a small workbook has twenty; kinds are last words
    r"""<(?:\w+:)?Relationship(?=[\s/>]) (?> \s (?:
        Id\s*+=\s*+"([^"]*+)" | Type\s*+=\s*+"(?>[^"]*/)?+([^"]*+)" | Target\s*+=\s*+"([^"]*+)"
        | TargetMode\s*+=\s*+"([^"]*+)" ) | [^<] )*+""",
    re.VERBOSE,
)

_Content = bytes | None  # of a part, as its package may lack it
_Read = Callable[[str], bytes]
_STRICT_SPACE = b"//purl.oclc.org/ooxml/"
_ROOT_REACH = 1 << 12  # bytes within which the root of a part has declared its namespaces
_STRICT = re.compile(rb"http:%s(\w+)/" % re.escape(_STRICT_SPACE))  # ISO 29500 Strict names the same things anew
LARGEST_TREE = 48 * 2**20  # bytes of XML; lxml's tree takes up to ten times as much memory
# Without huge_tree elements nest at most 256 deep, which bounds the recursion of all that walks a tree.
_PARSING: Mapping[str, Any] = {  # Any: each goes to a parameter of its own type
    "recover": True,
    "resolve_entities": False,
    "no_network": True,
    "remove_comments": True,
    "remove_pis": True,
    "huge_tree": False,
    "collect_ids": False,  # nobody asks for them, and a small part takes half as long again
}
_EMBEDDED = frozenset(("package", "oleObject"))  # kinds of relations
_METADATA = {
    "title": "title",
    "author": "creator",
    "subject": "subject",
    "description": "description",
    "keywords": "keywords",
}


class Relation(msgspec.Struct, frozen=True):
    """What a part refers to: another part by its name, or an address outside.

    ``kind`` is the last word of the relation's type: "image", "hyperlink", "footnotes".
    """

    kind: str
    target: str
    external: bool


class Package:
    """The parts of one file. Parts that are not there, or beyond mending, read as ``None``."""

    def __init__(self, source: BinaryIO, limits: Limits) -> None:
        self.limits = limits
        self._archive = Archive(source, limits)
        self._relations: dict[str, Mapping[str, Relation]] = {}
        self._visited: set[str] = set()
        self._kept: dict[str, _Element | None] = {}
        self.damaged: list[str] = []  # names of parts that could not be read, or not wholly

    def __contains__(self, part: str) -> bool:
        return part in self._archive

    def pieces(self, part: str) -> Iterator[bytes]:
        """Yield the content of *part* as it is unpacked, up to where what packs it is damaged."""
        if part not in self:
            return
        try:
            for number, piece in enumerate(self._archive.stream(part)):
                yield piece if number else _modern(piece)
        except CorruptDocument:
            self.damaged.append(part)

    def plain(self, part: str) -> bytes:
        """Return *part* in such a form that tags in it are what they seem; nothing, where it has none."""
        content = self.bytes(part) or b""
        return content if is_plain(content) and len(content) <= LARGEST_TREE else written(self.xml(part))

    def text(self, part: str) -> str:
        """Return it as text in which all that is referred to can be ``resolved``."""
        content = self.plain(part)
        text = content.decode("utf-8", "replace")
        return written(parse(content)[0]).decode() if "&" in text and refers(content) else text

    def bytes(self, part: str) -> bytes | None:
        """Return the content of *part*, with the namespaces of Strict files made those of all others."""
        return self._content(part, self._archive.read)

    def glance(self, part: str) -> _Content:
        """Return the content of *part* for a look at it, which costs nothing of what may be read."""
        return self._content(part, self._archive.glance)

    def _content(self, part: str, read: _Read) -> _Content:
        try:
            content = read(part)
        except KeyError:
            return None
        except CorruptDocument:
            self.damaged.append(part)
            return None
        return _modern(content)

    def xml(self, part: str) -> "_Element | None":
        """Parse *part*, keeping what stands before a fault in it."""
        content = self.bytes(part)
        if content is None:
            return None
        if len(content) > LARGEST_TREE:
            raise LimitReached(f"{part} alone holds {len(content) / 2**20:.0f} MB")
        root, faulty = parse(content)
        if faulty:
            self.damaged.append(part)
        return root

    def once(self, part: str) -> "_Element | None":
        """Parse *part* for the first that asks: a hostile file refers to one chart from a million places."""
        if part in self._visited:
            return None
        self._visited.add(part)
        return self.xml(part)

    def kept(self, part: str) -> "_Element | None":
        """Parse *part* once, and keep its tree: for the few that many others refer to."""
        if part not in self._kept:
            self._kept[part] = self.xml(part)
        return self._kept[part]

    def require(self, part: str) -> "_Element":
        """Parse *part*. Raises ``CorruptDocument`` where the document can't be read without it."""
        root = self.xml(part)
        if root is None:
            raise CorruptDocument(f"its part {part[:80]!r} is missing or unreadable")
        return root

    def relations(self, part: str) -> Mapping[str, Relation]:
        """Return what *part* refers to, by id; the package itself is the part ""."""
        if part not in self._relations:
            self._relations[part] = self._read_relations(part)
        return self._relations[part]

    def related(self, part: str, kind: str) -> list[str]:
        """Return the names of the parts of this *kind* that *part* refers to."""
        return [one.target for one in self.relations(part).values() if one.kind == kind and not one.external]

    def main(self) -> str:
        """Return the name of the part that holds the document. Raises ``CorruptDocument``."""
        for part in self.related("", "officeDocument"):
            if part in self:
                return part
        raise CorruptDocument("it does not say which of its parts holds the document")

    def metadata(self) -> dict[str, str]:
        """Return title, author and the like, and people's own properties, where they are stated."""
        stated: dict[str, str] = {}
        for part in self.related("", "core-properties"):
            stated |= texts(self.text(part), _METADATA)
        own = self.related("", "custom-properties")
        return stated | custom(self._custom(own)) if own else stated

    def _custom(self, parts: Iterable[str]) -> Iterator[tuple[str, str]]:
        for part in parts:
            root = self.xml(part)
            for one in root if root is not None else ():
                yield one.get("name", ""), " ".join(str(text) for text in one.itertext())

    def warnings(self) -> tuple[str, ...]:
        """Return a sentence for each part that could not be read wholly."""
        names = sorted(set(self.damaged))
        return tuple(f"The part {name[:80]!r} is damaged; text may be missing from it." for name in names)

    def embedded(self) -> list[str]:
        """Return the parts that are files which parts read so far embed; what a chart embeds it shows."""
        targets = {
            one.target
            for part, relations in self._relations.items()
            for one in relations.values()
            if one.kind in _EMBEDDED and not one.external and "/charts/" not in part
        }
        return sorted(targets)

    def _read_relations(self, part: str) -> Mapping[str, Relation]:
        folder, _, name = part.rpartition("/")
        listed = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        if listed not in self:
            return {}
        text = self.text(listed)
        if "'" in text:  # around values, or in one: a tree is written with quotation marks around all
            text = written(parse(text.encode())[0]).decode()
        found = _RELATION.findall(text)
        if "&" in text:
            found = [tuple(map(resolved, one)) for one in found]
        return {
            identity: Relation(kind, target if external else _resolve(folder, target), external)
            for identity, kind, target, mode in found
            for external in (mode == "External",)
        }


def parse(content: bytes) -> "tuple[_Element | None, bool]":
    """Parse XML and say whether it was faulty; what stands before a fault is kept.

    Raises ``CorruptDocument`` on a declaration of entities, which no Office application writes.
    """
    root = _parsed(content)
    if root is None:
        return None, True
    _refuse_entities(root)
    log = _parser().error_log
    if not log:
        return root, False
    _leave_references_out(root)
    return root, any(entry.level_name != "WARNING" for entry in log)


def fragment(content: bytes) -> "_Element | None":
    """Parse XML that is known to declare nothing, as what stands in a part that is ``plain``."""
    root = _parsed(content)
    if root is not None and refers(content):
        _leave_references_out(root)
    return root


def _parsed(content: bytes) -> "_Element | None":
    from lxml.etree import XMLSyntaxError, fromstring  # noqa: PLC0415 - heavy: a shared library

    try:
        return fromstring(content, _parser())
    except (XMLSyntaxError, ValueError):
        return None


def _leave_references_out(root: "_Element") -> None:
    """Leave out those to what nobody declares: they would stand among elements, and can't be asked for children."""
    from lxml.etree import Entity, strip_tags  # noqa: PLC0415 - heavy: a shared library

    strip_tags(root, Entity)


def written(root: "_Element | None") -> bytes:
    """Write a tree as XML of which nothing is odd."""
    from lxml import etree  # noqa: PLC0415 - heavy: a shared library

    return b"" if root is None else etree.tostring(root, encoding="utf-8")


def tree(source: BinaryIO) -> "tuple[_Element, bool]":
    """Parse a document that is one XML file, and say whether it was faulty. Raises where there is nothing to parse."""
    source.seek(0)
    content = source.read()
    if len(content) > LARGEST_TREE:
        raise LimitReached(f"it holds {len(content) / 2**20:.0f} MB of XML")
    root, faulty = parse(content)
    if root is None:
        raise CorruptDocument("its XML cannot be read")
    return root, faulty


@cache
def _parser() -> "XMLParser":
    """Return the one parser: its first document costs it as much as a small part does."""
    from lxml import etree  # noqa: PLC0415 - heavy: a shared library

    return etree.XMLParser(**_PARSING)


def chosen(element: "_Element") -> "list[_Element]":
    """Return the one branch to read of an ``mc:AlternateContent``: the same content stands in each."""
    choice = find(element, f"{MC}Choice")
    if choice is None:
        choice = find(element, f"{MC}Fallback")
    return [] if choice is None else list(choice)


def flag(element: "_Element | None", attribute: str) -> bool | None:
    """Read an on/off property: absent is ``None``, present without a value is on."""
    if element is None:
        return None
    return element.get(attribute, "1") not in ("0", "false", "off", "none")


def whole(text: str | None, default: int = 0) -> int:
    """Read a number that a hostile file may have replaced by anything."""
    try:
        return int(text or default)
    except ValueError:
        return default


def _modern(content: bytes) -> bytes:
    if content.find(_STRICT_SPACE, 0, _ROOT_REACH) < 0:
        return content
    return _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", content)


def _refuse_entities(element: "_Element") -> None:
    declared: Any = element.getroottree().docinfo.internalDTD  # of formulas and lists of files in OpenOffice.org's
    if declared is not None and any(declared.iterentities()):
        raise CorruptDocument("it declares entities, as only hostile files do")


def _resolve(folder: str, target: str) -> str:
    above, below = ("", target[1:]) if target.startswith("/") else (folder, target)
    while below.startswith("../"):
        above, below = above.rpartition("/")[0], below[3:]
    steps = f"/{below}/"
    if not ("//" in steps or "/." in steps or "#" in steps or "%" in steps):  # nearly all are paths downwards
        return f"{above}/{below}" if above else below
    return posixpath.normpath(posixpath.join("/", folder, unquote(target.partition("#")[0]))).lstrip("/")
