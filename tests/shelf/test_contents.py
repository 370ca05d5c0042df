"""Contents at hand are their owner's, under their own names, and for a moment."""

import json

import pytest

import shelves
from moonshelf.errors import BlobLost
from moonshelf.errors.requests import NoSuchFile, NotReady
from moonshelf.shelf import contents
from moonshelf.shelf.contents import Contents
from moonshelf.work.claims import document_blob, markdown_blob


def _contents(shelf: shelves.Shelf) -> Contents:
    return Contents(shelf.database, shelf.blobs, shelf.slices)


def test_what_is_at_hand_is_its_owners_alone(shelf: shelves.Shelf) -> None:
    ada, ben = shelf.account("ada"), shelf.account("ben")
    file = shelf.add(ada)
    shelf.read(shelf.claim(), markdown="secret")
    found = _contents(shelf)
    assert found.at_hand(ada, file.id) is None
    assert json.loads(found.get(ada, file.id))["content"] == "secret"
    assert found.at_hand(ada, file.id) == found.get(ada, file.id)
    assert found.at_hand(ben, file.id) is None
    found.forget(ada, file.id)
    assert found.at_hand(ada, file.id) is None


def test_what_was_asked_for_a_second_ago_is_looked_up_again(
    shelf: shelves.Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "_TRUST_S", -1.0)
    account = shelf.account()
    file = shelf.add(account)
    shelf.read(shelf.claim())
    found = _contents(shelf)
    found.get(account, file.id)
    assert found.at_hand(account, file.id) is None


def test_the_same_text_is_told_under_each_files_name(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    first = shelf.add(account)
    shelf.read(shelf.claim())
    second, found = shelf.add(account, name="b.txt"), _contents(shelf)
    names = [json.loads(found.get(account, one.id))["filename"] for one in (first, second)]
    assert names == ["a.txt", "b.txt"]


def test_however_many_files_are_asked_for_few_are_remembered(
    shelf: shelves.Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "_MOST_CHECKED", 3)
    account, found = shelf.account(), _contents(shelf)
    made = [shelf.add(account, b"text", name=f"{number}.txt") for number in range(8)]
    shelf.read(shelf.claim())
    ready = shelf.add(account, name="ready.txt")
    with pytest.raises(NotReady):
        found.get(account, made[-1].id)
    for number in range(8):
        found.get(account, shelf.add(account, name=f"again {number}.txt").id)
    assert len(found._checked) <= 3
    assert found.get(account, ready.id)


def test_what_is_not_read_yet_says_whether_anybody_is_at_it(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    file, found = shelf.add(account), _contents(shelf)
    with pytest.raises(NotReady, match=r"still being read \(waiting for a worker\);"):
        found.get(account, file.id)
    assert shelf.claim() is not None
    with pytest.raises(NotReady, match="still being read;"):
        found.get(account, file.id)


def test_what_the_storage_lost_is_no_file_that_nobody_has(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    file = shelf.add(account)
    document = shelf.read(shelf.claim())
    found = _contents(shelf)
    for blob in (file.blob, document_blob(document), markdown_blob(document)):
        shelf.blobs.delete(blob)
    attempts = (found.get, found.json, found.markdown, lambda *_: shelf.files.open(file))
    for attempt in attempts:
        with pytest.raises(BlobLost, match="stored of this file is not available"):
            attempt(account, file.id)
    shelf.files.delete(account, file.id)
    for attempt in attempts:
        with pytest.raises(NoSuchFile):
            attempt(account, file.id)
