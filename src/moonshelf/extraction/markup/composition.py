"""Blocks of a marked-up page: its tree walked once, in order, without recursion.

What a browser would not show is withheld; scripts and styles are no words.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from moonshelf.extraction.coverage.withheld import Withheld
from moonshelf.extraction.document import Block
from moonshelf.extraction.markup.composer import Composer
from moonshelf.extraction.markup.page_tables import bare, local
from moonshelf.extraction.markup.style_sheets import Linked, StyleSheet, hides, shows
from moonshelf.extraction.notation import mathml

if TYPE_CHECKING:
    from lxml.etree import _Element

SILENT = frozenset(
    {"script", "style", "title", "iframe", "audio", "video", "canvas", "map", "base", "meta", "link", "metadata"}
)
"""Elements whose text is nobody's to read.

A ``head`` is none of them: where a page has no ``<body>``, the parser takes what HTML 4 did not know, a ``<section>``
or a ``<main>``, for more of the head. ``metadata`` is what drawings and old e-books say about themselves.
"""

_MATH = "math/tex"  # a script's type by which MathJax 2 is told a formula in LaTeX
_UNSEEN = frozenset({"template", "noscript", "noframes", "datalist", "rp"})
_OF_FORMULAS = frozenset("()[]{}/ ")  # in HTML alone fractions have them for those who see no styles, as "(a)/(b)"
_SHADOW = "shadowrootmode"  # of a template that is shown in the place of the element it stands in


def compose(root: "_Element", withheld: Withheld, linked: Linked | None = None) -> list[Block]:
    """Read the tree below *root* into blocks; what nobody sees in it, by its *linked* styles too, is *withheld*."""
    from lxml import etree  # noqa: PLC0415  heavy: a shared library

    composer, sheet = Composer(), StyleSheet(root.getroottree().getroot(), linked)
    open_tags: list[str] = []  # nothing for what is left out
    has_formulas = next(root.iter("{*}math"), None) is not None
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            tag = bare(element.tag)
            open_tags.append(tag)
            if tag == "script" and (element.get("type") or "").startswith(_MATH) and not _is_typeset(element):
                composer.formula(_delimited(element))
            is_drawn = has_formulas and _is_drawn(element)
            if not tag or tag in SILENT or is_drawn or _is_withheld(tag, element, sheet, withheld):
                open_tags[-1] = ""
                walk.skip_subtree()
            elif tag == "math":
                composer.formula(_formula(element))
                open_tags[-1] = ""
                walk.skip_subtree()
            else:
                composer.start(tag, element)
            continue
        if tag := open_tags.pop():
            composer.end(tag, element)
        if (behind := element.tail) and element is not root:
            composer.text(behind)
    composer.flush()
    return composer.blocks


def _is_withheld(tag: str, element: "_Element", sheet: StyleSheet, withheld: Withheld) -> bool:
    style = element.get("style")
    unseen = (
        (style is not None and hides(style))
        or element.get("hidden") is not None
        or (tag in _UNSEEN and not element.get(_SHADOW))
        or (tag == "dialog" and element.get("open") is None)
        or (sheet.hidden and sheet.hides(tag, element) and not shows(style or ""))
    )
    if not unseen or (_holds_formula(element) and any(map(_is_silenced, _beside(element)))):
        return False
    words = _words(element)
    if tag not in _UNSEEN and not len(element) and words and set(words) <= _OF_FORMULAS:
        return False
    return _is_bracket(tag, element) or withheld.takes(words, "not displayed")


def _is_drawn(element: "_Element") -> bool:
    """Tell what KaTeX, MathJax or Wikipedia draw of a formula that stands beside it in MathML, for those who listen."""
    return _is_silenced(element) and not _holds_formula(element) and any(map(_holds_formula, _beside(element)))


def _is_silenced(element: "_Element") -> bool:
    return element.get("aria-hidden") == "true"


def _holds_formula(element: "_Element") -> bool:
    """Tell a formula, or what holds one and nothing else."""
    if local(element) == "math":
        return True
    if len(element) != 1 or local(element[0]) != "math":
        return False
    return not ((element.text or "") + (element[0].tail or "")).strip()


def _beside(element: "_Element") -> "Iterator[_Element]":
    """Yield what stands next to *element*, with no words between."""
    before, after = element.getprevious(), element.getnext()
    if before is not None and not (before.tail or "").strip():
        yield before
    if after is not None and not (element.tail or "").strip():
        yield after


def _is_bracket(tag: str, element: "_Element") -> bool:
    """Tell a bracket for browsers that set no reading above its characters: it is no word."""
    return tag == "rp" and not any(map(str.isalnum, _words(element)))


def _is_typeset(script: "_Element") -> bool:
    """Tell whether MathJax ran before the page was saved: what it drew stands before what it was told."""
    drawn = script.getprevious()
    return drawn is not None and (drawn.get("class") or "").startswith("MathJax") and bool(_words(drawn))


def _delimited(script: "_Element") -> str:
    text = (script.text or "").strip()
    sign = "$$" if "mode=display" in (script.get("type") or "") else "$"
    return f"{sign}{text}{sign}" if text else ""


def _words(element: "_Element") -> str:
    pieces = []
    for one in element.iter():
        pieces.append(one.text if local(one) not in SILENT else "")
        pieces.append(one.tail if one is not element else "")
    return " ".join(piece.strip() for piece in pieces if piece)


def _formula(element: "_Element") -> str:
    """Return a formula in MathML as LaTeX; what its alternative says, if it has no signs of its own."""
    return mathml.marked(element) or element.get("alttext") or ""
