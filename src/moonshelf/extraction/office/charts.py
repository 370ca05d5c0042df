"""Charts of Office documents: what is written on them, and the table that they draw."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from moonshelf.extraction.document import Block, Cell, Kind
from moonshelf.extraction.office.drawn_text import own, paragraphs
from moonshelf.extraction.office.elements import find, text_of
from moonshelf.extraction.office.openxml import C, Package, whole
from moonshelf.extraction.office.sheets.numbers.formats import DIGITS, general, shown, tells_time

if TYPE_CHECKING:
    from lxml.etree import _Element

_CX = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"
CHARTS = (f"{C}chart", f"{_CX}chart")
"""What refers to a chart in a drawing, the latter to a kind that came with Office 2016 ([MS-ODRAWXML] 2.24)."""

_MOST_POINTS = 10_000  # of one chart's series
_SIZE = "Size"  # as Excel heads the sheet of a bubble chart

_KINDS = {  # whose names are not what they are called
    "ofPie": "pie", "boxWhisker": "box and whisker", "clusteredColumn": "bar", "paretoLine": "Pareto",
    "regionMap": "map",
}  # fmt: skip
_Points = Mapping[int, str]
"""Labels or values by their place."""


class _Series(msgspec.Struct, frozen=True):
    """What is drawn in one colour."""

    name: str
    labels: _Points
    values: _Points
    sizes: _Points = msgspec.field(default_factory=dict)  # of bubbles


def chart(package: Package, part: str, *, drawn: bool = True) -> Iterator[Block]:
    """Read a chart as its title and a table: a row a category, a column a series.

    Where it is *drawn* from cells that are read anyway, the names that only it has are enough.
    """
    root = package.once(part)
    if root is None:
        return
    yield from kind(_drawn_as(root))
    for title in root.iter(f"{C}title", f"{_CX}title"):
        if text := paragraphs(title) or next((one.text or "" for one in title.iter(f"{_CX}v")), ""):
            yield Block(Kind.PARAGRAPH, text)
    yield from (Block(Kind.PARAGRAPH, text) for text in _written(package, part, root))
    if not (drawn or _from_elsewhere(root)):
        names = (find(one, f"{C}tx") for one in root.iter(f"{C}ser"))
        yield from (Block(Kind.PARAGRAPH, text) for one in names if one is not None and (text := text_of(one, f"{C}v")))
        return
    rows = _rows(list(_classic(root) if root.tag.startswith(C) else _extended(root)))
    cells = [
        Cell(place, column, text, header=not place) for place, row in enumerate(rows) for column, text in enumerate(row)
    ]
    if any(cell.text for cell in cells):
        yield Block(Kind.TABLE, cells=tuple(cells))


def kind(names: Iterable[str]) -> Iterator[Block]:
    """Say what a chart looks like, by the *names* of the kinds that are drawn in it: "bar", "line"."""
    if said := " and ".join(dict.fromkeys(names)):
        yield Block(Kind.FIGURE, f"{said[0].upper()}{said[1:]} chart")


def _drawn_as(root: "_Element") -> Iterator[str]:
    """Yield the kinds that are drawn, as elements or layouts are called ([MS-ODRAWXML] 2.24.4 of the latter)."""
    for area in root.iter(f"{C}plotArea"):
        called = (one.tag.removeprefix(C) for one in area if one.tag.endswith("Chart"))
        yield from (_KINDS.get(name, name) for name in (one.removesuffix("Chart").removesuffix("3D") for one in called))
    for series in root.iter(f"{_CX}series"):
        layout = series.get("layoutId", "")
        yield _KINDS.get(layout, layout)


def _written(package: Package, part: str, root: "_Element") -> Iterator[str]:
    """Yield what people wrote into a chart: labels that are no values, and text boxes."""
    labels = root.iter(f"{C}dLbl")
    shapes = map(package.once, package.related(part, "chartUserShapes"))
    yield from (text for one in (*labels, *shapes) if one is not None and (text := own(one)))


def _from_elsewhere(root: "_Element") -> bool:
    """Tell whether a chart in a workbook draws cells of another one: "[1]Sheet1!$A$1" names them."""
    return any((one.text or "").lstrip("('").startswith("[") for one in root.iter(f"{C}f"))


def _rows(series: list[_Series]) -> list[list[str]]:
    labels: dict[int, str] = {}
    columns: list[tuple[str, _Points]] = []
    for one in series:
        labels |= one.labels
        columns.append((one.name, one.values))
        if one.sizes:
            columns.append((_SIZE, one.sizes))
    places = sorted(set(labels).union(*(points for _, points in columns)))
    body = [[labels.get(place, ""), *(points.get(place, "") for _, points in columns)] for place in places]
    return [["", *(name for name, _ in columns)], *body] if series else []


def _classic(root: "_Element") -> Iterator[_Series]:
    """Read ECMA-376 part 1, 21.2."""
    for one in root.iter(f"{C}ser"):
        found = (find(one, f"{C}{name}") for name in ("tx", "cat", "xVal", "val", "yVal", "bubbleSize"))
        name, categories, places, values, heights, sizes = map(_points, found)
        yield _Series(name.get(0, ""), categories or places, heights or values, sizes)


def _points(element: "_Element | None") -> dict[int, str]:
    """Read cached values by their place; of labels in levels, the innermost first, outer ones are joined in."""
    if element is None:
        return {}
    found = _joined((whole(one.get("idx")), text_of(one, f"{C}v")) for one in element.iter(f"{C}pt"))
    if not found and (literal := text_of(element, f"{C}v")):
        return {0: literal}
    numbers = next(element.iter(f"{C}numCache", f"{C}numLit"), None)
    if numbers is None:
        return found
    code = text_of(numbers, f"{C}formatCode")
    return {place: _as_shown(text, code) for place, text in found.items()}


def _extended(root: "_Element") -> Iterator[_Series]:
    """Read the series of a waterfall, a treemap and the like: they name by number what they draw."""
    data = {one.get("id", ""): one for one in root.iter(f"{_CX}data")}
    for one in root.iter(f"{_CX}series"):
        name, number = find(one, f"{_CX}tx", f"{_CX}txData"), find(one, f"{_CX}dataId")
        drawn = None if number is None else data.get(number.get("val", ""))
        points = [_joined(_extended_points(drawn, f"{_CX}{kind}Dim")) for kind in ("str", "num")]
        yield _Series("" if name is None else text_of(name, f"{_CX}v"), *points)


def _extended_points(data: "_Element | None", dimension: str) -> Iterator[tuple[int, str]]:
    for level in data.iter(f"{_CX}lvl") if data is not None else ():
        outer = level.getparent()
        if outer is not None and outer.tag == dimension:
            code, is_number = level.get("formatCode", ""), dimension.endswith("numDim")
            for one in level.iter(f"{_CX}pt"):
                yield whole(one.get("idx")), _as_shown(one.text or "", code) if is_number else one.text or ""


def _joined(points: Iterable[tuple[int, str]]) -> dict[int, str]:
    found: dict[int, str] = {}
    for place, text in points:
        if 0 <= place < _MOST_POINTS:
            found[place] = f"{text} {found[place]}" if place in found else text
    return found


def _as_shown(text: str, code: str) -> str:
    """Write a date as one, and other numbers with as many digits as a spreadsheet keeps of them."""
    is_time = tells_time(code)
    if not is_time and len(text) <= DIGITS:
        return text  # most numbers have fewer digits
    try:
        value = float(text)
    except ValueError:
        return text
    return shown(value, code) if is_time else general(value)
