"""Keys open what they say, as long as they say, for the account that made them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import update

import shelf as shelves
from moonshelf.db import tables
from moonshelf.db.tables import keys
from moonshelf.errors import InvalidKey, InvalidRequest
from moonshelf.people import accounts
from moonshelf.people.audit import Audit
from moonshelf.wiring.people import first_account


def test_a_key_ends_when_its_time_is_over(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    lasting, over = (shelf.accounts.create_key(account, lasts_s=lasts_s) for lasts_s in (60, 0))
    assert shelf.accounts.authenticate(lasting).account_id == account
    with pytest.raises(InvalidKey):
        shelf.accounts.authenticate(over)
    assert shelf.accounts.trusted(over) is None


def test_a_key_has_the_scopes_that_it_was_given(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    assert shelf.accounts.authenticate(shelf.accounts.create_key(account)).scopes == {"read", "write", "chat"}
    for scopes in (["read"], ["chat", "write"]):
        made = shelf.accounts.create_key(account, scopes=scopes)
        assert shelf.accounts.authenticate(made).scopes == set(scopes)
    for scopes in ([], ["read", "all"]):
        with pytest.raises(InvalidRequest):
            shelf.accounts.create_key(account, scopes=scopes)


def test_a_key_is_revoked_by_its_own_account_and_at_once(shelf: shelves.Shelf) -> None:
    ada, ben = shelf.account("ada"), shelf.account("ben")
    value = shelf.accounts.create_key(ada)
    key = shelf.accounts.authenticate(value).key_id
    with pytest.raises(InvalidRequest):
        shelf.accounts.revoke(key, account_id=ben)
    assert shelf.accounts.trusted(value) is not None
    shelf.accounts.revoke(key, account_id=ada)
    assert shelf.accounts.trusted(value) is None
    with pytest.raises(InvalidKey):
        shelf.accounts.authenticate(value)
    with pytest.raises(InvalidRequest):
        shelf.accounts.revoke(key, account_id=ada)


def test_a_key_is_trusted_for_a_moment_and_with_the_tier_of_now(
    shelf: shelves.Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = shelf.account()
    value = shelf.accounts.create_key(account)
    shelf.accounts.authenticate(value)
    shelf.accounts.set_tier(account, "kimi-1")
    assert shelf.accounts.trusted(value) is None
    assert shelf.accounts.authenticate(value).tier == "kimi-1"
    assert shelf.accounts.trusted(value) is not None
    monkeypatch.setattr(accounts, "_TRUST_S", -1.0)
    shelf.accounts.authenticate(value)
    assert shelf.accounts.trusted(value) is None


def test_a_key_that_is_given_looks_like_one_and_is_nobody_elses(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    for wrong in ("sk-" + "x" * 16, "pk-" + "x" * 30):
        with pytest.raises(InvalidRequest):
            shelf.accounts.create_key(account, value=wrong)
    right = "sk-" + "x" * 13 + "last"
    assert shelf.accounts.create_key(account, value=right, name="n" * 300) == right
    with pytest.raises(InvalidRequest, match="taken"):
        shelf.accounts.create_key(shelf.account("ben"), value=right)
    (key,) = shelf.accounts.keys_of(account)
    assert (key.hint, key.name) == ("sk-…last", "n" * 200)
    assert not replace(key, expires_at=100).living(now=100)


def test_what_is_done_with_keys_and_accounts_is_noted_by_whoever_did_it(shelf: shelves.Shelf) -> None:
    admin = shelf.account("admin")
    made = shelf.accounts.create("ben", by=admin)
    with pytest.raises(InvalidRequest, match="already"):
        shelf.accounts.create("ben", by=admin)
    for name in (" ", "x" * 101, "a\nb"):
        with pytest.raises(InvalidRequest, match="1 to 100"):
            shelf.accounts.create(name, by=admin)
    with pytest.raises(InvalidRequest, match="no such account"):
        shelf.accounts.get("acct_gone")
    value = shelf.accounts.create_key(made.id, name="of ben")
    shelf.accounts.revoke(shelf.accounts.authenticate(value).key_id)
    noted = Audit(shelf.database, keep_s=60).latest(limit=9)
    hint = f"of ben sk-…{value[-4:]}"
    assert {(one.account, one.action, one.subject) for one in noted} == {
        ("admin", "user.created", "admin"),
        ("admin", "user.created", "ben"),
        ("ben", "key.created", hint),
        ("ben", "key.revoked", hint),
    }


def test_accounts_are_listed_in_the_order_in_which_they_came(shelf: shelves.Shelf) -> None:
    for name in ("cy", "ada", "ben"):
        shelf.account(name)
    with shelf.database.write() as tx:
        tx.execute(update(tables.accounts).where(tables.accounts.c.name == "ben").values(created_at=1))
    assert [one.name for one in shelf.accounts.list()] == ["ben", "cy", "ada"]


def test_not_every_call_writes_down_when_its_key_was_used(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    value = shelf.accounts.create_key(account, scopes=["chat", "read"])
    shelf.accounts.authenticate(value)
    (key,) = shelf.accounts.keys_of(account)
    assert key.scopes == "read chat"
    assert key.last_used_at is not None
    for ago_s, noted in ((30, False), (90, True)):
        before = key.last_used_at - ago_s
        with shelf.database.write() as tx:
            tx.execute(update(keys).values(last_used_at=before))
        shelf.accounts.authenticate(value)
        assert (shelf.accounts.keys_of(account)[0].last_used_at != before) == noted


def test_however_many_keys_call_few_are_remembered(shelf: shelves.Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "_MOST_TRUSTED", 3)
    account = shelf.account()
    values = [shelf.accounts.create_key(account) for _ in range(8)]
    for value in values:
        shelf.accounts.authenticate(value)
    assert shelf.accounts.trusted(values[-1]) is not None
    assert len(shelf.accounts._trusted) <= 3


class _Overtaken(accounts.Accounts):
    """Accounts to which another machine adds the admin just after they were looked at."""

    def list(self) -> Sequence[accounts.Account]:
        there = super().list()
        if not there:
            self.create("admin", role="admin")
        return there


def test_machines_that_start_at_once_make_one_admin(shelf: shelves.Shelf) -> None:
    found = first_account(_Overtaken(shelf.database))
    assert [found] == shelf.accounts.list()
    assert (found.name, found.role) == ("admin", "admin")


def test_there_is_an_admin_though_a_member_has_that_name(shelf: shelves.Shelf) -> None:
    for name in ("admin", "admin 2"):
        shelf.accounts.create(name)
    admin = first_account(shelf.accounts)
    assert (admin.name, admin.role) == ("admin 3", "admin")
    assert first_account(shelf.accounts) == admin
