"""Words in drawings of Office documents: text boxes, WordArt, charts, diagrams (SmartArt), descriptions of pictures."""

import posixpath
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.office.active_controls import control
from moonshelf.extraction.office.charts import CHARTS, chart
from moonshelf.extraction.office.drawn_text import paragraphs
from moonshelf.extraction.office.openxml import DGM, MC, A, Package, R, W, chosen

if TYPE_CHECKING:
    from lxml.etree import _Element

_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_BODIES = (f"{_XDR}txBody", f"{A}txBody")  # the latter in drawings that Word 2007 locked
_BOXES = (f"{W}txbxContent", *_BODIES)
_DSP = "{http://schemas.microsoft.com/office/drawing/2008/diagram}"  # [MS-ODRAWXML] 2.4: a diagram as it is drawn
_VML = "{urn:schemas-microsoft-com:vml}"
DESCRIPTIONS = ("descr", "title")
"""Attributes with what authors say of a drawing, the better one first."""

_SAID = {  # in attributes: what pictures show, and WordArt, as watermarks are
    _PICTURE: (Kind.FIGURE, DESCRIPTIONS),
    f"{_XDR}cNvPr": (Kind.FIGURE, DESCRIPTIONS),
    f"{_VML}shape": (Kind.FIGURE, ("alt",)),
    f"{_VML}textpath": (Kind.PARAGRAPH, ("string",)),
}
_CONTROL = f"{W}control"
_WORDY = (*_BOXES, *CHARTS, f"{DGM}relIds", _CONTROL, *_SAID)
_CHOICE = f"{MC}AlternateContent"


def parts(drawing: "_Element") -> "Iterator[_Element]":
    """Yield what can hold words, in order, each once: text boxes, charts, diagrams, pictures' properties."""
    done: _Element | None = None  # with all below it
    for element in drawing.iter(_CHOICE, *_WORDY):
        if done is not None and done in element.iterancestors(done.tag):
            continue
        if element.tag == _CHOICE:
            done = element
            for branch in chosen(element):
                yield from parts(branch)
        else:
            yield element
            if element.tag in _BOXES:
                done = element


def blocks(package: Package, part: str, element: "_Element", *, drawn: bool = True) -> Iterator[Block]:
    """Read a shape's text, a chart, a diagram or a picture's description that stands in *part*.

    What charts draw is read with them only where *drawn* says so: in a workbook it stands in cells.
    """
    relations = package.relations(part)
    if element.tag in CHARTS and (relation := relations.get(element.get(f"{R}id", ""))):
        yield from chart(package, relation.target, drawn=drawn)
    elif element.tag == f"{DGM}relIds" and (relation := relations.get(element.get(f"{R}dm", ""))):
        yield from diagram(package, relation.target, package.related(part, "diagramDrawing"))
    elif element.tag == _CONTROL and (relation := relations.get(element.get(f"{R}id", ""))):
        if text := control(package, relation.target):
            yield Block(Kind.PARAGRAPH, text)
    elif element.tag in _BODIES and (text := paragraphs(element)):
        yield Block(Kind.PARAGRAPH, text)
    elif said := _SAID.get(str(element.tag)):
        kind, names = said
        if text := stated(element, names):
            yield Block(kind, text)


def stated(element: "_Element", names: Iterable[str]) -> str:
    """Return the first text among the attributes of these *names*."""
    return next((text for name in names if (text := element.get(name, "").strip())), "")


def diagram(package: Package, part: str, drawn: Iterable[str]) -> Iterator[Block]:
    """Read a diagram's points as list items, in the order they were typed.

    Where the *part* with the points is missing or says nothing, the one of those *drawn* that shows it is read.
    """
    said = False
    for point in _each(package.once(part), f"{DGM}pt"):
        if point.get("type", "node") in ("node", "asst") and (text := paragraphs(point)):
            said = True
            yield Block(Kind.LIST, text, marker="•")
    for one in drawn if not said else ():
        if posixpath.basename(one) == posixpath.basename(part).replace("data", "drawing"):
            for shape in _each(package.once(one), f"{_DSP}txBody"):
                if text := paragraphs(shape):
                    yield Block(Kind.LIST, text, marker="•")


def _each(root: "_Element | None", tag: str) -> "Iterable[_Element]":
    return () if root is None else root.iter(tag)
