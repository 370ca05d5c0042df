"""Bodies of JSON, which are kept in memory: read within bounds, and made what a route takes."""

from typing import Final, TypeVar

import msgspec
from starlette.requests import Request

from moonshelf.errors import InvalidRequest
from moonshelf.errors.requests import CallerLeft
from moonshelf.http.caller import held, services
from moonshelf.models.splicing import NO_JSON

_LARGEST: Final = 100 * 2**20
"""What Kimi accepts (wire.md 2.5)."""

_Said = TypeVar("_Said")


async def read(request: Request, *, most: int = _LARGEST) -> bytes:
    """Read a body of at most *most* bytes. Raises ``InvalidRequest`` for more, ``Overloaded`` without room.

    Room is held until the request is over, and for twice the body: it is there as pieces, and then as a whole.
    """
    admission = services(request).admission
    chunks: list[bytes] = []
    size, announced = 0, int(request.headers.get("content-length", 0))
    _check_size(announced, most)
    arrival = held(request).enter_context(admission.body(size=2 * announced))
    more = True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise CallerLeft
        chunk, more = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        _check_size(size, most)
        admission.came(arrival, len(chunk))
        admission.grow(arrival, memory=2 * size)
        chunks.append(chunk)
    return b"".join(chunks)


def decoded(body: bytes, kind: type[_Said]) -> _Said:
    """Make *body* what a route takes. Raises ``InvalidRequest``, which names the field that is wrong."""
    try:
        return msgspec.json.decode(body, type=kind)
    except NO_JSON as error:
        raise InvalidRequest(f"Invalid request: {error}") from None


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise InvalidRequest(f"Invalid request: the request body is larger than {most // 2**20} MB; send less at once")
