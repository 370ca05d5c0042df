"""Bodies of JSON on their way in: what comes of one that grows, and of one that never ends."""

import asyncio
from collections.abc import Callable

import pytest
from starlette.requests import Request
from starlette.types import Message

from moonshelf.errors.limits import Overloaded
from moonshelf.errors.requests import CallerLeft
from moonshelf.http.app import Application, create
from moonshelf.http.bodies import read
from moonshelf.http.caller import held
from moonshelf.wiring import Services

MIB = 2**20


@pytest.fixture
def app(wired: Callable[..., Services]) -> Application:
    return create(wired(body_memory="8MiB"))


def _request(app: Application, *come: Message, length: int | None = None) -> Request:
    messages = iter(come)

    async def receive() -> Message:
        return next(messages)

    headers = [] if length is None else [(b"content-length", str(length).encode())]
    return Request({"type": "http", "app": app, "headers": headers}, receive)


def _piece(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_half_a_body_is_no_body_even_if_it_could_be_one(app: Application) -> None:
    with pytest.raises(CallerLeft):
        asyncio.run(read(_request(app, _piece(b"{}"), {"type": "http.disconnect"}, length=3)))


def test_a_body_without_a_length_takes_its_room_as_it_comes(app: Application) -> None:
    large = (_piece(bytes(MIB)), _piece(bytes(MIB)), _piece(bytes(MIB), more=False))
    first, second = _request(app, *large), _request(app, *large)
    with held(first), held(second):
        assert len(asyncio.run(read(first))) == 3 * MIB
        assert app.services.admission.held().memory == 6 * MIB
        with pytest.raises(Overloaded):
            asyncio.run(read(second))
    assert app.services.admission.held().bodies == 0
