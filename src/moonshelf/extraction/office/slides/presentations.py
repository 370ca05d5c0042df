"""PowerPoint presentations (pptx, slide shows, templates, with and without macros)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from msgspec.structs import replace

from moonshelf.errors import LimitReached
from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Document, Kind
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.office import drawings
from moonshelf.extraction.office.active_controls import control
from moonshelf.extraction.office.charts import CHARTS
from moonshelf.extraction.office.drawn_text import paragraphs
from moonshelf.extraction.office.elements import find, text_of
from moonshelf.extraction.office.embedded import with_package
from moonshelf.extraction.office.openxml import DGM, A, P, Package, R, flag, whole
from moonshelf.extraction.office.pictures import Pictures
from moonshelf.extraction.office.slides import text as slide_text
from moonshelf.extraction.office.slides.deck import Deck
from moonshelf.extraction.office.slides.shapes import EMU, Placeholders, Shape, leaves, outside
from moonshelf.extraction.tools import Tools

if TYPE_CHECKING:
    from lxml.etree import _Element

_TITLES = frozenset(("title", "ctrTitle"))
_UNSAID = frozenset(("sldNum", "sldImg"))  # the number, and the picture of the slide on its notes
_MARGINS = {"ftr": "Footer", "hdr": "Header", "dt": "Date"}


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read slides in the order they are shown; hidden ones, and what stands off the slide, are withheld."""
    package = Package(source, tools.limits)
    try:
        return _Show(package, tools).document()
    except RecursionError:
        raise LimitReached("its groups nest too deeply") from None


