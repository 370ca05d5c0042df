"""Translations in XLIFF and translation memories in TMX: a table of what is said in each language."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.markup.vocabularies import wording
from moonshelf.extraction.markup.vocabularies.translation import Translation, Vocabulary
from moonshelf.extraction.markup.vocabularies.wording import named, said, say

if TYPE_CHECKING:
    from lxml.etree import _Element

_UNITS = ("trans-unit", "unit", "tu")  # of XLIFF 1, of XLIFF 2, of TMX
_SEGMENTS = ("segment", "ignorable")  # of a unit of XLIFF 2
_SHOWN = ("equiv-text", "equiv", "disp")  # attributes that say what an empty code stands for
_INLINE = ("g", "bpt", "ept", "it", "mrk", "pc", "sc", "ec", "sm", "em", "sub", "hi", "ut")
_MOST_LANGUAGES = 60  # that have columns of their own; no memory has as many
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


class _Row(NamedTuple):
    """What one piece of text says, by language, and what is remarked on it."""

    name: str
    texts: "dict[str, _Element]"
    remarks: "Sequence[_Element]" = ()


def _file(element: "_Element", _translation: Translation) -> None:
    """Put the table of all units behind what else is said of the file; their groups tell nothing apart."""
    root = element if element.getparent() is None else element.getroottree().getroot()
    languages = {
        "source": element.get("source-language") or root.get("srcLang") or "",
        "target": element.get("target-language") or root.get("trgLang") or "",
    }
    rows: list[_Row] = []
    for unit in [one for one in element.iter() if local(one) in _UNITS]:
        _spell_codes(unit)
        rows += _memory(unit) if local(unit) == "tu" else _translated(unit, languages)
        if (parent := unit.getparent()) is not None:
            parent.remove(unit)
    element.tag = "section"
    if named_file := element.get("original") or element.get("id"):
        wording.entitle(element, named_file)
    columns = list(dict.fromkeys(language for row in rows for language in row.texts))
    if len(columns) > _MOST_LANGUAGES:
        rows, columns = list(map(_in_one, rows)), ["Text"]
    if rows:
        element.append(_table(rows, columns))


def _spell_codes(unit: "_Element") -> None:
    """Let codes in the text say what they stand for, wherever that is kept."""
    kept = {one.get("id", ""): said(one) for one in unit.iter() if local(one) == "data"}
    for one in [one for one in unit if local(one) == "originaldata"]:
        unit.remove(one)
    for one in unit.iter():
        if local(one) in ("x", "bx", "ex", "ph", "sc", "ec") and not said(one):
            shown = next(filter(None, (one.get(key) for key in _SHOWN)), "")
            say(one, shown or kept.get(one.get("dataRef", ""), ""))


def _memory(unit: "_Element") -> Iterator[_Row]:
    texts: dict[str, _Element] = {}
    remarks = []
    for one in unit:
        if local(one) == "tuv":
            language = one.get(_XML_LANGUAGE) or one.get("lang") or "?"
            segment = next((part for part in one if local(part) == "seg"), one)
            texts.setdefault(language, segment)
            remarks += [part for part in one if part is not segment]
        elif local(one):
            remarks.append(one)
    yield _Row(unit.get("tuid", ""), texts, remarks)


def _translated(unit: "_Element", languages: dict[str, str]) -> Iterator[_Row]:
    """Yield a row for each segment of *unit*; in XLIFF 1 it is its only one."""
    segments = [one for one in unit if local(one) in _SEGMENTS]
    remarks = [one for one in unit if local(one) not in ("", *_SEGMENTS)] if segments else []
    for place, segment in enumerate(segments or [unit]):
        texts = {local(one): one for one in segment if local(one) in languages}
        others = [one for one in segment if local(one) not in ("", "seg-source", *languages)]
        called = {f"{kind.capitalize()} {languages[kind]}".strip(): one for kind, one in texts.items()}
        name = unit.get("resname") or unit.get("id") or ""
        yield _Row("" if place else name, called, [*remarks, *others] if not place else others)


def _in_one(row: _Row) -> _Row:
    """Say in one cell what *row* says in each language."""
    text = "; ".join(f"{language}: {said(one)}" for language, one in row.texts.items())
    return _Row(row.name, {"Text": named("td", text)}, row.remarks)


def _table(rows: Sequence[_Row], languages: Sequence[str]) -> "_Element":
    names, remarks = any(row.name for row in rows), any(said(one) for row in rows for one in row.remarks)
    table = named("table", "")
    head = [*(["ID"] if names else []), *languages, *(["Remarks"] if remarks else [])]
    table.append(_row([named("th", text) for text in head]))
    for row in rows:
        cells = [named("td", row.name)] if names else []
        cells += [_cell(row.texts.get(language)) for language in languages]
        cells += [named("td", "; ".join(filter(None, map(said, row.remarks))))] if remarks else []
        table.append(_row(cells))
    return table


def _row(cells: "Sequence[_Element]") -> "_Element":
    row = named("tr", "")
    row.extend(cells)
    return row


def _cell(element: "_Element | None") -> "_Element":
    if element is None:
        return named("td", "")
    element.tag, element.tail = "td", None
    return element


def _embedded(element: "_Element", _translation: Translation) -> None:
    """Name a file that stands in this one, which repeats its text or is none."""
    element.tag = "p"
    say(element, "[The file that was translated is embedded here.]")


BILINGUAL = Vocabulary(
    names=dict.fromkeys((*_INLINE, "x", "bx", "ex", "ph"), "span"),
    rules={
        "file": _file,
        "tmx": _file,
        "internal-file": _embedded,
    },
)
