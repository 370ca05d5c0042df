"""Feeds, RSS and Atom of any version, and notes of Evernote: what each is called, when and by whom it was written."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.markup.vocabularies import spelt_markup, wording
from moonshelf.extraction.markup.vocabularies.translation import Translation, Vocabulary
from moonshelf.extraction.markup.vocabularies.wording import said, say

if TYPE_CHECKING:
    from lxml.etree import _Element

_BODIES = ("tagline", "subtitle", "description", "summary", "encoded", "content", "body")  # the shorter ones first
_INNER = ("item", "entry", "channel", "note")
_OF_FILES = ("mime", "file-name")
_BOX = re.compile(r"<en-todo\b[^<>]*>")
_ADDRESSES = ("href", "url", "term")  # attributes that hold what an element without text says
_MOST_COMPARED = 20  # texts of one entry
_CUT = re.compile(r"\s*\[?(?:\u2026|\.\.\.)\]?\s*$")  # where a teaser ends
_SHOWN_LINKS = ("alternate", "enclosure", "via")  # the others are for programs
_LABELS = {
    "pubdate": "Published", "date": "Published", "issued": "Published", "lastbuilddate": "Updated",
    "modified": "Updated", "creator": "Author", "managingeditor": "Editor", "guid": "ID", "id": "ID", "docs": "Format",
    "resource": "File",
    "enclosure": "File", "ttl": "Minutes to live", "origlink": "Link", "convertlinebreaks": "Line breaks are converted",
}  # fmt: skip


def _section(element: "_Element", translation: Translation) -> None:
    """Put the title first, then line by line what is stated, then what is told, then the entries."""
    element.tag = "section"
    parts = list(_parts(element))
    titles = [one for one in parts if local(one) == "title" and said(one)][:1]
    told = [one for one in parts if local(one) in _BODIES and said(one)]
    inner = [one for one in parts if local(one) in _INNER]
    known = {*titles, *told, *inner}
    stated = [one for one in parts if one not in known]
    for title in titles:
        wording.rank(title)
        say(title, spelt_markup.words(title))
        translation.metadata.setdefault("title", said(title))
    for one in told:
        spelt_markup.unfold(one)
    texts = {said(title) for title in titles}
    element[:] = [*titles, wording.facts(_once(stated, texts), _LABELS), *_distinct(told), *inner]


def _note(element: "_Element", translation: Translation) -> None:
    """Name the files that a note of Evernote holds, and show what is ticked in it."""
    for one in element:
        if local(one) == "resource":
            say(one, ", ".join(said(part) for part in one.iter() if local(part) in _OF_FILES and said(part)))
        elif local(one) == "content":
            one.text = _BOX.sub(lambda box: "\u2612 " if "true" in box[0] else "\u2610 ", one.text or "")
    _section(element, translation)


def _parts(element: "_Element") -> "Iterator[_Element]":
    for one in element:
        if local(one) == "group":  # of media, and what is said of them
            yield from _parts(one)
        elif local(one):
            yield one


def _once(stated: "Sequence[_Element]", texts: set[str]) -> "Iterator[_Element]":
    """Yield what is *stated* beside known *texts*, each once: an entry's address is often its identifier too."""
    for one in stated:
        if not said(one) and one.get("rel", "alternate") in _SHOWN_LINKS:
            say(one, next(filter(None, map(one.get, _ADDRESSES)), "") or _categories(one))
        if said(one) not in texts:
            texts.add(said(one))
            yield one


def _categories(element: "_Element") -> str:
    """Return the categories of podcasts, the wider ones first, which stand in one another."""
    return " / ".join(filter(None, (one.get("text") for one in element.iter())))


def _distinct(told: "Sequence[_Element]") -> "Iterator[_Element]":
    """Yield what is *told*, from the shortest text on, but for what a longer one says too."""
    compared = sorted(((spelt_markup.words(one), one) for one in told[:_MOST_COMPARED]), key=lambda pair: len(pair[0]))
    for place, (_, one) in enumerate(compared, 1):
        parts = [_CUT.sub("", part) for part in spelt_markup.parts(one)]
        if not any(all(part in longer for part in parts) for longer, _ in compared[place:]):
            yield one
    yield from told[_MOST_COMPARED:]


def _whole(element: "_Element", _translation: Translation) -> None:
    """Put the entries of RSS 1.0, which stand beside their channel, below it."""
    element.tag = "div"
    channel = next((one for one in element if local(one) == "channel"), None)
    if channel is not None:
        channel.extend([one for one in element if local(one) == "item"])


FEEDS = Vocabulary(
    names={"rss": "div", "en-export": "div"},
    rules={"rdf": _whole, "note": _note, **dict.fromkeys(("feed", "item", "entry", "channel"), _section)},
)
