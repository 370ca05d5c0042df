"""What the style sheets of a page keep from being displayed: rules of one plain selector, as most of them are.

A rule that hangs on anything else (what stands around the element, its state, the medium) is left alone: text that may
be shown is read.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import bare

if TYPE_CHECKING:
    from lxml.etree import _Element

_HIDES = re.compile(r"display:none|visibility:hidden|mso-hide:all|font-size:0(?![.\d])|opacity:0(?![.\d])")
_SHOWS = re.compile(r"display:(?!none)|visibility:visible|opacity:(?:1|0?\.\d*[1-9])")
_NAME = re.compile(r"([.#])(-?[_a-zA-Z][\w-]*)")
_BEFORE = re.compile(r"[\s>+~]+")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_RULE = re.compile(r"(?<![^{}@;])([^{}@;]++)\{([^{}]{0,5000}+)\}")  # from where it begins alone
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?(?:([.#])(-?[_a-zA-Z][\w-]*))?", re.IGNORECASE)
_LARGEST = 1 << 20  # characters of style sheets that are looked at
_Key = tuple[str, str, str]  # tag, "." or "#", the name of the class or id; each may be empty
Linked = Callable[[str], str]
"""The style sheet at an address that a page states, where it came with the page; nothing, where it did not."""


class StyleSheet:
    """The selectors of a page that hide what they match."""

    def __init__(self, root: "_Element", linked: Linked | None = None) -> None:
        self.hidden = _hidden("\n".join(_begun(_texts(root, linked))))

    def hides(self, tag: str, element: "_Element") -> bool:
        """Whether a rule keeps *element*, whose name is *tag*, from being displayed."""
        names = [("", "")]
        names += [(".", name) for name in (element.get("class") or "").split()]
        names += [("#", name) for name in (element.get("id") or "",) if name]
        return any((one, *name) in self.hidden for name in names for one in (tag, "") if one or name[0])


@lru_cache(maxsize=1024)  # the cells of a table look alike
def hides(declarations: str) -> bool:
    """Whether *declarations* keep what they are about from being displayed."""
    return bool(_HIDES.search("".join(declarations.lower().split())))


def shows(declarations: str) -> bool:
    """Whether *declarations* say that what they are about is displayed."""
    return bool(_SHOWS.search("".join(declarations.lower().split())))


def _begun(texts: Iterator[str]) -> Iterator[str]:
    """Yield as much of *texts* as is looked at: a page may link one sheet any number of times."""
    left = _LARGEST
    for text in texts:
        yield text[:left]
        left -= len(text) + 1
        if left <= 0:
            return


def _texts(root: "_Element", linked: Linked | None) -> Iterator[str]:
    for one in root.iter("style", "{*}style", *(("link", "{*}link") if linked else ())):
        if _for_other_media(one):
            continue
        if bare(one.tag) == "style":
            yield one.text or ""
        elif linked and (one.get("rel") or "").lower().split() == ["stylesheet"]:  # no alternate one
            yield linked(one.get("href") or "")


def _for_other_media(element: "_Element") -> bool:
    media = (element.get("media") or "all").lower()
    return not any(one in media for one in ("all", "screen"))


@lru_cache(maxsize=8)  # chapters of a book have the same ones
def _hidden(text: str) -> frozenset[_Key]:
    """Return the plain selectors of *text* that hide what they match, but for what other rules may show."""
    if not _HIDES.search("".join(text.lower().split())):
        return frozenset()
    hidden: set[_Key] = set()
    shown: set[tuple[str, str]] = set()
    for selector, hiding in _judged(text):
        found = _SELECTOR.fullmatch(selector)
        key = ((found[1] or "").lower(), found[2] or "", found[3] or "") if found else ("", "", "")
        if found and hiding:
            hidden.add(key)
        elif found:
            hidden.discard(key)  # the last one of a selector holds, as in browsers
        elif not hiding and ":" not in selector:  # for as long as somebody points there is not when the page is read
            shown.update(_NAME.findall(_BEFORE.split(selector)[-1]))
    return frozenset(key for key in hidden if key[1:] not in shown)


def _judged(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the selectors of rules that hide or show what they match, in order, and which of the two."""
    for rule in _RULE.finditer(_without_blocks(_COMMENT.sub(" ", text))):
        hiding = bool(_HIDES.search("".join(rule[2].lower().split())))
        if hiding or shows(rule[2]):
            yield from ((one.strip(), hiding) for one in rule[1].split(",") if one.strip())


def _without_blocks(text: str) -> str:
    """Take out ``@media`` and other blocks that hold rules of their own."""
    kept, depth, at, skipped_from = [], 0, 0, -1
    for mark in re.finditer(r"@|\{|\}|;", text):
        if mark[0] == "@" and skipped_from < 0 and not depth:
            kept.append(text[at : mark.start()])
            skipped_from = mark.start()
        elif mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth = max(depth - 1, 0)
        if skipped_from >= 0 and not depth and mark[0] in "};":
            at, skipped_from = mark.end(), -1
    return "".join(kept) + (text[at:] if skipped_from < 0 else "")
