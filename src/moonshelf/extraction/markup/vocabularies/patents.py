"""Patents as the United States' office publishes them: who claims what, and what is told of it."""

from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.markup.vocabularies import citations, columns, wording
from moonshelf.extraction.markup.vocabularies.translation import Rule, Translation, Vocabulary
from moonshelf.extraction.markup.vocabularies.wording import named, said, say

if TYPE_CHECKING:
    from lxml.etree import _Element

_LABELS = {
    "publication-reference": "Publication", "application-reference": "Application", "priority-claims": "Priority",
    "us-parties": "Parties", "classifications-ipcr": "Classification (IPC)", "us-references-cited": "References",
    "classification-national": "Classification (national)", "classifications-cpc": "Classification (CPC)",
}  # fmt: skip
_FIELDS = {  # of the bibliography of ST.32, in which patents were granted until 2004, by their numbers
    "b110": "Number", "b130": "Kind", "b140": "Date", "b190": "Office", "b210": "Application", "b220": "Filed",
    "b211us": "Series", "b510": "Classification (IPC)", "b520": "Classification (national)", "b560": "References",
    "b570": "Claims", "b577": "Claims", "b578us": "Exemplary claim", "b580": "Fields searched", "b590": "Drawings",
    "b630": "Related applications", "b720": "Inventors", "b730": "Assignees", "b740": "Attorneys", "b745": "Examiners",
}  # fmt: skip
_OLDER_TITLES, _OLDER_INVENTORS, _OLDER_NAMES = ("title-of-invention", "b540"), ("inventors", "b720"), ("name", "nam")
_INVENTORS = ("inventor", "applicant")  # an application of old names applicants only
_LEVELS = frozenset("12345")


def _bibliography(element: "_Element", translation: Translation) -> None:
    """Put title and inventors first, and all else that is stated behind the claims."""
    element.tag = "div"
    title = next((one for one in element if local(one) == "invention-title"), None)
    people = next(filter(None, ([one for one in element.iter() if local(one) == kind] for kind in _INVENTORS)), [])
    books = [book for one in people for book in one if local(book) == "addressbook"]
    for one in [one for one in element.iter() if local(one) in ("classification-ipcr", "classification-cpc")]:
        _classify(one)
    names = ", ".join(dict.fromkeys(map(citations.person, books)))
    for key, text in (("title", "" if title is None else said(title)), ("author", names)):
        if text:
            translation.metadata.setdefault(key, text)
    about = named("section", "")
    about.append(wording.facts([one for one in element if local(one) and one is not title], _LABELS))
    element[:] = [*([title] if title is not None else []), named("p", names)]
    _put_last(about, element)


def _older(element: "_Element", translation: Translation) -> None:
    """Do the same in the vocabularies before today's: ST.32, and that of applications in 2001."""
    element.tag = "div"
    if (whole := element.getparent()) is None or whole.getparent() is not None:
        return
    title = next((one for one in element.iter() if local(one) in _OLDER_TITLES), None)
    people = next((one for one in element.iter() if local(one) in _OLDER_INVENTORS), named("div", ""))
    names = ", ".join(dict.fromkeys(said(one, " ") for one in people.iter() if local(one) in _OLDER_NAMES))
    if title is not None and (parent := title.getparent()) is not None:
        parent.remove(title)
    for key, text in (("title", "" if title is None else said(title)), ("author", names)):
        if text:
            translation.metadata.setdefault(key, text)
    groups = [one for one in element if local(one)]
    stated = [part for one in groups for part in (one if local(one).startswith("b") else (one,)) if local(part)]
    about = named("section", "")
    about.append(wording.facts(stated, _FIELDS))
    element[:] = [*([] if title is None else [named("h1", said(title))]), named("p", names)]
    _put_last(about, element)


def _put_last(about: "_Element", element: "_Element") -> None:
    """Put what is stated *about* a patent behind all that stands beside *element*."""
    if (parent := element.getparent()) is not None:
        parent.append(about)
        wording.entitle(about, "About this patent")


def _classify(element: "_Element") -> None:
    """Write a class as it is known, A01N 43/60, before what else is told of it."""
    parts = {local(one): said(one) for one in element if local(one)}
    first = "".join(parts.pop(name, "") for name in ("section", "class", "subclass"))
    group = "/".join(filter(None, (parts.pop(name, "") for name in ("main-group", "subgroup"))))
    say(element, f"{first} {group} ({' '.join(filter(None, parts.values()))})")


def _heading(element: "_Element", _translation: Translation) -> None:
    """Rank a heading as it says, below those that we put over the parts of a patent."""
    level = element.get("level") or element.get("lvl") or element.get("LVL") or "1"
    element.tag = f"h{int(level if level in _LEVELS else '1') + 2 - (level == '5')}"


def _claim(element: "_Element", _translation: Translation) -> None:
    """Let a claim stand alone, but not where it only names another."""
    parent = element.getparent()
    element.tag = "span" if parent is not None and parent.tag == "span" else "p"


def _part(text: str) -> Rule:
    def rule(element: "_Element", _translation: Translation) -> None:
        element.tag = "section"
        wording.entitle(element, text)

    return rule


PATENTS = Vocabulary(
    names={
        **{
            name: name
            for name in ("p", "b", "i", "sub", "sup", "ul", "ol", "li", "dl", "dt", "dd", "br", "pre", "thead", "tbody")
        },
        **dict.fromkeys(("us-patent-application", "us-patent-grant"), "section"),
        **dict.fromkeys(("patent-application-publication", "patdoc"), "section"),
        **dict.fromkeys(("paragraph", "para"), "p"),
        **dict.fromkeys(("number", "highlight", "cross-reference", "dependent-claim-reference"), "span"),
        **dict.fromkeys(("pdat", "stext", "ptext", "hil", "clref", "smallcaps"), "span"),
        "bold": "b",
        "italic": "i",
        **dict.fromkeys(("superscript", "sp"), "sup"),
        **dict.fromkeys(("subscript", "sb"), "sub"),
        **dict.fromkeys(("img", "u", "o", "figref", "crossref", "claim-ref", "chemistry", "us-chemistry"), "span"),
        "invention-title": "h1",
    },
    rules={
        **dict.fromkeys(("us-bibliographic-data-application", "us-bibliographic-data-grant"), _bibliography),
        **dict.fromkeys(("subdoc-bibliographic-information", "sdobi"), _older),
        **dict.fromkeys(("abstract", "subdoc-abstract", "sdoab"), _part("Abstract")),
        **dict.fromkeys(("description", "subdoc-description", "sdode"), _part("Description")),
        **dict.fromkeys(("claims", "subdoc-claims", "sdocl"), _part("Claims")),
        **dict.fromkeys(("heading", "h"), _heading),
        "claim-text": _claim,
        "table": columns.table,
        "tgroup": columns.group,
        "row": columns.row,
        "entry": columns.cell,
    },
)
