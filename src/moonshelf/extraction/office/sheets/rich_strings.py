"""Strings of one or several runs, as cells and comments have them (ECMA-376 part 1, 18.4.8)."""

import re
from typing import TYPE_CHECKING, Protocol

from moonshelf.extraction.office.elements import find, text_of
from moonshelf.extraction.office.openxml import S
from moonshelf.extraction.office.raised import shifted
from moonshelf.extraction.office.tags import attributes, grammar, resolved

if TYPE_CHECKING:
    from lxml.etree import _Element

TEXT = r"<x:t(?:\s*/>|(?:\s[^>]*)?>([^<]*)</x:t>)"
READING = rf"<x:rPh[^>]*>\s*{TEXT.replace('([^<]*)', '[^<]*')}\s*</x:rPh>|<x:phoneticPr[^>]*/>"  # aloud
_LOOKS = r"<x:rPr\s*/>|<x:rPr>((?>\s*+<[^<>]*+(?<=/)>)*+)\s*+</x:rPr>"
_RUN = rf"\s*+(?:<x:r>\s*+(?>{_LOOKS})?+\s*+{TEXT}\s*+</x:r>|{TEXT}|{READING})\s*+"
RUNS = rf"(?>{_RUN})*+"
_SHIFT = r"<x:vertAlign(?=\s)([^<>]*)"
_TEXT, _RUN_TAG, _RAISED = f"{S}t", f"{S}r", (f"{S}rPr", f"{S}vertAlign")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")  # characters that XML can't hold


class Holder(Protocol):
    """What a string stands in."""

    @property
    def prefix(self) -> str:
        """Return what stands before the names of elements."""

    def parsed(self, source: str) -> "_Element | None":
        """Parse the element that *source* spells."""


def string(source: str, holder: Holder) -> str | None:
    """Return the text of the runs that *source* spells, without reading aids, before characters are put in.

    It is ``None`` where that is damaged.
    """
    if grammar(RUNS, holder.prefix).fullmatch(source):
        found = grammar(_RUN, holder.prefix).findall(source)
        return "".join(
            [
                _run(looks, text, holder.prefix) if "vertAlign" in looks else resolved(text or more)
                for looks, text, more in found
            ]
        )
    element = holder.parsed(f"<{holder.prefix}si>{source}</{holder.prefix}si>")
    return None if element is None else spelt(element)


def _run(looks: str, text: str, prefix: str) -> str:
    shift = grammar(_SHIFT, prefix).search(looks)
    return resolved(text) if shift is None else shifted(resolved(text), attributes(shift[1]).get("val", "")[:3])


def spelt(element: "_Element") -> str:
    """Return the text of an *element*'s runs, without reading aids, before characters are put in."""
    return "".join(
        [one.text or "" if one.tag == _TEXT else _parsed(one) for one in element.iterchildren(_TEXT, _RUN_TAG)]
    )


def _parsed(run: "_Element") -> str:
    text, raised = text_of(run, _TEXT), find(run, *_RAISED)
    return text if raised is None else shifted(text, raised.get("val", "")[:3])


def unescaped(text: str) -> str:
    """Put in the characters, which XML can't hold, that *text* spells as _x000D_."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
