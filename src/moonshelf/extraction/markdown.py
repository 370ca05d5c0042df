"""A document as text for a model: Markdown, or its words alone. Pure: the same document gives the same bytes.

Running headers and footers are left out. Text is passed on as it is, line ends and trailing space included, so a
plain text file, being one paragraph, comes back verbatim.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from moonshelf.extraction.coverage import omissions
from moonshelf.extraction.document import Block, Cell, Document, Kind
from moonshelf.extraction.grid import Grid

_UNRENDERED = (Kind.HEADER, Kind.FOOTER)
_ORDERED = re.compile(r"\d{1,9}[.)]")  # CommonMark 5.2
_BULLETS = frozenset("•◦▪‣·●○■□\u2013\u2014§▸►➢∙\u2043\uf0b7\uf0a7\uf0d8")  # printed; the last are Wingdings'
_RAISED = re.compile(r"&lt;(/?su[bp])&gt;")  # marks of ours, which are the same in HTML
_LATEX = re.compile(r"\\[A-Za-z]+|[\^_]")


def to_markdown(document: Document) -> str:
    """Render for a model, with one line at the end on what was not read, if anything was not."""
    return _joined(document, _markdown, mark="> ")


def to_text(document: Document) -> str:
    """Render without marks of structure: a line a list item or a table row, cells parted by tabs."""
    return _joined(document, _text, mark="")


def _joined(document: Document, render: Callable[[Block], str], *, mark: str) -> str:
    parts = [part for page in document.pages for part in _parts(page.blocks, render) if part.strip()]
    if said := omissions.describe(document):
        parts.append(mark + said)
    return "\n\n".join(parts)


def _parts(blocks: Iterable[Block], render: Callable[[Block], str]) -> Iterator[str]:
    rendered = (block for block in blocks if block.kind not in _UNRENDERED)
    for is_list, run in groupby(rendered, key=lambda block: block.kind is Kind.LIST):
        if is_list:
            yield "\n".join(_items(run, render is _markdown))
        else:
            yield from map(render, run)


def _markdown(block: Block) -> str:
    match block.kind:
        case Kind.HEADING:
            return _heading(block.text, block.level)
        case Kind.SHEET | Kind.SLIDE:
            return _heading(block.text, max(block.level, 2))
        case Kind.TABLE:
            grid = Grid(block.cells)
            return _html(grid) if grid.spans else _pipes(grid)
        case Kind.CODE:
            return _fenced(block)
        case Kind.FORMULA if _LATEX.search(block.text) and "$" not in block.text:
            return f"$$\n{block.text.strip()}\n$$"
        case _:
            return f"[^{block.marker}]: {block.text}" if block.kind is Kind.NOTE and block.marker else block.text


def _heading(text: str, level: int) -> str:
    return f"{'#' * min(max(level, 1), 6)} {_one_line(text)}" if text.strip() else ""


def _text(block: Block) -> str:
    if block.kind is Kind.TABLE:
        return "\n".join("\t".join(_one_line(cell) for cell in row) for row in Grid(block.cells).texts())
    return f"{block.marker} {block.text}" if block.kind is Kind.NOTE and block.marker else block.text


def _items(blocks: Iterable[Block], marked: bool) -> Iterator[str]:  # noqa: FBT001  one of two renderings
    """Lines of a list: a nested item starts below its parent's text, however levels jump."""
    parents: list[tuple[int, int]] = []  # level, and the column its text starts at
    for block in blocks:
        while parents and parents[-1][0] >= block.level:
            parents.pop()
        indent = parents[-1][1] if parents else 0
        marker = _marker(block.marker) if marked else block.marker or "-"
        hang = len(marker.partition(" ")[0]) + 1
        parents.append((block.level, indent + hang))
        yield f"{' ' * indent}{marker} {block.text.strip()}".replace("\n", f"\n{' ' * (indent + hang)}")


def _marker(printed: str) -> str:
    """Return a marker Markdown takes as one; what it would not is kept as text behind a bullet."""
    printed = printed.strip()
    if _ORDERED.fullmatch(printed) or printed in ("-", "*", "+"):
        return printed
    return f"- {printed}" if printed and printed not in _BULLETS else "-"


def _fenced(block: Block) -> str:
    runs: list[str] = re.findall(r"`{3,}", block.text)
    fence = "`" * (max(map(len, runs), default=2) + 1)
    return f"{fence}{block.language}\n{block.text}{'' if block.text.endswith(chr(10)) else chr(10)}{fence}"


def _pipes(grid: Grid) -> str:
    lines = [f"| {_piped(list(map(str.strip, row)))} |" for row in grid.texts()]
    return "\n".join([lines[0], f"|{' --- |' * grid.width}", *lines[1:]]) if lines else ""


def _piped(row: list[str]) -> str:
    line = " | ".join(row)
    if line.isprintable() and line.count("|") < len(row):
        return line  # all on one line and without a sign of tables in them, as in most rows
    return " | ".join(["<br>".join(map(str.strip, text.splitlines())).replace("|", "\\|") for text in row])


def _html(grid: Grid) -> str:
    rows = ("".join(map(_cell, row)) for row in grid.cells())
    return "\n".join(["<table>", *(f"<tr>{row}</tr>" for row in rows), "</table>"])


def _cell(cell: Cell) -> str:
    tag = "th" if cell.header else "td"
    down = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    across = f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    escaped = cell.text.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _RAISED.sub(lambda mark: f"<{mark[1]}>", escaped)
    return f"<{tag}{down}{across}>{'<br>'.join(map(str.strip, text.splitlines()))}</{tag}>"


def _one_line(text: str) -> str:
    return " ".join(text.split())
