"""Charts, formulas and pictures of OpenDocument files, which are documents of their own inside the document."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.notation import mathml
from moonshelf.extraction.office import charts
from moonshelf.extraction.office.elements import find, text_of
from moonshelf.extraction.office.opendocument.controls import Controls
from moonshelf.extraction.office.opendocument.lengths import points
from moonshelf.extraction.office.opendocument.styles import DRAW, OFFICE, SVG, TABLE, TEXT, XLINK
from moonshelf.extraction.office.pictures import Pictures, large

if TYPE_CHECKING:
    from lxml.etree import _Element

Part = Callable[[str], "_Element | None"]
"""Parse a part of the package for the first that asks; others, and those of a file without parts, get nothing."""


class Inside(msgspec.Struct, frozen=True):
    """What a document holds beside its text."""

    part: Part
    pictures: Pictures | None = None
    wrapped: list[str] = msgspec.field(default_factory=list)  # names of files of other programs, as they come by
    controls: Controls = msgspec.field(default_factory=Controls)

    def forget(self) -> None:
        """End a page that is withheld."""
        if self.pictures:
            self.pictures.forget()

    def end(self, *, withheld: bool) -> None:
        """End a sheet."""
        if self.pictures:
            self.pictures.end(withheld=withheld)

    def picture(self, frame: "_Element") -> Iterator[Block]:
        """Read the picture in a *frame* that is large enough for text, unless it stands for an object that is read."""
        if (other := find(frame, f"{DRAW}object-ole")) is not None:
            self.wrapped.append(_name(other))
        image = find(frame, f"{DRAW}image")
        if self.pictures is None or image is None or any(one.tag in _OBJECTS for one in frame):
            return
        if other is not None and self.pictures.reads(_name(other)):
            return
        width, height = points(frame.get(f"{SVG}width")), points(frame.get(f"{SVG}height"))
        if large(width, height):
            yield from self.pictures.shown(_name(image))


_OBJECTS = (f"{DRAW}object", f"{DRAW}plugin")
_BODIES = tuple(f"{OFFICE}{kind}" for kind in ("text", "spreadsheet", "presentation", "drawing"))
_CHART = "{urn:oasis:names:tc:opendocument:xmlns:chart:1.0}"
_KINDS = {"circle": "pie", "ring": "doughnut", "filled-radar": "radar"}  # of charts, whose names are not their own
_WRITTEN = (
    *(f"{_CHART}{name}" for name in ("title", "subtitle", "data-label")),
    *(f"{DRAW}{name}" for name in ("custom-shape", "text-box", "rect", "ellipse")),
)
_MATH = "{http://www.w3.org/1998/Math/MathML}"


def root(element: "_Element", part: Part) -> "_Element | None":
    """Return the document that a ``draw:object`` holds, or names."""
    name = element.get(f"{XLINK}href", "").removeprefix("./").rstrip("/")
    if name:
        return part(f"{name}/content.xml")
    return next((one for one in element if not one.tag.endswith("}p")), None)  # LibreOffice puts a paragraph before it


def body(document: "_Element") -> "_Element | None":
    """Return the text, sheets or slides of an embedded document; a chart or a formula has others."""
    return next(document.iter(*_BODIES), None)


def _name(element: "_Element") -> str:
    """Return what an element names, or holds in a file that is one XML document."""
    return element.get(f"{XLINK}href", "").removeprefix("./") or text_of(element, f"{OFFICE}binary-data")


def titles(document: "_Element") -> Iterator[Block]:
    """Yield what a chart looks like, and what is written on it: titles, those of its axes, labels, words in shapes."""
    classes = (one.get(f"{_CHART}class", "").rpartition(":")[2] for one in document.iter(f"{_CHART}chart"))
    yield from charts.kind(_KINDS.get(one, one) for one in classes if one)
    for one in document.iter(*_WRITTEN):
        if text := " ".join(" ".join(map(str, line.itertext())) for line in one.iter(f"{TEXT}p")).strip():
            yield Block(Kind.PARAGRAPH, text)


def data(document: "_Element") -> "Iterator[_Element]":
    """Yield the tables that a chart draws."""
    for chart in document.iter(f"{OFFICE}chart"):
        yield from chart.iter(f"{TABLE}table")


def formula(document: "_Element") -> str:
    """Return a formula as LaTeX, or as its author typed it, if its signs are not there."""
    for math in document.iter(f"{_MATH}math"):
        return mathml.latex(math) or " ".join((math.findtext(f".//{_MATH}annotation") or "").split())
    return ""
