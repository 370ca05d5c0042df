"""What is on its way in is counted as such until it is there, and is paid for before anything is made of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace

import httpx
import pytest
from pydantic import ByteSize
from starlette.requests import Request

from moonshelf.errors import Unavailable
from moonshelf.http.app import create
from moonshelf.http.uploads.joining import joined
from moonshelf.limits import Charge
from moonshelf.limits.gate import Gate
from moonshelf.limits.local import LocalLimits
from moonshelf.limits.tiers import Tier, Tiers
from moonshelf.shelf.multipart import Announced, MultipartUpload
from moonshelf.shelf.parts import Arrived
from moonshelf.wiring import Services


@pytest.fixture
def services(wired: Callable[..., Services]) -> Services:
    return wired(upload_wait_s=0)


def _upload(services: Services, pieces: Sequence[bytes]) -> tuple[MultipartUpload, list[str]]:
    account, size = services.people.accounts.create("ada").id, sum(map(len, pieces))
    upload = services.shelf.multipart.create(account, Announced("a.txt", "file-extract", bytes=size))
    parts = []
    for number, data in enumerate(pieces):
        part = services.shelf.parts.expect(account, upload.id)
        path = services.ports.spool / "part"
        path.write_bytes(data)
        services.shelf.parts.keep(part, Arrived(path, len(data), f"{number:064}", repeated=False))
        parts.append(part.id)
    return upload, parts


def test_what_is_joined_is_no_longer_to_come(services: Services) -> None:
    upload, parts = _upload(services, [b"some", b"text"])

    async def join() -> tuple[bytes, int]:
        request = Request({"type": "http", "app": create(services), "headers": []})
        async with joined(request, upload, parts, None) as (_, spooled):
            return spooled.path.read_bytes(), sum(one.left for one in services.admission._arrivals)

    assert asyncio.run(join()) == (b"sometext", 0)


class _Counts(LocalLimits):
    """Counts that go out of reach when the first body is in."""

    def settle(self, charges: Sequence[Charge]) -> None:
        if charges:
            raise Unavailable("The counts")


def test_what_cannot_be_paid_for_becomes_no_file(services: Services) -> None:
    tiers = Tiers({"metered": Tier(upload_bytes_per_minute=ByteSize(10**9))}, default="metered")
    app = create(replace(services, gate=Gate(_Counts(), tiers)))
    account = services.people.accounts.create("ada").id
    key = services.people.keys.create(account)

    async def body() -> AsyncIterator[bytes]:  # without a length, so that it is known in the end what there is to pay
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\ntext\r\n--b--\r\n'

    async def send() -> int:
        headers = {"authorization": f"Bearer {key}", "content-type": "multipart/form-data; boundary=b"}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shelf") as client:
            return (await client.post("/v1/files", content=body(), headers=headers)).status_code

    assert asyncio.run(send()) == 503
    assert services.shelf.catalogue.line().waiting == 0
    assert (services.people.accounts.get(account).files, list(services.ports.blobs.keys())) == (0, [])
