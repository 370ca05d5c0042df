"""What nobody heard of: a caller left before it was told of its upload, which then holds no place, or is repeated."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.types import Message, Scope

from moonshelf.http.app import create
from moonshelf.wiring import Services
from patience import PATIENCE_S

_FORM = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\ntext\r\n--b--\r\n'
_FORM_KIND = "multipart/form-data; boundary=b"


@pytest.fixture
def services(wired: Callable[..., Services]) -> Services:
    return wired(upload_wait_s=0)


@pytest.fixture
def post(services: Services) -> Callable[..., dict[str, Any]]:
    """Post as one account; who *leaves* does so as soon as its body is sent."""
    key = services.people.keys.create(services.people.accounts.create("ada").id)

    def posted(path: str, body: bytes, kind: str, *, attempt: int = 0, leaves: bool = False) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {key}", "content-type": kind, "content-length": str(len(body))}
        headers["x-stainless-retry-count"] = str(attempt)
        scope: Scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b""}
        scope["headers"] = [(name.encode(), value.encode()) for name, value in headers.items()]
        answered: dict[str, Any] = json.loads(asyncio.run(_answered(services, scope, body, leaves=leaves)))
        return answered

    return posted


async def _answered(services: Services, scope: Scope, body: bytes, *, leaves: bool) -> bytes:
    come: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
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

    await create(services)(scope, receive, send)
    return sent


@pytest.mark.parametrize("leaves", [True, False])
def test_an_upload_in_parts_that_nobody_knows_is_cancelled(
    services: Services, post: Callable[..., dict[str, Any]], *, leaves: bool
) -> None:
    said = json.dumps({"filename": "a.txt", "bytes": 100}).encode()
    answered = post("/v1/uploads", said, "application/json", leaves=leaves)
    (held,) = services.people.accounts.list()
    found = services.shelf.multipart.find(held.id, answered["id"])
    assert (found.status, held.files, held.bytes) == (("cancelled", 0, 0) if leaves else ("pending", 1, 100))


def test_of_two_equal_uploads_the_one_that_nobody_heard_of_is_repeated(
    services: Services, post: Callable[..., dict[str, Any]]
) -> None:
    post("/v1/files", _FORM, _FORM_KIND, leaves=True)
    (missed,) = services.shelf.files.list(
        services.people.accounts.list()[0].id, purpose=None, after=None, limit=10, newest_first=True
    ).files
    assert post("/v1/files", _FORM, _FORM_KIND)["id"] != missed.id
    assert post("/v1/files", _FORM, _FORM_KIND, attempt=1)["id"] == missed.id
