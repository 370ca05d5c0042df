"""What became of a reading counts while its claim does, and is kept once for whoever may have it."""

from collections.abc import Callable

import psycopg
import pytest

import databases
import shelves
from moonshelf.db import READ_CHANNEL
from moonshelf.errors import BlobLost
from moonshelf.people.usage import Usage
from moonshelf.shelf.files import CREATED, ERROR, OK
from moonshelf.storage import BlobKey
from moonshelf.work.claims import ClaimLost, document_blob, markdown_blob
from patience import PATIENCE_S
from servers.postgres import Postgres


def test_a_late_worker_changes_no_file(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    file, late = shelf.add(account), shelf.claim()
    with shelf.database.write() as tx:
        shelf.slices.resume(tx)
    current = shelf.claim()
    assert late is not None
    with shelf.database.write() as tx, pytest.raises(ClaimLost):
        shelf.readings.succeed(tx, late, title="", degraded=False)
    with shelf.database.write() as tx, pytest.raises(ClaimLost):
        shelf.readings.fail(tx, late, reason="It is torn.", code="corrupt_document")
    assert shelf.files.find(account, file.id).status == CREATED
    shelf.read(current)
    assert shelf.files.find(account, file.id).status == OK


def test_a_failure_ends_the_work_and_says_why_in_whatever_words(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    file, claim = shelf.add(account), shelf.claim()
    assert claim is not None
    with shelf.database.write() as tx:
        shelf.readings.fail(tx, claim, reason="It is \0torn.", code="corrupt_document")
    with shelf.database.write() as tx:
        shelf.slices.resume(tx)
    assert shelf.claim() is None
    found = shelf.files.find(account, file.id)
    assert (found.status, found.status_details) == (ERROR, "It is torn.")
    assert shelf.kept() == {file.blob}


def test_a_title_may_hold_anything(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    file, claim = shelf.add(account), shelf.claim()
    assert claim is not None
    with shelf.database.write() as tx:
        shelf.readings.succeed(tx, claim, title="a\0b", degraded=False)
    assert shelf.files.find(account, file.id).status == OK


def test_the_same_bytes_are_read_once_for_an_account_and_their_type(shelf: shelves.Shelf) -> None:
    ada, ben = shelf.account("ada"), shelf.account("ben")
    shelf.add(ada)
    claim = shelf.claim()
    assert claim is not None
    with shelf.database.write() as tx:
        shelf.readings.counted(tx, claim, pages=3)
    document = shelf.read(claim)
    again = shelf.add(ada, name="b.txt")
    assert (again.status, again.document_id, again.pages) == (OK, document, 3)
    assert shelf.add(ben).status == CREATED, "what another account has had read tells nothing"
    assert shelf.add(ada, media_type="text/markdown").status == CREATED


def test_of_two_that_read_the_same_at_once_one_keeps_what_it_wrote(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    files = [shelf.add(account, name=name) for name in ("a.txt", "b.txt")]
    first, second = shelf.claim(), shelf.claim()
    document = shelf.read(first)
    assert shelf.read(second) == document
    assert shelf.kept() == {files[0].blob, files[1].blob, document_blob(document), markdown_blob(document)}


def test_what_a_limit_cut_short_is_its_own_files_alone(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    file, first = shelf.add(account), shelf.claim()
    shelf.add(account)
    second = shelf.claim()
    whole, cut = shelf.read(first), shelf.read(second, degraded=True)
    assert whole != cut
    shelf.files.delete(account, file.id)
    assert shelf.add(account).status == CREATED, "it is read again, and perhaps whole"


def test_a_document_goes_with_the_last_file_that_has_it(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    first = shelf.add(account)
    document = shelf.read(shelf.claim())
    second = shelf.add(account)
    shelf.files.delete(account, first.id)
    assert {document_blob(document), markdown_blob(document)} <= shelf.kept()
    shelf.files.delete(account, second.id)
    assert shelf.kept() == set()


@pytest.mark.parametrize(("pages", "counted"), [(None, 1), (5, 5)])
def test_what_was_read_is_counted_by_its_pages_or_as_one(shelf: shelves.Shelf, pages: int | None, counted: int) -> None:
    account = shelf.account()
    shelf.add(account)
    claim = shelf.claim()
    assert claim is not None
    if pages is not None:
        with shelf.database.write() as tx:
            shelf.readings.counted(tx, claim, pages=pages)
    shelf.read(claim)
    assert Usage(shelf.database, keep_s=60).by_account(since=0)[account]["pages"] == counted


def test_a_file_that_is_deleted_is_read_no_more_and_one_that_the_storage_lost_is_told(shelf: shelves.Shelf) -> None:
    account = shelf.account()
    file = shelf.add(account)
    claim = shelf.claim()
    assert claim is not None
    shelf.blobs.delete(file.blob)
    with pytest.raises(BlobLost):
        shelf.readings.source(claim)
    shelf.files.delete(account, file.id)
    with pytest.raises(ClaimLost):
        shelf.readings.source(claim)
    with pytest.raises(ClaimLost), shelf.readings.held(claim):
        shelf.blobs.open(file.blob)


def test_what_another_worker_put_away_is_not_lost(shelf: shelves.Shelf) -> None:
    shelf.add(shelf.account())
    late = shelf.claim()
    assert late is not None
    with shelf.database.write() as tx:
        shelf.slices.resume(tx)
    shelf.read(shelf.claim())
    with pytest.raises(ClaimLost), shelf.readings.held(late):
        shelf.blobs.open(BlobKey("ab12.facts"))


def test_whoever_waits_on_another_machine_hears_of_either_end(
    alone: Callable[..., shelves.Shelf], postgres: Postgres
) -> None:
    url = databases.on_postgresql(postgres)
    shelf = alone(url=url)
    account = shelf.account()
    read = shelf.add(account, b"text")
    with psycopg.connect(url, autocommit=True) as listening:
        listening.execute(f"LISTEN {READ_CHANNEL}")
        shelf.read(shelf.claim())
        failed = shelf.add(account, b"torn")
        claim = shelf.claim()
        assert claim is not None
        with shelf.database.write() as tx:
            shelf.readings.fail(tx, claim, reason="It is torn.", code="corrupt_document")
        told = [note.payload for note in listening.notifies(timeout=PATIENCE_S, stop_after=2)]
    assert told == [read.id, failed.id]
