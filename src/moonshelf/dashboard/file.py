"""The page of a file: each of its pages as a picture, beside what was read from it."""

from typing import Final

import msgspec
from starlette.responses import Response

from moonshelf.dashboard.downloads import PLAYED, SUFFIXES
from moonshelf.dashboard.reading import members, shown
from moonshelf.dashboard.visits import Visit
from moonshelf.errors import ExtractionError, InvalidRequest
from moonshelf.errors.requests import NotReady
from moonshelf.extraction import encoding
from moonshelf.extraction.document import Document
from moonshelf.extraction.excerpts import StoredDocument
from moonshelf.extraction.markdown import to_markdown, to_text
from moonshelf.extraction.renditions import Measures
from moonshelf.models.tokens import estimate_file
from moonshelf.shelf.files import File

_VIEWS: Final = ("read", *SUFFIXES)
_PAINTED: Final = "image/", "application/pdf"


def show(visit: Visit) -> Response:
    """GET /dashboard/files/{file_id}."""
    file = visit.file()
    view = visit.said("view", "read")
    context: dict[str, object] = {
        "file": file,
        "views": _VIEWS,
        "view": view if view in _VIEWS else "read",
        "player": next((tag for kind, tag in PLAYED.items() if file.media_type.startswith(kind)), ""),
    }
    try:
        stored = visit.services.shelf.contents.document(visit.account_id, file.id)
        with visit.services.shelf.contents.markdown(visit.account_id, file.id) as markdown:
            context["tokens"] = estimate_file(markdown)
    except (ExtractionError, NotReady, InvalidRequest) as error:
        return visit.show(
            "file_unread.html", context, reason=error, painted=_is_painted(file), measures=_measured(file)
        )
    number = min(max(1, visit.number("page", 1)), max(1, len(stored.report.pages)))
    return visit.show("file.html", context | _shown(file, stored, number, view, start=visit.number("block", 0)))


def _written(document: Document, view: str) -> str:
    if view == "json":
        return encoding.encode(document).decode()
    return to_markdown(document) if view == "markdown" else to_text(document)


def _shown(file: File, stored: StoredDocument, number: int, view: str, *, start: int) -> dict[str, object]:
    """Compose what the page of a read file shows: one page of the document, in one of the views."""
    document = stored.report
    excerpt = stored.excerpt(number, start=start if view == "read" else 0)
    page = excerpt.page
    text = "" if view == "read" else _written(stored.alone(excerpt), view)
    shortened = shown.beginning(text)
    blocks = shown.blocks(excerpt)
    kind = file.media_type
    unit = members.unit(map(stored.first, range(1, len(document.pages) + 1)), kind)
    letterhead = members.letterhead(blocks, kind)
    marks = shown.marks(page)
    window = range(max(1, number - 8), min(len(document.pages), number + 30) + 1)
    return {
        "document": document,
        "unit": unit,
        "names": {at: members.name(stored.first(at)) or f"{unit} {at}" for at in window},
        "letterhead": letterhead,
        "members": members.members(blocks[1:] if letterhead else blocks, kind),
        "page": page,
        "pages": len(document.pages),
        "window": window,
        "painted": _is_painted(file) and page.width > 0,
        "blocks": blocks,
        "more": shown.following(excerpt, blocks),
        "marks": marks,
        "legend": shown.legend(blocks if view == "read" else (), marks),
        "text": shortened,
        "cut": excerpt.cut or excerpt.following is not None or len(text) > len(shortened),
    }


def _measured(file: File) -> str:
    """Say how large an image or a video is, and where in a request it goes."""
    if not file.media:
        return ""
    found = msgspec.json.decode(file.media, type=Measures)
    seconds = f", {found.duration:.1f} seconds" if found.duration else ""
    return f"{found.width} by {found.height} pixels{seconds}, {found.codec}. In a request it is ms://{file.id}."


def _is_painted(file: File) -> bool:
    return file.media_type.startswith(_PAINTED) and file.media_type != "image/svg+xml"
