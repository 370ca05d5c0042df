"""Leases: somebody always knows every blob, and a dead upload gives back what it held."""

import time
from collections.abc import Callable

import pytest

import shelf as shelves
from moonshelf.errors import Unavailable


def test_an_expired_lease_gives_back_its_place_and_buries_its_blob(build: Callable[..., shelves.Shelf]) -> None:
    shelf = build(lease_s=0.01)
    account = shelf.account()
    lease = shelf.uploads.begin(account, size=7)
    shelf.blobs.put(lease.blob, shelf.spool(b"partial").path)
    assert shelf.held(account) == (1, 7)
    assert shelf.uploads.expire(by=time.time() + 1) == 1
    assert shelf.held(account) == (0, 0)
    assert shelf.gravedigger.dig() == 1
    assert list(shelf.blobs.keys()) == []


def test_a_file_whose_lease_was_taken_away_is_refused_and_its_blob_removed(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    lease = shelf.uploads.begin(account, size=4)
    shelf.uploads.expire(by=time.time() + 3600)
    shelf.gravedigger.dig()
    with pytest.raises(Unavailable):
        shelf.add(account, lease=lease)
    assert list(shelf.blobs.keys()) == []
    assert shelf.held(account) == (0, 0)


def test_a_renewed_lease_lives_on(build: Callable[..., shelves.Shelf]) -> None:
    shelf = build(lease_s=100)
    lease = shelf.uploads.begin(shelf.account(), size=4)
    shelf.uploads.renew(lease)
    assert shelf.uploads.expire(by=time.time() + 99) == 0
    assert shelf.uploads.expire(by=time.time() + 101) == 1
    with pytest.raises(Unavailable):
        shelf.uploads.renew(lease)


def test_abandoning_what_became_a_file_changes_nothing(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    lease = shelf.uploads.begin(account, size=4)
    shelf.add(account, lease=lease)
    shelf.uploads.abandon(lease)
    assert shelf.held(account) == (1, 4)
    assert shelf.gravedigger.dig() == 0
