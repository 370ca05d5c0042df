"""Word 97-2003 documents, and the bare text of those of Word 6 and 95."""

import struct
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import BinaryIO

from moonshelf.errors import CorruptDocument
from moonshelf.extraction.coverage import tally
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.notation.numerals import roman
from moonshelf.extraction.office.embedded import stored, with_embedded
from moonshelf.extraction.office.form_fields import FormField
from moonshelf.extraction.office.ole.streams import Streams, faults
from moonshelf.extraction.office.word import oldest
from moonshelf.extraction.office.word.art import Art
from moonshelf.extraction.office.word.blocks import lines
from moonshelf.extraction.office.word.forms import form
from moonshelf.extraction.office.word.lists import Lists
from moonshelf.extraction.office.word.numbering import Level, Numbering
from moonshelf.extraction.office.word.records import Records, Table
from moonshelf.extraction.office.word.stories import Stories
from moonshelf.extraction.tools import Tools

_WORD_6 = 0xA5DC
_OLDEST_97 = 0x69  # nFib that the first versions with tables in a stream of their own start from
_BODY, _FOOTNOTES, _MARGINS, _COMMENTS, _ENDNOTES, _BOXES, _MARGIN_BOXES = 0, 1, 2, 4, 5, 6, 7
_NOTES = (  # story, marks in the body, texts, bytes of data beside each mark
    (_FOOTNOTES, Table.FOOTNOTE_MARKS, Table.FOOTNOTES, 2),
    (_ENDNOTES, Table.ENDNOTE_MARKS, Table.ENDNOTES, 2),
    (_COMMENTS, Table.COMMENT_MARKS, Table.COMMENTS, 30),
)
_BOX = 22  # bytes of data beside each text box
_SEPARATORS = 6  # texts that part notes from the body stand before the first header
_FOOTERS = (2, 3, 5)  # of six texts a section
_DAMAGED = "its records contradict each other"


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read a Word document as its author sees it: tracked changes done, hidden text withheld."""
    streams = Streams.of(source, tools.limits)
    main = streams.require("WordDocument")
    with faults(_DAMAGED):
        magic, version = struct.unpack_from("<HH", main)
        if magic == _WORD_6 or version < _OLDEST_97:
            return Document((tally.page(1, list(oldest.blocks(main))),), streams.metadata())
        withheld = Withheld(tools.include)
        records = Records(main, (streams.read("0Table") or b"", streams.read("1Table") or b""), withheld)
        reader = _Reader(main, records, streams, tools)
        page = reader.art.pictures.covered(withheld.page(1, reader.blocks()))
    found = Document((page,), streams.metadata(), (*reader.warnings, *reader.art.pictures.warnings()))
    return with_embedded(found, stored(streams), tools)


class _Aside:
    """What stands beside the text and paragraphs ask for: read when the first of them asks."""

    def __init__(self, records: Records, streams: Streams) -> None:
        self._records, self._streams = records, streams
        self.warnings: list[str] = []

    def data(self) -> bytes:
        """Return what the text holds beside characters: pictures, forms."""
        return self._data

    def form(self, position: int) -> FormField:
        """Return the form's field at a position."""
        place = self._records.data(position)
        return FormField() if place < 0 else form(self._data, place)

    def mark(self, position: int) -> str:
        """Return the marker of the note that a position refers to."""
        return self._marks.get(position, "")

    def level(self, number: str, depth: int) -> Level | None:
        """Return how the level *depth* of list *number* counts, if there is one."""
        return self._lists.level(number, depth)

    @cached_property
    def _data(self) -> bytes:
        return self._streams.read("Data") or b""

    @cached_property
    def _lists(self) -> Lists:
        tables = [self._records.table(one, to_end=True) for one in (Table.LISTS, Table.LIST_OVERRIDES)]
        try:
            with faults(_DAMAGED):
                return Lists(*tables)
        except CorruptDocument:
            self.warnings.append("The numbers of its lists could not be read.")
            return Lists(b"", b"")

    @cached_property
    def _marks(self) -> dict[int, str]:
        """The markers of notes by the positions that refer to them."""
        return {
            position: _marker(story, number)
            for story, marks, _, width in _NOTES
            for number, position in enumerate(self._records.positions(marks, width)[:-1], start=1)
        }


