"""Where model servers are, and the connections to them that are kept for the next request."""

import asyncio
import base64
import socket
import ssl
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from aiohappyeyeballs import start_connection

from moonshelf.models.connection import Connection, Lost

_CONNECT_S: Final = 5.0
_NEXT_ADDRESS_S: Final = 0.25  # a name's next address is tried then, as RFC 8305 has it

# Below the 5 seconds after which uvicorn, and so vLLM, closes an idle connection: a POST on a connection that is just
# being closed can't be repeated safely.
_KEEP_S: Final = 4.0


@dataclass(frozen=True)
class Place:
    """Where a base URL leads."""

    host: str
    port: int
    secure: bool
    authority: str
    path: str
    basic: str | None
    """What its user and password become in ``authorization``."""

    @classmethod
    @lru_cache
    def of(cls, url: str) -> Self:
        """Take *url* apart."""
        parts = urlsplit(url)
        secure, basic = parts.scheme == "https", None
        if parts.username is not None:
            credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            basic = f"Basic {base64.b64encode(credentials.encode()).decode()}"
        authority = parts.netloc.rpartition("@")[2]
        return cls(parts.hostname or "", parts.port or (443 if secure else 80), secure, authority, parts.path, basic)


class Pool:
    """Connects, and keeps what can be used again for a few seconds; for one event loop."""

    def __init__(self, *, silence_s: float) -> None:
        """*silence_s* is how long a server may say nothing while it is waited for."""
        self._silence_s = silence_s
        self._kept: defaultdict[Place, list[Connection]] = defaultdict(list)
        self._sweeping: asyncio.TimerHandle | None = None

    async def take(self, place: Place) -> Connection:
        """Give a connection to *place*, the one that was used last if any is kept. Raises ``Lost``."""
        kept = self._kept[place]
        while kept:
            connection = kept.pop()
            if connection.reusable and not _stale(connection):
                return connection
            connection.abort()
        return await self._connect(place)

    def give_back(self, place: Place, connection: Connection) -> None:
        """Keep *connection* if it can be used again, or else close it."""
        if not connection.reusable:
            connection.abort()
            return
        loop = asyncio.get_running_loop()
        connection.kept_since = loop.time()
        self._kept[place].append(connection)
        if self._sweeping is None:
            self._sweeping = loop.call_later(_KEEP_S, self._sweep)

    def close(self) -> None:
        """Close all that are kept."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        for kept in self._kept.values():
            for connection in kept:
                connection.abort()
        self._kept.clear()

    async def _connect(self, place: Place) -> Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_CONNECT_S):
                addresses = await loop.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
                _, connection = await loop.create_connection(
                    lambda: Connection(self._silence_s),
                    sock=await start_connection(addresses, happy_eyeballs_delay=_NEXT_ADDRESS_S),
                    ssl=self._certificates if place.secure else None,
                    server_hostname=place.host if place.secure else None,
                )
        except OSError as error:  # no address, nobody there, a wrong certificate, or the time was up
            raise Lost(f"there is no connection to {place.authority} ({str(error) or 'it takes too long'})") from error
        return connection

    @cached_property
    def _certificates(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def _sweep(self) -> None:
        """Close what nobody needed, and look again while anything is kept."""
        for place, kept in list(self._kept.items()):
            self._kept[place] = fresh = [one for one in kept if not _stale(one)]
            for connection in kept[: len(kept) - len(fresh)]:  # the oldest stand first
                connection.abort()
            if not fresh:
                del self._kept[place]
        self._sweeping = asyncio.get_running_loop().call_later(_KEEP_S, self._sweep) if self._kept else None


def _stale(connection: Connection) -> bool:
    return asyncio.get_running_loop().time() - connection.kept_since > _KEEP_S
