"""Who gets into the dashboard, and what those get who should not."""

import re
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from clients.visitors import PASSWORD, entered, member, token_of
from live import Live
from moonshelf.dashboard.routes import PAGES
from samples.papers import pdf, text


def test_a_link_works_once_and_is_not_used_up_by_looking(live: Live, admin: httpx.Client) -> None:
    made = admin.post("/admin/users", data={"csrf": token_of(admin), "name": "looker", "role": "member"})
    token = re.search(r"enter\?token=([\w-]+)", made.text)
    assert token
    for _ in range(3):
        assert "Welcome, looker" in httpx.get(f"{live.url}/dashboard/enter", params={"token": token[1]}).text
    entered(live, token[1]).close()
    again = httpx.post(f"{live.url}/dashboard/enter", data={"token": token[1], "password": PASSWORD})
    assert again.status_code == 403


def test_a_link_outlives_a_password_that_is_too_short(live: Live, admin: httpx.Client) -> None:
    made = admin.post("/admin/users", data={"csrf": token_of(admin), "name": "brief", "role": "member"})
    token = re.search(r"enter\?token=([\w-]+)", made.text)
    assert token
    short = httpx.post(f"{live.url}/dashboard/enter", data={"token": token[1], "password": "short"})
    assert short.status_code == 400
    assert "at least 10" in short.text
    entered(live, token[1]).close()


def test_a_way_from_upload_to_text_to_key_to_revoke(live: Live, admin: httpx.Client) -> None:
    page = pdf([[text("Apples were many, and pears were few.", 72, 660)]])
    sent = admin.post("/files", headers={"x-csrf-token": token_of(admin)}, files={"file": ("way.pdf", page)})
    file_id = re.search(r"file_\w+", sent.text)
    assert file_id
    with admin.stream("GET", "/files/events", params={"watch": file_id[0]}) as events:
        told = next(one for one in events.iter_text() if '"status": "ok"' in one)
    assert "way.pdf" in told
    assert "Apples were many" in admin.get(f"/files/{file_id[0]}").text
    painted = admin.get(f"/files/{file_id[0]}/pages/1")
    assert painted.headers["content-type"] == "image/webp"
    for none in (0, 2, 10**22, "1" * 5_000, "first"):
        assert admin.get(f"/files/{file_id[0]}/pages/{none}").status_code == 400
    assert admin.get(f"/files/{file_id[0]}/pages/1", params={"turned": "45"}).status_code == 400
    assert admin.get(f"/files/{file_id[0]}/download").content == page
    assert "Apples" in admin.get(f"/files/{file_id[0]}/download", params={"as": "markdown"}).text
    made = admin.post("/keys", data={"csrf": token_of(admin), "name": "way", "scope": ["read"]}).text
    value, key_id = re.search(r'id="key">(sk-[\w-]+)<', made), re.search(r"keys/(key_\w+)/revoke", made)
    assert value
    assert key_id
    bearer = {"authorization": f"Bearer {value[1]}"}
    assert httpx.get(f"{live.url}/v1/files/{file_id[0]}", headers=bearer).status_code == 200
    admin.post(f"/keys/{key_id[1]}/revoke", data={"csrf": token_of(admin)})
    time.sleep(1.1)  # what was trusted a moment ago is trusted for a second
    assert httpx.get(f"{live.url}/v1/files/{file_id[0]}", headers=bearer).status_code == 401
    assert "way.pdf" in admin.get("/", params={"q": "WAY", "purpose": "file-extract", "status": "ok"}).text
    assert re.search(r"<strong>[1-9]", admin.get("/usage", params={"span": "day", "of": "all"}).text)
    assert "Slices waiting" in admin.get("/admin/line").text
    gone = admin.post("/files/delete", data={"csrf": token_of(admin), "id": file_id[0]})
    assert gone.headers["location"] == "/dashboard/?gone=1"
    assert admin.get(f"/files/{file_id[0]}").status_code == 404


