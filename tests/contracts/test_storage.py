"""What every blob store promises; a new one joins in ``STORES``."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from moonshelf.storage import BlobKey, BlobStore
from moonshelf.storage.local import LocalStore

STORES: dict[str, Callable[[Path], BlobStore]] = {"local": lambda folder: LocalStore(folder / "blobs")}
KEY = BlobKey("ab12.facts")


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    (tmp_path / "blobs").mkdir()
    return STORES[request.param](tmp_path)


def _source(folder: Path, data: bytes) -> Path:
    path = folder / "source"
    path.write_bytes(data)
    return path


def test_what_is_put_is_read_back_and_seekable(store: BlobStore, tmp_path: Path) -> None:
    store.put(KEY, _source(tmp_path, b"0123456789"))
    with store.open(KEY) as blob:
        assert blob.read() == b"0123456789"
        blob.seek(-3, io.SEEK_END)
        assert blob.read() == b"789"


def test_a_missing_blob_is_a_key_error(store: BlobStore) -> None:
    with pytest.raises(KeyError):
        store.open(KEY)


def test_deleting_is_repeatable(store: BlobStore, tmp_path: Path) -> None:
    store.put(KEY, _source(tmp_path, b"x"))
    store.delete(KEY)
    store.delete(KEY)
    with pytest.raises(KeyError):
        store.open(KEY)
    assert list(store.keys()) == []


def test_an_open_blob_outlives_its_deletion(store: BlobStore, tmp_path: Path) -> None:
    store.put(KEY, _source(tmp_path, b"still here"))
    with store.open(KEY) as blob:
        store.delete(KEY)
        assert blob.read() == b"still here"


def test_keys_lists_every_blob_once(store: BlobStore, tmp_path: Path) -> None:
    made = {BlobKey(f"{number:04x}") for number in range(0, 65536, 7000)}
    for key in made:
        store.put(key, _source(tmp_path, b"x"))
    assert sorted(store.keys()) == sorted(made)
