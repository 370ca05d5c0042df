"""An account that is removed leaves nothing behind but what was written down of it, and lets nobody in."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import insert, select

import assembly
import shelves
from moonshelf.db.tables import identities, journeys, metadata
from moonshelf.errors import InvalidKey, InvalidRequest
from moonshelf.errors.limits import TooManyFiles
from moonshelf.people.audit import Audit
from moonshelf.people.passwords import Passwords, Refused
from moonshelf.people.roles import ADMIN
from moonshelf.people.sessions import LinkUsed, Sessions
from moonshelf.shelf.files import File
from moonshelf.shelf.uploads import LeaseLost

PASSWORD = "correct horse battery"  # noqa: S105 - of an account that lives for one test
KEPT = {"audit", "usage"}


def _traces(shelf: shelves.Shelf, account: str) -> set[str]:
    """Name the tables that know the account."""
    tables = [table for table in metadata.sorted_tables if "account_id" in table.c]
    with shelf.database.read() as tx:
        return {one.name for one in tables if tx.execute(select(one).where(one.c.account_id == account)).first()}


def test_all_that_an_account_has_goes_with_it_and_nothing_of_others(shelf: shelves.Shelf) -> None:
    admin = shelf.accounts.create("root", role=ADMIN).id
    ada, ben = shelf.account("ada"), shelf.account("ben")
    shelf.add(ada, b"the same text")
    shelf.read(shelf.claim())
    kept = shelf.add(ben, b"the same text")
    shelf.add(ada, b"read by nobody yet", name="b.txt")
    assembly.add(shelf, assembly.create(shelf, ada, 8), b"some")
    lease = shelf.uploads.begin(ada, size=4)
    value, sessions = shelf.keys.create(ada), Sessions(shelf.database, lifetime_s=60)
    Passwords(shelf.database).set(ada, PASSWORD)
    cookie, link = sessions.open(ada, how="password"), sessions.invite(ada)
    with shelf.database.write() as tx:
        row = {"issuer": "https://id", "subject": "7", "account_id": ada, "name": "ada", "follows": False}
        tx.execute(insert(identities).values(row))
        tx.execute(insert(journeys).values(hash="h", wanted="/", account_id=ada, expires_at=2**40))
    shelf.departures.remove(ada, by=admin)
    assembly.sweep(shelf)
    assert _traces(shelf, ada) <= KEPT
    with pytest.raises(InvalidKey):
        shelf.keys.authenticate(value)
    with pytest.raises(Refused):
        Passwords(shelf.database).check("ada", PASSWORD)
    with pytest.raises(LinkUsed):
        sessions.accept(link)
    assert sessions.find(cookie) is None
    with pytest.raises(LeaseLost):
        shelf.add(ada, b"late", name="late.txt", lease=lease)
    with pytest.raises(InvalidKey):  # by a key that was trusted a moment ago
        shelf.uploads.begin(ada, size=4)
    assert (shelf.kept(), shelf.held(ben)) == ({kept.blob}, (1, 13))
    newest = Audit(shelf.database, keep_s=60).latest(limit=1)[0]
    assert (newest.account, newest.action, newest.subject) == ("root", "user.removed", f"ada ({ada})")
    assert shelf.account("ada") != ada, "the name is free again"


def test_what_a_removed_account_did_is_known_by_its_id(shelf: shelves.Shelf) -> None:
    ada = shelf.account("ada")
    shelf.keys.create(ada, name="laptop")
    shelf.departures.remove(ada)
    noted = Audit(shelf.database, keep_s=60).latest(limit=9)
    assert [(one.account, one.action) for one in noted] == [
        (ada, "user.removed"),
        (ada, "key.created"),
        (ada, "user.created"),
    ]


def test_nothing_new_is_let_in_meanwhile_and_an_upload_that_becomes_a_file_goes_too(shelf: shelves.Shelf) -> None:
    late: list[File] = []

    def deleted(account: str, _: str) -> None:
        if not late:
            with pytest.raises(TooManyFiles):
                shelf.uploads.begin(account, size=0)
            with pytest.raises(InvalidKey):
                shelf.keys.authenticate(value)
            late.append(shelf.add(account, b"late", name="late.txt", lease=lease))

    shelf.files.when_deleted(deleted)
    ada = shelf.account("ada")
    shelf.add(ada)
    lease, value = shelf.uploads.begin(ada, size=4), shelf.keys.create(ada)
    shelf.departures.remove(ada)
    assert len(late) == 1
    assert (_traces(shelf, ada) - KEPT, shelf.kept()) == (set(), set())


def test_admins_who_remove_each_other_leave_one(shelf: shelves.Shelf) -> None:
    admins = [shelf.accounts.create(name, role=ADMIN).id for name in ("ada", "ben")]

    def remove(account: str) -> None:
        with suppress(InvalidRequest):
            shelf.departures.remove(account)

    with ThreadPoolExecutor() as pool:
        list(pool.map(remove, admins))
    (left,) = shelf.accounts.list()
    assert left.role == ADMIN
    with pytest.raises(InvalidRequest, match="is the only admin; make another account an admin's first"):
        shelf.departures.remove(left.id)
    shelf.keys.create(left.id)
    with pytest.raises(InvalidRequest, match="no such account"):
        shelf.departures.remove("acct_gone")
