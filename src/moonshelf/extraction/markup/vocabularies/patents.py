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
    level = element.get("level", "1")
    element.tag = f"h{int(level if level in _LEVELS else '1') + 2 - (level == '5')}"


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
        **dict.fromkeys(("img", "u", "o", "figref", "crossref", "claim-ref", "chemistry", "us-chemistry"), "span"),
        "claim-text": "p",
        "invention-title": "h1",
    },
    rules={
        **dict.fromkeys(("us-bibliographic-data-application", "us-bibliographic-data-grant"), _bibliography),
        "abstract": _part("Abstract"),
        "description": _part("Description"),
        "claims": _part("Claims"),
        "heading": _heading,
        "table": columns.table,
        "tgroup": columns.group,
        "row": columns.row,
        "entry": columns.cell,
    },
)
