"""The finished document held against the facts it was made of, so that no word goes missing unsaid."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from msgspec.structs import replace

from moonshelf.extraction.document import Block, Box, Coverage, Document, Kind, Origin, Span
from moonshelf.extraction.facts import PageFacts, Run

_MOST_SPANS = 200  # of one page and kind
_LONGEST = 500  # characters of one span
_UNSURE = 0.8  # clean print is recognised with more than 0.95
_LINE = 1.5  # times as long as high: what is not is a single sign or a texture, listed and no more
_XFA = {
    "read": "its texts and what was filled in are told behind the first page, without their places",
    "unread": "what it says was not read",
}
_RELISTED = (
    "The file is damaged, as if it were cut off: it has no list of its pages. "
    "Those found in it are told, and others may be lost."
)
_UNSAID = re.compile(r"[\W_]+")  # marks that layout may set, drop or join words by: they are no words


def audited(document: Document, pages: Sequence[PageFacts]) -> Document:
    """Return *document* with comments from the margins, and with what each of its pages covers of *pages*.

    A word counts as emitted where a block of its page holds it, or of a page beside it, because paragraphs and tables
    that go on overleaf are put together.
    """
    noted = [
        replace(page, blocks=(*page.blocks, *_notes(facts))) for page, facts in zip(document.pages, pages, strict=True)
    ]
    said = [_compact(page.blocks) for page in noted]
    found = []
    for index, (page, facts) in enumerate(zip(noted, pages, strict=True)):
        near = "\n".join(said[max(0, index - 1) : index + 2])
        found.append(replace(page, coverage=_coverage(facts, near, page.coverage)))
    return replace(document, pages=tuple(found), warnings=(*document.warnings, *_beside(document)))


def _notes(facts: PageFacts) -> Iterator[Block]:
    return (Block(Kind.NOTE, one.text, one.box) for one in facts.comments)


def _beside(document: Document) -> Iterator[str]:
    names = document.metadata.get("attachments", "").split("\n")
    if names[0]:
        yield f"Embedded files were not read: {', '.join(names)}."
    if claimed := document.metadata.get("pages_claimed"):
        yield f"The file says that it has {claimed} pages: those after page {len(document.pages)} are missing from it."
    if document.metadata.get("relisted"):
        yield _RELISTED
    if form := document.metadata.get("xfa"):
        yield f"The file is an XFA form, which few programs show: {_XFA[form]}."
    if document.metadata.get("animated"):
        yield "Only the first picture of the animation was read."


def _coverage(facts: PageFacts, said: str, known: Coverage) -> Coverage:
    shown = [run for run in facts.runs if not run.hidden]
    hidden = [run for run in facts.runs if run.hidden]
    lost = list(_missing(shown, said))
    words, gone = _words(shown), _words(lost)
    return replace(
        known,
        origin=_origin(facts, shown),
        words_seen=words + _words(hidden),
        words_emitted=words - gone,
        words_hidden=_words(hidden),
        words_lost=gone,
        failure=facts.failure,
        turned=facts.turned,
        hidden=_spans(hidden),
        lost=_spans(lost),
        doubtful=_spans(run for run in shown if run.confidence < _UNSURE),
        unread=(*facts.unread, *_bare(facts, shown)),
        illegible=_spans(facts.illegible),
        lines_illegible=sum(map(_long, facts.illegible)),
    )


def _origin(facts: PageFacts, shown: Sequence[Run]) -> Origin:
    if facts.failure and not shown:
        return Origin.FAILED
    if not facts.runs:
        return facts.origin if facts.unread or facts.illegible else Origin.BLANK
    origins = {run.origin for run in shown} or {facts.origin}
    return origins.pop() if len(origins) == 1 else Origin.BOTH


def _missing(runs: Iterable[Run], said: str) -> Iterator[Run]:
    """Yield the runs that are not in *said*, as often as they are there too rarely."""
    by_text: dict[str, list[Run]] = {}
    for run in runs:
        by_text.setdefault(_plain(run.text), []).append(run)
    for text, alike in by_text.items():
        if text:
            yield from alike[said.count(text) :]


def _bare(facts: PageFacts, shown: Sequence[Run]) -> Iterator[Box]:
    """Yield the pictures in which no text stands."""
    for box in facts.pictures:
        if box not in facts.unread and not any(_holds(box, run.box) for run in shown):
            yield box


def _holds(box: Box, other: Box) -> bool:
    x, y = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _long(run: Run) -> bool:
    width, height = run.box[2] - run.box[0], run.box[3] - run.box[1]
    return max(width, height) >= _LINE * min(width, height)


def _compact(blocks: Iterable[Block]) -> str:
    texts = (text for block in blocks for text in (block.marker, block.text, *(cell.text for cell in block.cells)))
    return "".join(map(_plain, texts))


def _plain(text: str) -> str:
    return _UNSAID.sub("", text)


def _spans(runs: Iterable[Run]) -> tuple[Span, ...]:
    return tuple(Span(run.text[:_LONGEST], run.box, run.hidden, run.confidence) for run in islice(runs, _MOST_SPANS))


def _words(runs: Iterable[Run]) -> int:
    return sum(len(run.text.split()) for run in runs)
