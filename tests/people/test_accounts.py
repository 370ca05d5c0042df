"""Keys open what they say, as long as they say, for the account that made them."""

import pytest
from sqlalchemy import update

import shelf as shelves
from moonshelf.db.tables import keys
from moonshelf.errors import InvalidKey, InvalidRequest
from moonshelf.people import accounts


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
