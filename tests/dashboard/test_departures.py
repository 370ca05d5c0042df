"""A user whom an admin removes."""

import re
import time
from contextlib import closing

import httpx

from clients.visitors import member, token_of
from live import Live


def test_a_user_whom_an_admin_removes_is_out_at_once(live: Live, admin: httpx.Client) -> None:
    with closing(member(live, admin, "leaver")) as leaver:
        made = leaver.post("/keys", data={"csrf": token_of(leaver), "name": "mine", "scope": ["read", "write"]}).text
        value = re.search(r'id="key">(sk-[\w-]+)<', made)
        assert value
        with httpx.Client(base_url=f"{live.url}/v1", headers={"authorization": f"Bearer {value[1]}"}) as client:
            assert client.post("/files", files={"file": ("a.txt", b"some words")}).status_code == 200
            users = admin.get("/admin", params={"q": "leaver"}).text
            place = re.search(r"/dashboard(/admin/users/acct_\w+/remove)", users)
            assert place
            assert leaver.post(place[1], data={"csrf": token_of(leaver)}).status_code == 403
            removed = admin.post(place[1], data={"csrf": token_of(admin)})
            assert removed.headers["location"] == "/dashboard/admin"
            assert leaver.get("/").headers["location"].startswith("/dashboard/sign-in")
            time.sleep(1.1)  # a key is trusted for a second
            assert client.get("/files").status_code == 401
    page = admin.get("/admin").text
    assert "leaver (acct_" in page
    assert "removed an account" in page
    (myself,) = set(re.findall(r"users/(acct_\w+)/quota", admin.get("/admin", params={"q": "admin"}).text))
    assert f"{myself}/remove" not in page
    refused = admin.post(
        f"/admin/users/{myself}/remove", data={"csrf": token_of(admin)}, headers={"accept": "text/html"}
    )
    assert refused.status_code == 400
    assert "Another admin can remove your account" in refused.text
