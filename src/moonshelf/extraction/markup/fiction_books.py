"""FictionBook: an XML of sections, verses and notes, read with the same hands as HTML."""

from typing import TYPE_CHECKING, BinaryIO

from moonshelf.errors import CorruptDocument, LimitReached
from moonshelf.extraction.charset import declared_in, decode
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.markup import xml_trees
from moonshelf.extraction.markup.composition import compose
from moonshelf.extraction.markup.imprint import Imprint, leading
from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.tools import Tools

if TYPE_CHECKING:
    from lxml.etree import _Element

_LARGEST = 64 * 2**20  # bytes; most of a large book are its pictures, which make few elements
_AS_HTML = {
    "emphasis": "em",
    "style": "span",
    "strikethrough": "s",
    "cite": "blockquote",
    "epigraph": "blockquote",
    "annotation": "div",
    "poem": "div",
    "stanza": "div",
    "v": "p",
    "text-author": "p",
    "empty-line": "hr",
    "image": "img",
}


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read the annotation, the book and its notes, a page each. Raises ``CorruptDocument`` on what is no XML."""
    source.seek(0)
    content = source.read()
    if len(content) > _LARGEST:
        raise LimitReached(f"it holds {len(content) / 2**20:.0f} MB of XML")
    decoded = decode(content, declared=declared_in(content))
    root, faults, _ = xml_trees.mended(decoded.text)
    if root is None:
        raise CorruptDocument("its XML cannot be read")
    about = next((one for one in root if local(one) == "description"), root)  # in all of a book the search takes time
    parts = [*about.iterfind(".//{*}title-info/{*}annotation"), *(one for one in root if local(one) == "body")]
    pages = []
    for number, part in enumerate(parts, 1):
        _rename(part)
        withheld = Withheld(tools.include)
        pages.append(withheld.page(number, compose(part, withheld)))
    book = _imprint(about)
    return Document(leading(book, pages), book.metadata(), (*decoded.warnings(), *faults))


def _rename(part: "_Element") -> None:
    """Give elements the names that HTML has for them; a title's rank is how deep its section lies."""
    from lxml import etree  # noqa: PLC0415  heavy: a shared library

    depth = 0
    for event, element in etree.iterwalk(part, events=("start", "end")):
        name = local(element)
        depth += (name == "section") * (1 if event == "start" else -1)
        if event == "start" and name in ("title", "subtitle"):
            element.tag = f"h{min(depth + (1 if name == 'title' else 2), 6)}"
            for line in element.iterdescendants():  # the lines of one title are one heading
                line.tag = "span"
                line.tail = f"{line.tail or ''} "
        elif event == "start" and name in _AS_HTML:
            element.tag = _AS_HTML[name]
        elif event == "start" and element.get("type") == "note":
            element.set("role", "doc-noteref")


def _imprint(about: "_Element") -> Imprint:
    title = about.findtext(".//{*}title-info/{*}book-title") or ""
    authors = (
        " ".join(" ".join((part.text or "").split()) for part in author if local(part).endswith("-name"))
        for author in about.iterfind(".//{*}title-info/{*}author")
    )
    return Imprint(" ".join(title.split()), tuple(filter(None, authors)))


FICTION_BOOK = Flowing(name="FictionBook", media_types={".fb2": "application/x-fictionbook+xml"}, extract=extract)
