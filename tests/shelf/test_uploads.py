"""Leases: somebody always knows every blob, and a dead upload gives back what it held."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select, update

import databases
import shelves
from moonshelf.db import now
from moonshelf.db.tables import files, uploads
from moonshelf.errors import Unavailable
from moonshelf.people.audit import Audit
from moonshelf.storage import BlobKey
from moonshelf.storage.local import LocalStore
from moonshelf.storage.tombstones import bury
from servers.postgres import Postgres


def _let_pass(shelf: shelves.Shelf, seconds: float) -> None:
    """Have all leases run out earlier by as much."""
    with shelf.database.write() as tx:
        tx.execute(update(uploads).values(lease_until=uploads.c.lease_until - seconds))


def test_an_expired_lease_gives_back_its_place_and_buries_its_blob(build: Callable[..., shelves.Shelf]) -> None:
    shelf = build(lease_s=-1)
    account = shelf.account()
    lease = shelf.uploads.begin(account, size=7)
    shelf.blobs.put(lease.blob, shelf.spool(b"partial").path)
    assert shelf.held(account) == (1, 7)
    assert shelf.uploads.expire() == 1
    assert shelf.held(account) == (0, 0)
    assert shelf.gravedigger.dig() == 1
    assert list(shelf.blobs.keys()) == []


def test_a_file_whose_lease_was_taken_away_is_refused_and_its_blob_removed(
    build: Callable[..., shelves.Shelf],
) -> None:
    shelf = build(lease_s=-1)
    account = shelf.account()
    lease = shelf.uploads.begin(account, size=4)
    shelf.uploads.expire()
    shelf.gravedigger.dig()
    with pytest.raises(Unavailable):
        shelf.add(account, lease=lease)
    assert list(shelf.blobs.keys()) == []
    assert shelf.held(account) == (0, 0)


def test_a_renewed_lease_lives_on(build: Callable[..., shelves.Shelf]) -> None:
    shelf = build(lease_s=100)
    lease = shelf.uploads.begin(shelf.account(), size=4)
    _let_pass(shelf, 60)
    shelf.uploads.renew(lease)
    _let_pass(shelf, 60)
    assert shelf.uploads.expire() == 0
    _let_pass(shelf, 60)
    assert shelf.uploads.expire() == 1
    with pytest.raises(Unavailable):
        shelf.uploads.renew(lease)


def test_abandoning_what_became_a_file_changes_nothing(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    lease = shelf.uploads.begin(account, size=4)
    shelf.add(account, lease=lease)
    shelf.uploads.abandon(lease)
    assert shelf.held(account) == (1, 4)
    assert shelf.gravedigger.dig() == 0


def test_a_lease_that_was_renewed_or_ended_since_it_was_read_is_let_be(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    lease = shelf.uploads.begin(account, size=4)
    with shelf.database.read() as tx:
        row = tx.execute(select(uploads)).one()
    shelf.uploads.renew(lease)
    with shelf.database.write() as tx:
        assert not shelf.uploads._end(tx, row)
    assert shelf.held(account) == (1, 4)
    shelf.uploads.abandon(lease)
    with shelf.database.write() as tx:
        assert not shelf.uploads._end(tx, row)
    assert shelf.held(account) == (0, 0)


def test_what_a_machine_elsewhere_finishes_storing_late_is_removed_too(tmp_path: Path, postgres: Postgres) -> None:
    shelf = shelves.build(tmp_path, url=databases.on_postgresql(postgres))
    lease = shelf.uploads.begin(shelf.account(), size=4)
    shelf.uploads.abandon(lease)
    assert shelf.kept() == set()
    shelf.blobs.put(lease.blob, shelf.spool(b"late").path)
    assert shelf.kept() == set()
    shelf.database.close()


def test_what_could_not_be_removed_is_removed_the_next_time(
    shelf: shelves.Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = shelf.account()
    shelf.files.delete(account, shelf.add(account).id)
    with monkeypatch.context() as patch:
        patch.setattr(LocalStore, "delete", _gone)
        with pytest.raises(Unavailable):
            shelf.gravedigger.dig()
    assert shelf.gravedigger.dig() == 1
    assert list(shelf.blobs.keys()) == []


def _gone(_store: LocalStore, _key: BlobKey) -> None:
    raise Unavailable("Storage")


def test_however_much_is_buried_is_removed_in_one_go(shelf: shelves.Shelf) -> None:
    with shelf.database.write() as tx:
        bury(tx, *(BlobKey(f"{number:04x}") for number in range(1001)))
    assert (shelf.gravedigger.dig(), shelf.gravedigger.dig()) == (1001, 0)


def test_a_deletion_lets_its_blob_go_at_once_and_is_written_down(shelf: shelves.Shelf) -> None:
    called: list[tuple[str, str]] = []
    shelf.files.when_deleted(lambda *its: called.append(its))
    account = shelf.account("ada")
    file = shelf.add(account)
    shelf.files.delete(account, file.id)
    assert called == [(account, file.id)]
    entry = Audit(shelf.database, keep_s=60).latest(limit=1)[0]
    assert (entry.account, entry.action, entry.subject) == ("ada", "file.deleted", "a.txt")


def test_files_whose_time_is_over_go_once_however_many_look_and_others_stay(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    over = [shelf.add(account, name=f"{number}.txt") for number in range(12)]
    stays, later = shelf.add(account, name="stays"), shelf.add(account, name="later")
    with shelf.database.write() as tx:
        at = int(now(tx))
        its = files.c.id.in_([one.id for one in over])
        tx.execute(update(files).where(its).values(expires_at=at))
        tx.execute(update(files).where(files.c.id == later.id).values(expires_at=at + 3_600))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: shelf.files.expire(), range(4)))
    assert max(found) == 12
    left = shelf.files.list(account, purpose=None, after=None, limit=100, newest_first=False).files
    assert [one.id for one in left] == [stays.id, later.id]
    assert shelf.held(account) == (2, 8)
    assert shelf.kept() == {stays.blob, later.blob}
