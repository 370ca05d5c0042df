"""Subtitles in SubStation Alpha: who says what and when, without how it looks.

Comments are withheld, as no player shows them; styles, embedded fonts and drawings are no words.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Document
from moonshelf.extraction.format import Flowing
from moonshelf.extraction.text import plain_text
from moonshelf.extraction.tools import Tools

_SECTION = re.compile(r"\[([^\]\r\n]{1,200})\][ \t]*$")
_LOOKS = re.compile(r"v4\+{0,2} styles\+?|fonts|graphics|aegisub (?:project garbage|extradata)", re.IGNORECASE)
_EVENT = re.compile(r"(Dialogue|Comment):[ \t]*(.*)", re.IGNORECASE)
_FIELDS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")  # if unstated
_DRAWING = re.compile(  # lines between places, up to the next change of looks
    r"\{[^{}\\]*+(?>[\\](?!p[1-9])[^{}\\]*+)*+\\p[1-9][^{}]*+\}[^{}]*+"
)
_OVERRIDE = re.compile(r"\{[^{}]*\}")
_BREAK = re.compile(r"\\[Nn]")


def extract(source: BinaryIO, tools: Tools) -> Document:
    """Read the subtitles. Raises ``UnsupportedFormat`` on what is no text in any encoding."""
    return plain_text.rewritten(source, tools, lambda text, withheld: "\n".join(_told(text, withheld)).rstrip())


def _told(text: str, withheld: Withheld) -> Iterator[str]:
    fields: tuple[str, ...] = _FIELDS
    shown = True
    for line in text.splitlines():
        if section := _SECTION.match(line):
            shown = not _LOOKS.fullmatch(section[1])
        elif line.lower().startswith("format:") and shown:
            stated = tuple(name.strip().lower() for name in line.partition(":")[2].split(","))
            fields = stated if stated[-1] == "text" else _FIELDS  # which is always the last, as words may hold commas
            continue
        elif event := _EVENT.match(line):
            yield from _event(event, fields, withheld)
            continue
        if shown:
            yield line


def _event(event: re.Match[str], fields: tuple[str, ...], withheld: Withheld) -> Iterator[str]:
    stated = dict(zip(fields, event[2].split(",", len(fields) - 1), strict=False))
    if "text" not in stated:  # it is cut short, and told as it is
        yield event[0]
        return
    words = _words(stated["text"], withheld)
    is_withheld = event[1].lower() == "comment" and withheld.takes(words, "comment")
    if words.strip() and not is_withheld:
        speaker = stated.get("name", stated.get("actor", "")).strip()
        yield f"{stated.get('start', '').strip()} --> {stated.get('end', '').strip()}"
        yield f"{speaker}: {words}" if speaker else words
        yield ""


def _words(text: str, withheld: Withheld) -> str:
    """Return *text* without what sets it; what stands in braces and sets nothing is a comment."""

    def without(override: re.Match[str]) -> str:
        is_comment = "\\" not in override[0]
        return "" if not is_comment or withheld.takes(override[0][1:-1], "comment") else override[0]

    return _BREAK.sub("\n", _OVERRIDE.sub(without, _DRAWING.sub("", text))).replace("\\h", " ")


SUBSTATION = Flowing(
    name="Subtitles (SubStation Alpha)",
    media_types={".ass": "text/x-ssa", ".ssa": "text/x-ssa"},
    extract=extract,
)
