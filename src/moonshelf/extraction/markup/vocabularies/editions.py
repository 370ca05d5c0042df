"""TEI, in which texts are edited: what is read in the order of the text, and what is told of the edition behind it."""

from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.markup.vocabularies import citations, wording
from moonshelf.extraction.markup.vocabularies.translation import FLOWING, Translation, Vocabulary
from moonshelf.extraction.markup.vocabularies.wording import named, said, say

if TYPE_CHECKING:
    from lxml.etree import _Element

_LABELS = {
    "titlestmt": "People", "publicationstmt": "Published", "sourcedesc": "Source", "editionstmt": "Edition",
    "seriesstmt": "Series", "notesstmt": "Notes", "projectdesc": "Project", "editorialdecl": "Editing",
    "langusage": "Languages", "textclass": "Subjects", "classdecl": "Classification", "change": "Changes",
}  # fmt: skip
_RENDITIONS = (("bold", "b"), ("ital", "i"), ("super", "sup"), ("sup", "sup"), ("sub", "sub"))
_PREFERRED = ("corr", "reg", "expan", "lem")
_OTHERS = frozenset({"sic", "orig", "abbr", "rdg"})


def _header(element: "_Element", translation: Translation) -> None:
    """Put title, people and abstract before the text, and behind it what is told of the edition."""
    element.tag = "div"
    titles = list(element.iterfind("{*}fileDesc/{*}titleStmt/{*}title"))
    authors = [one for one in element.iter("{*}author") if said(one)]
    abstracts = list(element.iterfind("{*}profileDesc/{*}abstract"))
    names = dict.fromkeys(citations.person(_name_of(one)) for one in authors)
    heading = named("h1", " ".join(filter(None, map(said, titles))))
    for key, text in (("title", said(heading)), ("author", ", ".join(names))):
        if text:
            translation.metadata.setdefault(key, text)
    told = [one for one in element.iterfind("{*}fileDesc/{*}titleStmt/{*}author") if said(one) in names]
    for one in (*titles, *told, *abstracts):
        wording.remove(one)
    about = named("section", "")
    about.append(wording.facts([one for group in element for one in group if local(one)], _LABELS))
    element[:] = [heading, named("p", ", ".join(names)), *abstracts]
    if said(about) and (parent := element.getparent()) is not None:
        parent.append(about)
        wording.entitle(about, "About this edition")


def _name_of(author: "_Element") -> "_Element":
    return next((one for one in author if local(one) in citations.NAMES), author)


def _abstract(element: "_Element", _translation: Translation) -> None:
    element.tag = "section"
    wording.entitle(element, "Abstract")


def _rendered(element: "_Element", _translation: Translation) -> None:
    look = f"{element.get('rend', '')} {element.get('rendition', '')}".lower()
    element.tag = next((tag for sign, tag in _RENDITIONS if sign in look), "span")


def _block(element: "_Element", _translation: Translation) -> None:
    element.tag = "pre" if "code" in element.get("type", "") else "p"


def _segment(element: "_Element", _translation: Translation) -> None:
    element.tag = "code" if element.get("type") == "code" else "span"


def _note(element: "_Element", translation: Translation) -> None:
    """Take a note out of running text; one that stands by itself is a paragraph."""
    parent = element.getparent()
    if parent is not None and parent.tag in FLOWING:
        wording.note(element, translation)
    else:
        element.tag = "div"


def _choice(element: "_Element", translation: Translation) -> None:
    """Keep of several readings the one that the editor prefers."""
    element.tag = "span"
    children = [one for one in element if local(one)]
    if any(local(one) in _PREFERRED for one in children):
        for one in children:
            if local(one) in _OTHERS:
                translation.unread.append((said(one), "another reading"))
                wording.remove(one)


def _list(element: "_Element", _translation: Translation) -> None:
    labelled = any(local(one) == "label" for one in element)
    ordered = element.get("type", "").startswith(("ordered", "numbered"))
    element.tag = "dl" if labelled else "ol" if ordered else "ul"
    element.set("type", "1")


def _item(element: "_Element", _translation: Translation) -> None:
    parent = element.getparent()
    element.tag = "li" if parent is not None and parent.tag in ("ol", "ul") else "p"


