"""Paragraphs of DrawingML, as text boxes, diagrams and charts hold them."""

from typing import TYPE_CHECKING

from moonshelf.extraction.office.openxml import A

if TYPE_CHECKING:
    from lxml.etree import _Element

_PARAGRAPH, _TEXTS = f"{A}p", {f"{A}t": "", f"{A}br": "\n", f"{A}tab": "\t"}


def paragraphs(element: "_Element") -> str:
    """Return the text of all DrawingML paragraphs below *element*, one a line."""
    lines = map(paragraph, element.iter(_PARAGRAPH))
    return "\n".join([line for line in lines if line.strip()])


def paragraph(element: "_Element") -> str:
    """Return the text of one DrawingML paragraph."""
    return "".join([_TEXTS[one.tag] or one.text or "" for one in element.iter(*_TEXTS)])


def own(element: "_Element") -> str:
    """Return what people wrote in the paragraphs below *element*, without what fields put there."""
    return "\n".join(filter(str.strip, map(_own, element.iter(_PARAGRAPH))))


def _own(paragraph: "_Element") -> str:
    fields = {text for field in paragraph.iter(f"{A}fld") for text in field.iter(*_TEXTS)}
    own = [one for one in paragraph.iter(*_TEXTS) if one not in fields]
    text = "".join([_TEXTS[one.tag] or one.text or "" for one in own]).strip()
    return text if any(map(str.isalnum, text)) or not fields else ""  # what is left of "[X]: [Y]" says nothing
