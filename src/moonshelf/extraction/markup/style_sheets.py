"""What the style sheets inside a page keep from being displayed: rules of one plain selector, as such pages have them.

A rule that hangs on anything else (what stands around the element, its state, the medium) is left alone: text that may
be shown is read.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_HIDES = re.compile(r"display:none|visibility:hidden|mso-hide:all|font-size:0(?![.\d])|opacity:0(?![.\d])")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_RULE = re.compile(r"(?<![^{}@;])([^{}@;]++)\{([^{}]{0,5000}+)\}")  # from where it begins alone
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?(?:([.#])(-?[_a-zA-Z][\w-]*))?", re.IGNORECASE)
_LARGEST = 1 << 20  # characters of style sheets that are looked at


class StyleSheet:
    """The selectors of a page that hide what they match."""

    def __init__(self, root: "_Element") -> None:
        self.hidden: set[tuple[str, str, str]] = set()  # tag, class or id, its name; each may be empty
        texts = (one.text or "" for one in root.iter("style", "{*}style") if not _for_other_media(one))
        for selectors, declarations in _rules("\n".join(texts)[:_LARGEST]):
            hiding = hides(declarations)
            for selector in selectors.split(","):
                found = _SELECTOR.fullmatch(selector.strip())
                if found and selector.strip():
                    key = ((found[1] or "").lower(), found[2] or "", found[3] or "")
                    self._note(key, hides=hiding, shows=not hiding and _shows(declarations))

    def _note(self, key: tuple[str, str, str], *, hides: bool, shows: bool) -> None:
        """Keep in mind what a rule says; the last one of a selector holds, as in browsers."""
        if hides:
            self.hidden.add(key)
        elif shows:
            self.hidden.discard(key)

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


def _for_other_media(element: "_Element") -> bool:
    media = (element.get("media") or "all").lower()
    return not any(one in media for one in ("all", "screen"))


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Yield selectors and declarations of the rules that hold on every medium."""
    for found in _RULE.finditer(_without_blocks(_COMMENT.sub(" ", text))):
        yield found[1], found[2]


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


def _shows(declarations: str) -> bool:
    return "display:" in "".join(declarations.lower().split())
