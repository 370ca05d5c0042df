"""Shapes of PowerPoint 97-2003 slides: their text, places and tables ([MS-ODRAW], [MS-PPT] 2.7)."""

import re
import struct
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf

import msgspec
from msgspec.structs import replace

from moonshelf.extraction.charset import utf_16
from moonshelf.extraction.document import Block, Box, Cell, Kind
from moonshelf.extraction.office.slides.numbers import Counter
from moonshelf.extraction.office.slides.records import Head, Record, Type, by_kind, heads
from moonshelf.extraction.office.slides.runs import Fonts, Paragraphs, paragraphs
from moonshelf.extraction.office.slides.scales import UNSCALED, Scale

_MASTER_UNIT = 72 / 576  # points
_SAME_LINE = 12.0  # points by which the tops of neighbours may differ
_TITLES = frozenset((0, 6))  # types of text: a slide's title, the title of a title slide
_LISTS = frozenset((1, 7, 8))  # a slide's body, half and quarter bodies: what is listed
WORD_ART, DESCRIPTION, PICTURE = 0x00C0, 0x0381, 0x4104
_TABLE = 0x039F
_MARGINS = (b"\x09", b"\x0a")  # placeholders of a master's footer and header ([MS-PPT] 2.13.23)
_COMPLEX = 0x8000
_PLACEHOLDER_HEAD = b"\0\0\xc3\x0b\x08\0\0\0"
_REFERENCE_HEAD = b"\0\0\xc1\x0b\x04\0\0\0"  # of the atom that names a file of another program
_CLIENT_DATA_HEAD = b"\x0f\0\x11\xf0"  # before its length
_NUMBERS_HEAD = b"\0\0" + Type.NUMBERS.to_bytes(2, "little")
_NUMBERING = re.compile(rb"[\x02\x03]")  # the highest byte of a mask that has a scheme in it
_TABLE_HEAD = Type.TABLE_OPTIONS.to_bytes(2, "little")
_Held = Mapping[int, Head]
_TELLING = re.compile(rb"\xc0[\x80\xc0]|\x81[\x83\xc3]|\x04\x41")  # those three as complex or plain ones are coded
_EDGES, _WIDE_EDGES = struct.Struct("<4h"), struct.Struct("<4i")


class Text(msgspec.Struct, frozen=True):
    """A text with its type, and the atom that says how each of its paragraphs is set, if there is one."""

    kind: int
    text: str
    style: bytes = b""
    numbers: bytes = b""  # the atom that says how its paragraphs are numbered

    @property
    def title(self) -> bool:
        """Whether it is the title of its slide."""
        return self.kind in _TITLES

    @property
    def line(self) -> str:
        """All of it on one line."""
        return " ".join(self.text.replace("\x0b", " ").split())

    def blocks(self, box: Box | None = None) -> Iterator[Block]:
        """Yield its paragraphs."""
        if not self.text:
            return  # most placeholders are empty
        at, runs = 0, paragraphs(self.style, len(self.text) + 1)[0]
        numbers = Counter(self.numbers, self.style, len(self.text)) if self.numbers else None
        for paragraph in self.text.split("\r"):
            start, (level, bullet) = at, _set(runs, at)
            at += len(paragraph) + 1
            words = paragraph.replace("\x0b", "\n").strip()
            if not words or words == "*":  # stands for a number or a date that the program fills in
                continue
            if bullet or (bullet is None and self.kind in _LISTS):
                marker = numbers.marker(start, level) if numbers else "•"
                yield Block(Kind.LIST, words, box, level=level, marker=marker)
            else:
                yield Block(Kind.PARAGRAPH, words, box)


class Shape(msgspec.Struct):
    """A shape, or a table of them; ``numbers`` are the places of its texts among those of the slide's outline."""

    box: Box | None = None
    texts: Sequence[Text] = ()
    numbers: Sequence[int] = ()
    drawn: str = ""  # letters that are drawn: WordArt
    description: str = ""
    picture: int = 0  # its number in the store, from one
    original: int = 0  # the file of another program that the picture is of
    numbering: bytes = b""  # the atom that says how its texts are numbered
    cells: tuple[Cell, ...] = ()

    def blocks(self) -> Iterator[Block]:
        """Yield what it says, but for the title of its slide."""
        for text in self.texts:
            if not text.title:
                yield from text.blocks(self.box)
        if self.cells:
            yield Block(Kind.TABLE, box=self.box, cells=self.cells)
        if self.drawn:
            yield Block(Kind.PARAGRAPH, self.drawn, self.box)
        if self.description:
            yield Block(Kind.FIGURE, self.description, self.box)


