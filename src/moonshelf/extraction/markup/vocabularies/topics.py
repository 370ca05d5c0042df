"""DITA, in which manuals are written topic by topic, and the maps that put topics in their order."""

from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.markup.vocabularies import columns, wording
from moonshelf.extraction.markup.vocabularies.translation import Translation, Vocabulary
from moonshelf.extraction.markup.vocabularies.wording import named, said, say

if TYPE_CHECKING:
    from lxml.etree import _Element

_TOPICS = ("topic", "concept", "task", "reference", "glossentry", "glossgroup", "glossarygroup", "troubleshooting")
_MAPS = ("map", "bookmap", "subjectscheme")
_PARTS = (
    "section", "example", "refsyn", "prereq", "context", "result", "postreq", "condition", "cause", "remedy",
    "tasktroubleshooting", "troublesolution", "related-links", "dita",
)  # fmt: skip
_REFERENCES = (
    "topicref", "topichead", "topicgroup", "topicset", "mapref", "keydef", "glossref", "chapter", "part", "appendix",
    "appendices", "preface", "notices", "frontmatter", "backmatter", "booklists", "toc", "abbrevlist", "dedication",
    "amendments", "colophon", "bookabstract", "draftintro", "anchorref", "navref", "subjectdef",
)  # fmt: skip
_CODE = (
    "codeph", "filepath", "cmdname", "parmname", "option", "apiname", "systemoutput", "userinput", "msgph", "msgnum",
    "xmlelement", "xmlatt", "xmlpi", "markupname", "textentity", "synph", "tt",
)  # fmt: skip
_PARAGRAPHS = (
    "p", "shortdesc", "cmd", "info", "stepresult", "stepxmp", "tutorialinfo", "steptroubleshooting", "navtitle",
    "linktext", "desc", "glossdef", "mainbooktitle", "booktitlealt",
)  # fmt: skip
_HEADS = ("sthead", "prophead", "chhead", "relheader")  # rows of headers, whose cells have names of their own
_CELLS = ("stentry", "proptype", "propvalue", "propdesc", "choption", "chdesc", "relcell")
_KEYED = ("keyword", "ph", "term", "text", "cite", "xref", "link", "varname", "abbreviated-form")
_UNPRINTED = wording.unread("not printed")
_TITLES = ("title", "h1", "h2", "h3", "h4", "h5", "h6")
_LABELS = {"critdates": "Dates", "prodinfo": "Product", "copyrholder": "Copyright"}


def _root(element: "_Element", _translation: Translation) -> None:
    """Make a section, and once for the whole file name what stands in other files and is put in here."""
    element.tag = "section"
    if element.getparent() is not None:
        return
    for one in element.iter():
        reused, key = one.get("conref") or one.get("conkeyref"), one.get("keyref")
        if reused and not said(one):
            say(one, f"[Text from elsewhere belongs here: {reused}]")
        elif key and local(one) in _KEYED and not said(one):
            say(one, f"[{key}]")


def _title(element: "_Element", translation: Translation) -> None:
    """Make a heading of a title, and of the first that of the document."""
    wording.title(element, translation)
    if element.tag == "b":  # of a figure or a table
        element.tag = "p"
    if element.tag == "h1":
        translation.metadata.setdefault("title", said(element))


def _prolog(element: "_Element", translation: Translation) -> None:
    """State line by line what is said of the topic."""
    element.tag = "div"
    for one in [one for one in element.iter() if local(one) == "indexterm"]:
        _UNPRINTED(one, translation)
        one.tag = "span"  # it is taken out once
    if authors := ", ".join(said(one) for one in element.iter() if local(one) == "author"):
        translation.metadata.setdefault("author", authors)
    parts = [part for one in element for part in (one if local(one) == "metadata" else (one,)) if local(part)]
    element[:] = [wording.facts(parts, _LABELS)]


def _reference(element: "_Element", _translation: Translation) -> None:
    """List a topic of a map under what the map calls it, with the topics below it."""
    element.tag = "li"
    title = element.get("navtitle", "")
    if any(local(one) == "topicmeta" and title in said(one) for one in element):
        title = ""
    stated = [f"{name}: {value}" for name in ("keys", "href") if (value := element.get(name) or "")]
    wording.itemise(element, _REFERENCES)
    words = " ".join(filter(None, (title, f"({'; '.join(stated)})" if stated else "")))
    place = next((place for place, one in enumerate(element) if one.tag in ("ul", "ol")), len(element))
    element.insert(place, named("p", words))


