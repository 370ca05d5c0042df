"""XML of the vocabularies that articles, manuals, editions, feeds, captions and the like are written in."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from moonshelf.extraction.charset import declared_in, decode
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Extract, Flowing
from moonshelf.extraction.markup import xml_trees
from moonshelf.extraction.markup.composition import compose
from moonshelf.extraction.markup.vocabularies import accounts
from moonshelf.extraction.markup.vocabularies.articles import ARTICLES
from moonshelf.extraction.markup.vocabularies.bilingual import BILINGUAL
from moonshelf.extraction.markup.vocabularies.captions import CAPTIONS
from moonshelf.extraction.markup.vocabularies.editions import EDITIONS
from moonshelf.extraction.markup.vocabularies.feeds import FEEDS
from moonshelf.extraction.markup.vocabularies.manuals import MANUALS
from moonshelf.extraction.markup.vocabularies.outlines import OUTLINES
from moonshelf.extraction.markup.vocabularies.patents import PATENTS
from moonshelf.extraction.markup.vocabularies.places import PLACES
from moonshelf.extraction.markup.vocabularies.references import REFERENCES
from moonshelf.extraction.markup.vocabularies.resources import RESOURCES
from moonshelf.extraction.markup.vocabularies.topics import TOPICS
from moonshelf.extraction.markup.vocabularies.translation import Vocabulary, translate
from moonshelf.extraction.tools import Tools

if TYPE_CHECKING:
    from lxml.etree import _Element

_Read: TypeAlias = Callable[["_Element", Withheld], tuple[list[Block], Mapping[str, str]]]
"""Makes blocks of a tree, and tells what it states of the whole, such as its title."""

_LARGEST = 24 * 2**20  # bytes of markup; a tree takes twenty times that
_MOST_TAGS = 800_000
_TOO_LARGE = "The XML is too large to be read as what it says; it is given as it is."
_BROKEN = "The XML is not well-formed, or too deep, and cannot be mended without loss; it is given as it is."


def _reader(read: _Read) -> Extract:
    def extract(source: BinaryIO, tools: Tools) -> Document:
        """Read the document; XML that is too large, or cannot be mended without loss, is passed on as it is."""
        source.seek(0)
        content = source.read()
        decoded = decode(content, declared=declared_in(content))
        root, faults = _tree(decoded.text)
        warnings = (*decoded.warnings(), *faults)
        withheld = Withheld(tools.include)
        if root is None:
            return Document((withheld.page(1, [Block(Kind.PARAGRAPH, decoded.text)]),), warnings=warnings)
        blocks, metadata = read(root, withheld)
        return Document((withheld.page(1, blocks),), metadata, warnings)

    return extract


def _in(vocabulary: Vocabulary) -> _Read:
    def read(root: "_Element", withheld: Withheld) -> tuple[list[Block], Mapping[str, str]]:
        """Compose what *root* says in the words of HTML, then the notes that were taken out of it."""
        translation = translate(root, vocabulary)
        blocks = compose(root, withheld)
        for number, note in enumerate(translation.notes, 1):
            text = "\n".join(block.text for block in compose(note, withheld))
            blocks.append(Block(Kind.NOTE, text, marker=str(number)))
        for text, reason in translation.unread:
            if not withheld.takes(text, reason):
                blocks.append(Block(Kind.NOTE, text))
        return blocks, translation.metadata

    return read


def _tree(text: str) -> "tuple[_Element | None, tuple[str, ...]]":
    """Return the tree that *text* is, if it can be told, and what is to be said of it."""
    if len(text) > _LARGEST or (len(text) > _MOST_TAGS and text.count("<") > _MOST_TAGS):
        return None, (_TOO_LARGE,)
    tree = xml_trees.mended(text, define=True)
    return (tree.root, tree.warnings) if tree.whole else (None, (_BROKEN,))


JOURNAL_ARTICLE = Flowing(
    name="Journal article (JATS)", media_types={".jats": "application/jats+xml"}, extract=_reader(_in(ARTICLES))
)
MANUAL = Flowing(
    name="Manual (DocBook)", media_types={".docbook": "application/docbook+xml"}, extract=_reader(_in(MANUALS))
)
EDITION = Flowing(name="Edition (TEI)", media_types={".tei": "application/tei+xml"}, extract=_reader(_in(EDITIONS)))
PATENT = Flowing(
    name="Patent (USPTO)", media_types={".patent.xml": "application/x-patent+xml"}, extract=_reader(_in(PATENTS))
)
FEED = Flowing(
    name="Feed (RSS, Atom), notes (Evernote)",
    media_types={
        ".rss": "application/rss+xml",
        ".atom": "application/atom+xml",
        ".enex": "application/enex+xml",
    },
    extract=_reader(_in(FEEDS)),
)
REPORT = Flowing(
    name="Accounts (XBRL)", media_types={".xbrl": "application/xbrl-instance+xml"}, extract=_reader(accounts.read)
)
TOPIC = Flowing(
    name="Topics (DITA)",
    media_types={".dita": "application/dita+xml", ".ditamap": "application/dita+xml"},
    extract=_reader(_in(TOPICS)),
)
OUTLINE = Flowing(
    name="Outline (OPML, FreeMind)",
    media_types={".opml": "text/x-opml+xml", ".mm": "application/x-freemind+xml"},
    extract=_reader(_in(OUTLINES)),
)
TRANSLATION = Flowing(
    name="Translation (XLIFF, TMX)",
    media_types={".xlf": "application/xliff+xml", ".xliff": "application/xliff+xml", ".tmx": "application/x-tmx+xml"},
    extract=_reader(_in(BILINGUAL)),
)
CAPTION = Flowing(
    name="Captions (TTML)",
    media_types={".ttml": "application/ttml+xml", ".dfxp": "application/ttml+xml"},
    extract=_reader(_in(CAPTIONS)),
)
MAP = Flowing(
    name="Places (KML, GPX)",
    media_types={".kml": "application/vnd.google-earth.kml+xml", ".gpx": "application/gpx+xml"},
    extract=_reader(_in(PLACES)),
)
PROGRAM_TEXT = Flowing(
    name="Texts of programs (Android, .resx), property lists",
    media_types={".resx": "application/x-string-resources+xml", ".plist": "application/x-plist+xml"},
    extract=_reader(_in(RESOURCES)),
)
LITERATURE = Flowing(
    name="References (PubMed, EndNote, MODS)",
    media_types={".mods": "application/x-references+xml"},
    extract=_reader(_in(REFERENCES)),
)
