"""What was read of a flowing text and what was kept out, counted in words."""

from collections.abc import Sequence
from dataclasses import replace

from moonshelf.extraction.document import Block, Coverage, Page


def words(text: str) -> int:
    """Count runs without white space."""
    return len(text.split())


def page(number: int, blocks: Sequence[Block], *, hidden: int = 0, failure: str = "") -> Page:
    """Make a page of *blocks* and count them; *hidden* words were in the file and are not in them."""
    emitted = sum(words(block.text) + sum(words(cell.text) for cell in block.cells) for block in blocks)
    coverage = Coverage(words_seen=emitted + hidden, words_emitted=emitted, words_hidden=hidden, failure=failure)
    return Page(number, tuple(blocks), coverage=coverage)


def with_hidden(page: Page, more: int) -> Page:
    """Count *more* hidden words on *page*: those of hidden slides and sheets, which have no page."""
    known = page.coverage
    coverage = replace(known, words_seen=known.words_seen + more, words_hidden=known.words_hidden + more)
    return replace(page, coverage=coverage)
