"""People, dates and works as vocabularies take them apart: put together again, in the order in which they are read."""

from itertools import pairwise
from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.markup.vocabularies.translation import Translation, is_mixed
from moonshelf.extraction.markup.vocabularies.wording import said, say

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMES = frozenset({"name", "string-name", "personname", "persname", "collab", "orgname"})
_GIVEN = (  # before the surname
    "prefix", "honorific", "given-names", "given-name", "first-name", "firstname", "forename", "middle-name",
    "othername",
)  # fmt: skip
_LAST = ("suffix", "lineage", "degrees", "genname")
PARTS = frozenset({*_GIVEN, *_LAST, "surname", "last-name", "namelink"})
_FORMATTING = frozenset({"bold", "emphasis", "hi", "italic", "sc", "styled-content", "sub", "sup", "underline"})
_JOINTS = {"lpage": "\u2013"}  # between pages; a comma elsewhere


def person(name: "_Element") -> str:
    """Return a person's name as it is spoken, given names first where its parts are told apart."""
    parts = [] if is_mixed(name) else [part for part in name if local(part) in PARTS]
    return " ".join(filter(None, (said(part, " ") for part in sorted(parts, key=_place)))) or said(name)


def _place(part: "_Element") -> int:
    name = local(part)
    return (name not in _GIVEN) + (name in _LAST)


def name(element: "_Element", _translation: Translation) -> None:
    """Say a person's name."""
    element.tag = "span"
    say(element, person(element))


def date(element: "_Element", _translation: Translation) -> None:
    """Say a date."""
    element.tag = "span"
    order(element)


def order(element: "_Element") -> None:
    """Let a date whose parts are told apart say the year, the month and the day."""
    parts = {local(part): said(part) for part in element if local(part)}
    numbers = [parts.pop(one).zfill(2) for one in ("year", "month", "day") if parts.get(one)]
    if numbers:
        say(element, " ".join(["-".join(numbers), *filter(None, parts.values())]))


def work(element: "_Element", _translation: Translation) -> None:
    """Part what is stated of a work by commas, where its author left that to whoever prints it."""
    element.tag = "span"
    mixed = is_mixed(element)
    parts = [one for one in element if local(one) and said(one)]
    for before, following in pairwise(parts):
        if (before.tail or "").strip() or (mixed and {local(before), local(following)} & _FORMATTING):
            continue
        before.tail = before.tail or " " if mixed else _JOINTS.get(local(following), ", ")


def identifier(element: "_Element", _translation: Translation) -> None:
    """Say which register a number stands in."""
    element.tag = "span"
    if (kind := element.get("pub-id-type") or element.get("type")) and element.text:
        element.text = f"{kind}: {element.text.strip()}"
