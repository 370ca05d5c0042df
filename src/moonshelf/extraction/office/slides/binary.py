"""PowerPoint 97-2003 presentations."""

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from moonshelf.extraction.charset import utf_16
from moonshelf.extraction.containers.compound_file import MAGIC
from moonshelf.extraction.coverage import tally
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind, Page
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office.blips import Blips
from moonshelf.extraction.office.embedded import Embedded, legible, opened, with_embedded
from moonshelf.extraction.office.ole.streams import Streams, faults
from moonshelf.extraction.office.pictures import Pictures, large
from moonshelf.extraction.office.slides.art import Shape, Text, shapes, texts
from moonshelf.extraction.office.slides.deck import Deck
from moonshelf.extraction.office.slides.records import CONTAINER, Head, Parts, Persisted, Record, Type, heads
from moonshelf.extraction.office.slides.runs import Fonts
from moonshelf.extraction.office.slides.shapes import outside
from moonshelf.extraction.tools import Tools

_ORIGINAL = re.compile(rb"(?s)\x01\0\xc3\x0f\x18\0\0\0.{8}(.{12})")  # what an atom tells of a file of another program
_SLIDES, _MASTERS, _NOTES = 0, 1, 2  # instances of a list of slides
_PARTS = frozenset(  # of the document, its slides and their notes, that are asked for
    (
        Type.DOCUMENT_ATOM,
        Type.SLIDE_LIST,
        Type.DRAWING_GROUP,
        Type.SLIDE_ATOM,
        Type.DRAWING,
        Type.SHOW_INFO,
        Type.HEADERS_FOOTERS,
        Type.COMMENT,
        Type.PROGRAM_TAGS,
    )
)
_HIDDEN = 0x0004
_SHOW, _BESIDE = "PowerPoint Document", "PP97_DUALSTORAGE"  # the latter where another is kept for PowerPoint 95
_MACROS = "VBA".encode("utf-16-le")  # the name of a storage that holds programs, which are no objects to anybody
_POINTS = 72 / 576
_UNORDERED = "It does not say in which order it was edited; older words may stand for newer ones."
_STRINGS = ("date", "header", "footer")  # instances of strings among headers and footers


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read slides in the order they are shown; hidden ones, and what stands off the slide, are withheld."""
    streams = Streams.of(source, tools.limits)
    shown = next((one for one in streams.storages(_BESIDE) if _SHOW in one), streams)
    stream, user = shown.require(_SHOW), shown.require("Current User")
    with faults("its records contradict each other"):
        show = _Show(Persisted(stream, user), tools, lambda: shown.read("Pictures") or b"")
        pages = show.pages()
    found = Document(tuple(pages), streams.metadata(), show.warnings())
    return with_embedded(found, show.embedded(), tools)


class _Entry(msgspec.Struct):
    """A slide as a list of slides has it: the outline's texts stand there, not on the slide."""

    persist: int
    identity: int
    records: list[Head] = msgspec.field(default_factory=list)