def shapes(drawings: Iterable[Record], fonts: Fonts, *, prompts: bool = True) -> list[Shape]:
    """Return the shapes of *drawings* in reading order: by lines from the top, then from the left.

    Without *prompts*, as masters hold them, it is what a slide shows that nothing has been filled in on.
    """
    found = [one for drawing in drawings for one in _within(drawing, fonts, prompts=prompts)]
    lines: list[list[Shape]] = []
    begun = -inf
    for shape in sorted(found, key=_top):
        if (top := _top(shape)) - begun <= _SAME_LINE:
            lines[-1].append(shape)
        else:
            lines.append([shape])
            begun = top
    return [one for line in lines for one in (sorted(line, key=_left) if len(line) > 1 else line)]


def texts(stream: bytes, records: Iterable[Head], fonts: Fonts) -> Iterator[Text]:
    """Read texts from the records that describe them: a header each, then characters and styles."""
    number, text, style, started = 4, "", b"", False
    for _, kind, start, end in records:
        match kind:
            case Type.TEXT_HEADER:
                if started:
                    yield Text(number, fonts.shown(text, style), style)
                number, text, style, started = int.from_bytes(stream[start:end][:4], "little"), "", b"", True
            case Type.TEXT_CHARS:
                text, started = utf_16(stream[start:end]), True
            case Type.TEXT_BYTES:
                text, started = stream[start:end].decode("latin-1"), True
            case Type.TEXT_STYLE:
                style = stream[start:end]
    if started:
        yield Text(number, fonts.shown(text, style), style)


def _within(drawing: Record, fonts: Fonts, *, prompts: bool) -> Iterator[Shape]:
    stream, waiting = drawing.stream, [(iter((drawing.own,)), UNSCALED)]
    while waiting:
        members, scale = waiting[-1]
        one = next(members, None)
        if one is None:
            waiting.pop()
        elif one[1] == Type.SHAPE:
            if prompts or not _prompts(stream, one):
                yield _shape(stream, one, scale, fonts)
        elif inside := heads(stream, one):
            own = _own(inside) if one[1] == Type.GROUP else None
            if own and _is_table(stream, own):
                yield _table(stream, inside, scale, fonts)
            elif own:
                inside.remove(own)
                waiting += ((iter(inside), _scale_in(stream, own, scale)), (iter((own,)), scale))
            else:
                waiting.append((iter(inside), scale))


def _own(members: Iterable[Head]) -> Head | None:
    """Return the shape that tells of its group, which is the first of the *members*."""
    return next((one for one in members if one[1] == Type.SHAPE), None)


def _scale_in(stream: bytes, group: Head, outer: Scale) -> Scale:
    """Return the scale of the members of a *group*, whose own shape says where it stands and in what units."""
    held = by_kind(stream, group)
    own = held.get(Type.GROUP_COORDINATES)
    if own is None or (place := _place(stream, held, UNSCALED)) is None:
        return outer
    left, top, right, bottom = (edge * _MASTER_UNIT for edge in _WIDE_EDGES.unpack_from(stream[own[2] : own[3]]))
    inner = left, top, right, bottom
    return outer if place == inner else outer.inside(inner, place)  # nearly all groups count in units of the slide


def _prompts(stream: bytes, shape: Head) -> bool:
    """Tell whether it is a placeholder that only says what goes there; a header's or footer's words are themselves."""
    at = stream.find(_PLACEHOLDER_HEAD, shape[2], shape[3])
    if at >= 0 and stream[at - 8 : at - 4] == _CLIENT_DATA_HEAD:  # as in most: nothing has to be looked through
        return stream[at + 12 : at + 13] not in _MARGINS
    data = by_kind(stream, shape).get(Type.CLIENT_DATA)
    held = by_kind(stream, data).get(Type.PLACEHOLDER) if data else None
    return held is not None and stream[held[2] : held[3]][4:5] not in _MARGINS


def _shape(stream: bytes, container: Head, scale: Scale, fonts: Fonts) -> Shape:
    held = by_kind(stream, container)
    shape = Shape(_place(stream, held, scale))
    if box := held.get(Type.TEXT_BOX):
        inside = heads(stream, box)
        shape.texts = list(texts(stream, inside, fonts))
        shape.numbers = [
            int.from_bytes(stream[start:end][:4], "little")
            for _, kind, start, end in inside
            if kind == Type.OUTLINE_REFERENCE
        ]
    data = held.get(Type.CLIENT_DATA)
    if data and (numbering := _numbering(stream, data)):
        shape.numbering = numbering
        shape.texts = [replace(text, numbers=numbering) for text in shape.texts]
    if (stated := held.get(Type.OPTIONS)) and _TELLING.search(stream, stated[2], stated[3]):
        options = Record(stream, *stated)
        fixed = properties(options)
        shape.drawn, shape.description = words(options, fixed, WORD_ART), words(options, fixed, DESCRIPTION)
        shape.picture = fixed.get(PICTURE, 0)
        shape.original = _original(stream, data) if shape.picture and data else 0
    return shape


