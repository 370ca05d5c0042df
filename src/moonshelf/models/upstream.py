"""Model servers that speak OpenAI's chat API."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from moonshelf.errors import Unavailable
from moonshelf.models.connection import Lost
from moonshelf.models.pool import Place, Pool
from moonshelf.models.splicing import Body

_PASSED_ON: Final = frozenset(
    {
        "accept",
        "accept-encoding",
        "content-type",
        "idempotency-key",
        "kimi-api-version",
        "x-msh-context-cache",
        "x-msh-context-cache-reset-ttl",
    }
)
"""The caller's headers that a model server gets. Named one by one: the caller's key must never reach it."""

_PASSED_BACK: Final = frozenset(
    {
        "cache-control",
        "content-encoding",
        "content-length",
        "content-type",
        "msh-cache",
        "msh-context-cache-id",
        "openai-processing-ms",
        "retry-after",
        "retry-after-ms",
        "server-timing",
        "x-should-retry",
    }
)
"""A model server's headers that the caller gets. The others name the operator's account, or end at this hop."""

_PORTION: Final = 1 << 18

IMAGE_TYPES: Final = ("image/jpeg", "image/png", "image/webp", "image/gif")
"""What nearly every model server takes; other images are converted."""


@dataclass(frozen=True)
class Model:
    """A model under its own name and the aliases it also answers to."""

    id: str
    aliases: tuple[str, ...] = ()
    vision: bool = False
    video: bool = False
    reasoning: bool = False
    context_length: int | None = None
    image_types: tuple[str, ...] = IMAGE_TYPES
    image_side: int = 4096  # longest side in pixels; larger images are scaled down
    own_files: bool = False  # its server keeps files of its own: ids that are unknown here are passed on


@dataclass(frozen=True)
class Upstream:
    """One model server; its base URL ends where OpenAI's does, with ``/v1``."""

    name: str
    base_url: str
    models: tuple[Model, ...]
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Answer:
    """A model server's answer: whatever status and bytes it sent, as it sent them."""

    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]
    ended: Callable[[], bool]
    """Tells whether the chunk that came last is known to end the answer."""

    async def read(self) -> bytes:
        """Wait for the whole body."""
        return b"".join([chunk async for chunk in self.chunks])


class Client:
    """Sends chat requests to model servers, over connections of our own: see docs/decisions."""

    def __init__(self, *, read_timeout_s: float = 600) -> None:
        self._pool = Pool(silence_s=read_timeout_s)

    @asynccontextmanager
    async def send(self, upstream: Upstream, body: Body, headers: Mapping[str, str]) -> AsyncIterator[Answer]:
        """Post *body* untouched; leaving the context before the answer's end cancels it at the model server.

        Raises ``Unavailable`` if the server can't be reached, says nothing for too long or breaks off.
        """
        place = Place.of(upstream.base_url)
        try:
            connection = await self._pool.take(place)
            try:
                await connection.ask(_portions(_head(upstream, place, body, headers), body))
                back = {name: value for name, value in connection.headers if _goes_back(name)}
                yield Answer(connection.status, back, connection, connection.ended)
            finally:
                self._pool.give_back(place, connection)
        except Lost as error:
            raise Unavailable(f"The model server {upstream.name!r}") from error

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


def _head(upstream: Upstream, place: Place, body: Body, headers: Mapping[str, str]) -> bytes:
    """Write the head of a request, with what the caller's *headers* say to the model server."""
    said = {"accept-encoding": "identity", "content-type": "application/json"}
    said |= {name: value for name, value in headers.items() if name in _PASSED_ON}
    said |= {"host": place.authority, "user-agent": "moonshelf", "content-length": str(sum(map(len, body)))}
    if upstream.key or place.basic:
        said["authorization"] = f"Bearer {upstream.key}" if upstream.key else str(place.basic)
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"POST {place.path}/chat/completions HTTP/1.1\r\n{lines}\r\n".encode("latin-1")


def _portions(head: bytes, body: Body) -> Iterator[bytes | memoryview]:
    """Hand out a request bit by bit: whatever a socket does not take at once would be copied, again and again."""
    if len(body) == 1 and len(body[0]) < _PORTION:
        yield head + body[0]
        return
    yield head
    for piece in body:
        for at in range(0, len(piece), _PORTION):
            yield memoryview(piece)[at : at + _PORTION]


def _goes_back(name: str) -> bool:
    return name in _PASSED_BACK or name.startswith("x-ratelimit-")
