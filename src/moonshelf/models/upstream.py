"""Model servers that speak OpenAI's chat API."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from moonshelf.errors import Unavailable
from moonshelf.models.splicing import Body

if TYPE_CHECKING:
    import aiohttp

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

_REDIRECTS: Final = range(300, 400)
_FINAL: Final = range(200, 600)  # statuses that answer a request; the web server dies of those that are none

_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # what no header may hold

_PORTION: Final = 1 << 18

_CONNECT_S: Final = 5.0

# Below the 5 seconds after which uvicorn, and so vLLM, closes an idle connection: a POST on a connection that is just
# being closed can't be repeated safely.
_KEEPALIVE_S: Final = 4.0


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
    headers: Mapping[str, str]  # each character is a byte
    chunks: AsyncIterator[bytes]
    ended: Callable[[], bool]
    """Tells whether the chunk that came last is known to end the answer."""

    async def read(self) -> bytes:
        """Wait for the whole body."""
        return b"".join([chunk async for chunk in self.chunks])


class Client:
    """Sends chat requests to model servers over connections that are kept and shared.

    aiohttp and not httpx: measured in this place, httpx cost 2.1 ms of CPU a request and 2.7 s for 200 streams of 40
    chunks, aiohttp 0.8 ms and 0.5 s.
    """

    def __init__(self, *, read_timeout_s: float = 600) -> None:
        self._read_timeout_s = read_timeout_s
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def send(self, upstream: Upstream, body: Body, headers: Mapping[str, str]) -> AsyncIterator[Answer]:
        """Post *body* untouched; leaving the context before the answer's end cancels it at the model server.

        Raises ``Unavailable`` if the server can't be reached, says nothing for too long or breaks off.
        """
        import aiohttp  # noqa: PLC0415 - heavy: 15 MB that a server without chat never needs

        passed = {name: value for name, value in headers.items() if name in _PASSED_ON}
        # Without this aiohttp would ask for compression that the caller didn't.
        passed.setdefault("accept-encoding", "identity")
        if upstream.key:
            passed["authorization"] = f"Bearer {upstream.key}"
        passed["content-length"] = str(sum(map(len, body)))
        url = f"{upstream.base_url}/chat/completions"
        try:
            async with self._open().post(url, data=_portions(body), headers=passed, allow_redirects=False) as got:
                yield _answer(got)
        except (aiohttp.ClientError, TimeoutError, _Unfit) as error:
            raise Unavailable(f"The model server {upstream.name!r}") from error

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> "aiohttp.ClientSession":
        """Give the session, made on first use because it belongs to the running loop."""
        import aiohttp  # noqa: PLC0415 - heavy, as above

        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEPALIVE_S),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_S, sock_read=self._read_timeout_s),
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"user-agent": "moonshelf"},
            )
        return self._session


class _Unfit(Exception):
    """The model server sends its callers to somebody whom the operator did not name, or answers nothing at all."""


def _answer(got: "aiohttp.ClientResponse") -> Answer:
    """Pass on what goes back. Raises ``_Unfit``."""
    if got.status in _REDIRECTS:
        raise _Unfit(f"it redirects to {got.headers.get('location')!r}; see to its base_url")
    if got.status not in _FINAL:
        raise _Unfit(f"it answers with the status {got.status}")
    told = ((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in got.raw_headers)
    back = {name: value for name, value in told if _goes_back(name) and not _CONTROL.search(value)}
    return Answer(got.status, back, got.content.iter_any(), got.content.at_eof)


async def _portions(body: Body) -> AsyncIterator[memoryview]:
    """Hand out a body bit by bit: whatever a socket does not take at once would be copied, again and again."""
    for piece in body:
        for at in range(0, len(piece), _PORTION):
            yield memoryview(piece)[at : at + _PORTION]


def _goes_back(name: str) -> bool:
    return name in _PASSED_BACK or name.startswith("x-ratelimit-")