def _original(stream: bytes, data: Head) -> int:
    """Return the number of the file of another program that a shape stands for."""
    at = stream.find(_REFERENCE_HEAD, data[2], data[3])
    return 0 if at < 0 else int.from_bytes(stream[at + 8 : at + 12], "little")


def _numbering(stream: bytes, data: Head) -> bytes:
    """Return the atom that says how texts are numbered, if it does: most say something else, or are not there.

    It stands in the tags of a program, which are no records.
    """
    at = stream.find(_NUMBERS_HEAD, data[2], data[3])
    if at < 0:
        return b""
    start = at + len(_NUMBERS_HEAD) + 4
    end = min(start + int.from_bytes(stream[start - 4 : start], "little"), data[3])
    return stream[start:end] if _NUMBERING.search(stream, start, end) else b""


def _place(stream: bytes, held: _Held, scale: Scale) -> Box | None:
    if anchor := held.get(Type.CHILD_ANCHOR):
        left, top, right, bottom = _WIDE_EDGES.unpack_from(stream[anchor[2] : anchor[3]])
    elif anchor := held.get(Type.CLIENT_ANCHOR):
        content = stream[anchor[2] : anchor[3]]
        edges = _WIDE_EDGES if len(content) >= _WIDE_EDGES.size else _EDGES
        top, left, right, bottom = edges.unpack_from(content)
    else:
        return None
    box = left * _MASTER_UNIT, top * _MASTER_UNIT, right * _MASTER_UNIT, bottom * _MASTER_UNIT
    return box if scale is UNSCALED else scale.box(box)


def _is_table(stream: bytes, group: Head) -> bool:
    if stream.find(_TABLE_HEAD, group[2], group[3]) < 0:
        return False  # most groups are none
    options = Record(stream, *group).first(Type.TABLE_OPTIONS)
    if options is None:
        return False
    count = min(options.instance, len(options.content) // 6)
    return any(struct.unpack_from("<H", options.content, 6 * place)[0] & 0x3FFF == _TABLE for place in range(count))


def _table(stream: bytes, members: Iterable[Head], scale: Scale, fonts: Fonts) -> Shape:
    """Place the cells of a table, which are shapes, by the edges that they share."""
    group, *rest = [_shape(stream, one, UNSCALED, fonts) for one in members if one[1] == Type.SHAPE]
    held = [(one.box, "\n".join(_lines(one))) for one in rest if one.box and one.texts]
    rows = sorted({round(box[1]) for box, _ in held})
    columns = sorted({round(box[0]) for box, _ in held})
    cells = [
        Cell(
            (row := rows.index(round(box[1]))),
            (column := columns.index(round(box[0]))),
            text,
            max(bisect_left(rows, round(box[3])) - row, 1),
            max(bisect_left(columns, round(box[2])) - column, 1),
        )
        for box, text in held
    ]
    box = scale.box(group.box) if group.box else None
    return Shape(box, cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))))


def _lines(shape: Shape) -> Iterator[str]:
    for text in shape.texts:
        yield from (block.text for block in text.blocks())


def properties(options: Record) -> dict[int, int]:
    """Return the fixed parts of the properties of a shape by their codes; ``PICTURE`` names one by its number."""
    content = options.content
    return dict(struct.iter_unpack("<HI", content[: 6 * min(options.instance, len(content) // 6)]))


def words(options: Record, fixed: Mapping[int, int], wanted: int) -> str:
    """Return the words of a property, if there are any: they follow the fixed parts of all, in the same order."""
    at = 6 * options.instance
    for code, length in fixed.items():
        if code & _COMPLEX:
            if code & 0x3FFF == wanted:
                return utf_16(options.content[at : at + length]).split("\0")[0].strip()
            at += length
    return ""


def _set(runs: Iterable[Paragraphs], position: int) -> tuple[int, bool | None]:
    """Return level and bullet of the run that the character at *position* is in."""
    for length, level, bullet in runs:
        if position < length:
            return level, bullet
        position -= length
    return 0, None


def _top(shape: Shape) -> float:
    return shape.box[1] if shape.box else -1e9


def _left(shape: Shape) -> float:
    return shape.box[0] if shape.box else -1e9
