"""The text layers of a PDF's pages: their words, strokes, fields and notes, as liteparse reads them.

Its own records hold each fact of each item, and making them takes longer than half of reading them. So what its Rust
half returns goes straight into these, which hold what is asked for; nothing else of ours knows its names.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

import msgspec
from msgspec.structs import replace

from moonshelf.errors import CorruptDocument
from moonshelf.extraction.document import Box
from moonshelf.extraction.pages.text_layer import lying

_BATCH = 16
_BLACK = "ff000000"
_LOWER = 0.8  # times the height of an item whose font has none: its type size
_TALLEST = 4.0  # times the type size that a font states: higher letters are of a font that misstates it

_PLACED = attrgetter("text", "x", "y", "width", "height")

Native = Any  # objects of the Rust half, which come without types


class Word(msgspec.Struct, frozen=True, gc=False):
    """A word of an item."""

    text: str
    box: Box


class Item(msgspec.Struct, frozen=True, gc=False):
    """Words on one line in one font: size in points, color as ``aarrggbb``, rotation in degrees clockwise."""

    text: str
    box: Box
    size: float = 10.0
    font: str = ""
    weight: int = 0
    color: str = _BLACK
    rotation: float = 0.0
    words: tuple[Word, ...] = ()


class Shape(msgspec.Struct, frozen=True, gc=False):
    """A path with an area: the left, top, width and height of its box, and the colours of what is painted."""

    bbox: tuple[float, float, float, float]
    stroke: bool = False
    fill: bool = False
    fill_color: str | None = None
    has_curve: bool = False


class Stroke(msgspec.Struct, frozen=True, gc=False):
    """A straight line, level or upright."""

    box: Box
    drawn: bool
    width: float
    color: str | None


class Field(msgspec.Struct, frozen=True, gc=False):
    """A field of a form: what it holds, and whether it is checked, if it can be."""

    kind: str
    box: Box | None
    flags: int
    value: str
    checked: bool | None


class Note(msgspec.Struct, frozen=True, gc=False):
    """What somebody attached to a place on the page."""

    kind: str
    box: Box | None
    text: str


class Layer(msgspec.Struct, frozen=True):
    """The text layer of a page."""

    number: int
    width: float
    height: float
    items: tuple[Item, ...]
    shapes: tuple[Shape, ...]
    strokes: tuple[Stroke, ...]
    fields: tuple[Field, ...]
    notes: tuple[Note, ...]
    turned: int = 0  # degrees clockwise by which the page as displayed was turned, so that its text stands upright


class TextLayers:
    """The pages that were read last.

    liteparse opens the file anew at each call, so consecutive pages are asked for in batches, up to page *last*. What
    is found on a page does not depend on the batch.
    """

    def __init__(self, data: bytes, *, last: int) -> None:
        self._data = data
        self._last = last
        self._asked = range(0)
        self._pages: Mapping[int, Layer] = {}

    def page(self, number: int) -> Layer:
        """Return page *number*. Raises ``CorruptDocument`` where it cannot be read."""
        if number not in self._asked:
            self._asked = range(number, max(number, min(self._last, number + _BATCH - 1)) + 1)
            self._pages = dict(self._read(self._asked))
        try:
            return self._pages[number]
        except KeyError:
            raise CorruptDocument(f"the text of page {number} cannot be read") from None

    def _read(self, numbers: range) -> Iterator[tuple[int, Layer]]:
        """Yield the layers of pages, and those of pages that lie on their side once more, as they are when turned."""
        found = {page.page_num: _layer(page) for page in _parsed(self._data, f"{numbers[0]}-{numbers[-1]}")}
        yield from found.items()
        angles = {number: turned for number, layer in found.items() if (turned := _turned(layer.items))}
        if angles:
            for page in _parsed(self._data, ",".join(map(str, angles)), turned=tuple(angles.items())):
                yield page.page_num, replace(_layer(page), turned=-angles[page.page_num] % 360)


def _parsed(data: bytes, numbers: str, turned: Sequence[tuple[int, int]] = ()) -> Iterable[Native]:
    from liteparse._liteparse import LiteParse  # noqa: PLC0415 heavy: PDFium and its Rust half

    parser = LiteParse(
        ocr_enabled=False,
        target_pages=numbers,
        page_orientation_corrections=list(turned),
        output_format="json",
        continue_on_page_error=True,
        preserve_very_small_text=True,
        emit_word_boxes=True,
        extract_text_metadata=True,
        extract_vector_graphics=True,
        extract_annotations=True,
        extract_form_fields=True,
        num_workers=1,
        quiet=True,
    )
    try:
        pages: Iterable[Native] = parser.parse_bytes(data).pages
    except RuntimeError as error:  # all that it raises
        raise CorruptDocument("its text cannot be read") from error
    return pages


def _turned(items: Sequence[Item]) -> int:
    if not any(item.rotation for item in items):
        return 0  # as on most pages
    return lying.angle([(item.rotation, len(item.text)) for item in items])


def _layer(page: Native) -> Layer:
    drawn = page.vector_graphics
    return Layer(
        page.page_num,
        page.width,
        page.height,
        items=tuple(map(_item, page.text_items)),
        shapes=tuple(map(_shape, drawn.shapes)) if drawn else (),
        strokes=tuple(map(_stroke, drawn.lines)) if drawn else (),
        fields=tuple(map(_field, page.form_fields or ())),
        notes=tuple(Note(one.subtype, _box(one.rect), one.contents or "") for one in page.annotations or ()),
    )


def _item(item: Native) -> Item:
    x, y, width, height = item.x, item.y, item.width, item.height
    size = item.font_height or 0.0
    return Item(
        item.text,
        (x, y, x + width, y + height),
        size if size * _TALLEST > min(width, height) else height * _LOWER,
        item.font_name or "",
        item.font_weight or 0,
        item.fill_color or _BLACK,
        item.rotation,
        tuple([Word(text, (x, y, x + w, y + h)) for text, x, y, w, h in map(_PLACED, item.words)]),
    )


def _shape(shape: Native) -> Shape:
    box = shape.bbox
    place = (box.x, box.y, box.width, box.height)
    return Shape(place, shape.stroke, shape.fill, shape.fill_color, shape.has_curve)


def _stroke(line: Native) -> Stroke:
    (x1, x2), (y1, y2) = sorted((line.x1, line.x2)), sorted((line.y1, line.y2))
    return Stroke((x1, y1, x2, y2), line.stroke, line.stroke_width or 1.0, line.stroke_color)


def _field(field: Native) -> Field:
    value = field.value or ", ".join(field.selected_options)
    return Field(field.field_type, _box(field.rect), field.field_flags, value, field.checked)


def _box(rect: Native) -> Box | None:
    return _bounds(rect) if rect else None


def _bounds(placed: Native) -> Box:
    x, y = placed.x, placed.y
    return (x, y, x + placed.width, y + placed.height)
