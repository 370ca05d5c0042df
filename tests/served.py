"""A server in this process, on uvicorn, where a test can reach into it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from live import free_port
from moonshelf import wiring
from moonshelf.http.app import create
from moonshelf.ownership import hold
from moonshelf.serving import running
from moonshelf.settings import Settings
from patience import PATIENCE_S


@contextmanager
def served(settings: Settings) -> Iterator[httpx.Client]:
    """Serve, and give a client with a key of its own."""
    services, port = wiring.build(settings), free_port()
    key = services.people.keys.create(wiring.people.first_account(services.people.accounts).id)
    server = uvicorn.Server(uvicorn.Config(create(services), port=port, log_level="error", lifespan="off"))

    async def serve() -> None:
        with hold(services):
            async with running(services):
                await server.serve()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        while not server.started:
            thread.join(0.05)
            assert thread.is_alive()
        headers = {"authorization": f"Bearer {key}"}
        limits = httpx.Limits(max_connections=None)
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}/v1", headers=headers, timeout=PATIENCE_S, limits=limits
        ) as http:
            yield http
    finally:
        server.should_exit = True
        thread.join()
