"""Keys open what they say, as long as they say, for the account that made them."""

from dataclasses import replace

import pytest
from sqlalchemy import update

import shelves
from moonshelf.db import tables
from moonshelf.errors import InvalidKey, InvalidRequest
from moonshelf.people import keys, names


def test_a_key_ends_when_its_time_is_over(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    lasting, over = (shelf.keys.create(account, lasts_s=lasts_s) for lasts_s in (60, 0))
    assert shelf.keys.authenticate(lasting).account_id == account
    with pytest.raises(InvalidKey):
        shelf.keys.authenticate(over)
    assert shelf.keys.trusted(over) is None


def test_a_key_has_the_scopes_that_it_was_given(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    assert shelf.keys.authenticate(shelf.keys.create(account)).scopes == {"read", "write", "chat"}
    for scopes in (["read"], ["chat", "write"]):
        made = shelf.keys.create(account, scopes=scopes)
        assert shelf.keys.authenticate(made).scopes == set(scopes)
    for scopes in ([], ["read", "all"]):
        with pytest.raises(InvalidRequest):
            shelf.keys.create(account, scopes=scopes)


@pytest.mark.parametrize("name", ["\x1b]0;owned\x07", "two\nlines", "\u202eback", "\udcff"])
def test_a_name_of_a_key_is_one_line_that_can_be_seen(shelf: shelves.Shelf, name: str) -> None:
    with pytest.raises(InvalidRequest, match="characters that can be seen"):
        shelf.keys.create(shelf.account(), name=name)
    assert shelf.keys.all() == []


@pytest.mark.parametrize(
    "name",
    [
        "\u672c\u756a\u3000\u30b5\u30fc\u30d0\u30fc",
        "\u0646\u0627\u0645\u200c\u0647\u0627",
        "\U0001f468\u200d\U0001f4bb laptop",
    ],
)
def test_a_name_may_have_spaces_and_joiners_of_any_script(shelf: shelves.Shelf, name: str) -> None:
    shelf.keys.create(shelf.account(), name=name)
    assert [key.name for key in shelf.keys.all()] == [name]
    assert names.printed(f"{name}\x1b") == f"{name}\ufffd"


def test_a_key_is_revoked_by_its_own_account_and_at_once(shelf: shelves.Shelf) -> None:
    ada, ben = shelf.account("ada"), shelf.account("ben")
    value = shelf.keys.create(ada)
    key = shelf.keys.authenticate(value).key_id
    with pytest.raises(InvalidRequest):
        shelf.keys.revoke(key, account_id=ben)
    assert shelf.keys.trusted(value) is not None
    shelf.keys.revoke(key, account_id=ada)
    assert shelf.keys.trusted(value) is None
    with pytest.raises(InvalidKey):
        shelf.keys.authenticate(value)
    with pytest.raises(InvalidRequest):
        shelf.keys.revoke(key, account_id=ada)


def test_a_key_is_trusted_for_a_moment_and_with_the_tier_of_now(
    shelf: shelves.Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = shelf.account()
    value = shelf.keys.create(account)
    shelf.keys.authenticate(value)
    shelf.accounts.set_tier(account, "kimi-1")
    assert shelf.keys.authenticate(value).tier == "kimi-1"
    assert shelf.keys.trusted(value) is not None
    monkeypatch.setattr(keys, "_TRUST_S", -1.0)
    shelf.keys.authenticate(value)
    assert shelf.keys.trusted(value) is None


def test_a_key_that_is_given_looks_like_one_and_is_nobody_elses(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    for wrong in ("sk-" + "x" * 16, "pk-" + "x" * 30):
        with pytest.raises(InvalidRequest):
            shelf.keys.create(account, value=wrong)
    right = "sk-" + "x" * 13 + "last"
    assert shelf.keys.create(account, value=right, name="n" * 300) == right
    with pytest.raises(InvalidRequest, match="taken"):
        shelf.keys.create(shelf.account("ben"), value=right)
    (key,) = shelf.keys.of(account)
    assert (key.hint, key.name) == ("sk-…last", "n" * 200)
    assert not replace(key, expires_at=100).living(now=100)


def test_not_every_call_writes_down_when_its_key_was_used(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    value = shelf.keys.create(account, scopes=["chat", "read"])
    shelf.keys.authenticate(value)
    (key,) = shelf.keys.of(account)
    assert key.scopes == "read chat"
    assert key.last_used_at is not None
    for ago_s, noted in ((30, False), (90, True)):
        before = key.last_used_at - ago_s
        with shelf.database.write() as tx:
            tx.execute(update(tables.keys).values(last_used_at=before))
        shelf.keys.authenticate(value)
        assert (shelf.keys.of(account)[0].last_used_at != before) == noted


def test_however_many_keys_call_few_are_remembered(shelf: shelves.Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_MOST_TRUSTED", 3)
    account = shelf.account()
    values = [shelf.keys.create(account) for _ in range(8)]
    for value in values:
        shelf.keys.authenticate(value)
    assert shelf.keys.trusted(values[-1]) is not None
    assert len(shelf.keys._trusted) <= 3
