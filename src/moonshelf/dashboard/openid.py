"""Signing in at the provider that the operator named, and connecting an account with somebody there.

The way there is a link and not a form: the policy lets forms end at this server only, redirects included.
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from moonshelf.dashboard.pages import page, wrong
from moonshelf.dashboard.signing import entered, form_page, inner
from moonshelf.dashboard.visits import BASE, COOKIE, Visit
from moonshelf.errors import MoonshelfError, NotAllowed, NotFound
from moonshelf.http.caller import services
from moonshelf.people.identities import JOURNEY_S
from moonshelf.people.openid import Person, Provider
from moonshelf.wiring import Services

_COOKIE = "moonshelf_openid"
_PATH = f"{BASE}/openid"


async def begin(request: Request) -> Response:
    """GET /dashboard/openid/begin: off to the provider."""
    service = services(request)
    try:
        provider = _provider(service)
        wanted = inner(request.query_params.get("next", ""))
        secret = await run_in_threadpool(lambda: service.people.identities.depart(wanted=wanted))
        answer = RedirectResponse(await provider.way(secret), 303)
    except MoonshelfError as error:
        return await form_page(request, error=error)
    _remember(answer, service, secret)
    return answer


async def connect(visit: Visit) -> Response:
    """POST /dashboard/account/connect: shows the link to the provider, by which this account will be connected."""
    service = visit.services
    provider = _provider(service)
    where, account_id = f"{BASE}/account", visit.account_id
    secret = await run_in_threadpool(lambda: service.people.identities.depart(wanted=where, account_id=account_id))
    answer = visit.show("connect.html", way=await provider.way(secret), provider=provider.client.title)
    _remember(answer, service, secret)
    return answer


async def come_back(request: Request) -> Response:
    """GET /dashboard/openid/return: where the provider sends people."""
    service = services(request)
    secret = request.cookies.get(_COOKIE, "")
    try:
        provider = _provider(service)
        journey = await run_in_threadpool(service.people.identities.arrive, secret)
        person = await provider.person(secret, request.query_params)
        if journey.account_id is None:
            account_id = await run_in_threadpool(service.people.identities.enter, person)
            token = await run_in_threadpool(lambda: service.people.sessions.open(account_id, how=provider.client.title))
            answer = entered(service, journey.wanted, token)
        else:
            answer = await run_in_threadpool(_connected, request, journey.account_id, person)
    except MoonshelfError as error:
        answer = await form_page(request, error=error)
    answer.delete_cookie(_COOKIE, path=_PATH)
    return answer


def disconnect(visit: Visit) -> Response:
    """POST /dashboard/account/disconnect; only whoever has a password can still come in then."""
    if not visit.services.people.passwords.given(visit.account_id):
        raise NotAllowed("This account has no password: without the provider nobody could sign in to it.")
    visit.services.people.identities.disconnect(visit.account_id)
    return RedirectResponse(f"{BASE}/account", 303)


def _connected(request: Request, account_id: str, person: Person) -> Response:
    """Connect the account, if it is still the one that is signed in here."""
    service = services(request)
    session = service.people.sessions.find(request.cookies.get(COOKIE, ""))
    if session is None or session.account_id != account_id:
        raise NotAllowed("Sign in to the account first, then connect it.")
    try:
        service.people.identities.connect(account_id, person)
    except NotAllowed as error:
        return wrong(request, error, session=session)
    return page(request, "connected.html", {"name": person.name}, session=session)


def _provider(service: Services) -> Provider:
    if service.people.provider is None:
        raise NotFound("Nobody signs in through another provider here.")
    return service.people.provider


def _remember(answer: Response, service: Services, secret: str) -> None:
    secure = service.settings.public_url.startswith("https://")
    answer.set_cookie(_COOKIE, secret, max_age=JOURNEY_S, path=_PATH, httponly=True, samesite="lax", secure=secure)