def _cell(element: "_Element", _translation: Translation) -> None:
    row = element.getparent()
    heads = element.get("role") == "label" or (row is not None and row.get("role") == "label")
    element.tag = "th" if heads else "td"
    element.set("colspan", element.get("cols", "1"))
    element.set("rowspan", element.get("rows", "1"))


def _work(element: "_Element", translation: Translation) -> None:
    """Make an entry of a work that a list names; another is a part of the sentence."""
    citations.work(element, translation)
    _item(element, translation)
    if element.tag == "p":
        element.tag = "span"


def _stated(element: "_Element", _translation: Translation) -> None:
    """Say what only attributes state: dates and pages."""
    element.tag = "span"
    if not said(element):
        pages = "\u2013".join(filter(None, (element.get("from"), element.get("to"))))
        say(element, element.get("when") or pages)


def _person(element: "_Element", translation: Translation) -> None:
    if any(local(one) in citations.PARTS for one in element):
        citations.name(element, translation)
    element.tag = "span"


def _break(element: "_Element", _translation: Translation) -> None:
    """Begin a line, unless it goes through a word."""
    if element.get("break") == "no":
        wording.remove(element)
    else:
        element.tag = "br"


def _word(element: "_Element", _translation: Translation) -> None:
    """Part words that only their elements part."""
    following = element.getnext()
    element.tag = "span"
    if not element.tail and following is not None and local(following) == "w":
        element.tail = " "


def _reading(element: "_Element", _translation: Translation) -> None:
    """Put how characters are read in brackets behind them."""
    element.tag = "span"
    say(element, f"({said(element)})")


def _gap(element: "_Element", _translation: Translation) -> None:
    element.tag = "span"
    say(element, said(element) or "[\u2026]")


def _formula(element: "_Element", _translation: Translation) -> None:
    element.tag = "span"
    text = (element.text or "").strip()
    if element.get("notation", "").lower() == "tex" and text and "$" not in text:
        say(element, f"${text}$")


EDITIONS = Vocabulary(
    names={
        **dict.fromkeys(("tei", "tei.2", "teicorpus", "teicorpus.2"), "section"),
        **dict.fromkeys(("div", "div1", "div2", "div3", "div4", "div5", "div6", "div7"), "section"),
        **dict.fromkeys(("p", "lg", "byline", "docauthor", "docimprint", "titlepart", "epigraph", "trailer"), "p"),
        **dict.fromkeys(("opener", "closer", "salute", "signed", "dateline", "postscript", "figure", "sp"), "div"),
        **dict.fromkeys(("emph", "title", "stage", "foreign", "term"), "i"),
        **dict.fromkeys(("code", "gi", "ident", "val", "att", "tag"), "code"),
        **dict.fromkeys(("listbibl", "castlist"), "ul"),
        "castitem": "li",
        "eg": "pre",
        "floatingtext": "blockquote",
        "speaker": "b",
        "row": "tr",
        "table": "table",
    },
    rules={
        **dict.fromkeys(("l", "addrline", "line"), wording.line),
        **dict.fromkeys(("choice", "app"), _choice),
        **dict.fromkeys(("bibl", "biblstruct", "biblfull"), _work),
        **dict.fromkeys(("analytic", "monogr", "imprint", "series"), citations.work),
        **dict.fromkeys(("date", "biblscope"), _stated),
        **dict.fromkeys(("ref", "ptr"), wording.link("target")),
        "teiheader": _header,
        "abstract": _abstract,
        "head": wording.title,
        "hi": _rendered,
        "note": _note,
        "list": _list,
        "label": lambda element, _translation: setattr(element, "tag", "dt"),
        "item": _item,
        "cell": _cell,
        "ab": _block,
        "seg": _segment,
        "persname": _person,
        "idno": citations.identifier,
        "figdesc": wording.picture,
        "lb": _break,
        "w": _word,
        "rt": _reading,
        "gap": _gap,
        "formula": _formula,
        "del": wording.unread("struck out"),
        "fw": wording.unread("printed around the text"),
    },
)
