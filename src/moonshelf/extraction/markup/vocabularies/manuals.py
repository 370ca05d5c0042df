"""DocBook, in which manuals are written: parts, chapters, pages of reference, procedures, listings."""

from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.markup.vocabularies import citations, columns, wording
from moonshelf.extraction.markup.vocabularies.translation import Translation, Vocabulary
from moonshelf.extraction.markup.vocabularies.wording import named, said, say

if TYPE_CHECKING:
    from lxml.etree import _Element

_NUMERALS = {"loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}
_ROLES = {"bold": "b", "strong": "b", "italic": "i", "strikethrough": "s"}
_TITLES = ("title", "subtitle", "titleabbrev")
_LONG = ("abstract", "legalnotice", "revhistory", "mediaobject", "dedication")  # of what is stated of a manual
_LABELS = {
    "authorgroup": "Authors", "pubdate": "Published", "releaseinfo": "Release", "productname": "Product",
    "keywordset": "Keywords", "subjectset": "Subjects", "corpauthor": "Author", "publishername": "Publisher",
}  # fmt: skip
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PEOPLE = ("author", "editor", "othercredit", "collabname", "corpauthor", "personname")
_SECTIONS = (
    "set", "book", "part", "reference", "article", "preface", "chapter", "appendix", "colophon", "dedication",
    "section", "sect1", "sect2", "sect3", "sect4", "sect5", "simplesect", "refentry", "refsect1", "refsect2",
    "refsect3", "refsection", "refsynopsisdiv", "bibliography", "bibliodiv", "glossary", "glossdiv", "qandaset",
    "qandadiv", "topic", "partintro", "acknowledgements", "abstract", "legalnotice",
)  # fmt: skip
_INFOS = (
    "info", "articleinfo", "bookinfo", "setinfo", "partinfo", "prefaceinfo", "chapterinfo", "appendixinfo",
    "sectioninfo", "sect1info", "sect2info", "sect3info", "refentryinfo", "referenceinfo", "artheader", "docinfo",
)  # fmt: skip
_CODE = (
    "literal", "code", "command", "filename", "option", "varname", "function", "parameter", "envar", "constant",
    "classname", "methodname", "userinput", "computeroutput", "prompt", "sgmltag", "tag", "markup", "structfield",
)  # fmt: skip


def _info(element: "_Element", translation: Translation) -> None:
    """Put titles first, then line by line what is stated, then what is longer than a line."""
    element.tag = "div"
    parts = [one for one in element if local(one)]
    titles = [one for one in parts if local(one) in _TITLES]
    longer = [one for one in parts if local(one) in _LONG]
    for one in [one for one in element.iter() if local(one) in _PEOPLE]:
        _person(one)
    if authors := ", ".join(said(one) for one in element.iter() if local(one) in ("author", "corpauthor")):
        translation.metadata.setdefault("author", authors)
    stated = [one for one in parts if one not in titles and one not in longer and local(one) != "indexterm"]
    element[:] = [*titles, wording.facts(stated, _LABELS), *longer]
    for one in titles:
        if local(one) == "title":
            _headline(one, translation)


def _person(element: "_Element") -> None:
    """Let a person say their name before what else is told of them."""
    parts = [one for one in element if local(one) in citations.PARTS]
    if parts:
        element[:] = [named("span", citations.person(element)), *(one for one in element if one not in parts)]


def _headline(title: "_Element", translation: Translation) -> None:
    """Make a heading of a section's title, and of the first the title of the manual."""
    wording.rank(title)
    if title.tag == "h1":
        translation.metadata.setdefault("title", said(title))


def _title(element: "_Element", translation: Translation) -> None:
    parent = element.getparent()
    if parent is not None and parent.tag == "section":
        _headline(element, translation)
    else:
        element.tag = "b"


def _item(element: "_Element", _translation: Translation) -> None:
    parent = element.getparent()
    element.tag = "li" if parent is not None and parent.tag in ("ol", "ul") else "div"


def _list(element: "_Element", _translation: Translation) -> None:
    element.tag = "ol"
    element.set("type", _NUMERALS.get(element.get("numeration", ""), "1"))
    element.set("start", element.get("startingnumber", "1"))


def _emphasis(element: "_Element", _translation: Translation) -> None:
    element.tag = _ROLES.get(element.get("role", "italic"), "span")


def _reference(element: "_Element", translation: Translation) -> None:
    """Say where a reference leads, which whoever prints the manual puts in."""
    element.tag = "span"
    name = element.get("linkend", "")
    if name in translation.targets and not said(element):
        if name not in translation.captions:
            translation.captions[name] = _caption(translation.targets[name])
        say(element, translation.captions[name])


def _caption(target: "_Element") -> str:
    title = next((one for one in target.iter() if local(one) in ("title", "term", *_HEADINGS)), None)
    return target.get("xreflabel") or (said(title) if title is not None else "")


def _link(element: "_Element", translation: Translation) -> None:
    if element.get("linkend"):
        _reference(element, translation)
    else:
        wording.link("url")(element, translation)


def _same_note(element: "_Element", translation: Translation) -> None:
    """Refer to a note that stands elsewhere."""
    note = translation.targets.get(element.get("linkend", ""))
    element.tag = "span"
    if note is not None and (number := note.get(wording.NUMBER)):
        say(element, f"[^{number}]")


def _admonition(element: "_Element", _translation: Translation) -> None:
    """Say what kind of remark it is, as all do who print it."""
    kind = local(element)
    element.tag = "blockquote"
    if not any(local(one) == "title" for one in element):
        into = next((one for one in element if local(one) in ("para", "simpara")), element)
        label = named("b", f"{kind.capitalize()}:")
        label.tail, into.text = f" {into.text or ''}", None
        into.insert(0, label)


def _formal(element: "_Element", _translation: Translation) -> None:
    """Let a title lead its paragraph."""
    element.tag = "p"
    for one in element:
        one.tag, one.tail = ("b", " ") if local(one) == "title" else ("span", None)


def _page(element: "_Element", translation: Translation) -> None:
    """Name a page of reference as manuals do: its title and the volume it stands in."""
    element.tag = "div"
    title = next((one for one in element if local(one) == "refentrytitle"), None)
    volume = next((one for one in element if local(one) == "manvolnum"), None)
    if title is not None and volume is not None:
        say(title, f"{said(title)}({said(volume)})")
        element.remove(volume)
    if title is not None:
        _headline(title, translation)


def _names(element: "_Element", _translation: Translation) -> None:
    """Say what is described, a dash, and what it is for."""
    element.tag = "p"
    for one in element:
        if (before := one.getprevious()) is not None:
            before.tail = " \u2014 " if local(one) == "refpurpose" else ", "


def _synopsis(element: "_Element", _translation: Translation) -> None:
    element.tag = "section"
    if not any(local(one) == "title" for one in element):
        wording.entitle(element, "Synopsis")


def _argument(element: "_Element", _translation: Translation) -> None:
    """Bracket an argument as synopses do."""
    opening, closing = {"plain": ("", ""), "req": ("{", "}")}.get(element.get("choice", ""), ("[", "]"))
    joint = " | " if local(element) == "group" else " "
    element.tag = "span"
    for one in list(element)[:-1]:
        one.tail = joint
    element.text = f"{opening}{(element.text or '').strip()}"
    element.append(named("span", closing + ("..." if element.get("rep") == "repeat" else "")))
    element.tail = f" {element.tail or ''}"


def _prototype(element: "_Element", _translation: Translation) -> None:
    element.tag = "pre"
    parts = [said(one, " ") for one in element]
    say(element, f"{parts[0]}({', '.join(parts[1:])});" if parts else "")


def _steps(element: "_Element", _translation: Translation) -> None:
    """Part the steps of a way through menus, and keys that are pressed together."""
    joint = " > " if local(element) == "menuchoice" else "+"
    element.tag = "span"
    for one in list(element)[:-1]:
        one.tail = " " if local(one) == "shortcut" else joint


def _spoken(element: "_Element", translation: Translation) -> None:
    """Let words that stand for a picture be its."""
    if any(local(one) == "phrase" for one in element):
        wording.picture(element, translation)
    else:
        element.tag = "div"


def _revision(element: "_Element", _translation: Translation) -> None:
    element.tag = "p"
    say(element, said(element))


def _included(element: "_Element", _translation: Translation) -> None:
    element.tag = "p"
    say(element, f"[Another file belongs here: {element.get('href')}]")


MANUALS = Vocabulary(
    names={
        **dict.fromkeys(_SECTIONS, "section"),
        **dict.fromkeys(_CODE, "code"),
        **dict.fromkeys(("para", "simpara", "term", "glossterm", "attribution", "bibliomixed", "caption"), "p"),
        **dict.fromkeys(("subtitle", "titleabbrev", "cmdsynopsis", "screeninfo", "biblioentry"), "p"),
        **dict.fromkeys(("itemizedlist", "simplelist", "calloutlist"), "ul"),
        **dict.fromkeys(("procedure", "substeps"), "ol"),
        **dict.fromkeys(("member", "callout", "step"), "li"),
        **dict.fromkeys(("citetitle", "firstterm", "foreignphrase", "replaceable"), "i"),
        **dict.fromkeys(("blockquote", "epigraph", "sidebar"), "blockquote"),
        **{name: name for name in ("thead", "tbody", "tfoot", "tr", "th", "td")},
        "quote": "q",
        "superscript": "sup",
        "subscript": "sub",
    },
    rules={
        **dict.fromkeys(_INFOS, _info),
        **dict.fromkeys(("note", "tip", "warning", "caution", "important"), _admonition),
        **dict.fromkeys(("programlisting", "screen", "literallayout", "synopsis", "funcsynopsisinfo"), wording.listing),
        **dict.fromkeys(("indexterm", "remark", "comment"), wording.unread("not printed")),
        **dict.fromkeys(("arg", "group"), _argument),
        **dict.fromkeys(("menuchoice", "keycombo"), _steps),
        **dict.fromkeys(("table", "informaltable"), columns.table),
        "title": _title,
        "bridgehead": lambda element, _translation: wording.rank(element),
        "listitem": _item,
        "orderedlist": _list,
        "emphasis": _emphasis,
        "xref": _reference,
        "link": _link,
        "ulink": _link,
        "footnote": wording.note,
        "footnoteref": _same_note,
        "formalpara": _formal,
        "refmeta": _page,
        "refnamediv": _names,
        "refsynopsisdiv": _synopsis,
        "funcprototype": _prototype,
        "textobject": _spoken,
        "revision": _revision,
        "tgroup": columns.group,
        "row": columns.row,
        "entry": columns.cell,
        "include": _included,
    },
)