def test_of_a_long_text_the_beginning_is_shown_and_all_of_it_downloaded(admin: httpx.Client) -> None:
    said = "".join(f"line {number} of many\n" for number in range(100_000))
    sent = admin.post("/files", headers={"x-csrf-token": token_of(admin)}, files={"file": ("long.txt", said.encode())})
    file_id = re.search(r"file_\w+", sent.text)
    assert file_id
    with admin.stream("GET", "/files/events", params={"watch": file_id[0]}) as events:
        assert next(one for one in events.iter_text() if '"status": "ok"' in one)
    for view, told in {
        "read": "There is more of it",
        "text": "Only the beginning",
        "json": "Only the beginning",
    }.items():
        page = admin.get(f"/files/{file_id[0]}", params={"view": view}).text
        assert told in page
        assert "line 99 of many" in page
        assert "line 90000 of many" not in page
    whole = {
        view: admin.get(f"/files/{file_id[0]}/download", params={"as": view})
        for view in ("markdown", "text", "json", "original")
    }
    assert {whole[view].text for view in ("markdown", "text", "original")} == {said}
    assert whole["json"].json()["pages"][0]["blocks"][0]["text"] == said
    assert whole["json"].headers["content-disposition"].endswith("long.txt.json")


def test_a_second_account_sees_nothing_of_the_first(live: Live, admin: httpx.Client) -> None:
    csrf = {"csrf": token_of(admin)}
    admin.post("/files", params=csrf, files={"file": ("secret.txt", b"the secret plan")})
    file_id = re.search(r'(file_\w+)"><bdi>secret', admin.get("/").text)
    key_id = re.search(r"keys/(key_\w+)/revoke", admin.get("/keys").text)
    account_id = re.search(r"users/(acct_\w+)/quota", admin.get("/admin").text)
    assert file_id
    assert key_id
    assert account_id
    ids = {"file_id": file_id[1], "number": "1", "key_id": key_id[1], "account_id": account_id[1]}
    with closing(member(live, admin, "eve")) as eve:
        own = {"csrf": token_of(eve)}
        tried = []
        for route in PAGES:
            path = re.sub(r"\{(\w+)(:\w+)?\}", lambda found: ids.get(found[1], "x"), route.path)
            if path == route.path or path.startswith("/static"):
                continue
            method = "POST" if "POST" in (route.methods or ()) else "GET"
            answer = eve.request(method, path, data=own if method == "POST" else None)
            assert answer.status_code in {400, 403, 404}, path
            assert "secret" not in answer.text, path
            tried.append(path)
        assert len(tried) >= 8
        assert "secret" not in eve.get("/").text
        assert eve.get(f"/files/{ids['file_id']}/download", params={"as": "markdown"}).status_code == 404
        eve.post("/files/delete", data=own | {"id": ids["file_id"]})
        with eve.stream("GET", "/files/events", params={"watch": ids["file_id"]}) as events:
            read = events.iter_text()
            assert "secret" not in next(read) + next(read)
        for path in ("/admin", "/admin/line"):
            assert eve.get(path).status_code == 403
        assert eve.post("/admin/users", data=own | {"name": "x", "role": "admin"}).status_code == 403
        asked = {"model": "m", "turns": [], "files": [ids["file_id"]]}
        assert eve.post("/playground/chat", json=asked, headers={"x-csrf-token": own["csrf"]}).status_code == 404
        assert "secret" not in eve.get("/usage", params={"of": "all"}).text
    assert "secret.txt" in admin.get("/").text
    assert key_id[1] in admin.get("/keys").text


def test_a_session_is_new_with_each_sign_in_and_ends_with_sign_out(live: Live, admin: httpx.Client) -> None:
    with closing(member(live, admin, "fixed")) as fixed:
        planted = {"cookie": "moonshelf_session=planted-by-somebody-else"}
        form = {"name": "fixed", "password": PASSWORD}
        signed = httpx.post(f"{live.url}/dashboard/sign-in", data=form, headers=planted)
        given = signed.headers["set-cookie"].partition(";")[0]
        assert given not in {planted["cookie"], fixed.headers["cookie"]}
        keys = f"{live.url}/dashboard/keys"
        assert httpx.get(keys, headers=planted).status_code == 303
        assert httpx.get(keys, headers={"cookie": given}).status_code == 200
        fixed.post("/sign-out", data={"csrf": token_of(fixed)})
        assert fixed.get("/keys").status_code == 303
        part = fixed.get("/admin/line", headers={"hx-request": "true"})
        assert part.status_code == 401
        assert part.headers["hx-redirect"] == "/dashboard/sign-in"


