"""An export is whole and true, or it is none; an import begins anew what nobody knows of, and overwrites nothing."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

import shelves
from moonshelf import moving
from moonshelf.db.tables import accounts, files, renditions
from moonshelf.errors import InvalidRequest
from moonshelf.storage import BlobKey


@pytest.fixture
def old(tmp_path: Path) -> Iterator[shelves.Shelf]:
    yield from _shelf(tmp_path / "old")


@pytest.fixture
def new(tmp_path: Path) -> Iterator[shelves.Shelf]:
    yield from _shelf(tmp_path / "new")


def _shelf(folder: Path) -> Iterator[shelves.Shelf]:
    folder.mkdir()
    with ExitStack() as stack:
        shelf = shelves.build(folder)
        stack.callback(shelf.database.close)
        yield shelf


def _export(shelf: shelves.Shelf) -> Path:
    folder = shelf.folder / "export"
    moving.export(_all_of(shelf), folder, lambda *_: None)
    return folder


def _import(shelf: shelves.Shelf, folder: Path) -> moving.Moved:
    return moving.import_(_all_of(shelf), folder, lambda *_: None)


def _all_of(shelf: shelves.Shelf) -> moving.Installation:
    return moving.Installation(shelf.database, shelf.blobs, shelf.slices, shelf.folder)


def _overwrite(shelf: shelves.Shelf, blob: BlobKey, data: bytes) -> None:
    shelf.blobs.delete(blob)
    shelf.blobs.put(blob, shelf.spool(data).path)


def test_bytes_that_are_not_those_that_came_end_an_export_which_is_none_then(old: shelves.Shelf) -> None:
    file = old.add(old.account(), b"text")
    assert (_export(old) / "manifest.json").exists()
    (old.folder / "export" / "blobs" / file.blob[:2] / file.blob).unlink()
    _overwrite(old, file.blob, b"tent")
    with pytest.raises(InvalidRequest, match="not those that were uploaded"):
        _export(old)
    assert not (old.folder / "export" / "manifest.json").exists()


def test_an_import_takes_no_place_of_other_bytes(old: shelves.Shelf, new: shelves.Shelf) -> None:
    file = old.add(old.account(), b"text")
    folder = _export(old)
    new.blobs.put(file.blob, new.spool(b"tent").path)
    with pytest.raises(InvalidRequest, match="holds other bytes"):
        _import(new, folder)
    assert new.accounts.list() == []


def test_where_somebody_has_an_account_nothing_is_stored(old: shelves.Shelf, new: shelves.Shelf) -> None:
    old.add(old.account(), b"text")
    folder = _export(old)
    new.account("there")
    with pytest.raises(InvalidRequest, match="accounts already"):
        _import(new, folder)
    assert list(new.blobs.keys()) == []


def test_what_was_under_way_begins_anew(old: shelves.Shelf, new: shelves.Shelf) -> None:
    account = old.account()
    file = old.add(account, b"text")
    assert old.claim() is not None
    with old.database.write() as tx:
        tx.execute(update(files).values(pages=5))
        row = {"account_id": account, "sha256": file.sha256, "wanted": "small", "blob": "half.media"}
        tx.execute(insert(renditions).values(**row, ready=False))
        assert tx.execute(select(accounts.c.served)).scalar_one() > 0
    assert _import(new, _export(old)).files == 1
    with new.database.read() as tx:
        assert tx.execute(select(accounts.c.served)).scalar_one() == 0
        assert tx.execute(select(renditions)).all() == []
    assert new.files.find(account, file.id).pages is None
    new.read(new.claim())
    assert new.files.find(account, file.id).status == "ok"
    assert new.held(account) == (1, 4)


def test_an_export_of_another_form_is_left_to_its_release(old: shelves.Shelf, new: shelves.Shelf) -> None:
    manifest = _export(old) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 2}))
    with pytest.raises(InvalidRequest, match="Another release"):
        _import(new, manifest.parent)
