"""Drawings of Word 97-2003 documents: pictures among the words, and those and WordArt that float over them."""

import struct
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.office.blips import Blips, held
from moonshelf.extraction.office.pictures import Pictures, large
from moonshelf.extraction.office.slides import art
from moonshelf.extraction.office.slides.records import CONTAINER, Record, Type, record
from moonshelf.extraction.office.word.records import Records, Table
from moonshelf.extraction.tools import Tools

_NAMED = 0x0066  # a picture before which the name of its file stands
_DRAWN = (0x0064, _NAMED)
_TWIPS = 20  # in a point
_ANCHOR = struct.Struct("<i4i")  # a shape and its edges ([MS-DOC] 2.8.37, Spa); further bytes say how text flows by
_ANCHOR_SIZE = 26
_ANCHORED = ((0, Table.ANCHORS), (2, Table.MARGIN_ANCHORS))  # the body and what stands at its margins, as watermarks


class Art:
    """What the drawings of one document show, each where it is anchored."""

    def __init__(
        self, records: Records, main: bytes, data: Callable[[], bytes], tools: Tools, *, holds_files: bool
    ) -> None:
        """Take the *main* stream; that of *data* is asked for when the first picture is.

        Where the document *holds_files* of other programs, these are read, and not their pictures.
        """
        self._records, self._data, self._holds_files = records, data, holds_files
        self._drawings = _Drawings(records, main, data)
        self._said: set[int] = set()  # places whose shapes were: any number of characters may name one
        self.pictures = Pictures(self._drawings.content, tools)

    def among(self, position: int, *, of_file: bool) -> Iterator[Block]:
        """Read the picture at *position*, which may be one *of_file* that is read, and what is said of it."""
        at = self._records.data(position)
        stream = self._data() if at >= 0 else b""
        if not 0 <= at <= len(stream) - 68:
            return
        if at not in self._said:
            self._said.add(at)
            yield from _said(next(iter(self._drawings.inline(at)), None), art.DESCRIPTION)
        width, height, across, down = struct.unpack_from("<4H", stream, at + 28)
        if not (of_file and self._holds_files) and large(width * across / 1000 / _TWIPS, height * down / 1000 / _TWIPS):
            yield from self.pictures.shown(f"inline {at}")

    def over(self, position: int) -> Iterator[Block]:
        """Read what floats over the text and is anchored at *position*."""
        identity, width, height = self._drawings.anchors.get(position, (0, 0, 0))
        shape = self._drawings.shapes.get(identity)
        options = shape.first(Type.OPTIONS) if shape else None
        if options is None:
            return
        yield from _said(shape, art.WORD_ART, art.DESCRIPTION)
        if (number := art.properties(options).get(art.PICTURE, 0)) and large(width / _TWIPS, height / _TWIPS):
            yield from self.pictures.shown(f"floating {number}")


class _Drawings:
    """The records of drawings, taken apart when the first of a kind is asked for."""

    def __init__(self, records: Records, main: bytes, data: Callable[[], bytes]) -> None:
        self._records, self._main, self._data = records, main, data

    def content(self, name: str) -> bytes | None:
        """Return the picture of a name, if there is one."""
        kind, _, number = name.partition(" ")
        if kind != "inline":
            return self._blips.content(number)
        return next((held(one) for one in self.inline(int(number)) if one.kind != Type.SHAPE), None)

    def inline(self, at: int) -> Sequence[Record]:
        """Return the shape and the picture that the data at a place are of."""
        stream = self._data()
        size, header, kind = struct.unpack_from("<IHH", stream, at)
        if kind not in _DRAWN:
            return ()  # a form's field, or a drawing in Windows' words
        start = at + header + (1 + stream[at + header] if kind == _NAMED else 0)
        return list(Record(stream, CONTAINER, 0, start, min(at + size, len(stream))).children())

    @cached_property
    def anchors(self) -> dict[int, tuple[int, int, int]]:
        """Return which shape is anchored at a position, and how wide and high it is."""
        found = {}
        for story, table in _ANCHORED:
            start, _ = self._records.story(story)
            positions = self._records.positions(table, _ANCHOR_SIZE)
            content = self._records.table(table)[4 * len(positions) :]
            for number, position in enumerate(positions[:-1]):
                identity, left, top, right, bottom = _ANCHOR.unpack_from(content, number * _ANCHOR_SIZE)
                found[start + position] = identity, right - left, bottom - top
        return found

    @cached_property
    def _all(self) -> list[Record]:
        """The store of pictures, and the drawings of the body and of headers, between which a byte stands."""
        content, at, found = self._records.table(Table.DRAWINGS), 0, []
        while at + 8 <= len(content):
            one = record(content, at)
            found.append(one)
            at = one.end + 1
        return found

    @cached_property
    def shapes(self) -> dict[int, Record]:
        """The shapes by the numbers that anchors call them by."""
        shapes = (shape for drawing in self._all[1:] for shape in drawing.below(Type.SHAPE))
        named = ((shape.first(Type.SHAPE_ATOM), shape) for shape in shapes)
        return {int.from_bytes(atom.content[:4], "little"): shape for atom, shape in named if atom}

    @cached_property
    def _blips(self) -> Blips:
        stores, main = self._all[:1], self._main
        return Blips(lambda: [entry for store in stores for entry in store.below(Type.BLIP_ENTRY)], lambda: main)


def _said(shape: Record | None, *places: int) -> Iterator[Block]:
    """Say in the first of *places* that has any what words a *shape* has of its own."""
    options = shape.first(Type.OPTIONS) if shape and shape.kind == Type.SHAPE else None
    if options is None:
        return
    fixed = art.properties(options)
    if words := next(filter(None, (art.words(options, fixed, place) for place in places)), ""):
        yield Block(Kind.PARAGRAPH, words)
