"""Where each page is."""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from moonshelf.dashboard import (
    admin,
    assets,
    downloads,
    file,
    files,
    keys,
    live,
    openid,
    pictures,
    playground,
    signing,
    usage,
)
from moonshelf.dashboard.pages import wrong
from moonshelf.dashboard.security_headers import SecurityHeaders
from moonshelf.dashboard.visits import BASE, signed_in, signed_in_async
from moonshelf.errors import NotFound
from moonshelf.wiring import Services

PAGES: Sequence[Route] = (
    Route("/sign-in", signing.form, methods=["GET"]),
    Route("/sign-in", signing.sign_in, methods=["POST"]),
    Route("/enter", signing.link, methods=["GET"]),
    Route("/enter", signing.enter, methods=["POST"]),
    Route("/sign-out", signed_in(signing.sign_out), methods=["POST"]),
    Route("/account", signed_in(signing.account), methods=["GET"]),
    Route("/account", signed_in(signing.change_password), methods=["POST"]),
    Route("/account/connect", signed_in_async(openid.connect), methods=["POST"]),
    Route("/account/disconnect", signed_in(openid.disconnect), methods=["POST"]),
    Route("/openid/begin", openid.begin, methods=["GET"]),
    Route("/openid/return", openid.come_back, methods=["GET"]),
    Route("/", signed_in(files.index), methods=["GET"]),
    Route("/files", signed_in_async(files.upload), methods=["POST"]),
    Route("/files/delete", signed_in(files.delete), methods=["POST"]),
    Route("/files/events", signed_in_async(live.events), methods=["GET"]),
    Route("/files/{file_id}", signed_in(file.show, fetches=True), methods=["GET"]),
    Route("/files/{file_id}/pages/{number}", signed_in_async(pictures.page), methods=["GET"]),
    Route("/files/{file_id}/frames", signed_in_async(pictures.frames), methods=["GET"]),
    Route("/files/{file_id}/frames/{number}", signed_in_async(pictures.frame), methods=["GET"]),
    Route("/files/{file_id}/download", signed_in(downloads.send, fetches=True), methods=["GET"]),
    Route("/keys", signed_in(keys.index), methods=["GET"]),
    Route("/keys", signed_in(keys.create), methods=["POST"]),
    Route("/keys/{key_id}/revoke", signed_in(keys.revoke), methods=["POST"]),
    Route("/playground", signed_in(playground.show), methods=["GET"]),
    Route("/playground/request", signed_in(playground.request), methods=["POST"]),
    Route("/playground/chat", signed_in_async(playground.chat), methods=["POST"]),
    Route("/usage", signed_in(usage.show), methods=["GET"]),
    Route("/admin", signed_in(admin.show, admin=True), methods=["GET"]),
    Route("/admin/line", signed_in(admin.line, admin=True), methods=["GET"]),
    Route("/admin/users", signed_in(admin.create_user, admin=True), methods=["POST"]),
    Route("/admin/users/{account_id}/link", signed_in(admin.make_link, admin=True), methods=["POST"]),
    Route("/admin/users/{account_id}/remove", signed_in(admin.remove_user, admin=True), methods=["POST"]),
    Route("/admin/users/{account_id}/quota", signed_in(admin.set_quota, admin=True), methods=["POST"]),
    Route("/static/{digest}/{name}", assets.serve, methods=["GET"]),
)


def routes(services: Services) -> Sequence[BaseRoute]:
    """Return the dashboard's routes, none where it is turned off."""
    if services.settings.dashboard == "off":
        return ()
    nothing = Route("/{path:path}", _nothing, methods=())  # whatever the method
    return (
        Route("/", _home, methods=["GET"]),
        Route(BASE, _home, methods=["GET"]),
        Mount(BASE, routes=[*PAGES, nothing], middleware=[Middleware(SecurityHeaders)]),
    )


async def _home(_request: Request) -> Response:
    return RedirectResponse(f"{BASE}/", 303)


async def _nothing(request: Request) -> Response:
    return wrong(request, NotFound("There is nothing at this address."), session=None)
