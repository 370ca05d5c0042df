"""What nobody heard of: a caller that left before it was told the id of its upload holds no place with it."""

import asyncio
import json
from pathlib import Path

import pytest
from starlette.types import Message, Scope

from moonshelf import wiring
from moonshelf.http.app import create
from moonshelf.settings import Settings
from moonshelf.wiring import Services
from patience import PATIENCE_S


@pytest.mark.parametrize("leaves", [True, False])
def test_an_upload_in_parts_that_nobody_knows_is_cancelled(tmp_path: Path, *, leaves: bool) -> None:
    services = wiring.build(Settings(data=tmp_path))
    account = services.people.accounts.create("ada")
    answered = asyncio.run(_create(services, services.people.accounts.create_key(account.id), leaves=leaves))
    found = services.shelf.multipart.find(account.id, answered["id"])
    held = next(one for one in services.people.accounts.list() if one.id == account.id)
    assert (found.status, held.files, held.bytes) == (("cancelled", 0, 0) if leaves else ("pending", 1, 100))
    services.ports.database.close()


async def _create(services: Services, key: str, *, leaves: bool) -> dict[str, str]:
    said = json.dumps({"filename": "a.txt", "bytes": 100}).encode()
    come: list[Message] = [{"type": "http.request", "body": said, "more_body": False}]
    sent = b""

    async def receive() -> Message:
        if come:
            return come.pop()
        if not leaves:
            await asyncio.sleep(PATIENCE_S)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal sent
        sent += message.get("body", b"")

    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/uploads",
        "raw_path": b"/v1/uploads",
        "query_string": b"",
        "headers": [(b"authorization", f"Bearer {key}".encode()), (b"content-type", b"application/json")],
    }
    await create(services)(scope, receive, send)
    answered: dict[str, str] = json.loads(sent)
    return answered