class _Show:
    """One reading of one presentation."""

    def __init__(self, persisted: Persisted, tools: Tools, stream: Callable[[], bytes]) -> None:
        """Take the *stream* of pictures."""
        self._persisted, self._tools = persisted, tools
        self._withheld = Withheld(tools.include)  # from the slide that is being read
        document = persisted.document()
        self._stream, self._document = document.stream, document.parts(_PARTS)
        self._fonts = Fonts(document)
        self.pictures = Pictures(Blips(partial(_store, self._document), stream).content, tools)
        self._size = self._stated_size()
        self._lists = {one.instance: list(_entries(one)) for one in self._document.get(Type.SLIDE_LIST, ())}
        self._notes = {entry.identity: entry for entry in self._lists.get(_NOTES, [])}
        self._said: set[str] = set()
        self._legible: dict[int, bool] = {}
        self._read: set[int] = set()  # where slides were read from: a hostile list names one a million times

    def pages(self) -> list[Page]:
        """Read slide after slide."""
        deck = Deck(self._tools, self._size)
        for number, entry in enumerate(self._lists.get(_SLIDES, []), start=1):
            if (found := self._once(entry)) is None:
                continue
            slide = found.parts(_PARTS)
            said = set(self._said)
            self._withheld = Withheld(self._tools.include)
            blocks = list(self._blocks(number, entry, slide))
            if deck.add(number, blocks, self._withheld, hidden=_is_hidden(slide)):
                deck.pages[-1] = self.pictures.covered(deck.pages[-1])
            else:
                self._said = said
                self.pictures.forget()
        if deck.pages:
            self._said.update(block.text for page in deck.pages for block in page.blocks)
            deck.pages[-1] = tally.with_more(deck.pages[-1], list(self._backdrop()))
        return deck.whole()

    def warnings(self) -> tuple[str, ...]:
        """Return a sentence for each thing that was not read, or may not be as it was last."""
        return (*(() if self._persisted.in_order else (_UNORDERED,)), *self.pictures.warnings())

    def embedded(self) -> Iterator[Embedded]:
        """Yield what files of other programs the slides hold, programs of their own left out."""
        for number, one in enumerate(self._persisted.all(Type.OBJECT), start=1):
            content = self._unpacked(one)
            name, found = opened(f"object {number}", content, self._tools)
            if found or _MACROS not in content:
                yield name, found

    def _unpacked(self, stored: Record) -> bytes:
        content = stored.content
        try:
            if stored.instance:
                content = zlib.decompressobj().decompress(content[4:], self._tools.limits.unpacked_bytes)
        except zlib.error:
            return b""
        return content if content.startswith(MAGIC) else b""

    def _once(self, entry: _Entry) -> Record | None:
        found = self._persisted.get(entry.persist)
        if found is None or not found.container or found.start in self._read:
            return None
        self._read.add(found.start)
        return found

    def _stated_size(self) -> tuple[float, float]:
        atoms = self._document.get(Type.DOCUMENT_ATOM, ())
        width, height = struct.unpack_from("<2i", atoms[0].content) if atoms else (0, 0)
        return max(width, 0) * _POINTS, max(height, 0) * _POINTS

    def _blocks(self, number: int, entry: _Entry, slide: Parts) -> Iterator[Block]:
        outline = list(texts(self._stream, entry.records, self._fonts))
        shown = [one for one in _shapes(slide, outline, self._fonts) if not self._off_slide(one)]
        referred = {place for shape in shown for place in shape.numbers}
        unplaced = [text for place, text in enumerate(outline) if place not in referred]
        titles = [text.line for text in unplaced if text.title]
        titles += [text.line for shape in shown for text in shape.texts if text.title]
        title = " ".join([one for one in titles if one and one != "*"])
        yield Block(Kind.SLIDE, f"Slide {number}: {title}" if title else f"Slide {number}")
        for text in unplaced:
            yield from () if text.title else text.blocks()
        for shape in shown:
            yield from shape.blocks()
            if shape.picture:
                yield from self._pictured(shape)
        yield from self._margins(slide)
        yield from self._spoken(slide)
        yield from _comments(slide)

    def _pictured(self, shape: Shape) -> Iterator[Block]:
        big = shape.box and large(shape.box[2] - shape.box[0], shape.box[3] - shape.box[1])
        if big and not self._reads(self._originals.get(shape.original, 0)):
            yield from self.pictures.shown(str(shape.picture), shape.box)

    def _reads(self, place: int) -> bool:
        """Tell, unpacking it once, whether the file of another program that is kept there is read."""
        if place not in self._legible:
            stored = self._persisted.get(place) if place else None
            self._legible[place] = stored is not None and legible(opened("", self._unpacked(stored), self._tools))
        return self._legible[place]

    @cached_property
    def _originals(self) -> dict[int, int]:
        """Return where files of other programs are kept, by their numbers."""
        atoms = (struct.unpack("<3I", atom[1]) for atom in _ORIGINAL.finditer(self._stream))
        return {number: persist for number, _, persist in atoms}

    def _off_slide(self, shape: Shape) -> bool:
        """Tell whether no part of *shape* is on the slide, and withhold it then."""
        if not outside(shape.box, *self._size):
            return False
        said = [*(text.text for text in shape.texts), shape.drawn, *(cell.text for cell in shape.cells)]
        return self._withheld.takes(" ".join(said), "off the slide")

    def _spoken(self, slide: Parts) -> Iterator[Block]:
        """Read the speaker's notes."""
        atoms = slide.get(Type.SLIDE_ATOM, ())
        identity = struct.unpack_from("<16xI", atoms[0].content)[0] if atoms else 0
        entry = self._notes.get(identity)
        found = self._once(entry) if entry and identity else None
        if entry is None or found is None:
            return
        notes = found.parts(_PARTS)
        outline = list(texts(self._stream, entry.records, self._fonts))
        blocks = [
            block for shape in _shapes(notes, outline, self._fonts) for text in shape.texts for block in text.blocks()
        ]
        if blocks:
            yield Block(Kind.NOTE, "Notes: " + "\n".join(block.text for block in blocks))
        yield from self._margins(notes)

    def _margins(self, holder: Parts) -> Iterator[Block]:
        """Read header and footer, each text once."""
        for group in holder.get(Type.HEADERS_FOOTERS, ()):
            for one in group.children(Type.STRING):
                text = _string(one)
                if text and one.instance < len(_STRINGS) and text not in self._said:
                    self._said.add(text)
                    yield Block(Kind.NOTE, f"Page {_STRINGS[one.instance]}: {text}")

    def _backdrop(self) -> Iterator[Block]:
        """Read what masters themselves put on every slide: not the placeholders that only prompt."""
        for entry in self._lists.get(_MASTERS, []):
            master = self._once(entry)
            for shape in shapes(master.children(Type.DRAWING), self._fonts, prompts=False) if master else ():
                text = "\n".join(block.text for one in shape.texts for block in one.blocks()) or shape.drawn
                if text and text not in self._said:
                    self._said.add(text)
                    yield Block(Kind.NOTE, f"On every slide: {text}")
        yield from self._margins(self._document)


