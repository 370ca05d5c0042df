"""OpenID Connect: the provider that the operator named says who somebody is.

Somebody is sent there with what is derived from a secret of this one sign-in, and comes back with a code. It is
changed for a token, of which nothing is believed before it is checked.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode, urlsplit

from moonshelf.errors import NotAllowed, Unavailable
from moonshelf.people import id_tokens
from moonshelf.people.id_tokens import Claims

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import aiohttp

_KNOWN_S: Final = 3_600.0
_ANSWER_S: Final = 10.0
_LARGEST: Final = 1_000_000  # bytes of an answer


@dataclass(frozen=True, slots=True)
class Rule:
    """A claim and a value that it must have, or hold among others."""

    claim: str
    value: str

    def holds(self, claims: Claims) -> bool:
        """Tell whether these claims fulfil it."""
        said = claims.get(self.claim)
        return self.value in said if isinstance(said, list) else said == self.value


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the provider knows them; *subject* never changes, *name* may."""

    issuer: str
    subject: str
    name: str
    admin: bool | None  # None: the operator leaves roles to this server's admins


@dataclass(frozen=True)
class Client:
    """What the operator agreed on with the provider."""

    issuer: str
    title: str  # how people call it
    client_id: str
    client_secret: str = field(repr=False)
    back: str  # the address that people come back to
    scopes: str = "openid email profile"
    naming: str = "email"  # the claim that names an account
    members: Rule | None = None  # None: everybody whom the provider lets in
    admins: Rule | None = None


