"""Paragraphs: lines joined to running text."""

import re
from collections.abc import Container, Iterable, Sequence
from itertools import filterfalse

from moonshelf.extraction.layout.lines import BROKEN_ANYWHERE, HANGUL, HYPHENS, TextLine

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BROKEN = re.compile(rf"(?<!\w)(\w+)[{HYPHENS}]$")
_GOES_ON = re.compile(r"[a-z\u00df-\u00ff]\w*")
_SOFT_HYPHEN = "\u00ad"
_TELLING = 4  # lines: that so many have no room for a syllable is no chance
_SYLLABLE, _RAGGED = 0.95, 0.1  # of the type size


def text(lines: Sequence[str], vocabulary: Container[str] = frozenset(), *, syllables: bool = False) -> str:
    """Join *lines*; a word broken by a hyphen is made whole unless *vocabulary* knows it with its hyphen.

    *syllables* says that lines of Korean end after any of them, not only where a word does.
    """
    whole = ""
    for line in lines:
        whole = _continued(whole, line.strip(), vocabulary, syllables=syllables) if whole else line.strip()
    return whole.replace(_SOFT_HYPHEN, "")


def _continued(text: str, line: str, vocabulary: Container[str], *, syllables: bool) -> str:
    if not text or not line:
        return text + line
    if text.endswith(_SOFT_HYPHEN):
        return text[:-1] + line
    broken = _BROKEN.search(text, text.rfind(" ") + 1) if text[-1] in HYPHENS else None
    rest = _GOES_ON.match(line)
    if broken and rest:
        return (text if _compound(broken[1], rest[0], vocabulary) else text[:-1]) + line
    script = HANGUL if syllables and HANGUL.match(text[-1]) else BROKEN_ANYWHERE
    unspaced = script.match(text[-1]) and script.match(line[0])
    return text + ("" if unspaced else " ") + line


def breaks_syllables(paragraphs: Iterable[Sequence[TextLine]]) -> bool:
    """Say whether lines of Korean end after any syllable: none leaves room for one more, and their ends are ragged."""
    rooms = [
        (max(one.box[2] for one in lines) - line.box[2]) / line.size
        for lines in paragraphs
        for line in lines[:-1]
        if HANGUL.match(line.text[-1])
    ]
    return len(rooms) >= _TELLING and max(rooms) < _SYLLABLE and max(rooms) > _RAGGED


def _compound(head: str, tail: str, vocabulary: Container[str]) -> bool:
    """Say whether the hyphen belongs to the word; where the document shows neither form, it was set by the break."""
    if (head + tail).lower() in vocabulary:
        return False
    return f"{head}-{tail}".lower() in vocabulary or not head[-1].islower()


def vocabulary(lines: Sequence[TextLine]) -> frozenset[str]:
    """Return the words of *lines* as they stand inside them, to tell compounds from broken words, if any are."""
    if not any(line.text[-1] in HYPHENS for line in lines):
        return frozenset()
    distinct = set(" ".join(line.text for line in lines).lower().split())
    rest = " ".join(filterfalse(str.isalpha, distinct))  # with signs and figures, to be looked into
    return frozenset([*filter(str.isalpha, distinct), *_WORD.findall(rest)])
