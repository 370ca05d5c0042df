"""HTML that stands spelt out in an element's text, as feeds and reports carry it: read as what it spells."""

import re
from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.markup.vocabularies.wording import lines, named

if TYPE_CHECKING:
    from lxml.etree import _Element

_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|&#?\w{1,30};")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LOWEST = 6  # of HTML's headings


def unfold(element: "_Element") -> None:
    """Let *element* hold the markup that its text spells, with headings below that of the section it stands in."""
    page = unfolded(element, sections=sum(1 for _ in element.iterancestors("section")))
    element.tag, element.text = "div", None
    element[:] = [page]


def unfolded(element: "_Element", *, sections: int) -> "_Element":
    """Return the markup that the text of *element* spells, with headings below those of so many *sections*."""
    page = _page(element) if is_spelt(element) else None
    if page is None:
        return _lines(element)
    for one in page.iter(*_HEADINGS):
        one.tag = f"h{min(int(local(one)[1]) + sections, _LOWEST)}"
    return page


def is_spelt(element: "_Element") -> bool:
    """Say whether *element* holds markup, spelt out or not."""
    return len(element) > 0 or bool(_MARKUP.search(element.text or ""))


def words(element: "_Element") -> str:
    """Return the words of *element* on one line, without the markup that its text spells."""
    page = _page(element) if is_spelt(element) else None
    return " ".join(" ".join(map(str, (element if page is None else page).itertext())).split())


def parts(element: "_Element") -> list[str]:
    """Return the words of each part of an *element* that was unfolded."""
    page = element
    while len(page) == 1 and not (page.text or "").strip():
        page = page[0]
    texts = [page.text or "", *(text for one in page for text in (" ".join(map(str, one.itertext())), one.tail or ""))]
    return [" ".join(text.split()) for text in texts if text.strip()]


def _page(element: "_Element") -> "_Element | None":
    """Return the markup that *element* spells as a tree, if it is not so deep that the parser would drop some."""
    from lxml import etree  # noqa: PLC0415  heavy: a shared library

    inner = "".join(etree.tostring(child, encoding="unicode") for child in element)
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    # In a division of our own, since the parser would make a paragraph of words that stand before any markup.
    page = etree.fromstring(f"<div>{element.text or ''}{inner}</div>", parser)
    return None if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log) else page


def _lines(element: "_Element") -> "_Element":
    """Return what *element* holds in a division that keeps the lines of its text."""
    text = (element.text or "").strip()
    division = named("div", "" if "\n" in text else text)
    if "\n" in text:
        division.append(lines(text.split("\n")))
    division.extend(element)
    return division
