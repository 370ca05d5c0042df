"""The chat routes alone as an application, and a way to serve it with a real server in a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from moonshelf import db, roster
from moonshelf.accounts import Accounts
from moonshelf.chat import Chat
from moonshelf.embedded import Embedded
from moonshelf.errors import MoonshelfError
from moonshelf.http import chat, models, tokenizers
from moonshelf.http.problems import foreseen
from moonshelf.http.tracing import Tracing
from moonshelf.upstream import Client

KEY: Final = "sk-gateway-test-0123456789"
COMMANDS: Final = {
    "granian": ("granian", "--interface", "asgi", "--factory", "--log-level", "warning", "--port"),
    "uvicorn": ("uvicorn", "--factory", "--log-level", "warning", "--port"),
}
_ROUTES: Final = (
    Route("/v1/chat/completions", chat.completions, methods=["POST"]),
    Route("/v1/models", models.list_models, methods=["GET"]),
    Route("/v1/models/{model:path}", models.retrieve, methods=["GET"]),
    Route("/v1/tokenizers/estimate-token-count", tokenizers.estimate, methods=["POST"]),
)


def create() -> Starlette:
    """Build the application from ``GATEWAY_*`` variables."""
    folder = Path(os.environ["GATEWAY_FOLDER"])
    database = db.connect(f"sqlite:///{folder / 'gateway.sqlite'}")
    database.migrate()
    accounts = Accounts(database)
    accounts.create_key(accounts.create("tester").id, value=KEY)
    upstreams = roster.load(Path(file), os.environ) if (file := os.environ.get("GATEWAY_UPSTREAMS")) else ()
    weights = os.environ.get("GATEWAY_WEIGHTS")
    embedded = Embedded(Path(weights), name="tiny", context_length=2048, threads=1) if weights else None
    service = Chat(upstreams, Client(read_timeout_s=2), embedded=embedded, embedded_tokens=500)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with service:
            yield

    app = Starlette(
        routes=_ROUTES,
        middleware=[Middleware(Tracing)],
        exception_handlers={MoonshelfError: foreseen},
        lifespan=lifespan,
    )
    app.state.services = SimpleNamespace(accounts=accounts, chat=service)
    return app


@contextmanager
def serve(server: str, folder: Path, settings: Mapping[str, str]) -> Iterator[str]:
    """Serve the application with *server* and give its base URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, **settings, "GATEWAY_FOLDER": str(folder), "PYTHONPATH": str(Path(__file__).parent)}
    command = (sys.executable, "-P", "-m", *COMMANDS[server], str(port), "gateway:create")
    log = folder / "log"
    with log.open("w") as output, subprocess.Popen(command, env=environ, stdout=output, stderr=output) as process:
        try:
            _wait(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(url, timeout=1)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text())
