"""Text that nobody sees who opens the file: kept out, counted and listed, or let through on request."""

from collections.abc import Iterable

from moonshelf.extraction.coverage import tally
from moonshelf.extraction.document import Block, Coverage, Page, Span
from moonshelf.extraction.inclusion import NOTHING_MORE, Include

MERGED = "merged into another cell"
"""Why the text of a cell is withheld that nobody sees, as another one lies over it."""

_MOST_SPANS = 200  # listed of one page; all are counted
_LONGEST = 1_000  # characters of one
_NOWHERE = (0.0, 0.0, 0.0, 0.0)  # a format that flows has no places


class Withheld:
    """What is kept out of one page, or of a whole file that has none."""

    def __init__(self, include: Include) -> None:
        self.lets_through = include.hidden
        self.words = 0
        self.spans: list[Span] = []

    def takes(self, text: str, reason: str) -> bool:
        """Keep *text* out, which is hidden for *reason*, and say so; or let it through, where all is to be read."""
        if not self.lets_through:
            self._add(text, reason)
        return not self.lets_through

    def take_blocks(self, blocks: Iterable[Block], reason: str) -> None:
        """Keep *blocks* out."""
        for block in blocks:
            for text in (block.text, *(cell.text for cell in block.cells)):
                self._add(text, reason)

    def merge(self, known: Coverage) -> None:
        """Add what was kept out of a page or file inside this one."""
        self.words += known.words_hidden
        self.spans += known.hidden[: max(_MOST_SPANS - len(self.spans), 0)]

    def page(self, number: int, blocks: Iterable[Block]) -> Page:
        """Make a page of *blocks*, from which this was kept out."""
        return tally.page(number, tuple(blocks), hidden=self.words, spans=tuple(self.spans))

    def added_to(self, page: Page) -> Page:
        """Count this as kept out of *page* too: what is on hidden slides and sheets has no page of its own."""
        if not (self.words or self.spans):
            return page
        whole = Withheld(NOTHING_MORE)
        whole.merge(page.coverage)
        whole.words += self.words
        whole.spans += self.spans[: max(_MOST_SPANS - len(whole.spans), 0)]
        return tally.with_hidden(page, self.words, tuple(whole.spans))

    def _add(self, text: str, reason: str) -> None:
        words = tally.words(text)
        self.words += words
        if words and len(self.spans) < _MOST_SPANS:
            self.spans.append(Span(text.strip()[:_LONGEST], _NOWHERE, reason))
