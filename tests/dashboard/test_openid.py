"""Signing in through an OpenID provider: who gets in, as whom, and who does not."""

import asyncio
import base64
import hashlib
import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from clients.browser import chromium
from live import Live
from moonshelf import wiring
from moonshelf.errors import Unavailable
from moonshelf.people.openid import Client, Provider
from moonshelf.settings import Settings
from servers.openid import CLIENT, SECRET, OpenIdServer

PASSWORD = "correct horse battery"  # noqa: S105 - of an account that lives for one test


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdServer]:
    with OpenIdServer() as started:
        yield started


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, provider: OpenIdServer) -> Iterator[Live]:
    data = tmp_path_factory.mktemp("openid") / "data"
    started = Live(
        data,
        log_level="info",
        workers=0,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_name="Acme",
        oidc_members="groups=staff",
        oidc_admins="groups=captains",
    )
    started.public().start()
    yield started
    assert started.stop() == 0


@pytest.fixture
def tab(live: Live) -> Iterator[httpx.Client]:
    """Give a browser of its own: it keeps cookies, and goes where it is sent."""
    with httpx.Client(base_url=f"{live.url}/dashboard", follow_redirects=True, timeout=30) as client:
        yield client


def _sign_in(tab: httpx.Client) -> httpx.Response:
    return tab.get("/openid/begin", params={"next": "/dashboard/keys"})


def _csrf(tab: httpx.Client) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', tab.get("/keys").text)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def owner(live: Live) -> Iterator[httpx.Client]:
    """Enter as the admin of the first start, who has a password."""
    token = re.search(r"enter\?token=(\S+)", live.log.read_text())
    assert token
    with httpx.Client(base_url=f"{live.url}/dashboard", follow_redirects=True, timeout=30) as client:
        client.post("/enter", data={"token": token[1], "password": PASSWORD})
        yield client


def test_somebody_new_gets_an_account_and_the_same_one_next_time(tab: httpx.Client, provider: OpenIdServer) -> None:
    provider.be("ada", groups=["staff"])
    page = _sign_in(tab)
    assert page.url.path == "/dashboard/keys"
    assert "moonshelf_openid" not in tab.cookies
    assert provider.described == 1, "what it says of itself is kept for a while"
    assert "ada@example.org" in page.text
    assert tab.get("/admin").status_code == 403
    tab.post("/keys", data={"csrf": _csrf(tab), "name": "of ada", "scope": "read"})
    tab.post("/sign-out", data={"csrf": _csrf(tab)})
    assert tab.get("/keys").url.path == "/dashboard/sign-in"
    provider.be("ada", groups=["staff"], email="ada.lovelace@example.org")
    assert "of ada" in _sign_in(tab).text


def test_a_real_browser_goes_there_and_back_under_the_policy(live: Live, provider: OpenIdServer) -> None:
    provider.be("bea", groups=["staff"])
    refused: list[str] = []
    with chromium() as browser:
        page = browser.new_page()
        page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(f"{live.url}/dashboard/usage")
        page.click("text=Sign in with Acme")
        page.wait_for_url("**/dashboard/usage")
        page.click("text=Sign out")
        page.click("text=sign out of Acme")
        page.wait_for_url(f"{provider.issuer}/end**")
        page.goto(f"{live.url}/dashboard/usage")
        page.wait_for_url("**/sign-in?next=**")
    assert refused == []


