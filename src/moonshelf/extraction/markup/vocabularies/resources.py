"""What programs keep in XML: the texts they show (Android's strings, .NET's .resx), property lists of Apple."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.markup.vocabularies.translation import Translation, Vocabulary
from moonshelf.extraction.markup.vocabularies.wording import named, said, say

if TYPE_CHECKING:
    from lxml.etree import _Element

_LISTS = ("plurals", "string-array", "integer-array", "array")
_HEAD = ("Name", "Text", "Comment")
_EMBEDDED = "[Data, which are not read.]"
_INLINE = ("b", "i", "u", "em", "strong", "a", "br", "p", "ul", "ol", "li", "sub", "sup")


def _texts(element: "_Element", _translation: Translation) -> None:
    """Make a table of all texts by their names."""
    rows = list(_rows(element))
    kept = [_HEAD[place] for place in range(len(_HEAD)) if any(said(row[place]) for row in rows)]
    table = named("table", "")
    for row in ([named("th", title) for title in _HEAD], *rows):
        line = named("tr", "")
        line.extend(cell for title, cell in zip(_HEAD, row, strict=True) if title in kept)
        table.append(line)
    element.tag, element.text = "div", None
    element[:] = [table]


def _rows(element: "_Element") -> Iterator[list["_Element"]]:
    for one in element:
        name = one.get("name", "")
        if local(one) == "data":
            yield from _shown(one, name)
        elif local(one) in _LISTS:
            for place, item in enumerate((item for item in one if local(item) == "item"), 1):
                yield _row(f"{name} ({item.get('quantity') or place})", item)
        elif local(one) != "resheader" and name:
            kind = "" if local(one) in ("string", "item") else f" ({local(one)})"
            yield _row(f"{name}{kind}", one)


def _shown(data: "_Element", name: str) -> Iterator[list["_Element"]]:
    """Yield the row of a text of .NET, with what translators are told of it."""
    parts = {local(one): one for one in data}
    value = parts.get("value", named("value", ""))
    if data.get("mimetype"):
        say(value, _EMBEDDED)
    yield _row(name, value, said(parts["comment"]) if "comment" in parts else "")


def _row(name: str, text: "_Element", comment: str = "") -> list["_Element"]:
    text.tag, text.tail = "td", None
    return [named("td", name), text, named("td", comment)]


def _dictionary(element: "_Element", _translation: Translation) -> None:
    """Make a list of a dictionary, an item for each key with what it stands for."""
    element.tag, element.text = "ul", None
    items: list[_Element] = []
    for one in list(element):
        one.tail = None
        if local(one) == "key":
            one.tag, one.text = "span", f"{said(one)}: "
            items.append(named("li", ""))
        if items:
            items[-1].append(one)
    element[:] = items


def _array(element: "_Element", _translation: Translation) -> None:
    element.tag, element.text = "ul", None
    for place, one in enumerate(list(element), 1):
        item = named("li", f"{place}:" if local(one) in ("dict", "array") else "")  # which would run into each other
        one.tail = None
        item.append(one)
        element.append(item)


def _truth(element: "_Element", _translation: Translation) -> None:
    say(element, local(element))
    element.tag = "span"


def _data(element: "_Element", _translation: Translation) -> None:
    say(element, _EMBEDDED)
    element.tag = "span"


RESOURCES = Vocabulary(
    names={
        "plist": "div",
        **dict.fromkeys(("string", "integer", "real", "date"), "span"),
        **{one: one for one in _INLINE},
    },
    rules={
        "resources": _texts,
        "root": _texts,
        "dict": _dictionary,
        "array": _array,
        "true": _truth,
        "false": _truth,
        "data": _data,
    },
)
