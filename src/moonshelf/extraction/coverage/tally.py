"""What was read of a flowing text and what was kept out, counted in words."""

from collections.abc import Sequence

from msgspec.structs import replace

from moonshelf.extraction.document import Block, Coverage, Page, Span

_PIECE = 1 << 20  # characters split at a time: the words of a 100 MB log would take a gigabyte at once


def words(text: str) -> int:
    """Count runs without white space."""
    if len(text) <= _PIECE:
        return len(text.split())
    total = 0
    for at in range(0, len(text), _PIECE):
        piece = text[at : at + _PIECE]
        goes_on = at > 0 and not piece[0].isspace() and not text[at - 1].isspace()
        total += len(piece.split()) - goes_on
    return total


def page(
    number: int, blocks: Sequence[Block], *, hidden: int = 0, spans: tuple[Span, ...] = (), failure: str = ""
) -> Page:
    """Make a page of *blocks* and count them; *hidden* words, the first in *spans*, were in the file and are not."""
    emitted = sum([words(block.text) for block in blocks])
    emitted += sum([words("\n".join([cell.text for cell in block.cells])) for block in blocks if block.cells])
    coverage = Coverage(
        words_seen=emitted + hidden, words_emitted=emitted, words_hidden=hidden, hidden=spans, failure=failure
    )
    return Page(number, tuple(blocks), coverage=coverage)


def with_more(known: Page, blocks: Sequence[Block]) -> Page:
    """Put *blocks* behind those of a page."""
    if not blocks:
        return known
    more = page(known.number, blocks).coverage.words_emitted
    seen, emitted = known.coverage.words_seen + more, known.coverage.words_emitted + more
    coverage = replace(known.coverage, words_seen=seen, words_emitted=emitted)
    return replace(known, blocks=(*known.blocks, *blocks), coverage=coverage)


def with_hidden(page: Page, more: int, spans: tuple[Span, ...]) -> Page:
    """Count *more* hidden words on *page*, and list *spans* as all that is hidden there."""
    known = page.coverage
    coverage = replace(known, words_seen=known.words_seen + more, words_hidden=known.words_hidden + more)
    coverage = replace(coverage, hidden=spans)
    return replace(page, coverage=coverage)
