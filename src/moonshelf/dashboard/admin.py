"""For admins: accounts and their quotas, and the audit log."""

from starlette.responses import RedirectResponse, Response

from moonshelf.dashboard.keys import base_url
from moonshelf.dashboard.visits import BASE, Visit
from moonshelf.errors import InvalidRequest, MoonshelfError
from moonshelf.http.problems import status
from moonshelf.people.roles import ROLES

_ENTRIES = 50
_USERS = 25
_MONTH_S = 30 * 86_400
_MEGA = 2**20
_ACTIONS = (
    *("session.opened", "session.refused", "password.set"),
    *("key.created", "key.revoked", "file.deleted", "quota.changed", "user.created", "user.removed"),
    *("identity.connected", "identity.disconnected", "role.changed"),
)


def show(visit: Visit) -> Response:
    """GET /dashboard/admin."""
    return _show(visit)


def line(visit: Visit) -> Response:
    """GET /dashboard/admin/line: the queue as it is now, for the page to draw again and again."""
    return visit.show("_line.html", line=visit.services.shelf.catalogue.line(), workers=visit.services.settings.workers)


def create_user(visit: Visit) -> Response:
    """POST /dashboard/admin/users: makes an account, and a link to be handed to its owner."""
    name, role = visit.said("name"), visit.said("role")
    try:
        created = visit.services.people.accounts.create(name, role=role, by=visit.account_id)
    except MoonshelfError as error:
        return _show(visit, error=error, code=status(error))
    return _show(visit, link=_link(visit, created.id), link_for=name)


def make_link(visit: Visit) -> Response:
    """POST /dashboard/admin/users/{account_id}/link: for whoever forgot the password."""
    account = visit.services.people.accounts.get(visit.request.path_params["account_id"])
    return _show(visit, link=_link(visit, account.id), link_for=account.name)


def remove_user(visit: Visit) -> Response:
    """POST /dashboard/admin/users/{account_id}/remove: whoever left, with keys and files."""
    account_id = visit.request.path_params["account_id"]
    if account_id == visit.account_id:
        raise InvalidRequest("Another admin can remove your account; you cannot.")
    visit.services.shelf.departures.remove(account_id, by=visit.account_id)
    return RedirectResponse(f"{BASE}/admin", 303)


def set_quota(visit: Visit) -> Response:
    """POST /dashboard/admin/users/{account_id}/quota; empty fields mean what the settings say."""
    account = visit.services.people.accounts.get(visit.request.path_params["account_id"])
    megabytes = _amount(visit, "megabytes")
    visit.services.people.accounts.allow(
        account.id,
        by=visit.account_id,
        max_files=_amount(visit, "files"),
        max_bytes=None if megabytes is None else megabytes * _MEGA,
    )
    return RedirectResponse(f"{BASE}/admin", 303)


def _amount(visit: Visit, field: str) -> int | None:
    if not visit.said(field):
        return None
    amount = visit.number(field, -1)
    if amount < 0:
        raise InvalidRequest("A quota is a whole number, or empty for the server's own.")
    return amount


def _link(visit: Visit, account_id: str) -> str:
    token = visit.services.people.sessions.invite(account_id)
    return f"{base_url(visit).removesuffix('/v1')}{BASE}/enter?token={token}"


def _show(
    visit: Visit, *, link: str = "", link_for: str = "", error: MoonshelfError | None = None, code: int = 200
) -> Response:
    action, named, number = visit.said("action"), visit.said("q").casefold(), max(1, visit.number("page", 1))
    users = [one for one in visit.services.people.accounts.list() if named in one.name.casefold()]
    entries = visit.services.people.audit.latest(limit=_ENTRIES, before=visit.said("before") or None, action=action)
    return visit.show(
        "admin.html",
        code=code,
        error=error,
        link=link,
        link_for=link_for,
        users=users[(number - 1) * _USERS :][:_USERS],
        number=number,
        pages=-(-len(users) // _USERS),
        named=visit.said("q"),
        used=visit.services.people.usage.by_account(since=visit.services.clock() - _MONTH_S),
        most=visit.services.shelf.quotas.most,
        line=visit.services.shelf.catalogue.line(),
        workers=visit.services.settings.workers,
        entries=entries,
        older=entries[-1].id if len(entries) == _ENTRIES else "",
        action=action,
        actions=_ACTIONS,
        roles=ROLES,
    )
