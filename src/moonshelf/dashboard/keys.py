"""API keys: made, shown once, and revoked."""

from starlette.responses import RedirectResponse, Response

from moonshelf.dashboard import snippets
from moonshelf.dashboard.visits import BASE, Visit
from moonshelf.errors import MoonshelfError
from moonshelf.http.problems import status
from moonshelf.people.keys import SCOPES

_LIFETIMES = (7, 30, 90, 365)  # days that are offered
_DAY_S = 86_400
_PAGE = 40  # keys
_MEANING = {"read": "see files and their text", "write": "upload and delete files", "chat": "ask models"}


def index(visit: Visit) -> Response:
    """GET /dashboard/keys."""
    return _show(visit)


def create(visit: Visit) -> Response:
    """POST /dashboard/keys: the answer shows the key, once."""
    days = visit.number("days", 0)
    try:
        value = visit.services.people.keys.create(
            visit.account_id,
            name=visit.said("name"),
            scopes=visit.form.get("scope", []),
            lasts_s=min(days, 36_500) * _DAY_S if days else None,
        )
    except MoonshelfError as error:
        return _show(visit, error=error, code=status(error))
    return _show(visit, value=value)


def revoke(visit: Visit) -> Response:
    """POST /dashboard/keys/{key_id}/revoke."""
    visit.services.people.keys.revoke(visit.request.path_params["key_id"], account_id=visit.account_id)
    return RedirectResponse(f"{BASE}/keys", 303)


def base_url(visit: Visit) -> str:
    """Return the base URL for clients, as the visitor reaches the server."""
    here = f"{visit.request.url.scheme}://{visit.request.url.netloc}"
    return f"{visit.services.settings.public_url or here}/v1"


def _show(visit: Visit, *, value: str = "", error: MoonshelfError | None = None, code: int = 200) -> Response:
    now = visit.services.clock()
    found = list(reversed(visit.services.people.keys.of(visit.account_id)))
    living, ended = ([key for key in found if key.living(now=now) is alive] for alive in (True, False))
    number = visit.number("page", 1)
    return visit.show(
        "keys.html",
        code=code,
        living=living[max(0, number - 1) * _PAGE :][:_PAGE],
        number=number,
        pages=-(-len(living) // _PAGE),
        ended=ended[:_PAGE],
        ended_count=len(ended),
        value=value,
        error=error,
        scopes=SCOPES,
        meaning=_MEANING,
        lifetimes=_LIFETIMES,
        base_url=base_url(visit),
        samples=snippets.upload(base_url(visit), value or "sk-…"),
    )
