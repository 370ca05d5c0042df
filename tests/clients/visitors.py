"""People who are signed in to the dashboard, without a browser."""

import re

import httpx

from live import Live

PASSWORD = "correct horse battery"  # noqa: S105 - of accounts that live for one test


def entered(live: Live, token: str) -> httpx.Client:
    client = httpx.Client(base_url=f"{live.url}/dashboard", timeout=30)
    answer = client.post("/enter", data={"token": token, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" in cookie  # the public address is https; this test speaks plainly, so it hands the cookie over
    client.headers["cookie"] = cookie.partition(";")[0]
    client.cookies.clear()
    return client


def token_of(client: httpx.Client) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get("/keys").text)
    assert found
    return found[1]


def member(live: Live, admin: httpx.Client, name: str) -> httpx.Client:
    made = admin.post("/admin/users", data={"csrf": token_of(admin), "name": name, "role": "member"})
    token = re.search(r"enter\?token=([\w-]+)", made.text)
    assert token, made.text
    return entered(live, token[1])
