"""XML of a known vocabulary in the words of HTML, which the composer knows.

Each element gets another name, or is given to a rule.

A tree is translated in place and in document order, so whatever stands above an element is translated before it; what
a rule has translated below its own element is left as it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from moonshelf.extraction.markup.page_tables import local

if TYPE_CHECKING:
    from lxml.etree import _Element

FLOWING = frozenset({"a", "b", "code", "h1", "h2", "h3", "h4", "h5", "h6", "i", "p", "q", "s", "span", "sub", "sup"})
"""Tags whose content flows: what stands in them is part of a line."""
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


@dataclass(slots=True)
class Translation:
    """What is gathered while a tree is translated."""

    targets: Mapping[str, "_Element"]  # by their identifiers
    notes: list["_Element"] = field(default_factory=list)  # taken out of the text that refers to them
    unread: list[tuple[str, str]] = field(default_factory=list)  # words that no reader is shown, and why
    captions: dict[str, str] = field(default_factory=dict)  # what references to a target say
    metadata: dict[str, str] = field(default_factory=dict)


Rule: TypeAlias = Callable[["_Element", Translation], None]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names of elements in HTML, and rules for those that take more than a name. All others are spans or divisions."""

    names: Mapping[str, str]
    rules: Mapping[str, Rule]


def translate(root: "_Element", vocabulary: Vocabulary) -> Translation:
    """Translate the tree below *root*, and *root* itself; formulas stay as they are."""
    elements = _outside_formulas(root)
    translation = Translation({one.get("id") or one.get(_XML_ID) or "": one for one, _ in elements})
    flows: dict[_Element | None, bool] = {}
    for element, tag in elements:
        name = local(element)
        if element.tag != tag:
            continue
        if rule := vocabulary.rules.get(name):
            rule(element, translation)
        elif name in vocabulary.names:
            element.tag = vocabulary.names[name]
        else:
            parent = element.getparent()
            if parent not in flows:
                flows[parent] = parent is not None and (parent.tag in FLOWING or is_mixed(parent))
            element.tag = "span" if flows[parent] else "div"
    # Before the list, which goes from its end: to let go of what was taken out from its top on takes the square of it.
    flows.clear()
    return translation


def _outside_formulas(root: "_Element") -> list[tuple["_Element", str]]:
    from lxml import etree  # noqa: PLC0415  heavy: a shared library

    elements = []
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if local(element) == "math":
            walk.skip_subtree()
        elif local(element):
            _let_go_of_namespace(element)
            elements.append((element, element.tag))
    return elements


def _let_go_of_namespace(element: "_Element") -> None:
    """Leave the bare name: what has a namespace takes lxml the square of its size to be moved to another place."""
    space, _, name = str(element.tag).rpartition("}")
    if space:
        # An address in brackets is an element called "http:", and a damaged time may be one called "T10:00Z".
        name = name.rstrip(":").rpartition(":")[2]
        element.tag = name if name[:1].isidentifier() else f"_{name}"


def is_mixed(element: "_Element") -> bool:
    """Tell whether *element* has text of its own between its children."""
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)