def test_what_is_sent_out_and_kept_is_bound_to_this_browser(live: Live, provider: OpenIdServer) -> None:
    provider.be("ben", groups=["staff"])
    begun = httpx.get(f"{live.url}/dashboard/openid/begin")
    assert begun.headers["location"].startswith(f"{provider.issuer}/authorize?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["location"]).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["response_type"] == "code"
    assert len(asked["nonce"]) >= 43
    digest = hashlib.sha256(asked["nonce"].encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert len({asked["state"], asked["nonce"]}) == 2
    assert asked["code_challenge"] != challenge, "whoever sees the nonce could change the code"
    assert asked["redirect_uri"] == f"{live.url}/dashboard/openid/return"
    cookie = begun.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/dashboard/openid" in cookie
    back = provider.authorize(asked)
    assert httpx.get(back).status_code == 403  # a browser that did not begin it
    jar = {"cookie": cookie.partition(";")[0]}
    assert httpx.get(back, headers=jar).status_code == 303
    assert "was used" in httpx.get(back, headers=jar).text


def test_a_code_opens_once_however_it_comes(live: Live, provider: OpenIdServer) -> None:
    provider.be("ben", groups=["staff"])
    answers = []
    code = ""
    for _ in range(2):
        begun = httpx.get(f"{live.url}/dashboard/openid/begin")
        back = provider.authorize({k: v[0] for k, v in parse_qs(urlsplit(begun.headers["location"]).query).items()})
        query = {k: v[0] for k, v in parse_qs(urlsplit(back).query).items()}
        code = code or query["code"]
        jar = {"cookie": begun.headers["set-cookie"].partition(";")[0]}
        answers.append(
            httpx.get(f"{live.url}/dashboard/openid/return", params=query | {"code": code}, headers=jar).status_code
        )
    assert answers == [303, 403]


@pytest.mark.parametrize("changed", [{"state": "another"}, {"state": ""}, {"iss": "https://evil.example"}])
def test_an_answer_to_somebody_else_or_of_somebody_else_is_refused_before_its_code_is_used(
    live: Live, provider: OpenIdServer, changed: dict[str, str]
) -> None:
    provider.be("ben", groups=["staff"])
    begun = httpx.get(f"{live.url}/dashboard/openid/begin")
    back = provider.authorize({k: v[0] for k, v in parse_qs(urlsplit(begun.headers["location"]).query).items()})
    query = {k: v[0] for k, v in parse_qs(urlsplit(back).query).items()} | changed
    jar, exchanged = {"cookie": begun.headers["set-cookie"].partition(";")[0]}, len(provider.exchanges)
    answer = httpx.get(f"{live.url}/dashboard/openid/return", params=query, headers=jar)
    assert answer.status_code == 403
    assert len(provider.exchanges) == exchanged


WRONG: dict[str, Callable[[OpenIdServer], None]] = {
    "nonce": lambda p: p.lies.update(nonce="another"),
    "no nonce": lambda p: p.lies.update(nonce=None),
    "audience": lambda p: p.lies.update(aud="somebody-else"),
    "no audience": lambda p: p.lies.update(aud=None),
    "other party": lambda p: p.lies.update(aud=[CLIENT, "other"], azp="other"),
    "issuer": lambda p: p.lies.update(iss="https://evil.example"),
    "expired": lambda p: p.lies.update(exp=int(time.time()) - 90),
    "no end": lambda p: p.lies.update(exp=None),
    "from the future": lambda p: p.lies.update(iat=int(time.time()) + 90),
    "no subject": lambda p: p.lies.update(sub=None),
    "access token": lambda p: p.lies.update(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "unsigned": lambda p: setattr(p, "algorithm", "none"),
    "shared key": lambda p: setattr(p, "algorithm", "HS256"),
    "signature": lambda p: setattr(p, "signs_with", RSAKey.generate_key(2048, {"kid": "first"})),
    "unknown key": lambda p: setattr(p, "signs_with", RSAKey.generate_key(2048, {"kid": "other"})),
    "refused": lambda p: setattr(p, "refuses", "access_denied"),
    "no member": lambda p: p.person.update(groups=["guests"]),
    "no name": lambda p: p.person.update(email=None),
    "blank name": lambda p: p.person.update(email=" "),
    "another's answer": lambda p: p.__dict__.update(only_userinfo=True, told=p.person | {"sub": "eve"}),
    "unverified": lambda p: p.person.update(email_verified=False),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_nobody_gets_in_with_a_token_that_is_wrong(tab: httpx.Client, provider: OpenIdServer, wrong: str) -> None:
    provider.be("mallory", groups=["staff"])
    WRONG[wrong](provider)
    page = _sign_in(tab)
    assert page.status_code == 403, page.text
    assert 'role="alert"' in page.text
    assert "moonshelf_session" not in tab.cookies
    assert tab.get("/keys").url.path == "/dashboard/sign-in"


def test_clocks_may_differ_by_a_minute(tab: httpx.Client, provider: OpenIdServer) -> None:
    provider.be("clocks", groups=["staff"])
    provider.lies = {"exp": int(time.time()) - 30, "iat": int(time.time()) + 30}
    assert "clocks@example.org" in _sign_in(tab).text


def test_new_keys_of_the_provider_are_fetched(tab: httpx.Client, provider: OpenIdServer) -> None:
    provider.be("keys", groups=["staff"])
    assert _sign_in(tab).status_code == 200
    provider.key = provider.signs_with = RSAKey.generate_key(2048, {"kid": "second", "use": "sig"})
    tab.cookies.clear()
    assert "keys@example.org" in _sign_in(tab).text


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ((500, {"error": "busy"}), 503),
        ((200, {}), 403),
        ((200, {"keys": []}), 403),
        ((200, {"keys": ["?"]}), 403),
        ((200, {"keys": [{"kty": "?"}]}), 403),
    ],
)
def test_a_provider_that_shows_no_keys_is_asked_again(
    tab: httpx.Client, provider: OpenIdServer, answer: tuple[int, dict[str, object]], status: int
) -> None:
    provider.be("keyless", groups=["staff"])
    provider.key = provider.signs_with = RSAKey.generate_key(2048, {"kid": str(time.monotonic_ns()), "use": "sig"})
    provider.keys_answer = answer
    refused = _sign_in(tab)
    assert refused.status_code == status
    assert "Acme" in refused.text
    provider.keys_answer = None
    assert "keyless@example.org" in _sign_in(tab).text


def test_an_answer_may_come_in_pieces(tab: httpx.Client, provider: OpenIdServer) -> None:
    provider.be("pieces", groups=["staff"])
    provider.in_pieces = True
    assert "pieces@example.org" in _sign_in(tab).text


def test_what_only_userinfo_tells_is_asked_for(tab: httpx.Client, provider: OpenIdServer) -> None:
    provider.be("quiet", groups=["staff"])
    provider.only_userinfo = True
    assert "quiet@example.org" in _sign_in(tab).text


def test_the_token_goes_before_what_userinfo_tells(tab: httpx.Client, provider: OpenIdServer) -> None:
    provider.be("first", groups=["staff"])
    provider.lies = {"groups": None}
    provider.told = provider.person | {"email": "second@example.org"}
    assert "first@example.org" in _sign_in(tab).text


def test_the_role_follows_the_provider_with_each_sign_in(tab: httpx.Client, provider: OpenIdServer) -> None:
    for groups, seen in ((["staff", "captains"], 200), (["staff"], 403)):
        provider.be("cap", groups=groups)
        _sign_in(tab)
        assert tab.get("/admin").status_code == seen


def test_an_account_of_the_same_name_is_not_taken_over_but_its_owner_connects_it(
    live: Live, owner: httpx.Client, tab: httpx.Client, provider: OpenIdServer
) -> None:
    made = owner.post("/admin/users", data={"csrf": _csrf(owner), "name": "eve@example.org", "role": "member"})
    link = re.search(r"enter\?token=([\w-]+)", made.text)
    assert link
    provider.be("eve", groups=["staff"])
    refused = _sign_in(tab)
    assert refused.status_code == 403
    assert "already" in refused.text
    with httpx.Client(base_url=f"{live.url}/dashboard", follow_redirects=True, timeout=30) as eve:
        eve.post("/enter", data={"token": link[1], "password": PASSWORD})
        eve.post("/keys", data={"csrf": _csrf(eve), "name": "of eve", "scope": "read"})
        assert eve.post("/account/connect").status_code == 403
        way = re.search(
            r'href="(http[^"]+/authorize[^"]+)"', eve.post("/account/connect", params={"csrf": _csrf(eve)}).text
        )
        assert way
        assert "can now sign in" in eve.get(way[1].replace("&amp;", "&")).text
        assert "of eve" in _sign_in(tab).text
        eve.post("/account/disconnect", data={"csrf": _csrf(eve)})
    tab.cookies.clear()
    assert _sign_in(tab).status_code == 403
    log = owner.get("/admin").text
    assert "identity.connected" in log
    assert "identity.disconnected" in log


def test_an_account_is_connected_by_whoever_is_signed_in_to_it_alone(
    owner: httpx.Client, tab: httpx.Client, provider: OpenIdServer
) -> None:
    provider.be("tabby", groups=["staff"])
    _sign_in(tab)
    for session in (tab.cookies["moonshelf_session"], "none"):
        page = owner.post("/account/connect", params={"csrf": _csrf(owner)}).text
        way = re.search(r'href="(http[^"]+/authorize[^"]+)"', page)
        assert way
        asked = {k: v[0] for k, v in parse_qs(urlsplit(way[1].replace("&amp;", "&")).query).items()}
        provider.be("stranger", groups=["staff"])
        jar = f"moonshelf_openid={owner.cookies['moonshelf_openid']}; moonshelf_session={session}"
        answer = httpx.get(provider.authorize(asked), headers={"cookie": jar})
        assert answer.status_code == 403
    assert "stranger" not in owner.get("/account").text


def test_whoever_has_no_password_cannot_lock_the_door_behind_them(tab: httpx.Client, provider: OpenIdServer) -> None:
    provider.be("only", groups=["staff"])
    _sign_in(tab)
    page = tab.get("/account").text
    assert "only way in" in page
    assert "Old password" not in page
    assert tab.post("/account/disconnect", data={"csrf": _csrf(tab)}).status_code == 403


def test_signing_out_names_the_place_to_sign_out_of_the_provider(tab: httpx.Client, provider: OpenIdServer) -> None:
    provider.be("ada", groups=["staff"])
    _sign_in(tab)
    page = tab.post("/sign-out", data={"csrf": _csrf(tab)})
    assert f'href="{provider.issuer}/end?p=out&amp;client_id={CLIENT}"' in page.text


def test_a_provider_that_is_another_or_away_is_not_available(provider: OpenIdServer) -> None:
    for issuer in (f"{provider.issuer}/", "http://127.0.0.1:9"):
        client = Client(issuer=issuer, title="Acme", client_id=CLIENT, client_secret="", back="")
        with pytest.raises(Unavailable, match="Acme"):
            asyncio.run(Provider(client).way("secret"))


@pytest.mark.parametrize("place", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_a_provider_whose_places_are_less_safe_than_itself_is_not_believed(provider: OpenIdServer, place: str) -> None:
    client = Client(issuer=provider.issuer, title="Acme", client_id=CLIENT, client_secret="", back="")
    provider.elsewhere = {place: "ftp://127.0.0.1/place"}
    try:
        with pytest.raises(Unavailable, match="does not describe itself"):
            asyncio.run(Provider(client).way("secret"))
    finally:
        provider.elsewhere = {}


@pytest.mark.parametrize("missing", ["oidc_client_id", "public_url"])
def test_a_setting_that_the_provider_needs_is_asked_for_at_the_start(missing: str) -> None:
    given = {"oidc_issuer": "https://id.example", "oidc_client_id": CLIENT, "public_url": "https://shelf.example"}
    with pytest.raises(SystemExit, match=missing.upper()):
        wiring.people.build_provider(Settings.model_validate(given | {missing: ""}))
