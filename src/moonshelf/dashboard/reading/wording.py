"""Words of a block as markup: the little Markdown that a source's marks became, and doubtful words marked."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from markupsafe import Markup, escape

from moonshelf.extraction.document import Span

_MARKS: Final = re.compile(
    r"`(?P<code>[^`\n]{1,400})`"
    r"|\[(?P<link>[^\]\n]{1,400})\]\(<?(?P<to>(?:https?://|mailto:)[^)\s>]{1,1000})>?\)"
    r"|\*\*(?P<strong>\S(?:[^*\n]{0,400}\S)?)\*\*"
    r"|(?<![\w*])\*(?P<em>[^*\s](?:[^*\n]{0,400}[^*\s])?)\*(?![\w*])"
)
"""Bounded, so that hostile text costs no more than its length."""

_LINK: Final = Markup('<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>')


def marked_up(text: str) -> Markup:
    """Draw inline Markdown; everything else, markup of the file's own included, is text."""
    return Markup("").join(_pieces(text))


def _pieces(text: str) -> Iterator[Markup]:
    end = 0
    for found in _MARKS.finditer(text):
        yield escape(text[end : found.start()])
        yield _drawn(found)
        end = found.end()
    yield escape(text[end:])


def _drawn(found: re.Match[str]) -> Markup:
    if link := found["link"]:
        return _LINK.format(found["to"], link)
    name = found.lastgroup or ""
    return Markup("<{0}>{1}</{0}>").format(Markup(name), found[name])  # noqa: S704 - a name of the pattern above


def doubted(text: str, doubts: Sequence[Span]) -> Markup:
    """Mark the words that were recognised with little confidence, and say how little."""
    drawn, end = Markup(""), 0
    for start, doubt in sorted(_places(text, doubts), key=lambda place: place[0]):
        if start >= end:
            mark = Markup('<mark title="{:.0%} sure">{}</mark>').format(doubt.confidence, doubt.text)
            drawn, end = drawn + escape(text[end:start]) + mark, start + len(doubt.text)
    return drawn + escape(text[end:])


def _places(text: str, doubts: Sequence[Span]) -> Iterator[tuple[int, Span]]:
    """Yield where the words of each doubt begin; those of the same words one after the other."""
    after: dict[str, int] = {}
    for doubt in doubts:
        start = text.find(doubt.text, after.get(doubt.text, 0))
        if doubt.text and start >= 0:
            after[doubt.text] = start + len(doubt.text)
            yield start, doubt
