"""What lies over the cells of an Excel sheet: text boxes, titles of charts, diagrams, comments."""

import re
from collections.abc import Iterator

from moonshelf.extraction.document import Block, Kind
from moonshelf.extraction.office import drawings
from moonshelf.extraction.office.active_controls import control
from moonshelf.extraction.office.openxml import Package, whole
from moonshelf.extraction.office.pictures import Pictures
from moonshelf.extraction.office.sheets.rich_strings import RUNS, string, unescaped
from moonshelf.extraction.office.sheets.small_parts import SmallPart
from moonshelf.extraction.office.tags import attributes, grammar, resolved

_CONTROL = re.compile(r'ObjectType="(?!Note")')  # a note's words are read as such
_BOX, _TAG = re.compile(r"<v:textbox\b[^>]*>(.*?)</v:textbox>", re.DOTALL), re.compile(r"<[^<>]*>")
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}pic"
_SAID = r'(?>\s++[\w:.-]++="[^"<>]*+")*+\s*+'  # attributes
_AUTHOR = r"<x:author(?:\s*/>|>([^<]*+)</x:author>)"
_COMMENT = rf"<x:comment(?=\s)({_SAID})>"
_PLAIN = (  # a part in which the comments are as these patterns have them
    rf"<x:comments{_SAID}>\s*+<x:authors>(?>\s*+{_AUTHOR})*+\s*+</x:authors>\s*+<x:commentList>"
    rf"(?>\s*+{_COMMENT}\s*+<x:text{_SAID}>{RUNS}</x:text>\s*+</x:comment>)*+\s*+</x:commentList>\s*+</x:comments>"
)


def blocks(package: Package, sheet: str, pictures: Pictures) -> Iterator[Block]:
    """Read what lies over the cells of the part *sheet*."""
    found = list(_drawn(package, sheet, pictures))
    yield from found
    said = {" ".join(one.text.split()) for one in found}
    captions = [*_captions(package, sheet), *(control(package, one) for one in package.related(sheet, "control"))]
    yield from (Block(Kind.PARAGRAPH, text) for text in captions if text and text not in said)


def _drawn(package: Package, sheet: str, pictures: Pictures) -> Iterator[Block]:
    for drawing in package.related(sheet, "drawing"):
        root = package.xml(drawing)
        for element in drawings.parts(root) if root is not None else ():
            yield from drawings.blocks(package, drawing, element, drawn=False)
        for picture in root.iter(_PICTURE) if root is not None else ():
            yield from pictures.blocks(package.relations(drawing), picture)
    for comments in package.related(sheet, "comments"):
        if not comments.endswith(".bin"):
            part = SmallPart.of(package, comments)
            if not grammar(_PLAIN, part.prefix).search(part.text):
                part = SmallPart.of(package, comments, anew=True)
            yield from _comments(part)


def _captions(package: Package, sheet: str) -> Iterator[str]:
    """Yield the words on buttons and boxes as Excel 2007 drew them; later versions do so in their other drawing too."""
    for part in package.related(sheet, "vmlDrawing"):
        drawn = package.text(part)
        for shape in drawn.split("</v:shape>") if _CONTROL.search(drawn) else ():
            box = _BOX.search(shape)
            if box and _CONTROL.search(shape) and (text := " ".join(resolved(_TAG.sub("", box[1])).split())):
                yield text


def comment(place: str, author: str, text: str) -> Iterator[Block]:
    """Say what was said of the cell at *place*, by whom if it doesn't say so itself."""
    text, author = text.strip(), author.strip()
    if text.startswith("[Threaded comment]"):  # what follows tells users of old versions to buy a new one
        text = text.partition("Comment:")[2].strip() or text
    if text:
        said = text if not author or text.startswith(author) else f"{author}: {text}"
        yield Block(Kind.NOTE, f"Comment on {place}: {said}")


def _comments(part: SmallPart) -> Iterator[Block]:
    authors = [resolved(name) for name in part.found(_AUTHOR)]
    for source in part.text.split(f"</{part.prefix}comment>")[:-1]:
        begin = grammar(_COMMENT, part.prefix).search(source)
        stated = attributes(begin[1]) if begin else {}
        place = whole(stated.get("authorId"), -1)
        author = authors[place] if 0 <= place < len(authors) else ""
        held = source.partition(f"<{part.prefix}text")[2].partition(f"</{part.prefix}text>")[0]
        text = string(held.partition(">")[2], part)
        yield from comment(stated.get("ref", ""), author, unescaped(text or ""))
