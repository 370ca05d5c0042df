"""Uploads in parts: places are reserved exactly, and however an upload ends, once, nothing is left behind."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import delete, select, update

import assembly
import shelves
from moonshelf.db import schema
from moonshelf.db.tables import multipart_uploads, tombstones, uploads
from moonshelf.errors.limits import QuotaExceeded
from moonshelf.errors.requests import NoSuchUpload
from moonshelf.shelf.multipart import CANCELLED, COMPLETED, EXPIRED, PENDING, MultipartUpload, NotPending
from moonshelf.shelf.parts import Part
from moonshelf.shelf.uploads import LeaseLost


def test_a_place_is_reserved_when_an_upload_is_created_and_is_its_files_in_the_end(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    upload = assembly.create(shelf, account, 8)
    assert (upload.status, upload.expires_at - upload.created_at) == (PENDING, 3600)
    assert shelf.held(account) == (1, 8)
    second, first = assembly.add(shelf, upload, b"text"), assembly.add(shelf, upload, b"some")
    assert shelf.held(account) == (1, 8)
    file = assembly.complete(shelf, upload, first, second)
    assert shelf.held(account) == (1, 8)
    assert assembly.stored(shelf, file.blob) == b"sometext"
    found = shelf.multipart.find(account, upload.id)
    assert (found.status, found.file_id) == (COMPLETED, file.id)
    assembly.sweep(shelf)
    assert set(shelf.blobs.keys()) == {file.blob}
    shelf.files.delete(account, file.id)
    assembly.sweep(shelf)
    assert (shelf.held(account), list(shelf.blobs.keys())) == ((0, 0), [])


def test_a_cancelled_upload_gives_all_back_and_takes_no_more(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    upload = assembly.create(shelf, account, 8)
    part = assembly.add(shelf, upload, b"some")
    late = shelf.parts.expect(account, upload.id)
    assert [shelf.multipart.cancel(account, upload.id).status for _ in range(2)] == [CANCELLED] * 2
    assert shelf.held(account) == (0, 0)
    assembly.sweep(shelf)
    for refused in (
        lambda: shelf.parts.expect(account, upload.id),
        lambda: shelf.parts.check(late),
        lambda: shelf.parts.keep(late, assembly.arrived(shelf, b"text")),
        lambda: shelf.parts.take_over(account, upload.id, [part.id]),
    ):
        with pytest.raises(NotPending, match="is cancelled, not pending"):
            refused()
    shelf.parts.abandon(late)
    assert list(shelf.blobs.keys()) == []


def test_an_upload_expires_after_an_hour_with_its_parts_and_is_forgotten_later(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    upload = assembly.create(shelf, account, 8)
    assembly.add(shelf, upload, b"some")
    never = shelf.parts.expect(account, upload.id)
    shelf.blobs.put(never.blob, shelf.spool(b"stored, and then the machine died").path)
    assembly.let_pass(shelf, upload, seconds=3590)
    assembly.sweep(shelf)
    assert (assembly.status(shelf, upload), shelf.held(account)) == (PENDING, (1, 8))
    assembly.let_pass(shelf, upload, seconds=11)
    assert assembly.status(shelf, upload) == EXPIRED
    for refused in (shelf.parts.expect, shelf.multipart.cancel):
        with pytest.raises(NotPending, match="is expired"):
            refused(account, upload.id)
    assembly.sweep(shelf)
    assert shelf.held(account) == (0, 0)
    assert (list(shelf.blobs.keys()), assembly.rows(shelf)) == ([], 1)
    assembly.let_pass(shelf, upload, seconds=900)
    assembly.sweep(shelf)
    with pytest.raises(NoSuchUpload):
        shelf.multipart.find(account, upload.id)
    assert assembly.rows(shelf) == 0


def test_one_that_is_being_completed_when_its_hour_is_over_has_time_to(build: Callable[..., shelves.Shelf]) -> None:
    shelf = build(lease_s=100)
    account = shelf.account()
    upload = assembly.create(shelf, account, 4)
    part = assembly.add(shelf, upload, b"text")
    assembly.let_pass(shelf, upload, seconds=3595)
    takeover = shelf.parts.take_over(account, upload.id, [part.id])
    assembly.let_pass(shelf, upload, seconds=50)
    assembly.sweep(shelf)
    assert assembly.make(shelf, upload, takeover).bytes == 4
    assert assembly.status(shelf, upload) == COMPLETED


def test_taking_over_never_shortens_the_hour(build: Callable[..., shelves.Shelf]) -> None:
    shelf = build(lease_s=10)
    account = shelf.account()
    upload = assembly.create(shelf, account, 4)
    takeover = shelf.parts.take_over(account, upload.id, [assembly.add(shelf, upload, b"text").id])
    shelf.uploads.renew(takeover.lease)
    assembly.let_pass(shelf, upload, seconds=3000)
    assembly.sweep(shelf)
    assert assembly.status(shelf, upload) == PENDING


def test_a_restart_ends_what_was_being_sent_and_no_upload_in_parts(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    shelf.uploads.begin(account, size=7)
    upload = assembly.create(shelf, account, 4)
    part = assembly.add(shelf, upload, b"text")
    shelf.uploads.interrupt()
    assembly.sweep(shelf)
    assert shelf.held(account) == (1, 4)
    assert assembly.complete(shelf, upload, part).bytes == 4


def test_a_completion_that_was_taken_over_makes_no_file_before_the_other_or_after(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    upload = assembly.create(shelf, account, 4)
    part = assembly.add(shelf, upload, b"text")
    early, late, last = (shelf.parts.take_over(account, upload.id, [part.id]) for _ in range(3))
    with pytest.raises(LeaseLost):  # its blob is buried, so it must be no file's
        assembly.make(shelf, upload, early)
    with pytest.raises(LeaseLost):
        shelf.uploads.renew(late.lease)
    file = assembly.make(shelf, upload, last)
    with pytest.raises(LeaseLost):
        assembly.make(shelf, upload, late)
    with pytest.raises(NotPending) as ended:
        shelf.parts.take_over(account, upload.id, [part.id])
    assert ended.value.file_id == file.id
    assembly.sweep(shelf)
    assert set(shelf.blobs.keys()) == {file.blob}
    assert shelf.held(account) == (1, 4)


def test_a_completion_that_died_before_its_commit_is_repeated_and_leaves_no_blob(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    upload = assembly.create(shelf, account, 4)
    part = assembly.add(shelf, upload, b"text")
    dead = shelf.parts.take_over(account, upload.id, [part.id])
    shelf.blobs.put(dead.lease.blob, shelf.spool(b"text").path)
    file = assembly.complete(shelf, upload, part)
    assembly.sweep(shelf)
    assert set(shelf.blobs.keys()) == {file.blob}


def test_what_a_killed_completion_stores_late_is_removed_too(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    upload = assembly.create(shelf, account, 4)
    part = assembly.add(shelf, upload, b"text")
    slow = shelf.parts.take_over(account, upload.id, [part.id])
    file = assembly.complete(shelf, upload, part)
    assembly.sweep(shelf)
    shelf.blobs.put(slow.lease.blob, shelf.spool(b"text").path)  # and then its machine dies
    assembly.sweep(shelf)
    assert set(shelf.blobs.keys()) == {file.blob}


def test_nothing_of_an_upload_is_shown_to_another_account(shelf: shelves.Shelf) -> None:
    account, stranger = shelf.account(), shelf.account("eve")
    upload = assembly.create(shelf, account, 4)
    part = assembly.add(shelf, upload, b"text")
    for refused in (
        lambda: shelf.multipart.find(stranger, upload.id),
        lambda: shelf.multipart.cancel(stranger, upload.id),
        lambda: shelf.parts.expect(stranger, upload.id),
        lambda: shelf.parts.take_over(stranger, upload.id, [part.id]),
    ):
        with pytest.raises(NoSuchUpload):
            refused()
    assert assembly.status(shelf, upload) == PENDING


def test_racing_uploads_get_exactly_the_places_there_are(build: Callable[..., shelves.Shelf]) -> None:
    shelf = build(max_files=10, max_bytes=100)
    account = shelf.account()

    def attempt(number: int) -> bool:
        """Send a file of twelve bytes: two thirds in parts, of which some are cancelled."""
        chance = random.Random(number)  # noqa: S311 - chance, not secrets
        try:
            if number % 3 == 0:
                shelf.add(account, b"in one piece")
                return True
            upload = assembly.create(shelf, account, 12)
            parts = [assembly.add(shelf, upload, data) for data in (b"in two", b"pieces")]
            if chance.random() < 0.5:
                shelf.multipart.cancel(account, upload.id)
                return False
            assembly.complete(shelf, upload, *parts)
        except QuotaExceeded:
            return False
        return True

    with ThreadPoolExecutor(24) as pool:
        made = sum(pool.map(attempt, range(48)))
    assert 1 <= made <= 8
    assert shelf.held(account) == (made, 12 * made)
    while True:
        try:
            shelf.add(account, b"in one piece")
        except QuotaExceeded:
            break
    assert shelf.held(account) == (8, 96)
    assembly.sweep(shelf)
    assert len(list(shelf.blobs.keys())) == 8


def _race(shelf: shelves.Shelf, upload: MultipartUpload, part: Part) -> list[str]:
    """Complete an upload three times and cancel it, all at once; return the files that were made."""
    barrier = threading.Barrier(4)

    def complete() -> str | None:
        barrier.wait()
        with suppress(LeaseLost, NotPending):
            return assembly.complete(shelf, upload, part).id
        return None

    def cancel() -> None:
        barrier.wait()
        with suppress(NotPending):
            shelf.multipart.cancel(upload.account_id, upload.id)

    with ThreadPoolExecutor(4) as pool:
        completing = [pool.submit(complete) for _ in range(3)]
        pool.submit(cancel).result()
    return [file_id for one in completing if (file_id := one.result()) is not None]


def test_completions_and_a_cancellation_that_race_end_in_one_way(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    for _ in range(12):
        upload = assembly.create(shelf, account, 4)
        made = _race(shelf, upload, assembly.add(shelf, upload, b"text"))
        found = shelf.multipart.find(account, upload.id)
        assert found.status in {COMPLETED, CANCELLED}
        assert made == ([found.file_id] if found.status == COMPLETED else [])
        for file_id in made:
            shelf.files.delete(account, file_id)
    assembly.sweep(shelf)
    assert (shelf.held(account), list(shelf.blobs.keys())) == ((0, 0), [])


def test_a_release_that_knows_no_parts_ends_such_an_upload_and_its_parts_go(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    upload = assembly.create(shelf, account, 8)
    assembly.add(shelf, upload, b"some")
    with shelf.database.write() as tx:
        tx.execute(delete(uploads))  # as its sweeper does with a lease that has run out, or its start with any
    assert assembly.status(shelf, upload) == CANCELLED
    assembly.sweep(shelf)
    assert list(shelf.blobs.keys()) == []


def test_a_step_back_buries_the_parts(shelf: shelves.Shelf) -> None:
    upload = assembly.create(shelf, shelf.account(), 8)
    part = assembly.add(shelf, upload, b"some")
    with shelf.database.read() as tx:
        version = tx.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    while version >= "0013":
        schema.step_back(shelf.database)
        with shelf.database.read() as tx:
            version = tx.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    with shelf.database.read() as tx:
        assert tx.execute(select(tombstones.c.blob)).scalars().all() == [part.blob]


def test_an_upload_that_somebody_is_at_is_not_forgotten_however_old(shelf: shelves.Shelf) -> None:
    upload = assembly.create(shelf, shelf.account(), 4)
    with shelf.database.write() as tx:
        tx.execute(update(multipart_uploads).values(expires_at=1))
    shelf.multipart.expire()
    assert assembly.status(shelf, upload) == EXPIRED
    assembly.let_pass(shelf, upload, seconds=7_200)
    assembly.sweep(shelf)
    with pytest.raises(NoSuchUpload):
        assembly.status(shelf, upload)
