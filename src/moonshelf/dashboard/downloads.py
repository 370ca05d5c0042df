"""Downloads of a file: as it came, or as it was read."""

from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from moonshelf.dashboard.security_headers import SANDBOXED
from moonshelf.dashboard.visits import Visit
from moonshelf.errors import InvalidRequest
from moonshelf.extraction.excerpts import StoredDocument
from moonshelf.extraction.markdown import text_parts
from moonshelf.shelf.files import File

SUFFIXES: Final = {"markdown": "md", "text": "txt", "json": "json"}
"""Views of what was read -> what their files are named by."""

PLAYED: Final[Mapping[str, str]] = {"video/": "video", "audio/": "audio"}
"""Media types -> the element that plays them."""

_PIECE: Final = 256 * 1024


def send(visit: Visit) -> Response:
    """GET /dashboard/files/{file_id}/download; ``as`` says what of it: original, markdown, text or json."""
    file, wanted = visit.file(), visit.said("as", "original")
    if wanted == "original":
        return _original(visit, file)
    if wanted not in SUFFIXES:
        raise InvalidRequest(f"A file can be downloaded as original, {', '.join(SUFFIXES)}.")
    headers = _attached(f"{file.filename}.{SUFFIXES[wanted]}")
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
    played = visit.said("inline") and any(file.media_type.startswith(kind) for kind in PLAYED)
    if not played:
        return StreamingResponse(body, media_type="application/octet-stream", headers=_attached(file.filename))
    return StreamingResponse(body, media_type=file.media_type, headers={"content-security-policy": SANDBOXED})


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    with source:
        while piece := source.read(_PIECE):
            yield piece


def _attached(filename: str) -> dict[str, str]:
    return {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(filename)}",
        "content-security-policy": SANDBOXED,
        "cache-control": "no-store",
    }
