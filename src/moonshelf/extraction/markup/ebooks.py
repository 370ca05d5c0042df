"""EPUB books: a page for each document of the spine, in its order."""

import posixpath
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote

from moonshelf.errors import CorruptDocument, EncryptedDocument, ExtractionError, LimitReached
from moonshelf.extraction.charset import declared_in, decode
from moonshelf.extraction.containers.unpacking import Archive
from moonshelf.extraction.coverage import tally
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Document, Page
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.markup import hypertext, xml_trees
from moonshelf.extraction.markup.imprint import Imprint, leading
from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.tools import Tools

if TYPE_CHECKING:
    from lxml.etree import _Element

_MARKUP = (".xhtml", ".html", ".htm", ".xml")
_FONT_SCRAMBLING = frozenset(
    {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
)  # no lock on text
_DRAWING = "image/svg+xml"  # which may be a page
_ALSO_STATED = ("language", "publisher", "date")


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a book. Raises ``EncryptedDocument`` where its text is locked."""
    archive = Archive(source, tools.limits)
    package = _package(archive)
    root = _xml(archive, package) if package else None
    chapters = _spine(root, posixpath.dirname(package)) if root is not None else []
    chapters = chapters or sorted(name for name in archive.names() if name.lower().endswith(_MARKUP))
    if not chapters:
        raise CorruptDocument("it names no chapter")
    if len(chapters) > tools.limits.pages:
        raise LimitReached(f"it has more than {tools.limits.pages} chapters")
    if _locked(archive).intersection(chapters):
        raise EncryptedDocument
    sheets = _Sheets(archive)
    read = [_chapter(sheets, number, name, Withheld(tools.include)) for number, name in enumerate(chapters, 1)]
    warnings = tuple(dict.fromkeys(warning for _, found in read for warning in found))
    stated = _stated(root)
    first = {name: texts[0] for name, texts in stated.items()}
    book = Imprint(first.get("title", ""), tuple(stated.get("creator", ())), first.get("description", ""))
    others = {name: first[name] for name in _ALSO_STATED if name in first}
    return Document(leading(book, [page for page, _ in read]), {**book.metadata(), **others}, warnings)


class _Sheets:
    """The style sheets of a book, each read once."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._read: dict[str, str] = {}

    def linked_from(self, chapter: str, address: str) -> str:
        """Return the style sheet at *address* as *chapter* states it; nothing, if the book has none there."""
        name = _joined(posixpath.dirname(chapter), address)
        if name not in self._read:
            try:
                self._read[name] = decode(self.archive.read(name)).text
            except (KeyError, ExtractionError):  # text is read, whatever may hide it
                self._read[name] = ""
        return self._read[name]


def _joined(folder: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(address.partition("#")[0])))


def _chapter(sheets: _Sheets, number: int, name: str, withheld: Withheld) -> tuple[Page, tuple[str, ...]]:
    """Read one chapter; a damaged one is a page that says so."""
    try:
        reading = hypertext.read(sheets.archive.read(name), withheld, linked=partial(sheets.linked_from, name))
    except KeyError:
        return tally.page(number, (), failure=f"the book has no {name[:80]!r}"), ()
    except CorruptDocument as error:
        return tally.page(number, (), failure=str(error)), ()
    return withheld.page(number, reading.blocks), reading.warnings


def _package(archive: Archive) -> str:
    """Return the name of the package document, which names all else."""
    container = _xml(archive, "META-INF/container.xml")
    for one in container.iter() if container is not None else ():
        path = one.get("full-path", "") if local(one) == "rootfile" else ""
        if path in archive:
            return path
    return next((name for name in archive.names() if name.lower().endswith(".opf")), "")


def _spine(root: "_Element", folder: str) -> list[str]:
    """Names of the documents in reading order, each once."""
    manifest: dict[str, str] = {}
    order: list[str] = []
    for one in root.iter():
        if local(one) == "item":
            kind = one.get("media-type", "")
            if not kind.startswith(("image/", "audio/", "video/", "font/")) or kind == _DRAWING:
                manifest[one.get("id", "")] = _joined(folder, one.get("href", ""))
        elif local(one) == "itemref":
            order.append(one.get("idref", ""))
    return list(dict.fromkeys(manifest[name] for name in order if name in manifest))


def _locked(archive: Archive) -> set[str]:
    """Names of members that are encrypted in earnest."""
    root = _xml(archive, "META-INF/encryption.xml")
    return set(_encrypted(root)) if root is not None else set()


def _encrypted(root: "_Element") -> Iterator[str]:
    scrambled = False
    for one in root.iter():
        if local(one) == "encrypteddata":
            scrambled = False
        elif local(one) == "encryptionmethod":
            scrambled = one.get("Algorithm") in _FONT_SCRAMBLING
        elif local(one) == "cipherreference" and not scrambled:
            yield unquote(one.get("URI", "")).lstrip("/")


def _stated(root: "_Element | None") -> Mapping[str, list[str]]:
    """Return what Dublin Core says of the book, by its names."""
    stated: dict[str, list[str]] = {}
    for one in root.iter() if root is not None else ():
        if one.text and "purl.org/dc/" in str(one.tag) and (text := " ".join(one.text.split())):
            stated.setdefault(local(one), []).append(text)
    return stated


def _xml(archive: Archive, name: str) -> "_Element | None":
    try:
        content = archive.read(name)
    except (KeyError, CorruptDocument):
        return None
    return xml_trees.parse(decode(content, declared=declared_in(content)).text)


EBOOK = Flowing(name="EPUB book", media_types={".epub": "application/epub+zip"}, extract=extract)
