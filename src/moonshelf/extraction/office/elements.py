"""Elements of XML below one another.

lxml's own ``find`` and ``findtext`` tell the same, but take apart a path each time, which costs more than to look.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element


def find(element: "_Element", *path: str) -> "_Element | None":
    """Return the first child of the first tag of *path*, its first one of the second, and so on."""
    for tag in path:
        found = next(element.iterchildren(tag), None)
        if found is None:
            return None
        element = found
    return element


def head(element: "_Element", tag: str) -> "_Element | None":
    """Return the first child of this *tag*, which is mostly the very first: schemas put there what is said of all."""
    if not len(element):
        return None
    first = element[0]  # once: each look at an element makes an object of it
    return first if first.tag == tag else find(element, tag)


def text_of(element: "_Element", tag: str) -> str:
    """Return the text of the first child of this *tag*; nothing, if there is none."""
    found = next(element.iterchildren(tag), None)
    return "" if found is None else found.text or ""
