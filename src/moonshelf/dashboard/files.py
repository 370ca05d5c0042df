"""The list of files: looked through, added to, and deleted from."""

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from moonshelf.dashboard.pages import render
from moonshelf.dashboard.visits import BASE, Visit
from moonshelf.errors.requests import NoSuchFile
from moonshelf.http.caller import enter
from moonshelf.http.uploads.spool import kept, spooled
from moonshelf.people.sessions import Session
from moonshelf.shelf.catalogue import PAGE, SORTS, Query
from moonshelf.shelf.files import CREATED, ERROR, OK, PURPOSES, File

_KEPT = ("q", "purpose", "status", "sort")  # of a query, when files of what it found were deleted


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of a quota is used."""

    used: int
    most: int


def index(visit: Visit) -> Response:
    """GET /dashboard/: the files that the query describes, newest first where it says nothing."""
    query = Query(
        text=visit.said("q")[:200],
        purpose=visit.said("purpose"),
        status=visit.said("status"),
        sort=visit.said("sort", "newest"),
        page=max(1, visit.number("page", 1)),
    )
    found = visit.services.shelf.catalogue.search(visit.account_id, query)
    held, room = meters(visit)
    said = {"q": query.text, "purpose": query.purpose, "status": query.status, "sort": visit.said("sort")}
    return visit.show(
        "files.html",
        back=urlencode({name: value for name, value in said.items() if value}),
        gone=visit.number("gone", 0),
        found=found,
        query=query,
        pages=max(1, -(-found.total // PAGE)),
        purposes=PURPOSES,
        statuses=(OK, CREATED, ERROR),
        sorts=SORTS,
        held=held,
        room=room,
        max_file_size=int(visit.services.settings.max_file_size),
    )


async def upload(visit: Visit) -> Response:
    """POST /dashboard/files: one file, as the API takes it; a script gets its row, a plain form the list."""
    await enter(visit.request, visit.caller)
    async with spooled(visit.request, visit.account_id) as (lease, arrived):
        file = await kept(visit.request, lease, arrived)
    if "x-csrf-token" in visit.request.headers:
        return HTMLResponse(row(visit.request, visit.session, file))
    return RedirectResponse(f"{BASE}/", 303)


def delete(visit: Visit) -> Response:
    """POST /dashboard/files/delete: all that are ticked; what is gone already is no error."""
    gone = 0
    for file_id in visit.form.get("id", []):
        with suppress(NoSuchFile):
            visit.services.shelf.files.delete(visit.account_id, file_id)
            gone += 1
    back = {name: values[0] for name, values in parse_qs(visit.said("back")).items() if name in _KEPT}
    return RedirectResponse(f"{BASE}/?{urlencode(back | {'gone': gone})}", 303)


def row(request: Request, session: Session, file: File) -> str:
    """Render one line of the list."""
    return render(request, "_row.html", {"file": file}, session=session)


def meters(visit: Visit) -> tuple[Meter, Meter]:
    """Return what the account holds, and may hold, in files and in bytes."""
    account = visit.services.people.accounts.get(visit.account_id)
    files, size = visit.services.shelf.quotas.most
    most_files = files if account.max_files is None else account.max_files
    return Meter(account.files, most_files), Meter(
        account.bytes, size if account.max_bytes is None else account.max_bytes
    )
