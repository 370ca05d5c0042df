"""A visit: a request to the dashboard by somebody who is signed in, with the form it posted."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from types import MappingProxyType
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from structlog.contextvars import bind_contextvars

from moonshelf.dashboard.pages import page, wrong
from moonshelf.errors import InvalidRequest, MoonshelfError, NotAllowed
from moonshelf.http.caller import services
from moonshelf.http.numbers import whole
from moonshelf.limits.gate import Caller
from moonshelf.people.sessions import Session
from moonshelf.shelf.files import File
from moonshelf.wiring import Services

BASE = "/dashboard"
COOKIE = "moonshelf_session"
_LARGEST_FORM = 256 * 1024  # the ids of a thousand files that are deleted together
_MOST_FIELDS = 5_000

Form = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Visit:
    """Who is here, and what they want."""

    request: Request
    session: Session
    form: Form

    @property
    def services(self) -> Services:
        """What ``wiring`` built."""
        return services(self.request)

    @property
    def account_id(self) -> str:
        """The account that is signed in."""
        return self.session.account_id

    @property
    def caller(self) -> Caller:
        """Who is counted and limited: the account, as if this were one more of its keys."""
        return Caller(self.account_id, "dashboard", tier=self.session.tier)

    def said(self, field: str, default: str = "") -> str:
        """Return what the form, or else the query, has in *field*."""
        given = self.form.get(field)
        return given[0].strip() if given else self.request.query_params.get(field, default).strip()

    def number(self, field: str, default: int) -> int:
        """Return a whole number of *field*; whatever else it holds counts as the default."""
        return whole(self.said(field), default)

    def file(self) -> File:
        """Find the file that the address names. Raises ``NoSuchFile``."""
        return self.services.shelf.files.get(self.account_id, self.request.path_params["file_id"])

    def show(
        self, template: str, context: Mapping[str, object] = MappingProxyType({}), *, code: int = 200, **more: object
    ) -> Response:
        """Render a page."""
        return page(self.request, template, {**context, **more}, session=self.session, code=code)


Endpoint = Callable[[Request], Awaitable[Response]]


def signed_in(work: Callable[[Visit], Response], *, admin: bool = False, fetches: bool = False) -> Endpoint:
    """Let *work* answer whoever is signed in, and is an *admin* where that is asked; others are shown the way.

    Work that *fetches* what is stored has its turn at that.
    """

    async def endpoint(request: Request) -> Response:
        async def threaded(visit: Visit) -> Response:
            if fetches:
                return await visit.services.transfers.fetch(visit.account_id, lambda: work(visit))
            return await run_in_threadpool(work, visit)

        return await _admitted(request, threaded, admin=admin, reads_form=True)

    return endpoint


def signed_in_async(work: Callable[[Visit], Awaitable[Response]]) -> Endpoint:
    """Do as ``signed_in`` for work that waits; it reads the body by itself, so its token comes outside the body."""

    async def endpoint(request: Request) -> Response:
        return await _admitted(request, work, admin=False, reads_form=False)

    return endpoint


async def posted(request: Request) -> Form:
    """Read a form. Raises ``InvalidRequest`` where it is larger than any of ours, ``NotAllowed`` from elsewhere."""
    check_origin(request)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise InvalidRequest("The form is too large.")
    try:
        return parse_qs(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise InvalidRequest(f"The form has more than {_MOST_FIELDS} fields.") from None


def check_origin(request: Request) -> None:
    """Refuse what another site's page sent; browsers say so by themselves. Raises ``NotAllowed``."""
    origin = request.headers.get("origin")
    elsewhere = origin is not None and origin.partition("://")[2] != request.headers.get("host")
    if elsewhere or request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise NotAllowed("This request came from another site; open the dashboard itself.")


async def _admitted(
    request: Request, work: Callable[[Visit], Awaitable[Response]], *, admin: bool, reads_form: bool
) -> Response:
    session: Session | None = None
    try:
        session = await _session(request)
        if session is None:
            return _to_sign_in(request)
        bind_contextvars(account=session.account_id)
        if admin and not session.admin:
            raise NotAllowed("Only admins see this page.")
        changes = request.method == "POST"
        form = await posted(request) if changes and reads_form else {}
        if changes:
            _check_token(request, session, form)
        return await work(Visit(request, session, form))
    except MoonshelfError as error:
        return wrong(request, error, session=session)


async def _session(request: Request) -> Session | None:
    cookie = request.cookies.get(COOKIE)
    return await run_in_threadpool(services(request).people.sessions.find, cookie) if cookie else None


def _check_token(request: Request, session: Session, form: Form) -> None:
    """Raise ``NotAllowed`` without the session's token.

    A form has it in a field, a script in a header; a form with a file, whose body streams, in its address.
    """
    check_origin(request)
    given = form.get("csrf", [""])[0] or request.headers.get("x-csrf-token") or request.query_params.get("csrf", "")
    if not compare_digest(given.encode(errors="replace"), session.csrf.encode()):
        raise NotAllowed("This form is from another session; reload the page and try again.")


def _to_sign_in(request: Request) -> Response:
    wanted = request.url.path if request.method == "GET" else BASE
    if "hx-request" in request.headers:  # a part of a page that outlived its session: the whole page goes
        return Response(status_code=401, headers={"hx-redirect": f"{BASE}/sign-in"})
    return RedirectResponse(f"{BASE}/sign-in?next={quote(wanted)}", 303)
