"""Quotas are exact, whatever is reserved, settled, abandoned or raced."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

import shelves
from moonshelf.errors import InvalidRequest
from moonshelf.errors.limits import QuotaExceeded, TooManyBytes, TooManyFiles
from moonshelf.people.audit import Audit


def test_an_upload_over_the_file_count_leaves_no_trace(build: Callable[..., shelves.Shelf]) -> None:
    shelf = build(max_files=1)
    account = shelf.account()
    shelf.add(account)
    with pytest.raises(TooManyFiles, match="exceeded the max file count 1,"):
        shelf.add(account)
    assert shelf.held(account) == (1, 4)
    assert len(list(shelf.blobs.keys())) == 1


def test_a_body_longer_than_announced_is_charged_and_refused_over_the_total(
    build: Callable[..., shelves.Shelf],
) -> None:
    shelf = build(max_bytes=10)
    account = shelf.account()
    lease = shelf.uploads.begin(account, size=0)
    with pytest.raises(TooManyBytes):
        shelf.add(account, b"x" * 11, lease=lease)
    shelf.uploads.abandon(lease)
    assert shelf.held(account) == (0, 0)
    shelf.gravedigger.dig()
    assert list(shelf.blobs.keys()) == []


def test_what_just_fits_is_taken(build: Callable[..., shelves.Shelf]) -> None:
    shelf = build(max_bytes=10, max_files=2)
    account = shelf.account()
    shelf.add(account, b"x" * 6)
    shelf.add(account, b"x" * 4)
    assert shelf.held(account) == (2, 10)


def test_sixty_four_racing_uploads_get_exactly_the_places_there_are(build: Callable[..., shelves.Shelf]) -> None:
    shelf = build(max_files=20)
    account = shelf.account()

    def attempt(_: int) -> bool:
        try:
            shelf.add(account)
        except QuotaExceeded:
            return False
        return True

    with ThreadPoolExecutor(64) as pool:
        outcomes = list(pool.map(attempt, range(64)))
    assert sum(outcomes) == 20
    assert shelf.held(account) == (20, 80)
    names = {
        one.filename for one in shelf.files.list(account, purpose=None, after=None, limit=99, newest_first=True).files
    }
    assert names == {"a.txt", *(f"a ({number}).txt" for number in range(1, 20))}


def test_deleting_gives_everything_back(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    for file in [shelf.add(account), shelf.add(account)]:
        shelf.files.delete(account, file.id)
    assert shelf.held(account) == (0, 0)
    assert shelf.gravedigger.dig() == 2
    assert list(shelf.blobs.keys()) == []


def test_an_account_may_have_a_quota_of_its_own_and_keeps_what_it_holds(build: Callable[..., shelves.Shelf]) -> None:
    shelf = build(max_files=1, max_bytes=10)
    admin, account = shelf.account("admin"), shelf.account()
    shelf.accounts.allow(account, by=admin, max_files=3, max_bytes=20)
    shelf.add(account, b"x" * 10)
    lease = shelf.uploads.begin(account, size=10)
    with pytest.raises(TooManyBytes):
        shelf.uploads.begin(account, size=1)
    shelf.accounts.allow(account, by=admin, max_files=3, max_bytes=5)
    shelf.add(account, b"x" * 4, lease=lease)  # fewer than were reserved: that only makes room
    assert shelf.held(account) == (2, 14)
    with pytest.raises(TooManyBytes):
        shelf.uploads.begin(account, size=1)
    shelf.uploads.begin(account, size=0)
    with pytest.raises(TooManyFiles):
        shelf.uploads.begin(account, size=0)


def test_a_quota_for_an_account_that_is_gone_is_refused_and_not_noted(shelf: shelves.Shelf) -> None:
    admin = shelf.account("admin")
    with pytest.raises(InvalidRequest, match="no such account"):
        shelf.accounts.allow("acct_gone", by=admin, max_files=3, max_bytes=20)
    assert not Audit(shelf.database, keep_s=60).latest(limit=9, action="quota.changed")


def test_names_are_numbered_within_an_account(shelf: shelves.Shelf) -> None:
    assert [shelf.add(shelf.account(name)).filename for name in ("ada", "ben")] == ["a.txt", "a.txt"]
