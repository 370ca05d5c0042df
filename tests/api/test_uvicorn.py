"""The app is plain ASGI: it serves the same on uvicorn."""

import asyncio
import threading
from pathlib import Path

import httpx
import uvicorn

from live import free_port
from moonshelf import wiring
from moonshelf.http.app import create
from moonshelf.serving import running
from moonshelf.settings import Settings


def test_an_upload_is_read_on_uvicorn(tmp_path: Path) -> None:
    services = wiring.build(Settings(data=tmp_path / "data", workers=1))
    key = services.accounts.create_key(wiring.people.first_account(services.accounts).id)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(create(services), port=port, log_level="error", lifespan="off"))

    async def serve() -> None:
        async with running(services):
            await server.serve()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        while not server.started:
            thread.join(0.05)
            assert thread.is_alive()
        headers = {"authorization": f"Bearer {key}"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/v1", headers=headers, timeout=30) as http:
            made = http.post("/files", files={"file": ("a.txt", b"on uvicorn")}).json()
            assert http.get(f"/files/{made['id']}/content").json()["content"].strip() == "on uvicorn"
    finally:
        server.should_exit = True
        thread.join()
