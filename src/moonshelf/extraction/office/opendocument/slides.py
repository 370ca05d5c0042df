"""The slides of OpenDocument presentations, and the pages of its drawings."""

import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import TYPE_CHECKING

from moonshelf.extraction.coverage import tally
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Box, Document, Kind
from moonshelf.extraction.office.elements import text_of
from moonshelf.extraction.office.opendocument.blocks import NOTES, Flow
from moonshelf.extraction.office.opendocument.lengths import points
from moonshelf.extraction.office.opendocument.objects import Inside
from moonshelf.extraction.office.opendocument.styles import DC, DRAW, OFFICE, PRESENTATION, SHOWN, STYLE, SVG, Styles
from moonshelf.extraction.office.slides.deck import Deck
from moonshelf.extraction.office.slides.shapes import outside
from moonshelf.extraction.office.word.blocks import lines
from moonshelf.extraction.tools import Tools

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOVED = re.compile(r"translate\s*\(\s*([^\s,()]{1,30})[\s,]+([^\s,()]{1,30})\s*\)")
_SAME_LINE = 12.0  # points by which the tops of neighbours may differ
_GROUPS = (f"{DRAW}g", f"{DRAW}a")
_ANNOTATIONS = (f"{OFFICE}annotation", "{http://openoffice.org/2009/office}annotation")
_DECLARED = ("header", "footer", "date-time")


def show(root: "_Element", styles_root: "_Element | None", styles: Styles, tools: Tools, inside: Inside) -> Document:
    """Read slide after slide; hidden ones, and what stands off a slide, are withheld."""
    slides = _Slides(root, styles_root, styles, tools)
    deck = Deck(tools, _size(styles))
    for number, slide in enumerate(root.findall(f"{DRAW}page"), start=1):
        withheld = Withheld(tools.include)
        flow = Flow(styles, tools.limits, withheld, inside)
        hidden = not styles.displayed("drawing-page", slide.get(f"{DRAW}style-name"))
        said = set(slides.said)
        if not deck.add(number, list(slides.blocks(number, slide, flow, withheld)), withheld, hidden=hidden):
            slides.said = said
            inside.forget()
        elif inside.pictures:
            deck.pages[-1] = inside.pictures.covered(deck.pages[-1])
    pages = deck.whole()
    margins = list(Flow(styles, tools.limits, Withheld(tools.include)).margins(styles_root))
    return Document((*pages[:-1], tally.with_more(pages[-1], margins)))


class _Slides:
    """What slides share: their size, masters and declared footers; what is on every one is said on the first."""

    def __init__(self, root: "_Element", styles_root: "_Element | None", styles: Styles, tools: Tools) -> None:
        self._styles, self._tools, self._size = styles, tools, _size(styles)
        masters = styles_root.iter(f"{STYLE}master-page") if styles_root is not None else ()
        self._masters = {one.get(f"{STYLE}name", ""): one for one in masters}
        self._declared = {
            (kind, one.get(f"{PRESENTATION}name", "")): one.text or ""
            for kind in _DECLARED
            for one in root.findall(f"{PRESENTATION}{kind}-decl")
        }
        self.said: set[str] = set()

    def blocks(self, number: int, slide: "_Element", flow: Flow, withheld: Withheld) -> Iterator[Block]:
        """Read a slide: its title, its shapes as they stand, its notes and comments."""
        shapes = [
            one
            for one in sorted(_shapes(slide), key=_place)
            if not (outside(_box(one), *self._size) and withheld.takes(_words(one), "off the slide"))
        ]
        titles = [one for one in shapes if one.get(f"{PRESENTATION}class") == "title"]
        title = " ".join(lines(flow.drawn(one)).replace("\n", " ") for one in titles).strip()
        yield Block(Kind.SLIDE, f"Slide {number}: {title}" if title else f"Slide {number}")
        for shape in shapes:
            if shape not in titles:
                yield from flow.drawn(shape)
        yield from flow.notes()
        yield from self._repeated(slide, flow)
        for notes in slide.findall(NOTES):
            yield from flow.spoken(notes)
        yield from _comments(slide, flow)

    def _repeated(self, slide: "_Element", flow: Flow) -> Iterator[Block]:
        """Read what the master puts on each slide, but for its placeholders, and the footers it declares."""
        for kind, page in product(_DECLARED, (slide, *slide.findall(NOTES))):
            text = self._declared.get((kind, page.get(f"{PRESENTATION}use-{kind}-name", "")), "").strip()
            yield from self._once(kind.partition("-")[0].capitalize(), text)
        name = slide.get(f"{DRAW}master-page-name", "")
        master = None if f"master {name}" in self.said else self._masters.get(name)
        self.said.add(f"master {name}")
        for shape in _shapes(master) if master is not None else ():
            if not shape.get(f"{PRESENTATION}class"):
                yield from self._once("On every slide", lines(flow.drawn(shape)))

    def _once(self, place: str, text: str) -> Iterator[Block]:
        if text and text not in self.said:
            self.said.add(text)
            yield Block(Kind.NOTE, f"{place}: {text}")


def _comments(slide: "_Element", flow: Flow) -> Iterator[Block]:
    for one in slide:
        if one.tag in _ANNOTATIONS and (text := lines(flow.within(one))):
            author = text_of(one, f"{DC}creator")
            yield Block(Kind.NOTE, f"Comment by {author}: {text}" if author else f"Comment: {text}")


def _shapes(parent: "Iterable[_Element]") -> "Iterator[_Element]":
    """Yield the shapes of a slide, those of groups one by one: a group has no place of its own."""
    for one in parent:
        if one.tag in _GROUPS:
            yield from _shapes(one)
        elif _is_drawn(one):
            yield one


def _is_drawn(element: "_Element") -> bool:
    return element.tag.startswith(DRAW)


def _corner(shape: "_Element") -> tuple[float, float]:
    """Return left and top; what is turned says in its transformation where it is."""
    moved = _MOVED.search(shape.get(f"{DRAW}transform", ""))
    x, y = (moved[1], moved[2]) if moved else (shape.get(f"{SVG}x"), shape.get(f"{SVG}y"))
    return points(x), points(y)


def _place(shape: "_Element") -> tuple[float, float]:
    left, top = _corner(shape)
    return top // _SAME_LINE, left


def _box(shape: "_Element") -> Box | None:
    width, height = points(shape.get(f"{SVG}width")), points(shape.get(f"{SVG}height"))
    if not width or not height or shape.get(f"{DRAW}transform"):
        return None
    left, top = _corner(shape)
    return (left, top, left + width, top + height)


def _words(shape: "_Element") -> str:
    return " ".join(str(text) for text in shape.itertext())


def _size(styles: Styles) -> tuple[float, float]:
    """Width and height of the slides; that of the first layout, all others share it."""
    layouts = (stated for one in styles.layouts() for stated in one.iter(f"{STYLE}page-layout-properties"))
    for layout in layouts:
        width, height = points(layout.get(f"{SHOWN}page-width")), points(layout.get(f"{SHOWN}page-height"))
        if width and height:
            return width, height
    return 0.0, 0.0