def _store(document: Parts) -> list[Record]:
    """Return the entries of the store of pictures."""
    return [blip for group in document.get(Type.DRAWING_GROUP, ()) for blip in group.below(Type.BLIP_ENTRY)]


def _entries(slides: Record) -> Iterator[_Entry]:
    entry = None
    for one in heads(slides.stream, slides.own):
        _, kind, start, end = one
        if kind == Type.SLIDE_PERSIST:
            if entry:
                yield entry
            persist, identity = struct.unpack_from("<I8xI", slides.stream[start:end])
            entry = _Entry(persist, identity)
        elif entry:
            entry.records.append(one)
    if entry:
        yield entry


def _is_hidden(slide: Parts) -> bool:
    infos = slide.get(Type.SHOW_INFO, ())
    return bool(infos) and bool(struct.unpack_from("<10xH", infos[0].content)[0] & _HIDDEN)


def _shapes(holder: Parts, outline: Sequence[Text], fonts: Fonts) -> list[Shape]:
    """Return the shapes of a slide or of its notes, with those texts of the *outline* that they refer to."""
    found = shapes(holder.get(Type.DRAWING, ()), fonts)
    for shape in found:
        if shape.numbers:
            placed = [outline[place] for place in shape.numbers if place < len(outline)]
            if shape.numbering:
                placed = [replace(text, numbers=shape.numbering) for text in placed]
            shape.texts = [*shape.texts, *placed]
    return found


def _comments(slide: Parts) -> Iterator[Block]:
    """Yield the comments on a slide, which PowerPoint 2002 and later keep among what is for such programs alone."""
    kept = (data for tags in slide.get(Type.PROGRAM_TAGS, ()) for data in tags.below(Type.TAG_DATA))
    tagged = (comment for one in kept for comment in replace(one, head=CONTAINER).children(Type.COMMENT))
    for comment in (*slide.get(Type.COMMENT, ()), *tagged):
        said = {one.instance: _string(one) for one in comment.children(Type.STRING)}
        if text := said.get(1, ""):
            author = said.get(0, "")
            yield Block(Kind.NOTE, f"Comment by {author}: {text}" if author else f"Comment: {text}")


def _string(one: Record) -> str:
    return utf_16(one.content).strip("\0 ").replace("\r", "\n")


POWERPOINT_BINARY = Flowing(
    name="PowerPoint 97-2003", media_types={".ppt": "application/vnd.ms-powerpoint"}, extract=extract
)
