"""Signing in and out: by password, or by the one-time link that the first start prints; and the own account."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from moonshelf.dashboard.pages import page, wrong
from moonshelf.dashboard.visits import BASE, COOKIE, Visit, posted
from moonshelf.errors import MoonshelfError
from moonshelf.http.caller import services
from moonshelf.http.problems import status
from moonshelf.wiring import Services


async def form(request: Request) -> Response:
    """GET /dashboard/sign-in."""
    return await form_page(request, wanted=request.query_params.get("next", ""))


async def form_page(
    request: Request, *, wanted: str = "", name: str = "", error: MoonshelfError | None = None
) -> Response:
    """Show the form, with what went wrong with the last sign-in."""
    provider = services(request).people.provider
    left = provider is not None and "left" in request.query_params
    context = {
        "next": inner(wanted),
        "name": name,
        "error": error,
        "provider": provider.client.title if provider else "",
        "farewell": await provider.farewell() if left and provider else "",
    }
    return page(request, "sign_in.html", context, code=status(error) if error else 200)


async def sign_in(request: Request) -> Response:
    """POST /dashboard/sign-in."""
    given: dict[str, str] = {"name": "", "password": "", "next": ""}
    try:
        given |= {key: values[0] for key, values in (await posted(request)).items()}
        service = services(request)
        account_id = await run_in_threadpool(service.people.passwords.check, given["name"].strip(), given["password"])
        token = await run_in_threadpool(service.people.sessions.open, account_id, how="password")
    except MoonshelfError as error:
        return await form_page(request, wanted=given["next"], name=given["name"], error=error)
    return entered(service, inner(given["next"]), token)


async def link(request: Request) -> Response:
    """GET /dashboard/enter: shows whom a link is for; programs that look at links in messages don't use it up."""
    token = request.query_params.get("token", "")
    try:
        name = await run_in_threadpool(services(request).people.sessions.invited, token)
    except MoonshelfError as error:
        return wrong(request, error, session=None)
    return _welcome(request, token, name)


async def enter(request: Request) -> Response:
    """POST /dashboard/enter: sets the password, uses the link up and signs in."""
    service = services(request)
    token = name = ""
    try:
        given = await posted(request)
        token, password = given.get("token", [""])[0], given.get("password", [""])[0]
        name = await run_in_threadpool(service.people.sessions.invited, token)
        service.people.passwords.judge(password)
        account_id = await run_in_threadpool(service.people.sessions.accept, token)
        await run_in_threadpool(service.people.passwords.set, account_id, password)
        opened = await run_in_threadpool(service.people.sessions.open, account_id, how="link")
    except MoonshelfError as error:
        if not name:
            return wrong(request, error, session=None)
        return _welcome(request, token, name, error)
    return entered(service, BASE, opened)


def _welcome(request: Request, token: str, name: str, error: MoonshelfError | None = None) -> Response:
    shortest = services(request).people.passwords.shortest
    context = {"token": token, "name": name, "shortest": shortest, "error": error}
    return page(request, "enter.html", context, code=status(error) if error else 200)


def sign_out(visit: Visit) -> Response:
    """POST /dashboard/sign-out."""
    visit.services.people.sessions.close(visit.request.cookies[COOKIE])
    answer = RedirectResponse(f"{BASE}/sign-in?left", 303)
    answer.delete_cookie(COOKIE, path=BASE)
    return answer


def account(visit: Visit) -> Response:
    """GET /dashboard/account: who is signed in and how, and a form for another password."""
    return _account(visit)


def change_password(visit: Visit) -> Response:
    """POST /dashboard/account: asks for the old password too, so that a session left open is not enough."""
    try:
        visit.services.people.passwords.check(visit.session.name, visit.said("old"))
        visit.services.people.passwords.set(visit.account_id, visit.form.get("new", [""])[0])
    except MoonshelfError as error:
        return _account(visit, error=error)
    return entered(visit.services, BASE, visit.services.people.sessions.open(visit.account_id, how="new password"))


def _account(visit: Visit, *, error: MoonshelfError | None = None) -> Response:
    service = visit.services
    return visit.show(
        "account.html",
        code=status(error) if error else 200,
        error=error,
        shortest=service.people.passwords.shortest,
        has_password=service.people.passwords.given(visit.account_id),
        provider=service.people.provider.client.title if service.people.provider else "",
        identity=service.people.identities.of(visit.account_id),
    )


def entered(service: Services, where: str, token: str) -> Response:
    """Go *where* somebody wanted, with the cookie of a session."""
    answer = RedirectResponse(where, 303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=service.people.sessions.lifetime_s,
        path=BASE,
        httponly=True,
        samesite="lax",
        secure=service.settings.public_url.startswith("https://"),
    )
    return answer


def inner(wanted: str) -> str:
    """Return *wanted* if it is a page of the dashboard: a link to us must not lead elsewhere."""
    ours = wanted.startswith(BASE) and "\\" not in wanted
    return wanted.partition("?")[0].partition("#")[0] if ours else BASE
