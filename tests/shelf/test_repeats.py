"""What an attempt may be taken for a repetition of."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

import shelves
from moonshelf.db.tables import repeats as table
from moonshelf.shelf import repeats
from moonshelf.shelf.files import File
from moonshelf.shelf.uploads import Attempt


def _send(
    shelf: shelves.Shelf,
    account: str,
    number: int,
    *,
    key: str = "key",
    data: bytes = b"text",
    purpose: str = "file-extract",
) -> File:
    spooled = replace(shelf.spool(data), purpose=purpose, attempt=Attempt(key, number, 100))
    return shelf.files.add(shelf.uploads.begin(account, size=len(data)), spooled)


def test_only_the_same_upload_is_repeated_and_each_attempt_once(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    made = _send(shelf, account, 0).id
    others = [
        _send(shelf, account, 1, key="another"),
        _send(shelf, account, 1, data=b"also"),
        _send(shelf, account, 1, purpose="image"),
    ]
    assert made not in {one.id for one in others}
    assert _send(shelf, account, 1).id == made
    assert _send(shelf, account, 1).id != made, "nobody sends the same attempt twice"


def test_what_was_refused_between_is_what_is_repeated(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    made = _send(shelf, account, 0)
    for other in (Attempt("another", 0, 100), Attempt("key", 0, 99), Attempt("key", 1, 100)):
        shelf.files.repeats.refused(other)
    shelf.files.repeats.refused(Attempt("key", 0, 100), blob=made.blob)  # it is not known that it was made
    assert _send(shelf, account, 1).id == made.id
    assert _send(shelf, account, 2).id != made.id


def test_after_a_quarter_of_an_hour_nothing_is_repeated_or_remembered(
    shelf: shelves.Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = shelf.account()
    made = _send(shelf, account, 0)
    monkeypatch.setattr(repeats, "_WINDOW_S", -1.0)
    assert _send(shelf, account, 1).id != made.id
    shelf.files.expire()
    with shelf.database.read() as tx:
        assert tx.execute(select(func.count()).select_from(table)).scalar_one() == 0
