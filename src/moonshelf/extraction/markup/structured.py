"""XML of the vocabularies that articles, manuals, editions and patents are written in."""

from typing import TYPE_CHECKING, BinaryIO

from moonshelf.extraction.charset import declared_in, decode
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.facts import Tools
from moonshelf.extraction.format import Extract, Flowing
from moonshelf.extraction.markup import xml_trees
from moonshelf.extraction.markup.composition import compose
from moonshelf.extraction.markup.vocabularies.articles import ARTICLES
from moonshelf.extraction.markup.vocabularies.editions import EDITIONS
from moonshelf.extraction.markup.vocabularies.manuals import MANUALS
from moonshelf.extraction.markup.vocabularies.patents import PATENTS
from moonshelf.extraction.markup.vocabularies.translation import Vocabulary, translate
from moonshelf.extraction.withheld import Withheld

if TYPE_CHECKING:
    from lxml.etree import _Element

_LARGEST = 24 * 2**20  # bytes of markup; a tree takes twenty times that
_MOST_TAGS = 800_000


def _reader(vocabulary: Vocabulary) -> Extract:
    def extract(source: BinaryIO, tools: Tools) -> Document:
        """Read the document; what is no well-formed XML is passed on as it is."""
        source.seek(0)
        content = source.read()
        decoded = decode(content, declared=declared_in(content))
        root = _tree(decoded.text)
        if root is None:
            return Document((Withheld(tools.include).page(1, [Block(Kind.PARAGRAPH, decoded.text)]),))
        translation = translate(root, vocabulary)
        withheld = Withheld(tools.include)
        blocks = compose(root, withheld)
        for number, note in enumerate(translation.notes, 1):
            text = "\n".join(block.text for block in compose(note, withheld))
            blocks.append(Block(Kind.NOTE, text, marker=str(number)))
        for text, reason in translation.unread:
            if not withheld.takes(text, reason):
                blocks.append(Block(Kind.NOTE, text))
        return Document((withheld.page(1, blocks),), translation.metadata, decoded.warnings())

    return extract


def _tree(text: str) -> "_Element | None":
    if len(text) > _LARGEST or text.count("<") > _MOST_TAGS:
        return None
    return xml_trees.parse(text, recover=False, define=True)


JOURNAL_ARTICLE = Flowing(
    name="Journal article (JATS)", media_types={".jats": "application/jats+xml"}, extract=_reader(ARTICLES)
)
MANUAL = Flowing(name="Manual (DocBook)", media_types={".docbook": "application/docbook+xml"}, extract=_reader(MANUALS))
EDITION = Flowing(name="Edition (TEI)", media_types={".tei": "application/tei+xml"}, extract=_reader(EDITIONS))
PATENT = Flowing(
    name="Patent (USPTO)", media_types={".patent.xml": "application/x-patent+xml"}, extract=_reader(PATENTS)
)
