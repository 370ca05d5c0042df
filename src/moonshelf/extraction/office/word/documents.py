"""Word documents (docx, docx templates, with and without macros)."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, BinaryIO

from moonshelf.errors import LimitReached
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.notation.numerals import roman
from moonshelf.extraction.office.definitions import Definitions, root_of
from moonshelf.extraction.office.embedded import with_package
from moonshelf.extraction.office.openxml import Package, R, W
from moonshelf.extraction.office.pictures import Pictures
from moonshelf.extraction.office.word.blocks import Flow, Shared, lines
from moonshelf.extraction.office.word.chunks import Chunks
from moonshelf.extraction.office.word.numbering import Numbering
from moonshelf.extraction.office.word.styles import Lists, Styles
from moonshelf.extraction.office.word.text import Story
from moonshelf.extraction.tools import Tools

if TYPE_CHECKING:
    from lxml.etree import _Element

_MARGINS = {f"{W}{place}Reference": place for place in ("header", "footer")}
_MARGIN = frozenset(_MARGINS.values())
_NOTES = {"footnote": "footnotes", "endnote": "endnotes", "comment": "comments"}  # kind -> relation
_ORDINARY = re.compile(rb"<(?:\w+:)?(?:footnote|endnote|comment)\s(?![^<>]*:type=)")  # others are lines between notes


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a Word document as its author sees it: tracked changes done, hidden text withheld."""
    package = Package(source, tools.limits)
    try:
        return _Reader(package, tools).document()
    except RecursionError:
        raise LimitReached("its tables and text boxes nest too deeply") from None


class _Reader:
    """One reading of one document."""

    def __init__(self, package: Package, tools: Tools) -> None:
        self._package, self._tools = package, tools
        self._withheld = Withheld(tools.include)
        self._pictures = Pictures(package.bytes, tools, glance=package.glance)
        self._chunks = Chunks(package, tools, self._withheld)
        self._main = package.main()
        styles = _plain(package, self._main, "styles")
        self._styles = Styles(Definitions(styles, root_of(styles), W, "style", "styleId"))
        numbering = Numbering(Lists(partial(_plain, package, self._main, "numbering")).level)
        self._shared = Shared(package, numbering, self._pictures, self._chunks)
        self._notes: dict[tuple[str, str], str] = {}  # kind and id -> marker
        self._waiting: list[tuple[str, str]] = []  # notes in the order that the text refers to them
        self._unread: dict[str, tuple[str, dict[str, _Element]]] = {}  # by kind: the part, and its notes by id
        self._margin_texts: set[str] = set()
        self._counts: Counter[str] = Counter()

    def document(self) -> Document:
        """Read the body, then what it refers to, then what stands in the margins."""
        root = self._package.require(self._main)
        blocks = [*self._read(root, self._main), *self._noted(root), *self._margins(root), *self._unreferred()]
        page = self._pictures.covered(self._withheld.page(1, blocks))
        found = Document((page,), self._package.metadata(), (*self._chunks.warnings, *self._pictures.warnings()))
        return with_package(found, self._package, self._tools)

    def _read(self, container: "_Element", part: str) -> list[Block]:
        story = Story(self._styles, self._package.relations(part), self._note, self._withheld)
        return list(Flow(self._shared, part, story, cells=self._tools.limits.cells).within(container))

    def _note(self, kind: str, note_id: str) -> str:
        """Remember a note that the text refers to, and return its marker."""
        if (kind, note_id) not in self._notes:
            self._counts[kind] += 1
            count = self._counts[kind]
            self._notes[kind, note_id] = {"endnote": roman(count), "comment": f"c{count}"}.get(kind, str(count))
            self._waiting.append((kind, note_id))
        return self._notes[kind, note_id]

    def _noted(self, root: "_Element") -> Iterator[Block]:
        """Read the notes in the order they are referred to; notes may refer to further ones.

        Comments that nothing refers to are read where they are on a stretch of the text, as Word shows them.
        """
        if self._package.related(self._main, _NOTES["comment"]):
            for stretch in root.iter(f"{W}commentRangeStart"):
                self._note("comment", stretch.get(f"{W}id", ""))
        for kind, note_id in self._waiting:  # grows meanwhile
            part, notes = self._note_part(kind)
            note = notes.pop(note_id, None)
            if note is not None and (text := self._noting(note, part)):
                yield Block(Kind.NOTE, text, marker=self._notes[kind, note_id])

    def _note_part(self, kind: str) -> "tuple[str, dict[str, _Element]]":
        if kind not in self._unread:
            self._unread[kind] = "", {}
            for part in self._package.related(self._main, _NOTES[kind]):
                root = self._package.xml(part)
                if root is not None:
                    self._unread[kind] = part, {one.get(f"{W}id", ""): one for one in root.iter(f"{W}{kind}")}
        return self._unread[kind]

    def _noting(self, note: "_Element", part: str) -> str:
        author, text = note.get(f"{W}author", ""), lines(self._read(note, part))
        return f"{author}: {text}" if author and text else text

    def _margins(self, root: "_Element") -> Iterator[Block]:
        """Read headers and footers, each text once: readers look for what stands there, if not on every page."""
        relations = self._package.relations(self._main)
        for reference in sorted(root.iter(*_MARGINS), key=attrgetter("tag"), reverse=True):  # headers first
            relation = relations.get(reference.get(f"{R}id", ""))
            if relation is not None and (text := self._margin(relation.target)):
                yield Block(Kind.NOTE, f"Page {_MARGINS[reference.tag]}: {text}")

    def _margin(self, part: str) -> str:
        root = self._package.once(part)
        text = "" if root is None else lines(self._read(root, part))
        if text in self._margin_texts:
            return ""
        self._margin_texts.add(text)
        return text

    def _unreferred(self) -> Iterator[Block]:
        """Withhold notes, headers and footers that nothing refers to: Word shows them to nobody."""
        texts = [*self._unreferred_notes(), *self._unreferred_margins()]
        for text, what in texts:
            if text and not self._withheld.takes(text, f"{what} that nothing refers to"):
                yield Block(Kind.NOTE, text)

    def _unreferred_notes(self) -> Iterator[tuple[str, str]]:
        for kind, relation in _NOTES.items():
            named = set(self._package.related(self._main, relation))
            if kind in self._unread or any(_ORDINARY.search(self._package.bytes(part) or b"") for part in named):
                part, notes = self._note_part(kind)
                for note in notes.values():
                    if note.get(f"{W}type", "normal") == "normal":
                        yield self._noting(note, part), kind

    def _unreferred_margins(self) -> Iterator[tuple[str, str]]:
        for relation in self._package.relations(self._main).values():
            if relation.kind in _MARGIN:
                yield self._margin(relation.target), relation.kind


def _plain(package: Package, main: str, kind: str) -> bytes:
    part = next(iter(package.related(main, kind)), None)
    return b"" if part is None else package.plain(part)


WORD = Flowing(
    name="Word",
    media_types={
        ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".dotx": "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
        ".docm": "application/vnd.ms-word.document.macroenabled.12",
        ".dotm": "application/vnd.ms-word.template.macroenabled.12",
    },
    extract=extract,
)
