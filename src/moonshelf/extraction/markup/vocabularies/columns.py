"""Tables of the model of HTML, and of CALS, where cells name the columns that they span."""

from typing import TYPE_CHECKING

from moonshelf.extraction.markup.page_tables import local
from moonshelf.extraction.markup.vocabularies.translation import Translation

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST = 1000  # columns


def table(element: "_Element", _translation: Translation) -> None:
    """Make a table of one whose rows stand in it as in HTML; groups of columns are tables of their own."""
    element.tag = "div" if any(local(one) == "tgroup" for one in element) else "table"


def group(element: "_Element", _translation: Translation) -> None:
    """Make a table of a group of columns; its rows and cells follow by rules of their own."""
    element.tag = "table"
    number, places, spans = 0, {}, {}
    for one in element.iterchildren():
        if local(one) == "colspec":
            stated = one.get("colnum", "")
            number = int(stated) if stated.isdecimal() and len(stated) < 4 else number + 1  # noqa: PLR2004  a thousand
            places[one.get("colname", str(number))] = number
        elif local(one) == "spanspec":
            spans[one.get("spanname", "")] = one.get("namest", ""), one.get("nameend", "")
    for one in element.iter():
        if local(one) == "entry" and (one.get("spanname") or one.get("namest")):
            first, last = spans.get(one.get("spanname", ""), (one.get("namest", ""), one.get("nameend", "")))
            across = places.get(last, 0) - places.get(first, 0) + 1
            one.set("colspan", str(min(max(across, 1), _MOST)))


def row(element: "_Element", _translation: Translation) -> None:
    """Make a row."""
    element.tag = "tr"


def cell(element: "_Element", _translation: Translation) -> None:
    """Make a cell of an entry; those of the head are headers."""
    head = next(element.iterancestors("thead", "tbody", "tfoot", "table"), None)
    element.tag = "th" if head is not None and head.tag == "thead" else "td"
    more = element.get("morerows", "")
    if more.isdecimal() and len(more) < 5:  # noqa: PLR2004  no table is longer
        element.set("rowspan", str(int(more) + 1))