def _map(element: "_Element", translation: Translation) -> None:
    """List the topics of a map below its title."""
    _root(element, translation)
    title = element.get("title", "")
    wording.itemise(element, _REFERENCES)
    if title and not any(local(one) in ("title", "booktitle") for one in element):
        wording.entitle(element, title)


def _admonition(element: "_Element", _translation: Translation) -> None:
    """Say what kind of remark it is."""
    kind = element.get("othertype") or element.get("type") or "note"
    element.tag = "blockquote"
    label = named("b", f"{kind.capitalize()}:")
    into = next((one for one in element if local(one) == "p"), element) if not (element.text or "").strip() else element
    label.tail, into.text = f" {(into.text or '').lstrip()}", None
    into.insert(0, label)


def _link(element: "_Element", translation: Translation) -> None:
    """Say where a link leads: the title of a part of this file, or an address."""
    address = element.get("href", "")
    outside = "://" in address or element.get("scope") == "external"
    if not said(element):
        name = address.rpartition("#")[2].rpartition("/")[2]
        if name not in translation.captions:
            target = translation.targets.get(name, element)
            translation.captions[name] = next((said(one) for one in target.iter() if local(one) in _TITLES), "")
        say(element, translation.captions[name] or address)
    alone = local(element) == "link"  # of those that are related: a line of its own
    element.tag = "p" if alone else "a" if outside else "span"


def _headers(element: "_Element", _translation: Translation) -> None:
    element.tag = "tr"
    for one in element:
        if local(one):
            one.tag = "th"


def _listing(element: "_Element", _translation: Translation) -> None:
    element.tag = "pre"
    element.set("class", element.get("outputclass", ""))


def _image(element: "_Element", translation: Translation) -> None:
    stated = element.get("alt", "")
    wording.picture(element, translation)
    if stated:
        element.set("alt", stated)


def _menu(element: "_Element", _translation: Translation) -> None:
    """Part the steps of a way through menus."""
    element.tag = "span"
    element.text = None
    for one in list(element):
        one.tail = " > " if one is not element[-1] else None


TOPICS = Vocabulary(
    names={
        **dict.fromkeys(_PARTS, "section"),
        **dict.fromkeys(_CODE, "code"),
        **dict.fromkeys(_PARAGRAPHS, "p"),
        **{name: name for name in ("ul", "ol", "li", "dl", "dt", "dd", "b", "i", "sub", "sup", "q", "thead", "tbody")},
        **dict.fromkeys(("sl", "steps-unordered", "choices"), "ul"),
        **dict.fromkeys(("sli", "step", "substep", "choice", "stepsection"), "li"),
        **dict.fromkeys(("steps", "substeps"), "ol"),
        **dict.fromkeys(("ddhd", "pd"), "dd"),
        **dict.fromkeys(("dthd", "pt"), "dt"),
        **dict.fromkeys(("simpletable", "properties", "choicetable", "reltable"), "table"),
        **dict.fromkeys(("strow", "property", "chrow", "relrow"), "tr"),
        **dict.fromkeys(_CELLS, "td"),
        **dict.fromkeys(("uicontrol", "wintitle"), "b"),
        "cite": "i",
        "lq": "blockquote",
    },
    rules={
        **dict.fromkeys(_TOPICS, _root),
        **dict.fromkeys(_MAPS, _map),
        **dict.fromkeys(_REFERENCES, _reference),
        **dict.fromkeys(("title", "glossterm", "booktitle", "searchtitle"), _title),
        **dict.fromkeys(("codeblock", "screen", "pre", "msgblock", "lines"), _listing),
        **dict.fromkeys(("indexterm", "draft-comment", "required-cleanup"), _UNPRINTED),
        **dict.fromkeys(("xref", "link"), _link),
        **dict.fromkeys(_HEADS, _headers),
        "prolog": _prolog,
        "bookmeta": _prolog,
        "note": _admonition,
        "fn": wording.note,
        "image": _image,
        "menucascade": _menu,
        "table": columns.table,
        "tgroup": columns.group,
        "row": columns.row,
        "entry": columns.cell,
    },
)
