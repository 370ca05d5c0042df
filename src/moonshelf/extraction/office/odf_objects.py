"""Charts and formulas of OpenDocument files, which are documents of their own inside the document."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.office.odf_styles import OFFICE, TABLE, TEXT, XLINK

if TYPE_CHECKING:
    from lxml.etree import _Element

Part = Callable[[str], "_Element | None"]
"""Parse a part of the package for the first that asks; others, and those of a file without parts, get nothing."""

_CHART = "{urn:oasis:names:tc:opendocument:xmlns:chart:1.0}"
_MATH = "{http://www.w3.org/1998/Math/MathML}"


def root(element: "_Element", part: Part) -> "_Element | None":
    """Return the document that a ``draw:object`` holds, or names."""
    name = element.get(f"{XLINK}href", "").removeprefix("./").rstrip("/")
    if name:
        return part(f"{name}/content.xml")
    return element[0] if len(element) else None


def titles(document: "_Element") -> Iterator[Block]:
    """Yield what is written on a chart: its title, and those of its axes."""
    for one in document.iter(f"{_CHART}title", f"{_CHART}subtitle"):
        if text := " ".join(" ".join(map(str, line.itertext())) for line in one.iter(f"{TEXT}p")).strip():
            yield Block(Kind.PARAGRAPH, text)


def data(document: "_Element") -> "Iterator[_Element]":
    """Yield the tables that a chart draws."""
    for chart in document.iter(f"{OFFICE}chart"):
        yield from chart.iter(f"{TABLE}table")


def formula(document: "_Element") -> str:
    """Return a formula as its author typed it, or else the signs of it."""
    for math in document.iter(f"{_MATH}math"):
        typed = math.findtext(f".//{_MATH}annotation") or " ".join(map(str, math.itertext()))
        return " ".join(typed.split())
    return ""
