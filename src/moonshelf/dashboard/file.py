"""A file: its pages as pictures, beside what was read from them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, Final
from urllib.parse import quote

import msgspec
from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from moonshelf.dashboard.reading import members, shown
from moonshelf.dashboard.visits import Visit
from moonshelf.errors import ExtractionError, InvalidRequest
from moonshelf.errors.requests import NotReady
from moonshelf.extraction import encoding
from moonshelf.extraction.document import Document
from moonshelf.extraction.excerpts import StoredDocument
from moonshelf.extraction.markdown import text_parts, to_markdown, to_text
from moonshelf.extraction.renditions import Measures, Rendition
from moonshelf.http.numbers import whole
from moonshelf.models.tokens import estimate_file
from moonshelf.shelf.files import File
from moonshelf.shelf.pictures import SIDES

VIEWS: Final = ("read", "markdown", "text", "json")
_SUFFIXES: Final = {"markdown": "md", "text": "txt", "json": "json"}
_PAINTED: Final = "image/", "application/pdf"
_PLAYED: Final[Mapping[str, str]] = {"video/": "video", "audio/": "audio"}
_PIECE: Final = 256 * 1024
_PICTURE_AGE_S: Final = 3_600
_INLINE: Final = "default-src 'none'; sandbox"

_painting = CapacityLimiter(2)  # more at a time would only wait in threads that others need


def show(visit: Visit) -> Response:
    """GET /dashboard/files/{file_id}."""
    file = _file(visit)
    view = visit.said("view", "read")
    context: dict[str, object] = {
        "file": file,
        "views": VIEWS,
        "view": view if view in VIEWS else "read",
        "player": next((tag for kind, tag in _PLAYED.items() if file.media_type.startswith(kind)), ""),
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


async def picture(visit: Visit) -> Response:
    """GET /dashboard/files/{file_id}/pages/{number}, WebP."""
    file_id, number = visit.request.path_params["file_id"], whole(visit.request.path_params["number"], 0)
    side = SIDES[0] if visit.said("size") == "small" else SIDES[1]

    def paint() -> bytes:
        turned = visit.number("turned", 0)
        return visit.services.shelf.pictures.page(visit.account_id, file_id, number, side=side, turned=turned)

    painted = await to_thread.run_sync(paint, limiter=_painting)
    headers = {"cache-control": f"private, max-age={_PICTURE_AGE_S}", "content-security-policy": _INLINE}
    return Response(painted, media_type="image/webp", headers=headers)


async def frames(visit: Visit) -> Response:
    """GET /dashboard/files/{file_id}/frames: pictures from along a video, in its page or as one of their own."""
    file = await run_in_threadpool(_file, visit)
    part = "hx-request" in visit.request.headers
    return visit.show("_frames.html" if part else "frames.html", file=file, frames=await _frames(visit))


async def frame(visit: Visit) -> Response:
    """GET /dashboard/files/{file_id}/frames/{number}."""
    found = await _frames(visit)
    number = whole(visit.request.path_params["number"], len(found))
    if number >= len(found):
        raise InvalidRequest("There is no such picture.")
    headers = {"cache-control": f"private, max-age={_PICTURE_AGE_S}", "content-security-policy": _INLINE}
    return Response(found[number].data, media_type=found[number].media_type, headers=headers)


async def _frames(visit: Visit) -> Sequence[Rendition]:
    file_id = visit.request.path_params["file_id"]
    return await to_thread.run_sync(visit.services.shelf.pictures.frames, visit.account_id, file_id, limiter=_painting)


def download(visit: Visit) -> Response:
    """GET /dashboard/files/{file_id}/download; ``as`` says what of it: original, markdown, text or json."""
    file, wanted = _file(visit), visit.said("as", "original")
    if wanted == "original":
        return _original(visit, file)
    if wanted not in VIEWS[1:]:
        raise InvalidRequest(f"A file can be downloaded as original, {', '.join(VIEWS[1:])}.")
    headers = _attached(f"{file.filename}.{_SUFFIXES[wanted]}")
    return StreamingResponse(_read(visit, file, wanted), media_type="text/plain; charset=utf-8", headers=headers)


def _read(visit: Visit, file: File, view: str) -> Iterator[bytes]:
    contents = visit.services.shelf.contents
    if view == "text":
        return _texts(contents.document(visit.account_id, file.id))
    blob = contents.markdown if view == "markdown" else contents.json
    return _pieces(blob(visit.account_id, file.id))


def _texts(stored: StoredDocument) -> Iterator[bytes]:
    """Write the plain text of a document bit by bit: it may be a hundred megabytes, and several are fetched at once."""
    pages = map(stored.blocks, range(1, len(stored.report.pages) + 1))
    for number, part in enumerate(text_parts(stored.report, pages)):
        if number:
            yield b"\n\n"
        for at in range(0, len(part), _PIECE):
            yield part[at : at + _PIECE].encode()


def _original(visit: Visit, file: File) -> Response:
    """Send the bytes as they came, for saving; only for a player of ours under their own type, and then sandboxed."""
    body = _pieces(visit.services.shelf.files.open(file))
    played = visit.said("inline") and any(file.media_type.startswith(kind) for kind in _PLAYED)
    if not played:
        return StreamingResponse(body, media_type="application/octet-stream", headers=_attached(file.filename))
    return StreamingResponse(body, media_type=file.media_type, headers={"content-security-policy": _INLINE})


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    with source:
        while piece := source.read(_PIECE):
            yield piece


def _attached(filename: str) -> dict[str, str]:
    return {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(filename)}",
        "content-security-policy": _INLINE,
        "cache-control": "no-store",
    }


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


def _file(visit: Visit) -> File:
    return visit.services.shelf.files.get(visit.account_id, visit.request.path_params["file_id"])
