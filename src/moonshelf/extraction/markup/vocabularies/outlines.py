"""Outlines in OPML, lists of what one thinks through or of the feeds that one reads, and mind maps of FreeMind."""

from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.markup.vocabularies import spelt_markup, wording
from moonshelf.extraction.markup.vocabularies.translation import Translation, Vocabulary
from moonshelf.extraction.markup.vocabularies.wording import named, said

if TYPE_CHECKING:
    from lxml.etree import _Element

_TOLD = ("_note", "description")  # attributes that are told in paragraphs
_OF_PAGES = ("p", "ul", "ol", "li", "b", "i", "table", "tr", "td", "th", "pre", "code", "br")
_LABELS = {
    "xmlUrl": "Feed", "htmlUrl": "Page", "ownerName": "Owner", "ownerEmail": "E-mail", "dateCreated": "Created",
    "dateModified": "Modified", "ownerId": "Owner's page", "docs": "Format",
}  # fmt: skip


def _head(element: "_Element", translation: Translation) -> None:
    """Put the title first, then line by line what is stated of the outline; the head of a page in it says nothing."""
    element.tag = "section"
    parent = element.getparent()
    parts = [one for one in element if local(one)] if parent is not None and parent.getparent() is None else []
    titles = [one for one in parts if local(one) == "title" and said(one)][:1]
    for title in titles:
        wording.rank(title)
        translation.metadata.setdefault("title", said(title))
    stated = [f"{_label(wording.name(one))}: {said(one)}" for one in parts if one not in titles and said(one)]
    element[:] = [*titles, wording.lines(stated)]


def _whole(element: "_Element", _translation: Translation) -> None:
    element.tag = "div"
    wording.itemise(element, ("outline", "node"))


def _outline(element: "_Element", _translation: Translation) -> None:
    """Say what an item says, then what is told of it, before the items below it."""
    element.tag = "li"
    shown = {key: " ".join(value.split()) for key, value in wording.stated(element).items() if value.strip()}
    text = element.get("text", "").strip() or element.get("title", "")
    told = [text, *(element.get(key, "") for key in _TOLD)]
    stated = {key: value for key, value in shown.items() if key not in ("text", *_TOLD)}
    if stated.get("title") in (shown.get("text"), text):
        stated.pop("title", None)
    said_of = "; ".join(f"{_label(key)}: {value}" for key, value in stated.items())
    parts = [_unfolded(one) for one in told if one.strip()] + ([named("p", said_of)] if said_of else [])
    wording.itemise(element, ("outline",))
    element[:0] = parts


def _node(element: "_Element", _translation: Translation) -> None:
    """Say what a node of a mind map says, in words or in a page of its own, before the nodes below it."""
    element.tag = "li"
    links = [element.get("LINK") or ""]
    wording.itemise(element, ("node",))
    words = [named("p", one) for one in ((element.get("TEXT") or "").strip(), *links) if one]
    pages = [one for one in element if local(one) == "richcontent"]
    element[:0] = [*words, *pages]


def _unfolded(text: str) -> "_Element":
    return spelt_markup.unfolded(named("span", text), sections=1)


def _label(name: str) -> str:
    return _LABELS.get(name) or wording.spelt(name).capitalize()


OUTLINES = Vocabulary(
    names={"opml": "div", **{name: name for name in _OF_PAGES}},
    rules={
        "head": _head,
        "outline": _outline,
        "node": _node,
        "map": _whole,
        "body": _whole,
    },
)
