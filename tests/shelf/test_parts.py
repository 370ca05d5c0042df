"""Parts of uploads: as many bytes as were announced, each where it belongs, and the same again if it is repeated."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

import assembly
import shelves
from moonshelf.db.tables import upload_parts
from moonshelf.errors import InvalidRequest
from moonshelf.shelf.multipart import NotPending
from moonshelf.shelf.parts import Part
from moonshelf.storage.local import LocalStore


def test_a_part_that_is_stored_while_its_upload_is_cancelled_goes_too(
    shelf: shelves.Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = shelf.account()
    upload = assembly.create(shelf, account, 8)
    part = shelf.parts.expect(account, upload.id)
    put = shelf.blobs.put

    def slow(*args: object) -> None:
        shelf.multipart.cancel(account, upload.id)
        assembly.sweep(shelf)
        put(*args)  # type: ignore[arg-type] # what it was called with

    monkeypatch.setattr(shelf.blobs, "put", slow)
    with pytest.raises(NotPending):
        shelf.parts.keep(part, assembly.arrived(shelf, b"text"))
    assert list(shelf.blobs.keys()) == []


def test_parts_that_do_not_make_the_file_are_refused_and_the_upload_goes_on(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    upload, other = assembly.create(shelf, account, 8), assembly.create(shelf, account, 8)
    first, second = (assembly.add(shelf, upload, data) for data in (b"some", b"text"))
    foreign, unfinished = assembly.add(shelf, other, b"else"), shelf.parts.expect(account, upload.id)
    for part_ids, says in (
        ([first.id], "4 bytes together"),
        ([], "0 bytes together"),
        ([first.id, first.id], "named 2 times"),
        ([first.id, second.id, second.id], "named 2 times"),
        ([first.id, foreign.id], "No such UploadPart object"),
        ([first.id, unfinished.id], "No such UploadPart object"),
        ([first.id, "part_unknown"], "No such UploadPart object"),
    ):
        with pytest.raises(InvalidRequest, match=says) as refused:
            shelf.parts.take_over(account, upload.id, part_ids)
        assert refused.value.param == "part_ids"
    assert assembly.stored(shelf, assembly.complete(shelf, upload, second, first).blob) == b"textsome"


def test_a_part_too_many_is_refused_and_leaves_nothing(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    upload = assembly.create(shelf, account, 8)
    parts = [assembly.add(shelf, upload, b"some"), assembly.add(shelf, upload, b"tex")]
    with pytest.raises(InvalidRequest, match="would be 9 bytes together"):
        assembly.add(shelf, upload, b"ts")
    with pytest.raises(InvalidRequest, match="empty"):
        assembly.add(shelf, upload, b"")
    parts.append(assembly.add(shelf, upload, b"t"))
    file = assembly.complete(shelf, upload, *parts)
    assembly.sweep(shelf)
    assert set(shelf.blobs.keys()) == {file.blob}


def test_an_upload_has_so_many_parts_at_most(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    upload = assembly.create(shelf, account, 8)
    with shelf.database.write() as tx:
        many = [
            {"id": f"part_{number}", "upload_id": upload.id, "blob": f"aa{number}", "created_at": 0}
            for number in range(1000)
        ]
        tx.execute(upload_parts.insert(), many)
    with pytest.raises(InvalidRequest, match="1000 parts, which is the most"):
        shelf.parts.expect(account, upload.id)


def test_a_part_whose_answer_was_lost_is_the_same_when_it_is_sent_again(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    upload = assembly.create(shelf, account, 8)
    first = assembly.add(shelf, upload, b"some")
    assert assembly.add(shelf, upload, b"some", repeated=True).id == first.id  # and there is room for the second
    second = assembly.add(shelf, upload, b"text")
    assert assembly.add(shelf, upload, b"text", repeated=True).id == second.id  # though there is no room for more
    file = assembly.complete(shelf, upload, first, second)
    assembly.sweep(shelf)
    assert set(shelf.blobs.keys()) == {file.blob}


def test_of_two_equal_parts_the_second_may_be_repeated(shelf: shelves.Shelf) -> None:
    upload = assembly.create(shelf, shelf.account(), 8)
    first = assembly.add(shelf, upload, bytes(4))
    second = assembly.add(shelf, upload, bytes(4), repeated=True)  # as its first attempt never came
    assert assembly.stored(shelf, assembly.complete(shelf, upload, first, second).blob) == bytes(8)


def test_racing_parts_never_hold_more_than_was_reserved(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    upload = assembly.create(shelf, account, 50)
    came: list[Part] = []

    def send(number: int) -> None:
        try:
            came.append(assembly.add(shelf, upload, bytes([number]) * 10))
        except InvalidRequest:
            return

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(send, range(20)))
    assert len(came) == 5
    assert len(list(shelf.blobs.keys())) <= 20
    file = assembly.complete(shelf, upload, *came)
    assembly.sweep(shelf)
    assert set(shelf.blobs.keys()) == {file.blob}


def test_the_digest_of_a_part_is_of_its_bytes(shelf: shelves.Shelf) -> None:
    upload = assembly.create(shelf, shelf.account(), 8)
    part = assembly.add(shelf, upload, b"some")
    with shelf.database.read() as tx:
        row = tx.execute(select(upload_parts).where(upload_parts.c.id == part.id)).one()
    assert (row.bytes, row.sha256, row.given) == (4, hashlib.sha256(b"some").hexdigest(), 1)


def test_nothing_is_stored_of_a_part_whose_upload_is_long_over(
    shelf: shelves.Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = assembly.create(shelf, shelf.account(), 4)
    part = shelf.parts.expect(upload.account_id, upload.id)
    shelf.multipart.cancel(upload.account_id, upload.id)
    assembly.sweep(shelf)
    stored: list[object] = []
    monkeypatch.setattr(LocalStore, "put", lambda *its: stored.append(its))
    with pytest.raises(NotPending):
        shelf.parts.keep(part, assembly.arrived(shelf, b"text"))
    assert not stored, "should this process die now, nobody would know of it"


def test_a_part_that_is_stored_after_its_upload_was_swept_goes_too(shelf: shelves.Shelf) -> None:
    upload = assembly.create(shelf, shelf.account(), 4)
    part = shelf.parts.expect(upload.account_id, upload.id)
    shelf.multipart.cancel(upload.account_id, upload.id)
    assembly.sweep(shelf)
    shelf.blobs.put(part.blob, shelf.spool(b"late").path)  # by a machine that has given up, or was cut off
    assert shelf.kept() == set()