def test_forms_from_elsewhere_change_nothing(admin: httpx.Client) -> None:
    csrf, before = token_of(admin), admin.get("/keys").text.count("/revoke")
    form = {"name": "stolen", "scope": "read"}
    assert admin.post("/keys", data=form).status_code == 403
    assert admin.post("/keys", data=form | {"csrf": "0" * 64}).status_code == 403
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"sec-fetch-site": "cross-site"},
    ):
        assert admin.post("/keys", data=form | {"csrf": csrf}, headers=headers).status_code == 403, headers
        sent = admin.post("/files", params={"csrf": csrf}, files={"file": ("a.txt", b"a")}, headers=headers)
        assert sent.status_code == 403, headers
    assert admin.post("/files", files={"file": ("a.txt", b"a")}).status_code == 403
    assert admin.get("/keys").text.count("/revoke") == before


def test_no_page_can_be_framed_or_made_to_run_foreign_scripts(admin: httpx.Client) -> None:
    for path in ("/", "/keys", "/sign-in", "/nothing-here", "/usage"):
        headers = admin.get(path).headers
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"


def test_what_is_no_page_is_said_whoever_asks_and_however(live: Live, admin: httpx.Client) -> None:
    for path in ("/files/x/pages/" + "1" * 5_000, "/files/x/frames/" + "1" * 5_000):
        assert httpx.get(f"{live.url}/dashboard{path}").status_code == 303
        assert 400 <= admin.get(path).status_code < 500
    for method, path in (("PUT", "/"), ("OPTIONS", "/admin"), ("POST", "/nowhere"), ("GET", "/sign-out")):
        answer = admin.request(method, path)
        assert (answer.status_code, answer.json()["error"]["type"]) == (404, "resource_not_found_error")
    assert "nothing at this address" in admin.put("/", headers={"accept": "text/html"}).text


def test_a_form_that_is_too_large_is_refused(live: Live, admin: httpx.Client) -> None:
    many, long = "&".join(["id=x"] * 5_001), "id=" + "x" * 300_000
    kind = {"content-type": "application/x-www-form-urlencoded"}
    for form in (many, long):
        assert httpx.post(f"{live.url}/dashboard/sign-in", content=form, headers=kind).status_code == 400
        assert admin.post("/files/delete", content=form, headers=kind).status_code == 400


def test_a_link_writes_no_code_into_what_is_copied(admin: httpx.Client) -> None:
    page = admin.get("/playground", params={"file": ["file_0known", "$(touch /tmp/pwned)", "x;id"]}).text
    assert "/files/file_0known/content" in page
    assert "pwned" not in page
    assert "x;id" not in page


def test_an_uploaded_page_is_sent_back_to_be_saved_never_to_be_shown(admin: httpx.Client) -> None:
    admin.post(
        "/files", params={"csrf": token_of(admin)}, files={"file": ("evil.html", b"<script>alert(1)</script>hello")}
    )
    file_id = re.search(r'(file_\w+)"><bdi>evil\.html', admin.get("/").text)
    assert file_id
    got = admin.get(f"/files/{file_id[1]}/download", params={"as": "original", "inline": "1"})
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in got.headers["content-security-policy"]


def test_guessing_ends_after_five_wrong_passwords_whether_or_not_the_name_exists(
    live: Live, admin: httpx.Client
) -> None:
    member(live, admin, "victim").close()
    for name in ("victim", "nobody-at-all"):
        answers = [
            httpx.post(f"{live.url}/dashboard/sign-in", data={"name": name, "password": f"wrong {n}"}) for n in range(7)
        ]
        said = ["Too many" in answer.text for answer in answers]
        assert said == [False] * 5 + [True] * 2, name
        assert all(answer.status_code == 403 for answer in answers)
    right = httpx.post(f"{live.url}/dashboard/sign-in", data={"name": "victim", "password": PASSWORD})
    assert right.status_code == 403


def test_a_new_password_ends_all_older_sessions(live: Live, admin: httpx.Client) -> None:
    with closing(member(live, admin, "mover")) as mover:
        signed = httpx.post(f"{live.url}/dashboard/sign-in", data={"name": "mover", "password": PASSWORD})
        assert signed.status_code == 303
        other = {"cookie": signed.headers["set-cookie"].partition(";")[0]}
        assert httpx.get(f"{live.url}/dashboard/keys", headers=other).status_code == 200
        form = {"csrf": token_of(mover), "old": PASSWORD, "new": "another long password"}
        assert mover.post("/account", data=form).status_code == 303
        assert httpx.get(f"{live.url}/dashboard/keys", headers=other).status_code == 303


