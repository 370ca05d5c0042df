"""Layout: from the facts of all pages to a document, whatever the facts were read from."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from msgspec.structs import replace

from moonshelf.extraction.document import Block, Box, Document, Kind, Page
from moonshelf.extraction.facts import PageFacts, Run
from moonshelf.extraction.layout import (
    boxes,
    columns,
    continuations,
    footnotes,
    frames,
    initials,
    line_numbers,
    mirror,
    running,
    stamps,
    stretches,
    typescripts,
    upright,
)
from moonshelf.extraction.layout.columns.pieces import Item
from moonshelf.extraction.layout.continuations import Part
from moonshelf.extraction.layout.fences import Fences
from moonshelf.extraction.layout.frames import Region
from moonshelf.extraction.layout.lines import TextLine, grouped
from moonshelf.extraction.layout.prose import bylines, flow, headings, lists, options, paragraphs, passages
from moonshelf.extraction.layout.prose.flow import Setting
from moonshelf.extraction.layout.prose.headings import Body
from moonshelf.extraction.layout.prose.passages import Passage
from moonshelf.extraction.layout.tables import drawn_tables, open_tables, text_tables, turned_names
from moonshelf.extraction.layout.tables.table import Table

_UNTOLD = "The columns and tables of page {} could not be told; its lines are given from top to bottom."


@dataclass(frozen=True)
class _Laid:
    """A page with its items in reading order, column by column, and what stands beside them."""

    facts: PageFacts
    columns: tuple[tuple[Item, ...], ...]
    aside: tuple[TextLine, ...]  # turned, or printed over the others
    numbers: tuple[TextLine, ...]  # that count the lines
    untold: bool = False  # no structure was found, only lines

    def lines(self) -> Iterator[TextLine]:
        """Yield the level lines that are not in tables."""
        return (item for column in self.columns for item in column if isinstance(item, TextLine))

    def tables(self) -> Iterator[Table]:
        """Yield the tables."""
        return (item for column in self.columns for item in column if isinstance(item, Table))


def assemble(pages: Sequence[PageFacts], metadata: Mapping[str, str]) -> Document:
    """Decide structure from the facts of all pages at once."""
    seen = [_seen(page) for page in typescripts.plain(pages)]
    laid = [_laid_or_lines(page) for page, _ in seen]
    titles = headings.titles(metadata.get("bookmarks", ""))
    furniture = _furniture(laid, titles)
    lines = [line for page in laid for line in page.lines() if id(line) not in furniture]
    body = headings.body(lines, [run for page in laid for table in page.tables() for run in table.runs])
    parts = continuations.whole([_parts(page, furniture, body) for page in laid], body)
    setting = _setting(lines, body, [part for page in parts for part in page], titles)
    done = [_page(page, content, furniture, setting) for page, content in zip(laid, parts, strict=True)]
    finished = (back(page) for page, (_, back) in zip(done, seen, strict=True))
    warnings = [_UNTOLD.format(page.facts.number) for page in laid if page.untold]
    return Document(tuple(finished), dict(metadata), warnings=tuple(warnings))


def _furniture(laid: Sequence[_Laid], titles: frozenset[str]) -> Mapping[int, Kind]:
    """Return the running headers and footers: but for numbers of pages none, where nothing else is said on any page."""
    level = running.found([(page.facts, list(page.lines())) for page in laid], titles)
    furniture = {**level, **running.turned([(page.facts, page.aside) for page in laid])}
    lines = [line for page in laid for line in (*page.lines(), *page.aside)]
    if all(id(line) in furniture for line in lines) and not any(True for page in laid for _ in page.tables()):
        return {id(one): furniture[id(one)] for one in lines if running.counts(one)}
    return furniture


def _seen(facts: PageFacts) -> tuple[PageFacts, Callable[[Page], Page]]:
    """Return *facts* as they are laid out, from left to right and top to bottom, and what puts the page back."""
    upright_facts, stands = upright.seen(facts)
    if stands:
        return upright_facts, upright.back
    mirrored, leftward = mirror.seen(facts)
    return mirrored, mirror.back if leftward else lambda page: page


def _laid_or_lines(facts: PageFacts) -> _Laid:
    """Lay a page out; where that goes wrong return its lines from top to bottom, which the document then says.

    The rules for columns and tables meet pages that nobody thought of, and whatever one of them raises would end the
    document of all pages: its words are read by then, and only their order is unsure.
    """
    try:
        return _laid(facts)
    except Exception:  # noqa: BLE001 a fault of ours, of any kind
        shown = [run for run in facts.runs if not run.hidden]
        lines = grouped(run for run in shown if not run.rotation)
        turned = tuple(TextLine((run,)) for run in shown if run.rotation)
        return _Laid(facts, (tuple(lines),) if lines else (), turned, (), untold=True)


def _laid(facts: PageFacts) -> _Laid:
    shown = [run for run in facts.runs if not run.hidden]
    level = [run for run in shown if not run.rotation]
    numbers = line_numbers.found(level)
    counted = set(map(id, numbers))
    level = initials.levelled([run for run in level if id(run) not in counted])
    marks = stamps.found(level)  # an initial is large too
    over = set(map(id, marks))
    level = stretches.whole((run for run in level if id(run) not in over), Fences(facts.rules))
    page = (0.0, 0.0, facts.width, facts.height)
    regions = frames.parted(Region(level, facts.rules, facts.fills), page)
    turned = [run for run in shown if run.rotation]
    content = tuple(items for region in regions for items in _columns(region, page, turned))
    named = {id(run) for items in content for item in items if isinstance(item, Table) for run in item.runs}
    rest = (TextLine((run,)) for run in turned if id(run) not in named)
    return _Laid(facts, content, (*rest, *grouped(marks)), tuple(TextLine((run,)) for run in numbers))


def _columns(region: Region, page: Box, turned: Sequence[Run]) -> Iterator[tuple[Item, ...]]:
    """Yield the columns of a *region* of a *page* in reading order."""
    runs = region.runs
    tables = turned_names.told(drawn_tables.drawn(runs, region.rules, region.fills, page), turned)
    lines = _outside(tables, runs)
    if wide := _wide_tables(lines):
        tables += wide
        lines = _outside(tables, runs)
    drawings = [*(rule.box for rule in region.rules), *(fill.box for fill in region.fills)]
    strokes = [box for box in drawings if boxes.width(box) > boxes.height(box)]
    if (texts := list(text_tables.found(lines))) and not columns.of_text(lines):
        tables += texts
        lines = _outside(tables, runs)
    for column in columns.ordered(lines, tables, strokes):
        yield _with_open_tables(column.items)


def _outside(tables: Sequence[Table], runs: Sequence[Run]) -> list[TextLine]:
    """Return the lines of those of *runs* that are in none of *tables*."""
    taken = {id(run) for table in tables for run in table.runs}
    return grouped(run for run in runs if id(run) not in taken)


def _wide_tables(lines: Sequence[TextLine]) -> Sequence[Table]:
    """Return the tables without rules and fills that stand across a page, if its text is not in columns."""
    found = open_tables.wide(lines)
    return [] if found and columns.of_text(lines) else found


def _with_open_tables(items: Sequence[Item]) -> tuple[Item, ...]:
    """Put tables that have neither rules nor fills in the place of their lines."""
    found: list[Item] = []
    for drawn, group in groupby(items, key=lambda item: isinstance(item, Table)):
        if drawn:
            found += group
            continue
        named = bylines.parted([item for item in group if isinstance(item, TextLine)])
        lines = [part for line in named for part in options.parted(line)]
        done = 0
        for start, stop, table in open_tables.aligned(lines):
            found += [*lines[done:start], table]
            done = stop
        found += lines[done:]
    return tuple(found)


def _parts(page: _Laid, furniture: Mapping[int, Kind], body: Body) -> list[Part]:
    """Return the tables and passages of *page* in reading order."""
    columns = ([item for item in column if id(item) not in furniture] for column in page.columns)
    return footnotes.last([list(_column(items)) for items in columns if items], body, height=page.facts.height)


def _column(items: Sequence[Item]) -> Iterator[Part]:
    """Yield the tables and passages of a column."""
    left, _, right, _ = boxes.around(item.box for item in items)
    for drawn, group in groupby(items, key=lambda item: isinstance(item, Table)):
        if drawn:
            yield from (item for item in group if isinstance(item, Table))
        else:
            lines = [item for item in group if isinstance(item, TextLine)]
            yield from passages.passages(lines, left=left, right=right)


def _setting(lines: Sequence[TextLine], body: Body, parts: Iterable[Part], titles: frozenset[str]) -> Setting:
    held = [part for part in parts if isinstance(part, Passage)]
    heads = [part for part in held if flow.heads(part, body, titles)]
    depths = headings.depths(headings.style(part.lines, body) for part in heads)
    syllables = paragraphs.breaks_syllables(part.lines for part in held)
    return Setting(body, depths, frozenset(map(id, heads)), paragraphs.vocabulary(lines), syllables)


def _page(page: _Laid, parts: Sequence[Part], furniture: Mapping[int, Kind], setting: Setting) -> Page:
    facts = page.facts
    edges = [_plain(line, furniture[id(line)]) for line in page.lines() if id(line) in furniture]
    content = _nested([(part, _block(part, setting, facts.height)) for part in parts])
    aside = [_plain(line, furniture.get(id(line), Kind.PARAGRAPH)) for line in page.aside]
    headers = [block for block in edges if block.kind is Kind.HEADER]
    footers = [block for block in edges if block.kind is Kind.FOOTER]
    footers += [_plain(line, Kind.FOOTER) for line in page.numbers]
    blocks = (*headers, *content, *aside, *footers)
    return Page(facts.number, blocks, facts.width, facts.height)


def _plain(line: TextLine, kind: Kind) -> Block:
    return Block(kind, line.text, line.box, line.runs[0].origin)


def _block(part: Part, setting: Setting, height: float) -> Block:
    if isinstance(part, Table):
        return Block(Kind.TABLE, box=part.box, origin=part.runs[0].origin, cells=part.cells)
    return flow.block(part, setting, height=height)


def _nested(blocks: Sequence[tuple[Part, Block]]) -> Iterator[Block]:
    """Give list items that follow each other down a column their depth, from where their first lines begin."""
    for listed, group in groupby(blocks, key=lambda one: one[1].kind is Kind.LIST):
        items = list(group)
        depths = lists.levels([_start(part) for part, _ in items]) if listed else None
        yield from (replace(one, level=depths[index]) if depths else one for index, (_, one) in enumerate(items))


def _start(part: Part) -> Box:
    return part.box if isinstance(part, Table) else part.lines[0].box