class Provider:
    """Asks the provider; keeps for an hour what that says of itself."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._known: tuple[float, Claims] = (0.0, {})
        self._keys: Claims | None = None

    async def way(self, secret: str) -> str:
        """Return the address to send somebody to; *secret* is of this one sign-in. Raises ``Unavailable``."""
        from authlib.oauth2.rfc7636 import create_s256_code_challenge  # noqa: PLC0415 - an extra

        asked = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self.client.back,
            "scope": self.client.scopes,
            "state": _derived(secret, "state"),
            "nonce": _derived(secret, "nonce"),
            "code_challenge": create_s256_code_challenge(_derived(secret, "verifier")),
            "code_challenge_method": "S256",
        }
        return _with(str((await self._described())["authorization_endpoint"]), asked)

    async def farewell(self) -> str:
        """Return where one signs out of the provider too, empty where it has no such place."""
        try:
            address = str((await self._described()).get("end_session_endpoint", ""))
        except Unavailable:
            return ""
        return _with(address, {"client_id": self.client.client_id}) if address else ""

    async def person(self, secret: str, query: Mapping[str, str]) -> Person:
        """Return who came back with *query*. Raises ``NotAllowed`` where anything is amiss, ``Unavailable``."""
        if not hmac.compare_digest(query.get("state", "").encode(), _derived(secret, "state").encode()):
            raise NotAllowed("This sign-in began in another window or too long ago; please begin again.")
        if query.get("iss", self.client.issuer) != self.client.issuer:  # RFC 9207: an answer of another provider
            raise NotAllowed(f"This answer is not from {self.client.title}; please begin again.")
        if "code" not in query:
            raise NotAllowed(f"{self.client.title} let nobody in ({query.get('error', 'it gave no code')[:100]}).")
        token = await self._exchanged(query["code"], _derived(secret, "verifier"))
        claims = await self._believed(token, nonce=_derived(secret, "nonce"))
        return self._person({**await self._more(claims, token), **claims})

    def _person(self, claims: Claims) -> Person:
        client = self.client
        if client.members is not None and not client.members.holds(claims):
            raise NotAllowed(f"{client.title} knows you, but you are not among those who may use this server.")
        name = claims.get(client.naming)
        if not isinstance(name, str) or not name.strip():
            raise NotAllowed(f"{client.title} did not say your {client.naming}, which this server needs as a name.")
        if client.naming == "email" and claims.get("email_verified") is False:
            raise NotAllowed(f"{client.title} has not verified your e-mail address; confirm it there first.")
        admin = client.admins.holds(claims) if client.admins else None
        return Person(client.issuer, str(claims["sub"]), name.strip(), admin)

    async def _described(self) -> Claims:
        """Return what the provider says of itself (OpenID Connect Discovery 1.0)."""
        until, known = self._known
        if until > time.monotonic():
            return known
        found = await self._get(f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration")
        secure = urlsplit(self.client.issuer).scheme
        addresses = [str(found.get(one, "")) for one in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        if found.get("issuer") != self.client.issuer or not all(one.startswith(f"{secure}://") for one in addresses):
            raise Unavailable(f"{self.client.title}, which does not describe itself as {self.client.issuer!r},")
        self._known = time.monotonic() + _KNOWN_S, found
        return found

    async def _exchanged(self, code: str, verifier: str) -> Claims:
        """Change the code for tokens, which only we can: we know the verifier."""
        client, described = self.client, await self._described()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": client.back}
        form |= {"code_verifier": verifier}
        headers = {"accept": "application/json"}
        ways = described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if client.client_secret and "client_secret_basic" in ways:
            pair = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form["client_id"] = client.client_id
            form |= {"client_secret": client.client_secret} if client.client_secret else {}
        async with self._asking() as session:
            token = await _read(await session.post(str(described["token_endpoint"]), data=form, headers=headers))
        if not isinstance(token.get("id_token"), str):
            said = str(token.get("error", "no token"))[:100]
            raise NotAllowed(f"{client.title} did not confirm this sign-in ({said}); please begin again.")
        return token

    async def _believed(self, token: Claims, *, nonce: str) -> Claims:
        check = partial(
            id_tokens.read,
            token["id_token"],
            issuer=self.client.issuer,
            client_id=self.client.client_id,
            nonce=nonce,
            access_token=token.get("access_token"),
        )
        try:
            try:
                return check(await self._key_set())
            except id_tokens.UnknownKey:  # the provider has new ones
                return check(await self._key_set(anew=True))
        except ValueError as error:
            raise NotAllowed(
                f"The token of {self.client.title} is not to be believed ({error}); begin again."
            ) from None

    async def _more(self, claims: Claims, token: Claims) -> Claims:
        """Return what the provider tells only when it is asked, where something we need is missing."""
        rules = [one.claim for one in (self.client.members, self.client.admins) if one]
        address = (await self._described()).get("userinfo_endpoint")
        if not address or all(one in claims for one in (self.client.naming, *rules)):
            return {}
        more = await self._get(str(address), authorization=f"Bearer {token.get('access_token', '')}")
        return more if more.get("sub") == claims["sub"] else {}

    async def _key_set(self, *, anew: bool = False) -> Claims:
        if self._keys is None or anew:
            found = (await self._get(str((await self._described())["jwks_uri"]))).get("keys")
            self._keys = {"keys": [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []}
        return self._keys

    async def _get(self, address: str, **headers: str) -> Claims:
        async with self._asking() as session:
            return await _read(await session.get(address, headers=headers, raise_for_status=True))

    @asynccontextmanager
    async def _asking(self) -> "AsyncIterator[aiohttp.ClientSession]":
        import aiohttp  # noqa: PLC0415 - heavy, and seldom needed

        timeout = aiohttp.ClientTimeout(total=_ANSWER_S)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session:
                yield session
        except (aiohttp.ClientError, TimeoutError, ValueError):
            raise Unavailable(self.client.title) from None


async def _read(answer: "aiohttp.ClientResponse") -> Claims:
    """Read an object, in however many pieces it comes. Raises ``ValueError`` where it is something else."""
    body = bytearray()
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > _LARGEST:
            raise ValueError(answer.url)
    said = json.loads(body)
    if not isinstance(said, dict):
        raise ValueError(answer.url)  # noqa: TRY004 - of what came, as of JSON that is none
    return said


def _with(address: str, asked: Mapping[str, str]) -> str:
    """Add a query to an address, which may have one already."""
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"


def _derived(secret: str, what: str) -> str:
    """Derive the state, nonce or verifier of a sign-in from its one secret: nothing else is to be kept."""
    digest = hmac.new(secret.encode(), what.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
