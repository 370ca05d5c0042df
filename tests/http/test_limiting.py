"""A place is free again before its holder can know that the answer is over, and whatever becomes of the answer."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace

import pytest
from starlette.types import Message, Receive, Scope, Send

from moonshelf.errors.limits import RateLimited
from moonshelf.http import caller
from moonshelf.http.limiting import Limiting
from moonshelf.limits.gate import Caller, Gate, Visit
from moonshelf.limits.local import LocalLimits
from moonshelf.limits.tiers import Tier, Tiers

_START: Message = {"type": "http.response.start", "status": 200, "headers": []}
_MORE: Message = {"type": "http.response.body", "body": b"some", "more_body": True}
_END: Message = {"type": "http.response.body", "body": b"all"}


def _free(gate: Gate) -> bool:
    """Tell whether there is a place for another request."""
    visit = Visit(Caller("ada", "key"))
    try:
        gate.enter(visit)
    except RateLimited:
        return False
    gate.leave(visit)
    return True


def _answered(gate: Gate, answer: Sequence[Message]) -> list[bool]:
    """Send *answer*, which breaks off where it has no end, and tell whether a place was free when each part left."""
    free: list[bool] = []

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        scope[caller._VISIT] = Visit(Caller("ada", "key"))
        gate.enter(scope[caller._VISIT])
        for message in answer:
            await send(dict(message))
        if answer[-1] is not _END:
            raise ConnectionError

    async def send(_message: Message) -> None:
        free.append(_free(gate))

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    services = SimpleNamespace(services=SimpleNamespace(gate=gate))
    asyncio.run(Limiting(app)({"type": "http", "headers": [], "app": services}, receive, send))
    return free


def test_a_place_is_given_back_with_the_end_of_the_answer_or_without_one() -> None:
    gate = Gate(LocalLimits(), Tiers({"alone": Tier(concurrency=1)}, default="alone"))
    assert _answered(gate, [_START, _MORE, _END]) == [False, False, True]
    with pytest.raises(ConnectionError):
        _answered(gate, [_START, _MORE])
    assert _free(gate)