def test_a_session_left_open_is_not_enough_for_a_new_password(live: Live, admin: httpx.Client) -> None:
    with closing(member(live, admin, "open")) as left:
        form = {"csrf": token_of(left), "old": "wrong password", "new": "another long password"}
        assert left.post("/account", data=form).status_code == 403
        right = httpx.post(f"{live.url}/dashboard/sign-in", data={"name": "open", "password": PASSWORD})
        assert right.status_code == 303


def test_what_makes_no_sense_of_people_and_keys_is_refused(live: Live, admin: httpx.Client) -> None:
    csrf, before = {"csrf": token_of(admin)}, admin.get("/keys").text.count("/revoke")
    member(live, admin, "sense").close()
    account = re.search(r"sense</td>.*?users/(acct_\w+)/quota", admin.get("/admin").text, re.DOTALL)
    assert account
    for path, form in (
        ("/admin/users", {"role": "member", "name": " "}),
        ("/admin/users", {"role": "member", "name": "x" * 101}),
        ("/admin/users", {"role": "member", "name": "sense"}),
        ("/admin/users", {"role": "owner", "name": "boss"}),
        ("/admin/users", {"name": "boss"}),
        (f"/admin/users/{account[1]}/quota", {"files": "-1"}),
        (f"/admin/users/{account[1]}/quota", {"megabytes": "many"}),
        ("/admin/users/acct_gone/quota", {"files": "1"}),
        ("/keys", {"name": "for nothing"}),
    ):
        assert admin.post(path, data=csrf | form).status_code == 400, form
    owner = admin.post("/admin/users", data=csrf | {"role": "owner", "name": "boss"}).text
    assert "A role is member or admin, not &#39;owner&#39;." in owner
    assert "boss" not in admin.get("/admin").text
    made = admin.post("/keys", data=csrf | {"name": "week", "scope": "read", "days": "7"}).text
    assert ">in 7 d<" in made
    assert made.count("/revoke") == before + 1


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "/dashboard\\..//x", "//["]
)
def test_signing_in_never_leads_elsewhere(live: Live, admin: httpx.Client, wanted: str) -> None:
    _ = admin
    page = httpx.get(f"{live.url}/dashboard/sign-in", params={"next": wanted}).text
    assert 'name="next" value="/dashboard"' in page


def test_what_was_done_is_in_the_audit_log_and_only_admins_see_it(admin: httpx.Client) -> None:
    admin.post("/keys", data={"csrf": token_of(admin), "name": "audited", "scope": "read"})
    page = admin.get("/admin").text
    for said in ("key.created", "audited", "session.opened", "user.created", "<bdi>with a link</bdi>"):
        assert said in page


def test_a_quota_that_an_admin_sets_holds_at_once(live: Live, admin: httpx.Client) -> None:
    with closing(member(live, admin, "small")) as small:
        account = re.search(r"small</td>.*?users/(acct_\w+)/quota", admin.get("/admin").text, re.DOTALL)
        assert account
        admin.post(f"/admin/users/{account[1]}/quota", data={"csrf": token_of(admin), "files": "1", "megabytes": "5"})
        assert "<bdi>small: 1 files, 5,242,880 bytes</bdi>" in admin.get("/admin").text
        assert "of 5 MB" in small.get("/").text  # as the API counts them, which says 100MB of 100 MiB
        csrf = {"csrf": token_of(small)}
        assert small.post("/files", params=csrf, files={"file": ("תוכנית 7.txt", b"a")}).status_code == 303
        assert "<bdi>תוכנית 7.txt</bdi>" in small.get("/").text  # or its number stands on the wrong side
        assert small.post("/files", params=csrf, files={"file": ("b.txt", b"b")}).status_code == 400


def test_without_the_dashboard_there_is_no_page(tmp_path: Path) -> None:
    off = Live(tmp_path / "data", dashboard="off").start()
    try:
        assert "Dashboard" not in off.log.read_text()
        for path in ("/", "/dashboard/", "/dashboard/sign-in"):
            assert httpx.get(off.url + path).status_code == 404
    finally:
        off.stop()


def test_a_page_that_is_open_holds_up_no_stop(tmp_path: Path) -> None:
    live = Live(tmp_path / "data", log_level="warning", public_url="https://shelf.example", drain_s=60).start()
    token = re.search(r"enter\?token=(\S+)", live.log.read_text())
    assert token
    with closing(entered(live, token[1])) as admin, admin.stream("GET", "/files/events") as events:
        told = events.iter_text()
        assert next(told).startswith("retry:")
        began = time.monotonic()
        assert live.stop() == 0
        assert time.monotonic() - began < 30
