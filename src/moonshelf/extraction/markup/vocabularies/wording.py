"""What rules of several vocabularies do to an element: make it a heading, a note, a link, a line."""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import local, text_of
from moonshelf.extraction.markup.vocabularies.translation import Rule, Translation, is_mixed

if TYPE_CHECKING:
    from lxml.etree import _Element

NUMBER = "note-number"
"""The attribute that holds the number of a note that was taken out."""

_LOWEST = 6  # of HTML's headings
_PARTS = re.compile(r"[-_.]+|(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")  # of a name in one word
_HREF = "{http://www.w3.org/1999/xlink}href"


def said(element: "_Element", joint: str = ", ") -> str:
    """Return the words of *element* on one line; a *joint* parts children that no text of its own parts."""
    if not len(element):
        return " ".join((element.text or "").split())
    if is_mixed(element):
        return " ".join(text_of(element).split())
    return joint.join(filter(None, (said(child, joint) for child in element if local(child))))


def say(element: "_Element", text: str) -> None:
    """Let *element* say *text* and nothing else."""
    element.text = text
    del element[:]


def named(tag: str, text: str) -> "_Element":
    """Return a new element that says *text*."""
    from lxml import etree  # noqa: PLC0415  heavy: a shared library

    made = etree.Element(tag)
    made.text = text
    return made


def remove(element: "_Element") -> None:
    """Take *element* out and leave the text behind it."""
    replace(element, "")


def replace(element: "_Element", text: str) -> None:
    """Put *text* in the place of *element*."""
    if (parent := element.getparent()) is not None:
        left = named("span", text)  # text joined to what stands before would be copied for each of many
        left.tail, element.tail = element.tail, None
        parent.replace(element, left)


def title(element: "_Element", _translation: Translation) -> None:
    """Make a heading of a section's title, ranked by how deep the section lies; others stand in bold."""
    parent = element.getparent()
    if parent is not None and parent.tag in ("section", "ol", "ul"):
        rank(element)
    else:
        element.tag = "b"


def rank(element: "_Element") -> None:
    """Make a heading of *element*, whatever it stands in."""
    sections = sum(1 for _ in element.iterancestors("section"))
    parent = element.getparent()
    own = parent is not None and parent.tag in ("ol", "ul")  # a list that has a title is a section of its own
    element.tag = f"h{min(max(sections + own, 1), _LOWEST)}"


def entitle(section: "_Element", text: str) -> None:
    """Let *section* begin with a title of our own."""
    heading = named("span", text)
    heading.tail, section.text = section.text, None
    section.insert(0, heading)
    rank(heading)


def stands_in_line(element: "_Element") -> bool:
    """Tell whether text stands right before or behind *element*."""
    parent, before = element.getparent(), element.getprevious()
    above = "" if parent is None else parent.text
    return bool((element.tail or "").strip() or ((above if before is None else before.tail) or "").strip())


def lead(element: "_Element", _translation: Translation) -> None:
    """Let a label open the text behind it, as "Figure 1" does its caption."""
    element.tag = "span"
    parent, into = element.getparent(), element.getnext()
    if parent is None or into is None or (element.tail or "").strip() or local(into) == "label":
        element.tail = f" {(element.tail or '').lstrip()}"
        return
    while not (into.text or "").strip() and len(into) and local(into[0]) in ("p", "title", "caption", "para", "head"):
        into = into[0]
    parent.remove(element)
    element.tail, into.text = f" {into.text or ''}", None
    into.insert(0, element)


def note(element: "_Element", translation: Translation) -> None:
    """Take a note out of the text and leave its number."""
    translation.notes.append(element)
    element.tag = "div"
    element.set(NUMBER, str(len(translation.notes)))
    replace(element, f"[^{len(translation.notes)}]")


def line(element: "_Element", _translation: Translation) -> None:
    """End a verse with its line."""
    element.tag = "span"
    element.append(named("br", ""))


def link(*attributes: str) -> Rule:
    """Return the rule for links whose address stands in one of *attributes*."""

    def rule(element: "_Element", _translation: Translation) -> None:
        address = next(filter(None, (element.get(name) for name in (*attributes, _HREF))), "")
        element.tag = "a"
        element.set("href", address)
        if "://" in address and not said(element):
            say(element, address)

    return rule


def unread(reason: str) -> Rule:
    """Return the rule for elements that no reader is shown, for *reason*."""

    def rule(element: "_Element", translation: Translation) -> None:
        if text := said(element):
            translation.unread.append((text, reason))
        remove(element)

    return rule


def picture(element: "_Element", _translation: Translation) -> None:
    """Let words that stand for a picture be its."""
    element.set("alt", said(element))
    element.tag = "img"
    say(element, "")


def lines(texts: Iterable[str]) -> "_Element":
    """Return a paragraph of lines."""
    paragraph = named("p", "")
    for text in texts:
        paragraph.append(named("span", text))
        paragraph.append(named("br", ""))
    return paragraph


def facts(elements: Iterable["_Element"], labels: "dict[str, str]", kinds: Sequence[str] = ()) -> "_Element":
    """Return a paragraph that states *elements*, a line for each name; attributes *kinds* say what kind one is."""
    stated: dict[str, list[str]] = {}
    for one in elements:
        if text := said(one):
            kind = next(filter(None, (one.get(name) for name in kinds)), "")
            label = labels.get(kind) or labels.get(local(one)) or spelt(name(one)).capitalize()
            stated.setdefault(label, []).append(f"{text} ({kind})" if kind and kind not in labels else text)
    return lines(f"{label}: {', '.join(dict.fromkeys(texts))}" for label, texts in stated.items())


def name(element: "_Element") -> str:
    """Return the name of *element* as it is written, without its namespace."""
    return _name(str(element.tag))


def stated(element: "_Element") -> dict[str, str]:
    """Return the attributes of *element* by their names without namespaces."""
    return {_name(str(key)): str(value) for key, value in element.items()}


@lru_cache(maxsize=1024)  # names come again and again
def _name(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


def spelt(name: str) -> str:
    """Return the words that the name of an element is made of."""
    return " ".join(_PARTS.sub(" ", name).split())


def listing(element: "_Element", _translation: Translation) -> None:
    """Make a listing of *element*, in the language that it names."""
    element.tag = "pre"
    if stated := element.get("language") or element.get("lang"):
        element.set("class", f"language-{stated}")


def itemise(element: "_Element", names: Collection[str]) -> None:
    """Put the children of these *names* into a list of their own, where the first of them stands."""
    items = [one for one in element if local(one) in names]
    if items:
        listed = named("ul", "")
        items[0].addprevious(listed)
        for one in items:
            one.tail = None
            listed.append(one)
