"""Accounts have names and roles, an admin is among them, and what is done with them is written down."""

from collections.abc import Sequence

import pytest
from sqlalchemy import update

import shelves
from moonshelf.db import tables
from moonshelf.errors import InvalidRequest
from moonshelf.people import accounts
from moonshelf.people.audit import Audit
from moonshelf.wiring.people import first_account


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
    value = shelf.keys.create(made.id, name="of ben")
    shelf.keys.revoke(shelf.keys.authenticate(value).key_id)
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
