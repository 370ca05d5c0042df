"""Coverage of a file: where its words come from, and what of it was not read or is withheld."""

from functools import partial
from typing import TypedDict

from starlette.requests import Request
from starlette.responses import JSONResponse

from moonshelf.extraction.document import Box, Document, Page, Span
from moonshelf.http.caller import account, services

_TOLD_APART = frozenset(("bookmarks", "attachments", "animated", "pages_claimed", "relisted", "xfa"))


class SpanObject(TypedDict):
    """Words with their place in points from the top left corner of the page."""

    text: str
    box: Box
    reason: str
    confidence: float


class PageObject(TypedDict):
    """What was read of one page, and what not."""

    number: int
    width: float
    height: float
    origin: str
    turned: int
    words_seen: int
    words_emitted: int
    words_hidden: int
    zero_width: int
    words_lost: int
    failure: str
    hidden: list[SpanObject]
    lost: list[SpanObject]
    doubtful: list[SpanObject]
    unread: list[Box]
    illegible: list[SpanObject]
    lines_illegible: int


class CoverageObject(TypedDict):
    """The report on one file."""

    object: str
    file_id: str
    degraded: bool
    warnings: list[str]
    bookmarks: list[str]
    attachments: list[str]
    properties: dict[str, str]
    pages: list[PageObject]


async def retrieve(request: Request) -> JSONResponse:
    """GET /v1/files/{id}/coverage, of a file that is read; 409 before that."""
    account_id = await account(request, "read")
    report = partial(_report, request, account_id, request.path_params["file_id"])
    return JSONResponse(await services(request).transfers.fetch(account_id, report))


def _report(request: Request, account_id: str, file_id: str) -> CoverageObject:
    return _coverage(file_id, services(request).shelf.contents.document(account_id, file_id).report)


def _coverage(file_id: str, document: Document) -> CoverageObject:
    return CoverageObject(
        object="file.coverage",
        file_id=file_id,
        degraded=document.degraded,
        warnings=list(document.warnings),
        bookmarks=_named(document, "bookmarks"),
        attachments=_named(document, "attachments"),
        properties={key: text for key, text in document.metadata.items() if key not in _TOLD_APART},
        pages=[_page(page) for page in document.pages],
    )


def _named(document: Document, key: str) -> list[str]:
    return document.metadata.get(key, "").splitlines()


def _page(page: Page) -> PageObject:
    known = page.coverage
    return PageObject(
        number=page.number,
        width=page.width,
        height=page.height,
        origin=known.origin,
        turned=known.turned,
        words_seen=known.words_seen,
        words_emitted=known.words_emitted,
        words_hidden=known.words_hidden,
        zero_width=known.zero_width,
        words_lost=known.words_lost,
        failure=known.failure,
        hidden=[_span(one) for one in known.hidden],
        lost=[_span(one) for one in known.lost],
        doubtful=[_span(one) for one in known.doubtful],
        unread=list(known.unread),
        illegible=[_span(one) for one in known.illegible],
        lines_illegible=known.lines_illegible,
    )


def _span(span: Span) -> SpanObject:
    return SpanObject(text=span.text, box=span.box, reason=span.reason, confidence=span.confidence)
