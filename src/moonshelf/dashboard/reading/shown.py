"""What was read of a page, block by block, with the place of each on the page's picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import Final

from markupsafe import Markup, escape
from msgspec import structs

from moonshelf.dashboard.reading import wording
from moonshelf.extraction.document import Block, Box, Cell, Kind, Origin, Page, Span
from moonshelf.extraction.excerpts import Excerpt
from moonshelf.extraction.grid import Grid

_MOST_BYTES: Final = 40_000  # of blocks with their markup, so that a sheet of a million cells does not end the browser
_BLOCK_BYTES: Final = 480  # of the markup of a block and of its place on the page
_CELL_BYTES: Final = 24
_MOST_MARKS: Final = 16  # of each kind
_LEGEND: Final = {
    "text": "text layer",
    "ocr": "OCR",
    "both": "text layer and OCR",
    "table": "table",
    "doubtful": "doubtful",
    "hidden": "hidden",
    "lost": "lost",
    "unread": "not read",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A block to be drawn; ``index`` is its place on the page, and names it."""

    index: int
    block: Block
    text: str
    rows: Sequence[Sequence[Cell]]
    shortened: bool  # it has more than a page holds
    doubts: Sequence[Span]
    flowing: bool  # of a format without pages of its own, where Markdown in the text comes from the file's marks

    @property
    def colour(self) -> str:
        """Name what its words come from, as the legend does."""
        return "table" if self.block.kind is Kind.TABLE else str(self.block.origin)

    @property
    def told(self) -> str:
        """Say how far the words can be trusted; nothing of the file's own characters."""
        if self.block.origin not in {Origin.OCR, Origin.BOTH}:
            return ""
        if not self.doubts:
            return "OCR"
        words = sum(len(one.text.split()) for one in self.doubts)
        least = min(one.confidence for one in self.doubts)
        return f"OCR, {words} doubtful word{'' if words == 1 else 's'}, least {least:.0%} sure"

    @property
    def rectangle(self) -> Box | None:
        """Left, top, width and height in points."""
        return None if self.block.box is None else _rectangle(self.block.box)

    @property
    def beginning(self) -> str:
        """Return its first words, to know it by."""
        words = self.text or " ".join(cell.text for row in self.rows[:1] for cell in row)
        return f"{self.block.kind}: {words[:60]}"

    def drawn(self, text: str) -> Markup:
        """Draw a text of this block."""
        return wording.marked_up(text) if self.flowing else wording.doubted(text, self.doubts)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the page that is no block: what was hidden, lost, doubtful or not read, and why."""

    kind: str
    rectangle: Box
    text: str


def blocks(excerpt: Excerpt) -> Sequence[Shown]:
    """Return the blocks of *excerpt*, as many as a browser takes easily."""
    found: list[Shown] = []
    left = _MOST_BYTES
    for index, block in enumerate(excerpt.page.blocks, excerpt.start):
        shown = _shown(index, block, excerpt.page, cut=excerpt.cut and block is excerpt.page.blocks[-1])
        left -= _BLOCK_BYTES + _weight(shown.text) + sum(map(_row_weight, shown.rows))
        if found and left < 0:
            break
        found.append(shown)
    return found


def following(excerpt: Excerpt, shown: Sequence[Shown]) -> int | None:
    """Return the first block of the page after those *shown*, if there is one."""
    after = shown[-1].index + 1 if shown else 0
    return after if after < excerpt.total else None


def marks(page: Page) -> Sequence[Mark]:
    """Return what the coverage report has to say about places on the page, as many as can be told apart."""
    known = page.coverage
    kinds = {"hidden": known.hidden, "lost": known.lost, "doubtful": known.doubtful}
    found = [_mark(kind, span) for kind, spans in kinds.items() for span in spans[:_MOST_MARKS]]
    unread = [Mark("unread", _rectangle(span.box), _guess(span)) for span in known.illegible]
    unread += [Mark("unread", _rectangle(box), "nothing was read here") for box in known.unread]
    return [*found, *unread[:_MOST_MARKS]]


def beginning(text: str) -> str:
    """Return the beginning of a text, as much as a page holds."""
    text = text[:_MOST_BYTES]
    while _weight(text) > _MOST_BYTES:
        text = text[: min(len(text) * _MOST_BYTES // _weight(text), len(text) - 1)]
    return text


def legend(shown: Sequence[Shown], found: Sequence[Mark]) -> Sequence[tuple[str, str]]:
    """Return the colours that are on the page, by name, with what they mean."""
    there = {one.colour for one in shown if one.rectangle} | {mark.kind for mark in found}
    return [(name, meaning) for name, meaning in _LEGEND.items() if name in there]


def _mark(kind: str, span: Span) -> Mark:
    why = span.reason or (f"{span.confidence:.0%} sure" if kind == "doubtful" else kind)
    return Mark(kind, _rectangle(span.box), f"{span.text} ({why})")


def _guess(span: Span) -> str:
    said = f"; it may say: {span.text}" if span.text.strip() else ""
    return f"text too unclear to read{said}"


def _shown(index: int, block: Block, page: Page, *, cut: bool) -> Shown:
    """Prepare a block; of a table as many rows as a page holds, and the first in any case."""
    rows = list(Grid(block.cells).cells()) if block.cells else []
    weights = takewhile(lambda weight: weight <= _MOST_BYTES, accumulate(map(_row_weight, rows)))
    fitting = max(1, sum(1 for _ in weights))
    first = [_narrowed(row) for row in rows[:1]]
    wider = len(first) > 0 and len(first[0]) < len(rows[0])
    doubts = [one for one in page.coverage.doubtful if block.box is not None and _within(one.box, block.box)]
    text = beginning(block.text)
    return Shown(
        index=index,
        block=block,
        text=text,
        rows=[*first, *rows[1:fitting]],
        shortened=cut or len(text) < len(block.text) or len(rows) > fitting or wider,
        doubts=doubts,
        flowing=not page.width,
    )


def _narrowed(row: Sequence[Cell]) -> Sequence[Cell]:
    """Return as many cells of a row as a page holds."""
    if _row_weight(row) <= _MOST_BYTES:
        return row
    weights = takewhile(lambda weight: weight <= _MOST_BYTES, accumulate(_row_weight([cell]) for cell in row))
    return [structs.replace(cell, text=beginning(cell.text)) for cell in row[: max(1, sum(1 for _ in weights))]]


def _row_weight(row: Sequence[Cell]) -> int:
    return sum(_weight(cell.text) + _CELL_BYTES for cell in row)


def _weight(text: str) -> int:
    """Return the bytes that a text takes on a page."""
    return len(escape(text).encode(errors="replace"))


def _within(inner: Box, outer: Box) -> bool:
    """Tell whether the middle of one box lies in another."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _rectangle(box: Box) -> Box:
    left, top, right, bottom = box
    return round(left, 1), round(top, 1), round(max(right - left, 1), 1), round(max(bottom - top, 1), 1)
