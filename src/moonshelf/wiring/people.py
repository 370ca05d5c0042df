"""Who may come in, and what is written down of them."""

from importlib.util import find_spec
from itertools import chain, count
from typing import NamedTuple
from urllib.parse import urlsplit

from moonshelf.db import Database
from moonshelf.errors import InvalidRequest
from moonshelf.errors.installation import NotInstalled
from moonshelf.people.accounts import Account, Accounts
from moonshelf.people.audit import Audit
from moonshelf.people.identities import Identities
from moonshelf.people.keys import Keys
from moonshelf.people.openid import Client as OpenIdClient
from moonshelf.people.openid import Provider, Rule
from moonshelf.people.passwords import Passwords
from moonshelf.people.roles import ADMIN
from moonshelf.people.sessions import Sessions
from moonshelf.people.usage import Usage
from moonshelf.settings import Settings

_DAY_S = 86_400


class People(NamedTuple):
    """Accounts with their keys, who signs in to them and how, and what they did."""

    accounts: Accounts
    keys: Keys
    passwords: Passwords
    sessions: Sessions
    identities: Identities
    provider: Provider | None  # of identities, where the operator named one
    usage: Usage
    audit: Audit


def build_people(settings: Settings, database: Database) -> People:
    """Build them over *database*; what they did is kept for a while."""
    keep_s = settings.usage_days * _DAY_S
    return People(
        accounts=Accounts(database),
        keys=Keys(database),
        passwords=Passwords(database),
        sessions=Sessions(database, lifetime_s=settings.session_s),
        identities=Identities(database),
        provider=build_provider(settings),
        usage=Usage(database, keep_s=keep_s),
        audit=Audit(database, keep_s=keep_s),
    )


def build_provider(settings: Settings) -> Provider | None:
    """Build what asks the OpenID provider, if there is one; it is asked first when somebody signs in."""
    if not settings.oidc_issuer or settings.dashboard == "off":
        return None
    if find_spec("authlib") is None:
        raise NotInstalled("MOONSHELF_OIDC_ISSUER", extra="oidc")
    for needed in ("oidc_client_id", "public_url"):
        if not getattr(settings, needed):
            raise SystemExit(f"MOONSHELF_OIDC_ISSUER needs MOONSHELF_{needed.upper()}. See docs/settings.md.")
    client = OpenIdClient(
        issuer=settings.oidc_issuer,
        title=settings.oidc_name or urlsplit(settings.oidc_issuer).netloc,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        back=f"{settings.public_url}/dashboard/openid/return",
        scopes=settings.oidc_scopes,
        naming=settings.oidc_account,
        members=_rule(settings.oidc_members),
        admins=_rule(settings.oidc_admins),
    )
    return Provider(client)


def _rule(said: str) -> Rule | None:
    claim, _, value = said.partition("=")
    return Rule(claim, value) if said else None


def first_account(accounts: Accounts) -> Account:
    """Return the oldest admin, made where there is none: under the first free name of admin, admin 2 and so on."""
    there = accounts.list()
    if (admin := next((one for one in there if one.role == ADMIN), None)) is not None:
        return admin
    taken = {one.name for one in there}
    name = next(one for one in chain([ADMIN], (f"{ADMIN} {number}" for number in count(2))) if one not in taken)
    try:
        return accounts.create(name, role=ADMIN)
    except InvalidRequest:  # another machine, started at the same moment, made it
        return first_account(accounts)
