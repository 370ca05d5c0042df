"""JATS and its forebear of the NLM, in which journals publish: what leads an article, its sections, its references."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.markup.vocabularies import citations, columns, wording
from moonshelf.extraction.markup.vocabularies.translation import Rule, Translation, Vocabulary
from moonshelf.extraction.markup.vocabularies.wording import said, say

if TYPE_CHECKING:
    from lxml.etree import _Element

_LEADING = ("title-group", "contrib-group", "aff", "aff-alternatives", "author-notes")  # in this order
_ABSTRACTS = ("abstract", "trans-abstract")
_GATHERED = frozenset({"article-categories", "history", "custom-meta-group", "permissions", "pub-history"})
_LABELS = {
    "doi": "DOI", "pmid": "PMID", "pmc": "PMC", "pmcid": "PMCID", "issn": "ISSN", "isbn": "ISBN", "fpage": "First page",
    "lpage": "Last page", "kwd-group": "Keywords", "subj-group": "Subjects", "pub-date": "Published",
    "elocation-id": "Article number", "journal-title-group": "Journal", "journal-title": "Journal",
    "custom-meta": "Also stated", "date": "History",
}  # fmt: skip
_KINDS = ("pub-id-type", "date-type", "pub-type", "journal-id-type")
_NUMERALS = {"alpha-lower": "a", "alpha-upper": "A", "roman-lower": "i", "roman-upper": "I"}
_RAISED = frozenset({"fn", "table-fn", "aff", "corresp", "author-notes"})
_BODY_OF_TEX = re.compile(r"\\begin\{document\}(.*?)(?:\\end\{document\}|$)", re.DOTALL)
_FORMULAS = ("math", "tex-math")
_NUMBERED = re.compile(r"[\[(]?(\d{1,6})[\])]?\.?")


def _front(element: "_Element", _translation: Translation) -> None:
    """Put title and authors first, then line by line what is stated of the article, then abstracts."""
    element.tag = "div"
    for date in [one for one in element.iter() if local(one) in ("pub-date", "date")]:
        citations.order(date)
    groups = [one for one in element if local(one).endswith("-meta")]
    stated = [child for one in groups or [element] for child in one if local(child)]
    blocks = [one for name in _LEADING for one in stated if local(one) == name]
    blocks.append(wording.facts(_facts(stated), _LABELS, _KINDS))
    blocks += [one for one in stated if local(one) in _ABSTRACTS]
    element[:] = [*blocks, *(one for one in element if groups and one not in groups)]


def _facts(stated: "list[_Element]") -> "Iterator[_Element]":
    for one in stated:
        if local(one) in _GATHERED:
            yield from (child for child in one if local(child))
        elif local(one) not in (*_LEADING, *_ABSTRACTS):
            yield one


def _titles(element: "_Element", translation: Translation) -> None:
    """Make a heading of the title that an article bears; those of works that it refers to are words of a reference."""
    element.tag = "div"
    for one in element:
        if local(one) in ("article-title", "book-title"):
            translation.metadata.setdefault("title", said(one))
            wording.rank(one)


def _people(element: "_Element", translation: Translation) -> None:
    """Put people in a row, each with what is said of them behind their name."""
    element.tag = "p"
    people = [one for one in element if local(one) == "contrib"]
    authors = [one for one in people if one.get("contrib-type", "author") == "author"]
    names = (citations.person(part) for one in authors for part in one if local(part) in citations.NAMES)
    if text := ", ".join(names):
        translation.metadata.setdefault("author", text)
    for one in people:
        one.text, one.tail = None, ", " if one is not people[-1] else " "
        for part in one:
            part.tail = " " if part.getnext() is not None else None


def _person(element: "_Element", _translation: Translation) -> None:
    element.tag = "span"
    for part in element:
        if local(part) in ("role", "aff", "email", "address", "bio", "contrib-id", "etal", "degrees"):
            part.tag, part.text, part.tail = "span", f"({part.text or ''}", ") "


def _section(heading: str = "") -> Rule:
    def rule(element: "_Element", _translation: Translation) -> None:
        element.tag = "section"
        if heading and not any(local(child) in ("title", "label") for child in element):
            wording.entitle(element, heading)

    return rule


def _references(element: "_Element", translation: Translation) -> None:
    """Make a list of references."""
    _section("References")(element, translation)
    element.tag = "ol" if _number(element, "ref") else "ul"


def _list(element: "_Element", _translation: Translation) -> None:
    kind = element.get("list-type", "")
    element.tag = "ol" if _number(element, "list-item") or kind == "order" or kind in _NUMERALS else "ul"
    element.set("type", _NUMERALS.get(kind, "1"))


def _number(element: "_Element", item: str) -> bool:
    """Count items as their labels do, and tell whether all of them have a number for one."""
    labels = [next((child for child in one if local(child) == "label"), None) for one in element if local(one) == item]
    numbers = [_NUMBERED.fullmatch(said(label)) if label is not None else None for label in labels]
    if not labels or not all(numbers):
        return False
    for label, number in zip(labels, numbers, strict=True):
        if label is not None and number and (parent := label.getparent()) is not None:
            parent.set("value", number[1])
            wording.remove(label)
    return True


def _reference(element: "_Element", _translation: Translation) -> None:
    """Raise numbers of notes, which would read as part of the word before them."""
    element.tag = "span"
    parent = element.getparent()
    raised = any(local(one) == "sup" for one in element) or (parent is not None and parent.tag == "sup")
    if element.get("ref-type") in _RAISED and not raised:
        element.tag = "sup"


def _note(element: "_Element", translation: Translation) -> None:
    """Take a note out of running text; those that are gathered somewhere stay there."""
    if _is_in(element, "p", "span", "td", "th", "title", "b", "i", "sup", "h1", "h2", "h3", "h4", "h5", "h6"):
        wording.note(element, translation)
    else:
        element.tag = "li"


def _alternatives(element: "_Element", _translation: Translation) -> None:
    """Keep one of several ways to say the same: a formula as its signs, a table rather than its picture."""
    element.tag = "span" if _is_in(element, "span") else "div"
    children = [one for one in element if local(one)]
    best = next((one for name in (*_FORMULAS, "table") for one in children if local(one) == name), None)
    for one in children if best is not None else ():
        if one is not best:
            wording.remove(one)


def _works(element: "_Element", _translation: Translation) -> None:
    """Keep of several citations of one work the one that is written out."""
    element.tag = "span"
    children = sorted(element, key=lambda one: local(one) != "mixed-citation")
    for one in children[1:]:
        wording.remove(one)


def _tex(element: "_Element", _translation: Translation) -> None:
    text = said(element)
    inner = _BODY_OF_TEX.search(text)
    bare = (inner[1] if inner else text).strip().strip("$").strip()
    element.tag = "span"
    say(element, f"${bare}$" if bare else "")


def _listing(element: "_Element", translation: Translation) -> None:
    """Tell a listing from a word of code."""
    if wording.stands_in_line(element) and "\n" not in (element.text or ""):
        element.tag = "code"
    else:
        wording.listing(element, translation)


def _is_in(element: "_Element", *tags: str) -> bool:
    parent = element.getparent()
    return parent is not None and local(parent) in tags


ARTICLES = Vocabulary(
    names={
        **{name: name for name in ("p", "thead", "tbody", "tfoot", "tr", "th", "td", "sub", "sup")},
        **dict.fromkeys(("article", "sec", "sub-article", "response", "app", "notes", "book", "book-part"), "section"),
        **dict.fromkeys(("disp-quote", "boxed-text", "verse-group", "statement", "speech"), "blockquote"),
        **dict.fromkeys(("attrib", "subtitle", "alt-title", "trans-title-group", "corresp", "aff", "def"), "p"),
        **dict.fromkeys(("disp-formula", "chem-struct-wrap", "license-p", "kwd-group"), "p"),
        **dict.fromkeys(("bold", "sans-serif-bold"), "b"),
        **dict.fromkeys(
            ("fig", "table-wrap", "caption", "table-wrap-foot", "supplementary-material", "def-item"), "div"
        ),
        **dict.fromkeys(("author-notes", "graphic", "array", "media", "body", "back", "floats-group"), "div"),
        **dict.fromkeys(("uri", "email", "underline", "sc", "named-content", "styled-content"), "span"),
        **dict.fromkeys(("inline-graphic", "inline-formula", "institution", "person-group", "label"), "span"),
        "italic": "i",
        "monospace": "code",
        "strike": "s",
        "break": "br",
        "list-item": "li",
        "ref": "li",
        "def-list": "dl",
        "term": "dt",
    },
    rules={
        **dict.fromkeys(("front", "front-stub", "book-meta"), _front),
        **dict.fromkeys(("title-group", "book-title-group"), _titles),
        **dict.fromkeys(_ABSTRACTS, _section("Abstract")),
        **dict.fromkeys(("alt-text", "long-desc"), wording.picture),
        **dict.fromkeys(("element-citation", "mixed-citation", "citation", "nlm-citation"), citations.work),
        **dict.fromkeys(("person-group", "product"), citations.work),
        **dict.fromkeys(citations.NAMES, citations.name),
        **dict.fromkeys(("pub-date", "date", "date-in-citation"), citations.date),
        **dict.fromkeys(("code", "preformat"), _listing),
        "pub-id": citations.identifier,
        "contrib-group": _people,
        "contrib": _person,
        "ack": _section("Acknowledgements"),
        "fn-group": _section("Notes"),
        "glossary": _section("Glossary"),
        "ref-list": _references,
        "title": wording.title,
        "label": wording.lead,
        "xref": _reference,
        "ext-link": wording.link(),
        "fn": _note,
        "list": _list,
        "alternatives": _alternatives,
        "citation-alternatives": _works,
        "tex-math": _tex,
        "verse-line": wording.line,
        "table": columns.table,
        "tgroup": columns.group,
        "row": columns.row,
        "entry": columns.cell,
    },
)
