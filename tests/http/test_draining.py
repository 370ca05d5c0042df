"""A body that was refused is read to its end before the answer ends, within bounds, and only where it comes."""

import asyncio
from collections.abc import Mapping

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moonshelf.http import draining
from moonshelf.http.draining import Draining

MIB = 2**20
_LENGTH = {"content-length": str(2**40)}


async def _refusing(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("no")(scope, receive, send)


async def _reading_some(scope: Scope, receive: Receive, send: Send) -> None:
    await anext(Request(scope, receive).stream())
    await _refusing(scope, receive, send)


def _drained(headers: Mapping[str, str], *, app: ASGIApp = _refusing, size: int = MIB, pause_s: float = 0.0) -> int:
    """Tell how many chunks of a body without end were read until the answer of *app* had ended."""
    read, sent = 0, list[Message]()

    async def receive() -> Message:
        nonlocal read
        read += 1
        await asyncio.sleep(pause_s)
        return {"type": "http.request", "body": bytes(size), "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    asyncio.run(Draining(app)({"type": "http", "headers": raw}, receive, send))
    assert b"".join(one.get("body", b"") for one in sent) == b"no"
    assert [one.get("more_body", False) for one in sent[1:]] == [True] * (len(sent) - 2) + [False]
    return read


def test_what_never_ends_is_read_for_so_long() -> None:
    assert _drained(_LENGTH, size=64 * MIB) == 4


def test_what_drips_is_read_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draining, "_SECONDS", 0.2)
    assert 1 < _drained(_LENGTH, size=1, pause_s=0.05) < 6


def test_who_waits_to_be_asked_for_the_body_sends_none() -> None:
    asks = {**_LENGTH, "expect": "100-continue"}
    assert _drained(asks) == 0
    assert _drained(asks, app=_reading_some, size=128 * MIB) == 3


def test_where_no_body_comes_nothing_is_waited_for() -> None:
    assert _drained({}) == _drained({"content-length": "0"}) == 0
