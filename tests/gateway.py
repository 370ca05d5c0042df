"""The chat routes alone as an application, served by uvicorn in a thread or by granian in a process of its own."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Final, cast

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

import databases
from moonshelf import db
from moonshelf.chat import Chat
from moonshelf.errors import MoonshelfError
from moonshelf.http import chat, models, tokenizers
from moonshelf.http.app import Application
from moonshelf.http.limiting import Limiting
from moonshelf.http.problems import foreseen
from moonshelf.http.tracing import Tracing
from moonshelf.http.traffic import Traffic
from moonshelf.limits.admission import Admission
from moonshelf.limits.gate import Gate
from moonshelf.limits.local import LocalLimits
from moonshelf.limits.tiers import Tiers
from moonshelf.models import roster
from moonshelf.models.offers import Offers
from moonshelf.models.upstream import Client
from moonshelf.people import usage
from moonshelf.people.accounts import Accounts
from moonshelf.people.keys import Keys
from moonshelf.wiring import Services
from patience import until

KEY: Final = "sk-gateway-test-0123456789"
_ROUTES: Final = (
    Route("/v1/chat/completions", chat.completions, methods=["POST"]),
    Route("/v1/models", models.list_models, methods=["GET"]),
    Route("/v1/models/{model:path}", models.retrieve, methods=["GET"]),
    Route("/v1/tokenizers/estimate-token-count", tokenizers.estimate, methods=["POST"]),
)


def create() -> Starlette:
    """Build the application for granian, which can only be told by variables."""
    return build(Path(os.environ["GATEWAY_FOLDER"]))


def build(folder: Path) -> Starlette:
    """Build the application over the ``upstreams.toml`` of *folder*."""
    database = db.connect(databases.on_sqlite(folder / "gateway.sqlite"))
    keys = Keys(database)
    keys.create(Accounts(database).create("tester").id, value=KEY)
    service = Chat(Offers(roster.load(folder / "upstreams.toml", os.environ)), Client(read_timeout_s=2))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with service:
            yield
        database.close()

    app = Application(
        routes=_ROUTES,
        middleware=[Middleware(Tracing, traffic=Traffic()), Middleware(Limiting)],
        exception_handlers={MoonshelfError: foreseen},
        lifespan=lifespan,
    )
    there = SimpleNamespace(
        people=SimpleNamespace(keys=keys, usage=usage.Usage(database, keep_s=1)),
        chat=service,
        gate=Gate(LocalLimits(), Tiers({}, default="")),
        admission=Admission(folder=folder, memory=2**30, spool=0, uploads_per_account=1),
    )
    app.services = cast("Services", there)
    return app


@contextmanager
def serve(server: str, folder: Path) -> Iterator[str]:
    """Serve the application with *server* and give its base URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with _uvicorn(port, folder) if server == "uvicorn" else _granian(port, folder):
        _wait(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}/v1"


@contextmanager
def _uvicorn(port: int, folder: Path) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(build(folder), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def _granian(port: int, folder: Path) -> Iterator[None]:
    environ = {**os.environ, "GATEWAY_FOLDER": str(folder), "PYTHONPATH": str(Path(__file__).parent)}
    options = ("--interface", "asgi", "--factory", "--log-level", "warning", "--port", str(port))
    with subprocess.Popen([sys.executable, "-P", "-m", "granian", *options, "gateway:create"], env=environ) as process:
        try:
            yield
        finally:
            process.terminate()


def _wait(url: str) -> None:
    def answers() -> bool:
        try:
            httpx.get(url, timeout=10)
        except httpx.TransportError:
            return False
        return True

    until(answers)
