"""Words in drawings of Office documents: text boxes, charts, diagrams (SmartArt), descriptions of pictures."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from moonshelf.extraction.document import Block, Cell, Kind
from moonshelf.extraction.office.elements import find, text_of
from moonshelf.extraction.office.openxml import DGM, MC, A, C, Package, R, W, chosen, whole

if TYPE_CHECKING:
    from lxml.etree import _Element

_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_SHEET_SHAPE = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}txBody"
_BODIES = (_SHEET_SHAPE, f"{A}txBody")  # the latter in drawings that Word 2007 locked
_BOXES = (f"{W}txbxContent", *_BODIES)
_WORDY = (*_BOXES, f"{C}chart", f"{DGM}relIds", _PICTURE)
_CHOICE = f"{MC}AlternateContent"
_PARAGRAPH, _TEXTS = f"{A}p", {f"{A}t": "", f"{A}br": "\n", f"{A}tab": "\t"}
_MOST_POINTS = 10_000  # of one chart's series


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
    if element.tag == f"{C}chart" and (relation := relations.get(element.get(f"{R}id", ""))):
        yield from chart(package, relation.target, drawn=drawn)
    elif element.tag == f"{DGM}relIds" and (relation := relations.get(element.get(f"{R}dm", ""))):
        yield from diagram(package, relation.target)
    elif element.tag in _BODIES and (text := paragraphs(element)):
        yield Block(Kind.PARAGRAPH, text)
    elif described := element.get("descr", "").strip():
        yield Block(Kind.FIGURE, described)


def chart(package: Package, part: str, *, drawn: bool = True) -> Iterator[Block]:
    """Read a chart as its title and a table: a row a category, a column a series; or the names that only it has."""
    root = package.once(part)
    if root is None:
        return
    for title in root.iter(f"{C}title"):
        if text := paragraphs(title):
            yield Block(Kind.PARAGRAPH, text)
    yield from (Block(Kind.PARAGRAPH, text) for text in _written(package, part, root))
    series = list(root.iter(f"{C}ser"))
    if not drawn:
        names = (find(one, f"{C}tx") for one in series)
        yield from (Block(Kind.PARAGRAPH, text) for one in names if one is not None and (text := text_of(one, f"{C}v")))
        return
    rows = _rows(series)
    cells = [
        Cell(place, column, text, header=not place) for place, row in enumerate(rows) for column, text in enumerate(row)
    ]
    if any(cell.text for cell in cells):
        yield Block(Kind.TABLE, cells=tuple(cells))


def _written(package: Package, part: str, root: "_Element") -> Iterator[str]:
    """Yield what people wrote into a chart: labels that are no values, and text boxes."""
    labels = root.iter(f"{C}dLbl")
    shapes = map(package.once, package.related(part, "chartUserShapes"))
    for one in (*labels, *shapes):
        if one is not None and (text := "\n".join(filter(str.strip, map(_own, one.iter(_PARAGRAPH))))):
            yield text


def _own(paragraph: "_Element") -> str:
    """Return what people wrote in a paragraph; its fields say again what is drawn, or nothing but their names."""
    fields = {text for field in paragraph.iter(f"{A}fld") for text in field.iter(*_TEXTS)}
    own = [one for one in paragraph.iter(*_TEXTS) if one not in fields]
    text = "".join([_TEXTS[one.tag] or one.text or "" for one in own]).strip()
    return text if any(map(str.isalnum, text)) or not fields else ""  # what is left of "[X]: [Y]" says nothing


def diagram(package: Package, part: str) -> Iterator[Block]:
    """Read a diagram's points as list items, in the order they were typed."""
    root = package.once(part)
    for point in root.iter(f"{DGM}pt") if root is not None else ():
        if point.get("type", "node") in ("node", "asst") and (text := paragraphs(point)):
            yield Block(Kind.LIST, text, marker="•")


def paragraphs(element: "_Element") -> str:
    """Return the text of all DrawingML paragraphs below *element*, one a line."""
    lines = map(paragraph, element.iter(_PARAGRAPH))
    return "\n".join([line for line in lines if line.strip()])


def paragraph(element: "_Element") -> str:
    """Return the text of one DrawingML paragraph."""
    return "".join([_TEXTS[one.tag] or one.text or "" for one in element.iter(*_TEXTS)])


def _rows(series: "list[_Element]") -> list[list[str]]:
    names = [_points(find(one, f"{C}tx")).get(0, "") for one in series]
    categories: dict[int, str] = {}
    for one in series:
        labels = find(one, f"{C}cat")
        categories |= _points(find(one, f"{C}xVal") if labels is None else labels)
    values = [_points(find(one, f"{C}val") if (high := find(one, f"{C}yVal")) is None else high) for one in series]
    places = sorted(set(categories).union(*values))
    body = [[categories.get(place, ""), *(one.get(place, "") for one in values)] for place in places]
    return [["", *names], *body] if series else []


def _points(element: "_Element | None") -> dict[int, str]:
    """Read cached values by their place; of labels in levels, the innermost first, outer ones are joined in."""
    found: dict[int, str] = {}
    if element is None:
        return found
    for point in element.iter(f"{C}pt"):
        place, text = whole(point.get("idx")), text_of(point, f"{C}v")
        if 0 <= place < _MOST_POINTS:
            found[place] = f"{text} {found[place]}" if place in found else text
    if not found and (literal := text_of(element, f"{C}v")):
        found[0] = literal
    return found
