"""XBRL, in which companies report: facts in a table, each with its unit, its period and whom it is of, and their notes.

An instance names what a fact is told of by reference: contexts and units are put in the rows that refer to them.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.markup.vocabularies import spelt_markup, wording
from moonshelf.extraction.markup.vocabularies.translation import Translation, Vocabulary
from moonshelf.extraction.markup.vocabularies.wording import named, said

if TYPE_CHECKING:
    from lxml.etree import _Element

_NAME = ("EntityRegistrantName", "NameOfReportingEntityOrOtherMeansOfIdentification")
_TITLE = (("DocumentType",), _NAME, ("DocumentPeriodEndDate",))
_HEADER = ("Fact", "Value", "Period", "Of")
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_LONGEST_CELL = 300  # characters; what is longer is a text of its own
_MOST_COMPARED = 200  # texts, of which one may be part of another


def _report(root: "_Element", translation: Translation) -> None:
    """Put the title first, then facts and texts in the order of the report, then its footnotes."""
    facts = _once(one for one in root.iter() if one.get("contextRef") is not None)
    contexts = {one.get("id", ""): _context(one) for one in root.iter("{*}context")}
    units = {one.get("id", ""): _unit(one) for one in root.iter("{*}unit")}
    entities = dict.fromkeys(said(one) for one in root.iterfind("{*}context/{*}entity/{*}identifier"))
    footnotes = list(root.iter("{*}footnote"))
    loose = " ".join(filter(None, map(str.strip, [root.text or "", *(one.tail or "" for one in root)])))
    root.tag, root.text = "section", None
    root[:] = [named("p", f"Entity: {', '.join(entities)}" if entities else ""), named("p", loose)]
    if title := _title(facts):
        wording.entitle(root, title)
        translation.metadata["title"] = title
    for is_text, group in groupby(facts, key=_is_text):
        if is_text:
            for fact in group:
                _tell(root, fact, translation)
        else:
            root.append(_table([_row(one, contexts, units) for one in group]))
    for one in footnotes:
        root.append(one)
        spelt_markup.unfold(one, translation)


def _once(facts: "Iterable[_Element]") -> "list[_Element]":
    """Return *facts* without those that say again what another says, or of texts a part of it."""
    alike = {(one.tag, one.get("contextRef"), one.get("unitRef"), one.text): one for one in facts}
    known = list(alike.values())
    texts = {one: spelt_markup.words(one) for one in known if _is_text(one)}
    if len(texts) > _MOST_COMPARED:
        return known
    firsts = {text: one for one, text in reversed(texts.items())}
    kept = {one for text, one in firsts.items() if not any(text in whole for whole in firsts if text != whole)}
    return [one for one in known if one not in texts or one in kept]


def _title(facts: "Iterable[_Element]") -> str:
    """Return what kind of report it is, whose and to which day, as far as that is told."""
    stated = {wording.name(one): said(one) for one in reversed(list(facts))}
    return " ".join(filter(None, (next((stated[name] for name in names if name in stated), "") for names in _TITLE)))


def _is_text(fact: "_Element") -> bool:
    return len(fact.text or "") > _LONGEST_CELL or spelt_markup.is_spelt(fact)


def _tell(root: "_Element", fact: "_Element", translation: Translation) -> None:
    """Add to *root* a section that has the name of a *fact* and its text."""
    section = named("section", "")
    root.append(section)
    wording.entitle(section, _spelt(wording.name(fact)).removesuffix(" Text Block"))
    section.append(fact)
    spelt_markup.unfold(fact, translation)


def _table(rows: Iterable[Sequence[str]]) -> "_Element":
    table = named("table", "")
    for tag, row in (("th", _HEADER), *(("td", row) for row in rows)):
        table.append(named("tr", ""))
        table[-1].extend([named(tag, text) for text in row])
    return table


def _row(fact: "_Element", contexts: Mapping[str, tuple[str, str]], units: Mapping[str, str]) -> tuple[str, ...]:
    """Return what *fact* is called, how much it is, when, and of what."""
    unit = units.get(fact.get("unitRef", ""), "")
    value = "nil" if fact.get(_NIL) in ("true", "1") else f"{said(fact)} {unit}".strip()
    return (_spelt(wording.name(fact)), value, *contexts.get(fact.get("contextRef", ""), ("", "")))


def _context(context: "_Element") -> tuple[str, str]:
    """Return the period of *context*, and whom and what of them it is about."""
    dates = [said(one) for one in context.iterfind("{*}period/*") if local(one) != "forever"]
    members = [_member(one) for one in context.iter("{*}explicitMember", "{*}typedMember")]
    return " to ".join(dates), ", ".join(members)


def _member(member: "_Element") -> str:
    axis = _spelt(member.get("dimension", "")).removesuffix(" Axis")
    return f"{axis}: {_spelt(said(member)).removesuffix(' Member')}"


def _unit(unit: "_Element") -> str:
    above, below, plain = (
        "*".join(said(one).rpartition(":")[2] for one in unit.iterfind(f"{way}{{*}}measure"))
        for way in ("{*}divide/{*}unitNumerator/", "{*}divide/{*}unitDenominator/", "")
    )
    return f"{above}/{below}" if below else "" if plain == "pure" else plain


def _spelt(name: str) -> str:
    """Return the words that a name of a taxonomy is made of."""
    return wording.spelt(name.rpartition(":")[2])


ACCOUNTS = Vocabulary(names={}, rules={"xbrl": _report})