class _Show:
    """One reading of one presentation."""

    def __init__(self, package: Package, tools: Tools) -> None:
        self._package, self._tools = package, tools
        self._withheld = Withheld(tools.include)  # from the slide that is being read
        self._pictures = Pictures(package.bytes, tools, glance=package.glance)
        self._main = package.main()
        self._root = package.require(self._main)
        self._authors = dict(self._comment_authors())
        self._placeholders: dict[str, Placeholders] = {}
        self._size = (0.0, 0.0)
        self._said: set[str] = set()  # what stands on slide after slide, and was said on the first

    def document(self) -> Document:
        """Read slide after slide."""
        self._size = self._stated_size()
        deck = Deck(self._tools, self._size)
        missing: list[str] = []
        for number, part in enumerate(self._slides(), start=1):
            root = self._package.xml(part)
            if root is None:
                missing.append(f"Slide {number} is missing from the file.")
                continue
            said = set(self._said)
            self._withheld = Withheld(self._tools.include)
            blocks = list(self._blocks(number, root, part))
            if deck.add(number, blocks, self._withheld, hidden=flag(root, "show") is False):
                deck.pages[-1] = self._pictures.covered(deck.pages[-1])
            else:
                self._said = said
                self._pictures.forget()
        warnings = (*self._pictures.warnings(), *missing)
        found = Document(tuple(deck.whole()), self._package.metadata(), warnings)
        return with_package(found, self._package, self._tools)

    def _slides(self) -> Iterator[str]:
        relations = self._package.relations(self._main)
        targets = (relations.get(one.get(f"{R}id", "")) for one in self._root.iter(f"{P}sldId"))
        # A show names no slide twice; a hostile list may name one a million times.
        yield from dict.fromkeys(one.target for one in targets if one is not None and one.kind == "slide")

    def _stated_size(self) -> tuple[float, float]:
        size = find(self._root, f"{P}sldSz")
        return (0.0, 0.0) if size is None else (whole(size.get("cx")) / EMU, whole(size.get("cy")) / EMU)

    def _blocks(self, number: int, root: "_Element", part: str) -> Iterator[Block]:
        tree = find(root, f"{P}cSld", f"{P}spTree")
        inherited = self._inherited(part)
        shapes = [] if tree is None else leaves(tree, inherited)
        shapes = [one for one in shapes if not self._off_slide(one)]
        titles = [" ".join(paragraphs(one.element).split()) for one in shapes if one.role in _TITLES]
        title = " ".join(one for one in titles if one)
        yield Block(Kind.SLIDE, f"Slide {number}: {title}" if title else f"Slide {number}")
        for shape in shapes:
            if shape.role not in _TITLES:
                yield from self._shape(shape, part, inherited)
        for one in self._package.related(part, "control"):
            if text := control(self._package, one):
                yield Block(Kind.PARAGRAPH, text)
        yield from self._backdrop(inherited)
        yield from self._notes(part)
        yield from self._comments(part)

    def _off_slide(self, shape: Shape) -> bool:
        """Tell whether no part of *shape* is on the slide, and withhold it then."""
        return outside(shape.box, *self._size) and self._withheld.takes(
            " ".join(one.text or "" for one in shape.element.iter(f"{A}t")), "off the slide"
        )

    def _inherited(self, part: str) -> Placeholders:
        layout = "".join(self._package.related(part, "slideLayout")[:1])
        if layout not in self._placeholders:
            self._placeholders[layout] = Placeholders(self._package, part)
        return self._placeholders[layout]

    def _shape(self, shape: Shape, part: str, inherited: Placeholders) -> Iterator[Block]:
        element = shape.element
        if shape.role in _UNSAID:
            return
        if shape.role in _MARGINS:
            yield from self._once(_MARGINS[shape.role], paragraphs(element))
        elif element.tag == f"{P}pic":
            yield from _described(shape, "nvPicPr")
            yield from self._pictures.blocks(self._package.relations(part), element, shape.box)
        elif element.tag == f"{P}graphicFrame":
            yield from _described(shape, "nvGraphicFramePr")
            for block in self._graphic(element, part):
                yield replace(block, box=shape.box)
            yield from self._pictures.blocks(self._package.relations(part), element, shape.box)
        else:
            for block in slide_text.body(shape, inherited.styles, self._package.relations(part)):
                yield replace(block, box=shape.box)

    def _graphic(self, element: "_Element", part: str) -> Iterator[Block]:
        for inner in element.iter(f"{A}tbl", *CHARTS, f"{DGM}relIds"):
            if inner.tag == f"{A}tbl":
                yield slide_text.table(inner, self._package.relations(part), self._withheld)
            else:
                yield from drawings.blocks(self._package, part, inner)

    def _once(self, place: str, text: str) -> Iterator[Block]:
        """Say what every slide says on the first alone; on the others it is kept, not rendered."""
        if text.strip():
            kind = Kind.FOOTER if text in self._said else Kind.NOTE
            self._said.add(text)
            yield Block(kind, f"{place}: {text}" if kind is Kind.NOTE else text)

    def _backdrop(self, inherited: Placeholders) -> Iterator[Block]:
        """Read what layout and master themselves put on the slide: not their placeholders, which only prompt."""
        for part in inherited.parts:
            root = None if part in self._said else self._package.kept(part)
            self._said.add(part)
            tree = None if root is None else find(root, f"{P}cSld", f"{P}spTree")
            for shape in leaves(tree) if tree is not None else ():
                if not shape.role or shape.role == "ftr":
                    yield from self._once("On every slide", paragraphs(shape.element))

    def _notes(self, part: str) -> Iterator[Block]:
        for notes in self._package.related(part, "notesSlide")[:1]:
            root = self._package.xml(notes)
            tree = None if root is None else find(root, f"{P}cSld", f"{P}spTree")
            for shape in leaves(tree) if tree is not None else ():
                text = paragraphs(shape.element)
                if shape.role in _MARGINS:
                    yield from self._once(f"{_MARGINS[shape.role]} of the notes", text)
                elif shape.role not in _UNSAID and text:
                    yield Block(Kind.NOTE, f"Notes: {text}")

    def _comments(self, part: str) -> Iterator[Block]:
        for comments in self._package.related(part, "comments"):
            root = self._package.xml(comments)
            for one in root.iter("{*}cm", "{*}reply") if root is not None else ():
                author = self._authors.get(one.get("authorId", ""), "")
                own = find(one, "{*}txBody")
                text = text_of(one, f"{P}text") or ("" if own is None else paragraphs(own))
                if text.strip():
                    yield Block(Kind.NOTE, f"Comment by {author}: {text}" if author else f"Comment: {text}")

    def _comment_authors(self) -> Iterator[tuple[str, str]]:
        for kind in ("commentAuthors", "authors"):
            for part in self._package.related(self._main, kind):
                root = self._package.xml(part)
                for one in root if root is not None else ():
                    yield one.get("id", ""), one.get("name", "")


def _described(shape: Shape, properties: str) -> Iterator[Block]:
    about = find(shape.element, f"{P}{properties}", f"{P}cNvPr")
    if about is not None and (text := drawings.stated(about, drawings.DESCRIPTIONS)):
        yield Block(Kind.FIGURE, text, box=shape.box)


POWERPOINT = Flowing(
    name="PowerPoint",
    media_types={
        ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ".ppsx": "application/vnd.openxmlformats-officedocument.presentationml.slideshow",
        ".potx": "application/vnd.openxmlformats-officedocument.presentationml.template",
        ".pptm": "application/vnd.ms-powerpoint.presentation.macroenabled.12",
        ".ppsm": "application/vnd.ms-powerpoint.slideshow.macroenabled.12",
        ".potm": "application/vnd.ms-powerpoint.template.macroenabled.12",
    },
    extract=extract,
)
