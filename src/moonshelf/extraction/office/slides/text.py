"""Text bodies and tables of a slide: paragraphs with their bullets, cells with their spans."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from moonshelf.extraction.coverage.withheld import MERGED, Withheld
from moonshelf.extraction.document import Block, Cell, Kind
from moonshelf.extraction.notation.symbol_fonts import draws, shown
from moonshelf.extraction.office.elements import find, text_of
from moonshelf.extraction.office.equations import latex
from moonshelf.extraction.office.openxml import MC, A, M, P, R, Relation, chosen, flag, whole
from moonshelf.extraction.office.raised import shifted
from moonshelf.extraction.office.slides.numbers import Counts, printed
from moonshelf.extraction.office.slides.shapes import Shape

if TYPE_CHECKING:
    from lxml.etree import _Element

_DEEPEST = 8  # levels below the first
_WIDEST = 1_000  # rows or columns that one cell may cover
_BULLETS = frozenset(f"{A}{name}" for name in ("buChar", "buAutoNum", "buNone", "buBlip"))
_MATHS = "{http://schemas.microsoft.com/office/drawing/2010/main}m"  # where all of a shape is a choice already
_LINKABLE = ("http://", "https://", "mailto:", "ftp://")


def body(shape: Shape, styles: "list[_Element]", relations: Mapping[str, Relation]) -> Iterator[Block]:
    """Read the paragraphs of *shape*; *styles* are the master's, for placeholders that list their text."""
    text = find(shape.element, f"{P}txBody")
    if text is None:
        return
    inherited = [style for one in (shape.element, *shape.inherits) for style in one.iter(f"{A}lstStyle")]
    if shape.role in ("obj", "body"):
        inherited += styles
    counts = Counts()
    for paragraph in text.iter(f"{A}p"):
        words = inline(paragraph, relations).strip()
        properties = find(paragraph, f"{A}pPr")
        level = 0 if properties is None else min(max(whole(properties.get("lvl")), 0), _DEEPEST)
        bullet = _bullet(properties, level, inherited)
        marker = _marker(bullet, level, counts) if words else ""
        if words:
            yield Block(Kind.LIST, words, level=level, marker=marker) if marker else Block(Kind.PARAGRAPH, words)


def table(element: "_Element", relations: Mapping[str, Relation], withheld: Withheld) -> Block:
    """Read a table; merged cells hold their text at their first place, and nobody sees what else they hold."""
    properties = find(element, f"{A}tblPr")
    header = properties is not None and _on(properties, "firstRow")
    cells = []
    for row, line in enumerate(element.iter(f"{A}tr")):
        for column, one in enumerate(line.findall(f"{A}tc")):
            lines = (inline(paragraph, relations).strip() for paragraph in one.iter(f"{A}p"))
            text = "\n".join(words for words in lines if words)
            if not (_on(one, "hMerge") or _on(one, "vMerge")):
                spans = (_span(one, "rowSpan"), _span(one, "gridSpan"))
                cells.append(Cell(row, column, text, *spans, header=header and not row))
            elif text and not withheld.takes(text, MERGED):
                cells.append(Cell(row, column, text))
    return Block(Kind.TABLE, cells=tuple(cells))


def inline(paragraph: "_Element", relations: Mapping[str, Relation]) -> str:
    """Return a paragraph's text with links as Markdown and equations as LaTeX."""
    parts = []
    for child in paragraph:
        if child.tag in (f"{A}r", f"{A}fld"):
            parts.append(_linked(child, relations))
        elif child.tag == f"{A}br":
            parts.append("\n")
        elif child.tag == _MATHS:
            parts.append(f"${latex(child)}$")
        elif child.tag == f"{MC}AlternateContent":
            parts.extend(f"${latex(one)}$" for one in chosen(child) if next(one.iter(f"{M}oMath"), None) is not None)
    return "".join(parts)


def _linked(run: "_Element", relations: Mapping[str, Relation]) -> str:
    properties = find(run, f"{A}rPr")
    shift = 0 if properties is None else whole(properties.get("baseline"))
    text = text_of(run, f"{A}t")
    if not text.isascii():
        text = _signs(text, properties)
    text = shifted(text, "sup" if shift > 0 else "sub" if shift < 0 else None)
    link = find(run, f"{A}rPr", f"{A}hlinkClick")
    relation = None if link is None else relations.get(link.get(f"{R}id", ""))
    if relation is None or not relation.target.startswith(_LINKABLE) or not text.strip() or text == relation.target:
        return text
    return f"[{text}]({relation.target})"


def _signs(text: str, properties: "_Element | None") -> str:
    """Return *text* with the signs that its font has in place of private characters."""
    fonts = (find(properties, f"{A}{name}") for name in ("sym", "latin")) if properties is not None else ()
    named = next((font.get("typeface", "") for font in fonts if font is not None), "")
    return shown(text, named)


def _bullet(properties: "_Element | None", level: int, inherited: "list[_Element]") -> "_Element | None":
    """Return what says how the paragraph is listed: itself, or the nearest style that says anything."""
    styles = (find(style, f"{A}lvl{level + 1}pPr") for style in inherited)
    for one in (properties, *styles):
        found = None if one is None else next((child for child in one if child.tag in _BULLETS), None)
        if found is not None:
            return None if found.tag == f"{A}buNone" else found
    return None


def _marker(bullet: "_Element | None", level: int, counts: Counts) -> str:
    if bullet is None or bullet.tag != f"{A}buAutoNum":
        counts.next(level, None)
        return "" if bullet is None else _sign(bullet)
    kind = bullet.get("type", "arabicPeriod")
    return printed(kind, counts.next(level, kind, whole(bullet.get("startAt"), 1)))


def _sign(bullet: "_Element") -> str:
    """Return the sign of a *bullet*; a plain one where a letter stands for it, as in fonts of signs."""
    sign, font = bullet.get("char", ""), bullet.getprevious()
    is_letter = font is not None and font.tag == f"{A}buFont" and draws(font.get("typeface", ""))
    return "•" if is_letter or not sign.isprintable() or sign.isascii() or not sign.strip() else sign


def _on(cell: "_Element", name: str) -> bool:
    return name in cell.attrib and bool(flag(cell, name))


def _span(cell: "_Element", name: str) -> int:
    return min(max(whole(cell.get(name), 1), 1), _WIDEST)
