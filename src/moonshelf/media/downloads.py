"""Images and videos on the web: fetched only from hosts that the operator allows, and never from inside a network."""

import asyncio
import ipaddress
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from moonshelf.media.references import Remote, invalid
from moonshelf.shelf.recent import Recent

if TYPE_CHECKING:
    import aiohttp
    from aiohttp.abc import ResolveResult

_MOST_REDIRECTS: Final = 3
_MOST_S: Final = 30.0
_CHUNK: Final = 1 << 16
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_OK: Final = 200
_KEPT_S: Final = 300.0  # a conversation shows its pictures again with every question
_KEPT_BYTES: Final = 64 * 2**20
_FLEETING: Final = frozenset({"no-store", "no-cache", "max-age=0"})


def is_public(address: str) -> bool:
    """Tell whether *address* is one that the whole world has: not private, loopback, link-local or multicast."""
    one = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(one, ipaddress.IPv6Address):
        embedded = one.ipv4_mapped or one.sixtofour or (one.teredo[1] if one.teredo else None)
        if embedded is not None:
            return is_public(str(embedded))
        if one in _TRANSLATED:
            return is_public(str(ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)))
    return one.is_global and not one.is_multicast


_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Downloads:
    """Fetches from *hosts* alone: names, ``*.example.com`` or ``*``."""

    hosts: Sequence[str]
    most_bytes: int
    may_connect: Callable[[str], bool] = is_public
    _recent: Recent[bytes] = field(default_factory=lambda: Recent(most_bytes=_KEPT_BYTES, size=len))

    async def fetch(self, remote: Remote, account_id: str) -> bytes:
        """Return what is at an address, or was there for the account minutes ago, unless its server says otherwise.

        Raises ``InvalidRequest`` where it may not or cannot be had.
        """
        key = (account_id, remote.url, int(time.monotonic() // _KEPT_S))
        if (known := self._recent.peek(key)) is not None:
            return known
        try:
            async with asyncio.timeout(_MOST_S):
                found = await self._follow(remote)
        except TimeoutError:
            raise _refusal(remote, f"it took longer than {_MOST_S:.0f} seconds") from None
        return found.data if found.fleeting else self._recent.get(key, lambda: found.data)

    async def _follow(self, remote: Remote) -> "_Found":
        import aiohttp  # noqa: PLC0415 - heavy: 15 MB that a server without chat never needs

        url = remote.url
        timeout = aiohttp.ClientTimeout(total=None)  # the time for all redirects together is kept outside
        connector = aiohttp.TCPConnector(resolver=_resolver(self.may_connect), force_close=True)
        try:
            async with aiohttp.ClientSession(
                connector=connector, timeout=timeout, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
            ) as session:
                for _ in range(_MOST_REDIRECTS + 1):
                    self._check(remote, url)
                    found = await self._get(session, remote, url)
                    if isinstance(found, _Found):
                        return found
                    url = urljoin(url, found)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _refusal(remote, "it cannot be fetched") from error
        raise _refusal(remote, f"it redirects more than {_MOST_REDIRECTS} times")

    async def _get(self, session: "aiohttp.ClientSession", remote: Remote, url: str) -> "_Found | str":
        """Return what is there, or where it is instead."""
        headers = {"accept-encoding": "identity", "user-agent": "moonshelf"}
        async with session.get(url, allow_redirects=False, headers=headers) as answer:
            if answer.status in _REDIRECTS:
                return answer.headers.get("location", "")
            if answer.status != _OK:
                raise _refusal(remote, f"its server answers {answer.status}")
            data = bytearray()
            async for chunk in answer.content.iter_chunked(_CHUNK):
                data += chunk
                if len(data) > self.most_bytes:
                    raise _refusal(remote, f"it is larger than {self.most_bytes / 2**20:.4g} MB")
            fleeting = answer.headers.get("cache-control", "").lower().replace(" ", "").split(",")
        return _Found(bytes(data), fleeting=not _FLEETING.isdisjoint(fleeting))

    def _check(self, remote: Remote, url: str) -> None:
        """Refuse an address that the operator did not allow; names are resolved, and judged, when connecting."""
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
        if parts.scheme not in {"http", "https"} or parts.username is not None or not host:
            raise _refusal(remote, "only plain http and https addresses are fetched")
        if not any(fnmatchcase(host, one) for one in self.hosts):
            raise _refusal(remote, f"upload it and use ms://<file-id>, or allow {host[:64]!r} in MOONSHELF_MEDIA_HOSTS")
        if _is_address(host) and not self.may_connect(host):  # a resolver never sees these
            raise _refusal(remote, "it is on a network that is not public")


@dataclass(frozen=True, slots=True)
class _Found:
    data: bytes
    fleeting: bool  # its server wants to be asked again each time


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _resolver(may_connect: Callable[[str], bool]) -> "aiohttp.abc.AbstractResolver":
    """Make a resolver that knows public addresses only.

    What it gives is what is connected to, so a name that changes its address between a check and the connection
    gains nothing.
    """
    import aiohttp  # noqa: PLC0415 - heavy, as above

    class Public(aiohttp.ThreadedResolver):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list["ResolveResult"]:
            found = await super().resolve(host, port, family)
            if not all(may_connect(one["host"]) for one in found):
                raise OSError(f"{host} is on a network that is not public")
            return found

    return Public()


def _refusal(remote: Remote, why: str) -> Exception:
    return invalid(f"unsupported {remote.kind} url: {remote.url[:200]!r}: {why}")
