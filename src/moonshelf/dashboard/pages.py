"""Pages: templates rendered to answers."""

from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from moonshelf.dashboard import assets
from moonshelf.dashboard.phrases import FILTERS
from moonshelf.errors import MoonshelfError
from moonshelf.http.problems import problem, refused, status
from moonshelf.people.sessions import Session


def page(
    request: Request,
    template: str,
    context: Mapping[str, object],
    *,
    session: Session | None = None,
    code: int = 200,
) -> Response:
    """Render *template*; *session* is who sees it, if anybody is signed in."""
    text = render(request, template, context, session=session)
    return HTMLResponse(text, code, headers={"cache-control": "no-store"})


def render(request: Request, template: str, context: Mapping[str, object], *, session: Session | None) -> str:
    """Render *template* to text."""
    shared = {"session": session, "path": request.url.path, "csrf": session.csrf if session else ""}
    return _templates().get_template(template).render(shared | dict(context))


def wrong(request: Request, error: MoonshelfError, *, session: Session | None) -> Response:
    """Tell an error as a page; to scripts as the API does."""
    if "text/html" not in request.headers.get("accept", "") or "hx-request" in request.headers:
        return problem(request, error)
    refused(request, error)
    return page(request, "problem.html", {"error": error}, session=session, code=status(error))


@cache
def _templates() -> Environment:
    loader = PackageLoader("moonshelf.dashboard")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= FILTERS
    made.globals |= {"asset": assets.address}
    return made
