"""What was read of a page, block by block, with the place of each on the page's picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from moonshelf.extraction.document import Block, Box, Cell, Kind, Page, Span
from moonshelf.extraction.grid import Grid

_MOST_CHARACTERS: Final = 30_000  # of blocks on one page, so that a sheet of a million cells does not end the browser
_MOST_ROWS: Final = 300


@dataclass(frozen=True, slots=True)
class Shown:
    """A block to be drawn; ``index`` is its place on the page, and names it."""

    index: int
    block: Block
    rows: Sequence[Sequence[Cell]]
    rows_left_out: int

    @property
    def colour(self) -> str:
        """Name what its words come from, as the legend does."""
        return "table" if self.block.kind is Kind.TABLE else str(self.block.origin)

    @property
    def rectangle(self) -> Box | None:
        """Left, top, width and height in points."""
        return None if self.block.box is None else _rectangle(self.block.box)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the page that is no block: what was hidden, lost, doubtful or not read, and why."""

    kind: str
    rectangle: Box
    text: str


def blocks(page: Page, *, start: int) -> Sequence[Shown]:
    """Return the blocks of *page* from the one at *start*, as many as a browser takes easily."""
    found: list[Shown] = []
    left = _MOST_CHARACTERS
    for index, block in enumerate(page.blocks[start:], start):
        shown = _shown(index, block)
        left -= len(block.text) + sum(len(cell.text) + 20 for row in shown.rows for cell in row) + 60
        if found and left < 0:
            break
        found.append(shown)
    return found


def following(page: Page, shown: Sequence[Shown]) -> int | None:
    """Return the first block after those *shown*, if there is one."""
    after = shown[-1].index + 1 if shown else 0
    return after if after < len(page.blocks) else None


def marks(page: Page) -> Sequence[Mark]:
    """Return what the coverage report has to say about places on the page."""
    known = page.coverage
    found = [_mark("hidden", span) for span in known.hidden] + [_mark("lost", span) for span in known.lost]
    found += [_mark("doubtful", span) for span in known.doubtful]
    found += [Mark("unread", _rectangle(span.box), _guess(span)) for span in known.illegible]
    return [*found, *(Mark("unread", _rectangle(box), "nothing was read here") for box in known.unread)]


def _mark(kind: str, span: Span) -> Mark:
    why = span.reason or (f"{span.confidence:.0%} sure" if kind == "doubtful" else kind)
    return Mark(kind, _rectangle(span.box), f"{span.text} ({why})")


def _guess(span: Span) -> str:
    said = f"; it may say: {span.text}" if span.text.strip() else ""
    return f"text too unclear to read{said}"


def _shown(index: int, block: Block) -> Shown:
    rows = list(Grid(block.cells).cells()) if block.cells else []
    return Shown(index, block, rows[:_MOST_ROWS], max(0, len(rows) - _MOST_ROWS))


def _rectangle(box: Box) -> Box:
    left, top, right, bottom = box
    return round(left, 1), round(top, 1), round(max(right - left, 1), 1), round(max(bottom - top, 1), 1)
