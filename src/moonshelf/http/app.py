"""The application: routes, errors and the wrappers around them."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from moonshelf.errors import MoonshelfError
from moonshelf.http import chat, coverage, files, health, metrics, models, originals, tokenizers
from moonshelf.http.draining import Draining
from moonshelf.http.limiting import Limiting
from moonshelf.http.problems import foreseen, unrouted
from moonshelf.http.slow_clients import SlowClients
from moonshelf.http.tracing import Tracing
from moonshelf.http.traffic import Traffic
from moonshelf.http.uploads import in_parts
from moonshelf.wiring import Services

ROUTES = (  # tried in this order
    Route("/v1/chat/completions", chat.completions, methods=["POST"]),
    Route("/v1/files", files.upload, methods=["POST"]),
    Route("/v1/files", files.index, methods=["GET"]),
    Route("/v1/files/{file_id}", files.retrieve, methods=["GET"]),
    Route("/v1/files/{file_id}", files.delete, methods=["DELETE"]),
    Route("/v1/files/{file_id}/content", files.content, methods=["GET"]),
    Route("/v1/files/{file_id}/original", originals.retrieve, methods=["GET"]),
    Route("/v1/files/{file_id}/coverage", coverage.retrieve, methods=["GET"]),
    Route("/v1/uploads", in_parts.create, methods=["POST"]),
    Route("/v1/uploads/{upload_id}/parts", in_parts.add_part, methods=["POST"]),
    Route("/v1/uploads/{upload_id}/complete", in_parts.complete, methods=["POST"]),
    Route("/v1/uploads/{upload_id}/cancel", in_parts.cancel, methods=["POST"]),
    Route("/v1/models", models.list_models, methods=["GET"]),
    Route("/v1/models/{model:path}", models.retrieve, methods=["GET"]),
    Route("/v1/tokenizers/estimate-token-count", tokenizers.estimate, methods=["POST"]),
    Route("/healthz", health.alive, methods=["GET"]),
    Route("/readyz", health.ready, methods=["GET"]),
    Route("/metrics", metrics.show, methods=["GET"]),
)


class Application(Starlette):
    """Starlette without its last resort, through which every message would go: ``Tracing`` is one."""

    services: Services
    traffic: Traffic

    def build_middleware_stack(self) -> ASGIApp:
        """Wrap the routes."""
        app: ASGIApp = ExceptionMiddleware(self.router, handlers=self.exception_handlers)
        for wrapper, args, kwargs in reversed(self.user_middleware):
            app = wrapper(app, *args, **kwargs)
        return app


def create(services: Services, *, more: Sequence[BaseRoute] = ()) -> Application:
    """Build the app over *services*, which whoever serves it has started; *more* routes come after the API's."""
    traffic = Traffic()
    app = Application(
        routes=(*ROUTES, *more),
        middleware=[
            Middleware(Tracing, traffic=traffic),
            Middleware(Draining),
            Middleware(Limiting),
            Middleware(SlowClients, idle_s=services.settings.body_idle_s, pace=int(services.settings.body_pace)),
        ],
        exception_handlers={MoonshelfError: foreseen, HTTPException: unrouted},
    )
    app.router.redirect_slashes = False  # it would lead to http where a proxy speaks https, with the caller's key
    app.services, app.traffic = services, traffic
    return app
