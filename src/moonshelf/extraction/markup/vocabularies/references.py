"""Lists of literature as they are taken out of PubMed and EndNote, and in MODS: work by work, what is told of each."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.markup.vocabularies import wording
from moonshelf.extraction.markup.vocabularies.translation import Translation, Vocabulary, is_mixed
from moonshelf.extraction.markup.vocabularies.wording import named, said

if TYPE_CHECKING:
    from lxml.etree import _Element

_TITLES = ("articletitle", "title", "booktitle")
_PERSONS = ("author", "name", "investigator")
_GIVEN, _FAMILY = ("forename", "firstname"), ("lastname", "collectivename")
_ABSTRACTS = ("abstract", "otherabstract", "note", "notes")
_WHOLE = (*_TITLES, *_PERSONS, *_ABSTRACTS)
_DATES = frozenset({"year", "month", "day", "hour", "minute", "season", "medlinedate"})
_SILENT = ("foreign-keys", "source-app", "database")  # what only the program knows by them
_LABELS = {"issn": "ISSN", "isbn": "ISBN", "pmid": "PMID", "doi": "DOI", "url": "URL", "electronic-resource-num": "DOI"}


def _work(element: "_Element", _translation: Translation) -> None:
    """Put the title of a work first, then who wrote it, what else is told of it, and its abstract."""
    element.tag, element.text = "section", None
    parts = list(_parts(element))
    title = next((one for name in _TITLES for one in parts if local(one) == name and said(one)), None)
    told: dict[str, list[str]] = {}
    abstracts = []
    for one in parts:
        if one is title:
            continue
        if local(one) in _ABSTRACTS:
            abstracts.append(one)
        elif text := _text(one):
            told.setdefault(_label(one), []).append(text)
    lines = [f"{label}: {'; '.join(dict.fromkeys(texts))}" for label, texts in told.items()]
    element[:] = [wording.lines(lines), *(paragraph for one in abstracts for paragraph in _abstract(one))]
    if title is not None:
        wording.entitle(element, said(title, " "))


def _parts(element: "_Element") -> Iterator["_Element"]:
    """Yield what says one thing: a person, a date, an abstract, or a text and how it is set."""
    waiting = list(reversed(element))
    while waiting:
        one = waiting.pop()
        name, inner = local(one), {local(child) for child in one}
        if not name or name in _SILENT:
            continue
        if inner - _DATES and name not in _WHOLE and "style" not in inner and not is_mixed(one):
            waiting.extend(reversed(one))
        else:
            yield one


def _text(part: "_Element") -> str:
    if local(part) in _PERSONS:
        return _person(part)
    if local(part) == "ref-type":
        return part.get("name") or said(part)
    return said(part, "-" if {local(child) for child in part} <= _DATES else " ")


def _person(person: "_Element") -> str:
    names = {local(one): said(one) for one in person}
    family = next((names[one] for one in _FAMILY if one in names), "")
    given = next((names[one] for one in _GIVEN if one in names), names.get("initials", ""))
    if not family:
        return said(person, " ")
    others = [said(one) for one in person if local(one) in ("affiliationinfo", "affiliation", "identifier")]
    return " ".join(filter(None, (given, family, names.get("suffix", "")))) + "".join(
        f" ({one})" for one in others if one
    )


def _label(part: "_Element") -> str:
    if local(part) in _PERSONS:
        return "Authors" if local(part) == "author" else f"{wording.spelt(wording.name(part)).capitalize()}s"
    return _LABELS.get(local(part)) or wording.spelt(wording.name(part)).capitalize()


def _abstract(abstract: "_Element") -> Iterator["_Element"]:
    """Yield its paragraphs, each with what it is about."""
    for one in list(abstract) if len(abstract) and not is_mixed(abstract) else [abstract]:
        heading = (one.get("Label") or "").capitalize()
        if text := said(one, " "):
            yield named("p", f"{heading}: {text}" if heading else text)


REFERENCES = Vocabulary(
    names={},
    rules=dict.fromkeys(("record", "pubmedarticle", "pubmedbookarticle", "mods"), _work),
)
