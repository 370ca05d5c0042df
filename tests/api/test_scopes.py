"""A key does what its scopes say and nothing else."""

from contextlib import closing

import httpx

from live import Live
from moonshelf import db
from moonshelf.people.accounts import Accounts
from moonshelf.people.keys import Keys

_ROUTES = {
    "write": (("POST", "/files"), ("DELETE", "/files/{}")),
    "read": (
        ("GET", "/files"),
        ("GET", "/files/{}"),
        ("GET", "/files/{}/content"),
        ("GET", "/files/{}/original"),
        ("GET", "/files/{}/coverage"),
    ),
}


def _keys(server: Live) -> dict[str, str]:
    """Make an account with a key for each scope."""
    with closing(db.connect(server.database_url)) as database:
        accounts = Accounts(database)
        owner = accounts.create("scopes").id
        return {scope: Keys(database).create(owner, scopes=[scope]) for scope in ("read", "write", "chat")}


def _ask(server: Live, key: str, method: str, path: str) -> httpx.Response:
    with server.http(key) as http:
        if method == "POST":
            return http.post(path, files={"file": ("a.txt", b"text")})
        return http.request(method, path)


def test_a_key_without_a_scope_is_refused_what_needs_it_and_changes_nothing(server: Live) -> None:
    keys = _keys(server)
    file_id = _ask(server, keys["write"], "POST", "/files").json()["id"]
    for scope, routes in _ROUTES.items():
        for method, path in routes:
            for other in keys.keys() - {scope}:
                refused = _ask(server, keys[other], method, path.format(file_id))
                assert (refused.status_code, refused.json()["error"]["type"]) == (403, "permission_denied_error"), path
                assert repr(scope) in refused.json()["error"]["message"]
    for method, path in _ROUTES["read"]:
        assert _ask(server, keys["read"], method, path.format(file_id)).status_code == 200
    assert len(_ask(server, keys["read"], "GET", "/files").json()["data"]) == 1
    assert _ask(server, keys["write"], "DELETE", f"/files/{file_id}").status_code == 200


def test_an_upload_that_just_fills_the_quota_is_taken(server: Live) -> None:
    with closing(db.connect(server.database_url)) as database:
        accounts = Accounts(database)
        owner = accounts.create("exact").id
        accounts.allow(owner, by=owner, max_files=9, max_bytes=1_000)
        key = Keys(database).create(owner)
    with server.http(key) as http:
        for size, status in ((1_001, 400), (999, 200), (2, 400), (1, 200), (1, 400)):
            assert http.post("/files", files={"file": ("a.bin", bytes(size))}).status_code == status
        assert sum(one["bytes"] for one in http.get("/files").json()["data"]) == 1_000
