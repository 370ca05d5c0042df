"""Tables of marked-up pages: which hold data and which only lay out the page, and where each cell stands."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from moonshelf.extraction.document import Cell

if TYPE_CHECKING:
    from lxml.etree import _Element

_WIDEST_SPAN = 1000  # the HTML standard's own bound
_MOST_COVERED = 2_000_000  # places that spans may cover; hostile ones would cover billions
_MOST_PASSED = 5_000_000  # columns that cells from above cover, as cells of all rows look for a place: half a second
_LAID_OUT = frozenset({"h1", "h2", "h3", "h4", "section", "article", "form", "nav", "header", "footer"})
_SHOWN = frozenset({"img", "input", "math"})  # what is seen without any text
_FEW_ROWS = 3  # of a table that has such parts in its cells


class Entry(msgspec.Struct):
    """A cell as it is written: its place follows from all cells before it."""

    header: bool
    row_span: int
    column_span: int
    lines: list[str] = msgspec.field(default_factory=list)


def local(element: "_Element") -> str:
    """Return the tag's name without its namespace; nothing for comments and the like."""
    return bare(element.tag)


@lru_cache(maxsize=1024)  # a page of a million elements has a few dozen tags
def bare(tag: object) -> str:
    """Return a *tag* as ``local`` does that of an element."""
    # "http:" is what a page makes of an address in angle brackets: an element as any other, though it says no name.
    return (tag.rpartition("}")[2].rstrip(":").rpartition(":")[2].lower() or "_") if isinstance(tag, str) else ""


def holds_data(table: "_Element") -> bool:
    """Tell a table of data from one that only puts things beside each other."""
    if table.get("role", "").lower() in ("presentation", "none"):
        return False
    inside = list(table.iterdescendants())
    tags = list(map(local, inside))
    laid_out = tags.count("tr") <= _FEW_ROWS and not _LAID_OUT.isdisjoint(tags)
    return not laid_out and "table" not in tags and _stand_beside(tags, inside)


def _stand_beside(tags: Sequence[str], elements: "Sequence[_Element]") -> bool:
    """Tell whether some row has two cells with something in them: all but one may be there to keep distance."""
    filled = 0
    for tag, element in zip(tags, elements, strict=True):
        if tag == "tr":
            filled = 0
        elif tag in ("td", "th"):
            filled += _is_filled(element)
            if filled > 1:
                return True
    return False


def _is_filled(cell: "_Element") -> bool:
    return bool(text_of(cell).strip()) or any(local(one) in _SHOWN for one in cell.iter())


def text_of(element: "_Element") -> str:
    """Return all text in *element*: at once, since to walk over it takes ten times as long."""
    from lxml import etree  # noqa: PLC0415  heavy: a shared library

    return etree.tostring(element, encoding="unicode", method="text", with_tail=False)


def entry(element: "_Element", *, header: bool) -> Entry:
    """Begin a cell with what *element* says of its spans."""
    down, across = element.get("rowspan"), element.get("colspan")
    return Entry(header, _whole(down) if down else 1, min(_whole(across), _WIDEST_SPAN) if across else 1)


def place(rows: Sequence[Sequence[Entry]]) -> tuple[Cell, ...]:
    """Give each cell its row and column, as HTML does: the first place in its row that no span from above covers."""
    cells: list[Cell] = []
    taken: dict[int, int] = {}  # column -> the first row in which it is free again
    covered = passed = 0
    for number, row in enumerate(rows):
        column = 0
        for one in row:
            before = column
            while taken and taken.get(column, 0) > number:
                column += 1
            passed += column - before
            if passed > _MOST_PASSED:
                taken.clear()  # nobody made such a table: from here on its cells stand one beside the other
            covered += one.column_span
            across = one.column_span if covered < _MOST_COVERED else 1
            down = min(one.row_span, len(rows) - number)
            down = down if passed <= _MOST_PASSED else 1
            if down > 1 or taken:  # else nothing is in the way of what comes below
                for covers in range(column, column + across):
                    taken[covers] = number + down
            cells.append(Cell(number, column, "\n".join(one.lines), down, across, one.header))
            column += across
    return tuple(cells)


def _whole(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1  # noqa: PLR2004  65534 is the most
