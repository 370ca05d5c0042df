"""What was made of media, in the database and among the blobs: nothing is left over, whoever dies when."""

from pathlib import Path

import pytest

import shelves
from moonshelf.db.tables import files
from moonshelf.db.tables import renditions as table
from moonshelf.shelf import renditions
from moonshelf.shelf.renditions import Made
from moonshelf.storage import BlobKey


def _made(account_id: str, sha256: str, wanted: str = "small") -> Made:
    return Made(account_id, sha256, wanted)


def _keep(shelf: shelves.Shelf, made: Made, data: bytes = b"pixels") -> BlobKey:
    with shelf.database.write() as tx:
        blob = renditions.begin(tx, made)
    assert blob is not None
    path = shelf.folder / "part"
    path.write_bytes(data)
    shelf.blobs.put(blob, path)
    with shelf.database.write() as tx:
        assert renditions.finish(tx, blob)
    return blob


def _blobs(shelf: shelves.Shelf) -> set[str]:
    shelf.gravedigger.dig()
    return set(shelf.blobs.keys())


def test_what_is_not_whole_is_not_found_and_goes_with_the_file(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    file = shelf.add(account)
    made = _made(account, file.sha256)
    with shelf.database.write() as tx:
        blob = renditions.begin(tx, made)  # and here we die
    with shelf.database.read() as tx:
        assert renditions.find(tx, made) is None
    kept = _keep(shelf, made)
    with shelf.database.read() as tx:
        assert renditions.find(tx, made) == kept
    shelf.files.delete(account, file.id)
    assert _blobs(shelf) == set()
    with shelf.database.write() as tx:
        assert blob is not None
        assert not renditions.finish(tx, blob)  # somebody who was slow learns that it is gone
        assert tx.execute(table.select()).all() == []


def test_nothing_is_begun_for_a_file_that_is_gone(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    file = shelf.add(account)
    shelf.files.delete(account, file.id)
    with shelf.database.write() as tx:
        assert renditions.begin(tx, _made(account, file.sha256)) is None


def test_accounts_keep_their_own(shelf: shelves.Shelf) -> None:
    ada, ben = shelf.account("ada"), shelf.account("ben")
    twins = [shelf.add(account, b"the same bytes") for account in (ada, ben)]
    kept = [_keep(shelf, _made(account, twins[0].sha256)) for account in (ada, ben)]
    with shelf.database.read() as tx:
        assert [renditions.find(tx, _made(one, twins[0].sha256)) for one in (ada, ben)] == kept
    shelf.files.delete(ada, twins[0].id)
    assert kept[0] not in _blobs(shelf)
    assert kept[1] in _blobs(shelf)
    with shelf.database.read() as tx:
        assert renditions.find(tx, _made(ben, twins[0].sha256)) == kept[1]


def test_what_was_made_stays_while_a_file_has_the_bytes(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    first, second = shelf.add(account), shelf.add(account)
    kept = _keep(shelf, _made(account, first.sha256))
    shelf.files.delete(account, first.id)
    assert kept in _blobs(shelf)
    shelf.files.delete(account, second.id)
    assert _blobs(shelf) == set()


def test_expired_files_take_along_what_was_made_of_them(shelf: shelves.Shelf, tmp_path: Path) -> None:
    assert tmp_path == shelf.folder
    account = shelf.account()
    file = shelf.add(account)
    _keep(shelf, _made(account, file.sha256))
    with shelf.database.write() as tx:
        tx.execute(files.update().where(files.c.id == file.id).values(expires_at=1))
    assert shelf.files.expire() == 1
    assert _blobs(shelf) == set()


@pytest.mark.parametrize("wanted", ["large", "text"])
def test_what_is_wanted_otherwise_is_made_anew(shelf: shelves.Shelf, wanted: str) -> None:
    account = shelf.account()
    file = shelf.add(account)
    _keep(shelf, _made(account, file.sha256))
    with shelf.database.read() as tx:
        assert renditions.find(tx, _made(account, file.sha256, wanted)) is None
