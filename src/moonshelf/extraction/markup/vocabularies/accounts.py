"""XBRL, in which companies report: facts in a table, each with its unit, its period and whom it is of, and their notes.

An instance names what a fact is told of by reference: contexts and units are put in the rows that refer to them.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block, Cell, Kind
from moonshelf.extraction.markup.composition import compose
from moonshelf.extraction.markup.page_tables import local, text_of
from moonshelf.extraction.markup.vocabularies import spelt_markup, wording
from moonshelf.extraction.markup.vocabularies.wording import said

if TYPE_CHECKING:
    from lxml.etree import _Element

_NAME = ("EntityRegistrantName", "NameOfReportingEntityOrOtherMeansOfIdentification")
_TITLE = (("DocumentType",), _NAME, ("DocumentPeriodEndDate",))
_HEADER = ("Fact", "Value", "Period", "Of")
_WHITE = b" \t\n\v\f\r"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_LONGEST_CELL = 300  # characters; what is longer is a text of its own
_MOST_COMPARED = 200  # texts, of which one may be part of another
_SECTIONS = 2  # that a text stands in: the report's and its own


class _Context(NamedTuple):
    """Who tells a fact, of when, and of what part of them."""

    entity: str = ""
    period: str = ""
    members: str = ""


_NOWHERE = _Context()


def read(root: "_Element", withheld: Withheld) -> tuple[list[Block], Mapping[str, str]]:
    """Return the title, facts and texts in the order of the report, then its footnotes; and the title once more."""
    facts = list({_identity(one): one for one in root.iter() if one.get("contextRef") is not None}.values())
    contexts = {one.get("id", ""): _context(one) for one in root.iter("{*}context")}
    units = {one.get("id", ""): _unit(one) for one in root.iter("{*}unit")}
    texts = {one: spelt_markup.unfolded(one, sections=_SECTIONS) for one in facts if _is_text(one)}
    repeated = _repeated(texts)
    title = _title(facts)
    blocks = [Block(Kind.HEADING, title, level=1)] if title else []
    blocks += [Block(Kind.PARAGRAPH, text) for text in (_entities(contexts.values()), _loose(root)) if text]
    for are_texts, group in groupby((one for one in facts if one not in repeated), key=texts.__contains__):
        if not are_texts:
            blocks.append(_table([_row(one, contexts, units) for one in group]))
            continue
        for one in group:
            name = _spelt(wording.name(one)).removesuffix(" Text Block")
            blocks += [Block(Kind.HEADING, name, level=_SECTIONS), *compose(texts[one], withheld)]
    for one in root.iter("{*}footnote"):
        blocks += compose(spelt_markup.unfolded(one, sections=1), withheld)
    return blocks, {"title": title} if title else {}


def _identity(fact: "_Element") -> tuple[str | None, ...]:
    """Return what a fact has in common with another that says it again."""
    return fact.tag, fact.get("contextRef"), fact.get("unitRef"), fact.text


def _is_text(fact: "_Element") -> bool:
    return len(fact.text or "") > _LONGEST_CELL or spelt_markup.is_spelt(fact)


def _repeated(texts: "Mapping[_Element, _Element]") -> "set[_Element]":
    """Return the facts whose texts are said by another, or are a part of what it says."""
    if len(texts) > _MOST_COMPARED:
        return set()
    firsts: dict[bytes, _Element] = {}
    for fact, markup in texts.items():
        firsts.setdefault(_letters(markup), fact)
    kept = {fact for text, fact in firsts.items() if not any(text in whole for whole in firsts if text != whole)}
    return texts.keys() - kept


def _letters(markup: "_Element") -> bytes:
    """Return what *markup* says without white space, in bytes: a text would have to be split into its words."""
    return text_of(markup).replace("\xa0", "").encode("utf-8", "replace").translate(None, _WHITE)


def _entities(contexts: Iterable[_Context]) -> str:
    """Say whose report it is."""
    named = ", ".join(dict.fromkeys(one.entity for one in contexts))
    return f"Entity: {named}" if named else ""


def _loose(root: "_Element") -> str:
    """Return the text that belongs to no fact."""
    return " ".join(" ".join([root.text or "", *(one.tail or "" for one in root)]).split())


def _title(facts: "Sequence[_Element]") -> str:
    """Return what kind of report it is, whose and to which day, as far as that is told."""
    stated = {wording.name(one): one for one in reversed(facts)}
    found = (next((stated[name] for name in names if name in stated), None) for names in _TITLE)
    return " ".join(filter(None, (said(one) for one in found if one is not None)))


def _table(rows: Iterable[Sequence[str]]) -> Block:
    """Return a table of *rows*, each the texts of a fact, below their header."""
    lines = enumerate((_HEADER, *rows))
    cells = (Cell(row, column, text, header=not row) for row, line in lines for column, text in enumerate(line))
    return Block(Kind.TABLE, cells=tuple(cells))


def _row(fact: "_Element", contexts: Mapping[str, _Context], units: Mapping[str, str]) -> tuple[str, str, str, str]:
    """Return what *fact* is called, how much it is, when, and of what."""
    unit = units.get(fact.get("unitRef", ""), "")
    value = "nil" if fact.get(_NIL) in ("true", "1") else f"{said(fact)} {unit}".strip()
    context = contexts.get(fact.get("contextRef", ""), _NOWHERE)
    return _spelt(wording.name(fact)), value, context.period, context.members


def _context(context: "_Element") -> _Context:
    entity, dates, members = "", [], []
    for one in context.iter():
        match local(one):
            case "identifier":
                entity = said(one)
            case "startdate" | "enddate" | "instant":
                dates.append(said(one))
            case "explicitmember" | "typedmember":
                members.append(_member(one))
    return _Context(entity, " to ".join(dates), ", ".join(members))


def _member(member: "_Element") -> str:
    axis = _spelt(member.get("dimension", "")).removesuffix(" Axis")
    return f"{axis}: {_spelt(said(member)).removesuffix(' Member')}"


def _unit(unit: "_Element") -> str:
    above, below, plain = (
        "*".join(said(one).rpartition(":")[2] for one in unit.iterfind(f"{way}{{*}}measure"))
        for way in ("{*}divide/{*}unitNumerator/", "{*}divide/{*}unitDenominator/", "")
    )
    return f"{above}/{below}" if below else "" if plain == "pure" else plain


@lru_cache(maxsize=1024)  # a report tells each fact of many periods, and its axes again and again
def _spelt(name: str) -> str:
    """Return the words that a name of a taxonomy is made of."""
    return wording.spelt(name.rpartition(":")[2])
