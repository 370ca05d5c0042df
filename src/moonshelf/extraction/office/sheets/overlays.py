"""What lies over the cells of an Excel sheet: text boxes, titles of charts, diagrams, comments."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.office import drawings
from moonshelf.extraction.office.elements import find, text_of
from moonshelf.extraction.office.openxml import Package, S, whole
from moonshelf.extraction.office.pictures import Pictures
from moonshelf.extraction.office.raised import shifted

if TYPE_CHECKING:
    from lxml.etree import _Element

_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}pic"
_RUNS = (f"{S}t", f"{S}r")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")  # characters that XML can't hold


def blocks(package: Package, sheet: str, pictures: Pictures) -> Iterator[Block]:
    """Read what lies over the cells of the part *sheet*."""
    for drawing in package.related(sheet, "drawing"):
        root = package.xml(drawing)
        for element in drawings.parts(root) if root is not None else ():
            yield from drawings.blocks(package, drawing, element, drawn=False)
        for picture in root.iter(_PICTURE) if root is not None else ():
            yield from pictures.blocks(package.relations(drawing), picture)
    for comments in package.related(sheet, "comments"):
        if not comments.endswith(".bin") and (root := package.xml(comments)) is not None:
            yield from _comments(root)


def comment(place: str, author: str, text: str) -> Iterator[Block]:
    """Say what was said of the cell at *place*, by whom if it doesn't say so itself."""
    text, author = text.strip(), author.strip()
    if text.startswith("[Threaded comment]"):  # what follows tells users of old versions to buy a new one
        text = text.partition("Comment:")[2].strip() or text
    if text:
        said = text if not author or text.startswith(author) else f"{author}: {text}"
        yield Block(Kind.NOTE, f"Comment on {place}: {said}")


def string(element: "_Element") -> str:
    """Return a string's text without the reading aids that East Asian ones may carry."""
    return unescaped(spelt(element))


def spelt(element: "_Element") -> str:
    """Return it as it is spelt, before characters that XML can't hold are put in."""
    return "".join(_run(one) if one.tag == f"{S}r" else one.text or "" for one in element if one.tag in _RUNS)


def _run(run: "_Element") -> str:
    text, raised = text_of(run, f"{S}t"), find(run, f"{S}rPr", f"{S}vertAlign")
    return text if raised is None else shifted(text, raised.get("val", "")[:3])


def unescaped(text: str) -> str:
    """Put in the characters that *text* spells as _x000D_."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _comments(root: "_Element") -> Iterator[Block]:
    authors = [one.text or "" for one in root.iter(f"{S}author")]
    for one in root.iter(f"{S}comment"):
        holder, place = find(one, f"{S}text"), whole(one.get("authorId"), -1)
        author = authors[place] if 0 <= place < len(authors) else ""
        yield from comment(one.get("ref", ""), author, "" if holder is None else string(holder))
