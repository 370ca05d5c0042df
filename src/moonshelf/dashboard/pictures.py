"""Pictures of a file: its pages, and moments along a video."""

from collections.abc import Sequence
from typing import Final

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from moonshelf.dashboard.security_headers import SANDBOXED
from moonshelf.dashboard.visits import Visit
from moonshelf.errors import InvalidRequest
from moonshelf.extraction.renditions import Rendition
from moonshelf.http.numbers import whole
from moonshelf.shelf.pictures import SIDES

_PICTURE_AGE_S: Final = 3_600

_painting = CapacityLimiter(2)  # more at a time would only wait in threads that others need


async def page(visit: Visit) -> Response:
    """GET /dashboard/files/{file_id}/pages/{number}, WebP."""
    file_id, number = visit.request.path_params["file_id"], whole(visit.request.path_params["number"], 0)
    side = SIDES[0] if visit.said("size") == "small" else SIDES[1]

    def paint() -> bytes:
        turned = visit.number("turned", 0)
        return visit.services.shelf.pictures.page(visit.account_id, file_id, number, side=side, turned=turned)

    painted = await to_thread.run_sync(paint, limiter=_painting)
    headers = {"cache-control": f"private, max-age={_PICTURE_AGE_S}", "content-security-policy": SANDBOXED}
    return Response(painted, media_type="image/webp", headers=headers)


async def frames(visit: Visit) -> Response:
    """GET /dashboard/files/{file_id}/frames: pictures from along a video, in its page or as one of their own."""
    file = await run_in_threadpool(visit.file)
    part = "hx-request" in visit.request.headers
    return visit.show("_frames.html" if part else "frames.html", file=file, frames=await _frames(visit))


async def frame(visit: Visit) -> Response:
    """GET /dashboard/files/{file_id}/frames/{number}."""
    found = await _frames(visit)
    number = whole(visit.request.path_params["number"], len(found))
    if number >= len(found):
        raise InvalidRequest("There is no such picture.")
    headers = {"cache-control": f"private, max-age={_PICTURE_AGE_S}", "content-security-policy": SANDBOXED}
    return Response(found[number].data, media_type=found[number].media_type, headers=headers)


async def _frames(visit: Visit) -> Sequence[Rendition]:
    file_id = visit.request.path_params["file_id"]
    return await to_thread.run_sync(visit.services.shelf.pictures.frames, visit.account_id, file_id, limiter=_painting)
