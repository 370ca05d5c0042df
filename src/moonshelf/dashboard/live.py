"""Progress of reading as server-sent events: the rows of the list that changed, as they would be drawn anew."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from moonshelf.dashboard.files import row
from moonshelf.dashboard.visits import Visit
from moonshelf.errors.requests import NoSuchFile
from moonshelf.shelf.files import File

_LOOK_S = 1.0
_LIFE_S = 60.0  # then the browser comes again, if its session still lasts
_MOST_WATCHED = 100


async def events(visit: Visit) -> Response:
    """GET /dashboard/files/events; ``watch`` names the files that the page shows as unread."""
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}  # nginx would hold back a stream
    return StreamingResponse(_stream(visit), media_type="text/event-stream", headers=headers)


async def _stream(visit: Visit) -> AsyncIterator[str]:
    silent = visit.services.shelf.bell.silent
    ends = asyncio.get_running_loop().time() + _LIFE_S
    watched = set(visit.said("watch").split(",")[:_MOST_WATCHED]) - {""}
    shown: dict[str, str] = {}
    yield "retry: 1000\n\n"
    while not silent.is_set() and asyncio.get_running_loop().time() < ends:
        unread, rest = await run_in_threadpool(_look, visit, watched | shown.keys())
        for file in (*unread, *rest):
            drawn = row(visit.request, visit.session, file)
            if shown.get(file.id) != drawn:
                shown[file.id] = drawn
                yield _event("file", {"id": file.id, "status": file.status, "row": drawn})
        for file in rest:
            del shown[file.id]
        watched = set()
        yield ": \n\n"  # finds out whether anybody still listens
        with suppress(TimeoutError):
            await asyncio.wait_for(silent.wait(), _LOOK_S)


def _look(visit: Visit, known: set[str]) -> tuple[Sequence[File], Sequence[File]]:
    """Return what is being read, and what was *known* as such and no longer is."""
    unread = visit.services.shelf.catalogue.unread(visit.account_id)
    settled = []
    for file_id in known - {file.id for file in unread}:
        with suppress(NoSuchFile):  # deleted: whoever deleted it sees the list anew
            settled.append(visit.services.shelf.files.get(visit.account_id, file_id))
    return unread, settled


def _event(kind: str, data: object) -> str:
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"
