"""A document as text for a model: Markdown, or its words alone. Pure: the same document gives the same bytes.

Running headers and footers are left out. Text is passed on as it is, line ends and trailing space included, so a
plain text file, being one paragraph, comes back verbatim.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter

from moonshelf.extraction.coverage import omissions
from moonshelf.extraction.document import Block, Cell, Document, Kind
from moonshelf.extraction.grid import Grid

_BETWEEN = "\n\n"
_UNRENDERED = frozenset({Kind.HEADER, Kind.FOOTER})
_LIST, _KIND = Kind.LIST, attrgetter("kind")  # to ask the enumeration for each block costs more than to render it
_ORDERED = re.compile(r"\d{1,9}[.)]")  # CommonMark 5.2
_BULLETS = frozenset("•◦▪‣·●○■□\u2013\u2014§▸►➢∙\u2043\uf0b7\uf0a7\uf0d8")  # printed; the last are Wingdings'
_WIDEST_MARKER = 20  # columns by which what stands below an item is indented
_RAISED = re.compile(r"&lt;(/?su[bp])&gt;")  # marks of ours, which are the same in HTML
_Renderers = Mapping[Kind, Callable[[Block], str]]
_LATEX = re.compile(r"\\[A-Za-z]+|[\^_]")


def to_markdown(document: Document) -> str:
    """Render for a model, with one line at the end on what was not read, if anything was not."""
    return _BETWEEN.join(_written(document, _blocks(document), _MARKDOWN, marked=True))


def to_text(document: Document) -> str:
    """Render without marks of structure: a line a list item or a table row, cells parted by tabs."""
    return _BETWEEN.join(text_parts(document, _blocks(document)))


def text_parts(report: Document, pages: Iterable[Iterable[Block]]) -> Iterator[str]:
    """Yield what ``to_text`` joins by empty lines, of blocks that may come one by one; *report* is all but them."""
    return _written(report, pages, _TEXT, marked=False)


def _blocks(document: Document) -> Iterator[Iterable[Block]]:
    return (page.blocks for page in document.pages)


def _written(
    report: Document, pages: Iterable[Iterable[Block]], renderers: _Renderers, *, marked: bool
) -> Iterator[str]:
    for blocks in pages:
        yield from (part for part in _parts(blocks, renderers, marked=marked) if part.strip())
    if said := omissions.describe(report):
        yield f"> {said}" if marked else said


def _parts(blocks: Iterable[Block], renderers: _Renderers, *, marked: bool) -> Iterator[str]:
    rendered = (block for block in blocks if block.kind not in _UNRENDERED)
    for kind, run in groupby(rendered, key=_KIND):
        if kind is _LIST:
            yield "\n".join(_items(run, marked=marked))
        else:
            yield from map(renderers.get(kind, _verbatim), run)


def _verbatim(block: Block) -> str:
    return block.text


def _heading(block: Block, least: int = 1) -> str:
    words = _one_line(block.text)
    return f"{'#' * min(max(block.level, least), 6)} {words}" if words else ""


def _title(block: Block) -> str:
    return _heading(block, least=2)


def _formula(block: Block) -> str:
    is_latex = _LATEX.search(block.text) and "$" not in block.text
    return f"$$\n{block.text.strip()}\n$$" if is_latex else block.text


def _note(block: Block) -> str:
    return f"[^{block.marker}]: {block.text}" if block.marker else block.text


def _plain_note(block: Block) -> str:
    return f"{block.marker} {block.text}" if block.marker else block.text


def _table(block: Block) -> str:
    grid = Grid(block.cells)
    return _html(grid) if grid.spans else _pipes(grid)


def _plain_table(block: Block) -> str:
    return "\n".join("\t".join(_one_line(cell) for cell in row) for row in Grid(block.cells).texts())


def _items(blocks: Iterable[Block], *, marked: bool) -> Iterator[str]:
    """Lines of a list: a nested item starts below its parent's text, however levels jump."""
    parents: list[tuple[int, int]] = []  # level, and the column its text starts at
    for block in blocks:
        while parents and parents[-1][0] >= block.level:
            parents.pop()
        indent = parents[-1][1] if parents else 0
        marker = _marker(block.marker) if marked else block.marker or "-"
        hang = indent + min(len(marker.partition(" ")[0]), _WIDEST_MARKER) + 1
        parents.append((block.level, hang))
        item = f"{' ' * indent}{marker} {block.text.strip()}"
        yield item.replace("\n", f"\n{' ' * hang}") if "\n" in item else item


def _marker(printed: str) -> str:
    """Return a marker Markdown takes as one; what it would not is kept as text behind a bullet."""
    printed = printed.strip()
    if not printed or printed in _BULLETS:
        return "-"
    return printed if _ORDERED.fullmatch(printed) or printed in ("-", "*", "+") else f"- {printed}"


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
    text = cell.text.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if "&lt;" in text:
        text = _RAISED.sub(lambda mark: f"<{mark[1]}>", text)
    if not text.isprintable():
        text = "<br>".join(map(str.strip, text.splitlines()))
    return f"<{tag}{down}{across}>{text}</{tag}>"


def _one_line(text: str) -> str:
    return " ".join(text.split())


_MARKDOWN: _Renderers = {
    Kind.HEADING: _heading,
    Kind.SHEET: _title,
    Kind.SLIDE: _title,
    Kind.TABLE: _table,
    Kind.CODE: _fenced,
    Kind.FORMULA: _formula,
    Kind.NOTE: _note,
}
_TEXT: _Renderers = {Kind.TABLE: _plain_table, Kind.NOTE: _plain_note}