class _Reader:
    """One reading of one document: its body, then its text boxes, notes, headers and footers."""

    def __init__(self, main: bytes, records: Records, streams: Streams, tools: Tools) -> None:
        self._records, aside = records, _Aside(records, streams)
        self.warnings = aside.warnings
        holds_files = next(streams.storages("ObjectPool"), None) is not None
        self.art = Art(records, main, aside.data, tools, holds_files=holds_files)
        self._stories = Stories(records, Numbering(aside.level), aside.mark, aside.form, self.art)

    def blocks(self) -> Iterator[Block]:
        """Read story after story, of which most documents have one or two."""
        lengths = self._records.lengths
        yield from self._stories.read(*self._records.story(_BODY))
        if lengths[_BOXES]:
            yield from self._stories.read(*self._records.story(_BOXES))
        for kind in _NOTES:
            if lengths[kind[0]]:
                yield from self._aside("Some of its notes", self._notes(*kind))
        if lengths[_MARGINS]:
            yield from self._aside("Its headers and footers", self._margins())
        if lengths[_MARGIN_BOXES]:
            yield from self._aside("The text boxes in its headers and footers", self._margin_boxes())

    def _aside(self, what: str, blocks: Iterator[Block]) -> Iterator[Block]:
        """Read what the body can be understood without."""
        try:
            with faults(_DAMAGED):
                yield from blocks
        except CorruptDocument:
            self.warnings.append(f"{what} could not be read.")

    def _notes(self, story: int, marks: int, texts: int, width: int) -> Iterator[Block]:
        start, end = self._records.story(story)
        bounds = self._records.positions(texts)
        count = max(len(self._records.positions(marks, width)) - 1, 0)
        authors = self._authors(count) if story == _COMMENTS else []
        for number, (first, last) in enumerate(pairwise(bounds)):
            if number < count and 0 <= first <= last:
                text = lines(self._stories.read(start + first, min(start + last, end)))
                author = authors[number] if number < len(authors) else ""
                if text:
                    said = f"{author}: {text}" if author else text
                    yield Block(Kind.NOTE, said, marker=_marker(story, number + 1))

    def _authors(self, count: int) -> list[str]:
        """Return who wrote each comment."""
        names, content, at = [], self._records.table(Table.AUTHORS), 0
        while at + 2 <= len(content):
            length = int.from_bytes(content[at : at + 2], "little")
            names.append(content[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace"))
            at += 2 + 2 * length
        marks = self._records.table(Table.COMMENT_MARKS)[4 * (count + 1) :]
        places = (int.from_bytes(marks[30 * number + 20 : 30 * number + 22], "little") for number in range(count))
        return [names[place] if place < len(names) else "" for place in places]

    def _margins(self) -> Iterator[Block]:
        """Read headers and footers, each text once: readers look for what stands there, if not on every page."""
        start, end = self._records.story(_MARGINS)
        bounds = self._records.positions(Table.MARGINS)
        seen: set[str] = set()
        for number, (first, last) in enumerate(pairwise(bounds)):
            if number < _SEPARATORS or not 0 <= first < last or start + last > end:
                continue
            text = lines(self._stories.read(start + first, start + last))
            if text and text not in seen:
                seen.add(text)
                yield Block(Kind.NOTE, f"Page {'footer' if number % 6 in _FOOTERS else 'header'}: {text}")

    def _margin_boxes(self) -> Iterator[Block]:
        """Read the text boxes of headers and footers, as letterheads are, each text once."""
        start, end = self._records.story(_MARGIN_BOXES)
        seen: set[str] = set()
        for first, last in pairwise(self._records.positions(Table.MARGIN_BOXES, _BOX)):
            text = lines(self._stories.read(start + first, min(start + last, end))) if 0 <= first < last else ""
            if text and text not in seen:
                seen.add(text)
                yield Block(Kind.NOTE, f"In a header or footer: {text}")


def _marker(story: int, number: int) -> str:
    return {_ENDNOTES: roman(number), _COMMENTS: f"c{number}"}.get(story, str(number))


WORD_BINARY = Flowing(name="Word 97-2003", media_types={".doc": "application/msword"}, extract=extract)
